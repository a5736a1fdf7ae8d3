import type { Problems } from "../validation";
import { type DeploymentRoute, hostedDeployment } from "./deployment-route";
import type { SpendingSource } from "./spending-source";

/** A client, and what may answer it. */
export interface LimitedClient {
  readonly name: string;
  readonly routes: readonly DeploymentRoute[];
}

/**
 * Reports what a budget that refuses would never see: calls without a price cost nothing there, however many they are.
 *
 * @param clients those whose requests are refused once a budget is used up
 */
export function checkPrices(
  source: SpendingSource,
  clients: readonly LimitedClient[],
  problems: Problems,
): void {
  for (const { name, routes } of clients) {
    const unpriced = [...new Set(routes.flatMap((route) => hostsWithoutPrice(route, source)))];
    problems.check(unpriced.length === 0, {
      rule: `client '${name}' is cut off at a budget, so that all that may answer it must have a price`,
      value: unpriced,
      remedy:
        "add the price (of an account's model and SKU; 0 if it costs nothing), name other deployments for the client, " +
        "or let its budget only tell",
    });
  }
}

/** Endpoints have none: a price is that of a model of an account. */
function hostsWithoutPrice(
  { deployment, members, endpoints = [] }: DeploymentRoute,
  source: SpendingSource,
): readonly string[] {
  const accounts = members.filter(({ account }) => {
    const hosted = hostedDeployment(account, deployment);
    // Throughput that is billed by the hour is in no budget.
    return hosted !== undefined && !hosted.isProvisioned && !source.hasPrice(account, hosted);
  });
  return [
    ...accounts.map(({ account }) => `${deployment} at ${account.node.path}`),
    ...endpoints.map(({ endpoint }) => `${deployment} at ${endpoint.node.path}`),
  ];
}
