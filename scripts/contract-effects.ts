import type { ContractProblem, Contracts } from "../lib/contracts";
import { jsonPointer } from "../lib/contracts/json-pointer";
import type { ApiSettings, EnvironmentSettings } from "../stacks/environment-settings";

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

/** @returns a problem for each API and each model that a contract names and its environment does not have */
export function unknownNames(
  contracts: Contracts,
  environments: readonly EnvironmentSettings[],
): readonly ContractProblem[] {
  return environments.flatMap((settings) =>
    contracts.of(settings.name).flatMap(({ client, api: name, models = [] }) => {
      const problem = (path: readonly (string | number)[], value: string, known: readonly string[]) => ({
        file: `${client}.json`,
        pointer: jsonPointer(["environments", settings.name, ...path]),
        rule: `must be one of ${settings.name}: ${known.join(", ") || "there is none"}`,
        value,
        remedy: "correct the name, or add it to the environment first",
      });
      const api = settings.apis.find((each) => each.name === name);
      if (api === undefined) {
        return [
          problem(
            ["api"],
            name,
            settings.apis.map((each) => each.name),
          ),
        ];
      }
      const served = modelsOf(api, settings);
      const isServed = (model: string): boolean =>
        served.some((name) => name.toLowerCase() === model.toLowerCase());
      return models.flatMap((model, index) =>
        isServed(model) ? [] : [problem(["models", index], model, served)],
      );
    }),
  );
}

/** Names of the deployments that an API serves. */
function modelsOf(
  { deployments, modelEndpoints: used = {} }: ApiSettings,
  { accounts, modelEndpoints = {} }: EnvironmentSettings,
): readonly string[] {
  if (deployments) {
    return deployments;
  }
  const endpoints = Object.keys(used).map((name) => modelEndpoints[name]);
  return [
    ...new Set([...accounts, ...endpoints].flatMap((each) => Object.keys(each?.deployments ?? {}))),
  ].sort();
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
