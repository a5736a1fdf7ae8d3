import type { ContractProblem, Contracts } from "../lib/contracts";
import type { EnvironmentSettings } from "../stacks/environment-settings";

/** @returns a problem for each contract of an environment whose settings do not have its client */
export function unreadContracts(
  contracts: Contracts,
  environments: readonly EnvironmentSettings[],
): readonly ContractProblem[] {
  return environments.flatMap(({ name, clients = [] }) =>
    contracts
      .of(name)
      .filter(({ client }) => clients.every((each) => each.name !== client))
      .map(({ client }) => ({
        file: `${client}.json`,
        pointer: `/environments/${name}`,
        rule: "must be of an environment that reads contracts",
        value: name,
        remedy: `write into environments/${name}.ts: get clients() { return contractedClients("${name}"); }`,
      })),
  );
}

/**
 * What a contract does to callers who have none: from the first client of an API on, only those that are registered get
 * in, unless the API says otherwise.
 *
 * @returns a line for each API on which that changes
 */
export function changesForOthers(
  before: Contracts,
  after: Contracts,
  environments: readonly EnvironmentSettings[],
): readonly string[] {
  return environments.flatMap(({ name, apis, clients = [] }) =>
    apis
      .filter(({ unregisteredCallers }) => unregisteredCallers !== "allow")
      // Clients that stand in the settings themselves.
      .filter((api) => clients.every((client) => client.api !== api.name || client.contract !== undefined))
      .flatMap((api) => {
        const [had, has] = [before, after].map((contracts) =>
          contracts.of(name).some((contract) => contract.api === api.name),
        );
        if (had === has) {
          return [];
        }
        return has
          ? `${name}: API ${api.name} has its first client: callers who are not registered are refused from now on`
          : `${name}: API ${api.name} loses its last client: every caller with a good credential is let in from now on`;
      }),
  );
}
