import { allRevisions, type GatewayModel, type OperationModel } from "../model";
import { OperationDemands } from "./operation-demands";

/**
 * Tells of operations that a request may both fit, and of which neither demands more of its query: API Management tells
 * operations apart by their queries, too, but does not say which one answers then.
 *
 * Source: https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions
 */
export function overlappingOperations(gateways: readonly GatewayModel[]): readonly string[] {
  const apis = gateways.flatMap(allRevisions);
  // Revisions share operations.
  return [...new Set(apis.flatMap(({ operations }) => overlaps(operations)))];
}

function overlaps(operations: readonly OperationModel[]): readonly string[] {
  const byPath = new Map<string, (readonly [OperationModel, OperationDemands])[]>();
  for (const operation of operations.filter(({ urlTemplate }) => urlTemplate.includes("?"))) {
    const demands = new OperationDemands(operation);
    byPath.set(demands.path, [...(byPath.get(demands.path) ?? []), [operation, demands]]);
  }
  return [...byPath.values()].flatMap((found) =>
    found.flatMap(([one, demands], index) =>
      found.slice(index + 1).flatMap(([other, others]) => {
        return demands.overlaps(others) ? [assumption(one, other)] : [];
      }),
    ),
  );
}

function assumption(one: OperationModel, other: OperationModel): string {
  const [first, second] = [one, other].map(({ method, urlTemplate }) => `'${method} ${urlTemplate}'`);
  return (
    `${one.address} and ${other.address}: a request may fit ${String(first)} and ${String(second)}, and which of them ` +
    "answers is not documented; taken is the one with more fixed values, then with more parameters, then the first of " +
    "the alphabet"
  );
}
