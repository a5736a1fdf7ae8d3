import { join } from "node:path";
import { type EnvironmentContract, readContracts } from "../lib/contracts";
import type { ClientSettings } from "../stacks/environment-settings";

/** Where contracts stand, one file for each client. */
const FOLDER = join(__dirname, "../contracts");

/** Names of the environments that contracts may name. */
const ENVIRONMENTS = ["dev", "test", "prod"];

const contracts = readContracts(FOLDER, { environments: ENVIRONMENTS });

/** Clients of an environment, as their contracts have it. */
export function contractedClients(environment: string): readonly ClientSettings[] {
  return contracts.of(environment).map(clientSettings);
}

function clientSettings({
  client,
  api,
  credentials,
  operations,
  models,
  limits,
  expires,
  suspended,
  ...contract
}: EnvironmentContract): ClientSettings {
  return {
    name: client,
    api,
    identifiedBy: credentials,
    operations,
    deployments: models,
    ...limits,
    expires,
    suspended,
    contract,
  };
}
