import { allRevisions, type GatewayModel } from "../model";
import type { StackProblems } from "./stack-problems";

const KIB = 1024;
const MAX_BYTES = 256 * KIB;
const MAX_BYTES_OF_CONSUMPTION = 16 * KIB;

/**
 * Reports policy documents that are larger than the tier of the service stores.
 *
 * Source: https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits
 */
export function refuseLargePolicies(gateway: GatewayModel, problems: StackProblems): void {
  const max = gateway.tier === "Consumption" ? MAX_BYTES_OF_CONSUMPTION : MAX_BYTES;
  const documents = [
    gateway.policy,
    ...allRevisions(gateway).flatMap((api) => [api.policy, ...api.operations.map(({ policy }) => policy)]),
    ...gateway.products.map(({ policy }) => policy),
  ];
  for (const { address, xml } of documents.filter((each) => each !== undefined)) {
    const bytes = Buffer.byteLength(xml);
    if (bytes > max) {
      problems.add(address, `the policy has ${bytes} bytes; tier ${gateway.tier} stores at most ${max}`);
    }
  }
}
