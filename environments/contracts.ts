import { join } from "node:path";
import type * as ContractReading from "../lib/contracts";
import type { ClientSettings } from "../stacks/environment-settings";

/** Where contracts stand, one file for each client. */
export const CONTRACTS_FOLDER = join(__dirname, "../contracts");

/** Names of the environments that contracts may name. */
const ENVIRONMENTS = ["dev", "test", "prod"];

let contracts: ContractReading.Contracts | undefined;

/**
 * Clients of an environment, as their contracts have it. Read when somebody asks for them: a contract that is wrong stops
 * who needs it, and not the program that says what is wrong with it.
 *
 * @throws ContractError with every problem of every contract
 */
export function contractedClients(environment: string): readonly ClientSettings[] {
  // Its checker of JSON takes longer to load than everything else that says what the environments are.
  const { readContracts } = require("../lib/contracts") as typeof ContractReading;
  contracts ??= readContracts(CONTRACTS_FOLDER, { environments: ENVIRONMENTS });
  return contracts.of(environment).map(contractedClient);
}

/** A client of an environment, as a contract has it. */
export function contractedClient({
  client,
  api,
  credentials,
  operations,
  models,
  limits,
  expires,
  suspended,
  ...contract
}: ContractReading.EnvironmentContract): ClientSettings {
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
