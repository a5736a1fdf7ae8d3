import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ClientContract, ContractCredential, EnvironmentContract } from "./client-contract";
import { ContractError, type ContractProblem } from "./contract-error";
import { repeatedMembers } from "./repeated-members";
import { schemaProblems } from "./schema-problems";

/** The file beside the contracts that editors complete them by. */
export const CONTRACT_SCHEMA_FILE = "contract.schema.json";

/** What contracts are checked against. */
export interface ReadContractsOptions {
  /** Environments that contracts may name. @default - any */
  readonly environments?: readonly string[];
}

/** Contracts of a folder, checked. */
export class Contracts {
  /** @internal made by {@link readContracts} */
  public constructor(
    /** In the order of their files' names. */
    public readonly all: readonly ClientContract[],
  ) {}

  /** Those of one environment, in the order of the clients' names. */
  public of(environment: string): readonly EnvironmentContract[] {
    return this.all.flatMap(({ environments, ...contract }) => {
      const terms = environments[environment];
      return terms === undefined ? [] : [{ ...contract, ...terms }];
    });
  }
}

/**
 * Reads every `<client>.json` of a folder but the schema.
 *
 * @throws ContractError with everything that is wrong with any of them: file, member and remedy
 */
export function readContracts(folder: string, { environments }: ReadContractsOptions = {}): Contracts {
  if (!existsSync(folder)) {
    throw new ContractError([
      {
        file: folder,
        pointer: "",
        rule: "must be the folder of contracts, and is not there",
        remedy: "correct the path; an environment without contracts has no clients of theirs: clients: []",
      },
    ]);
  }
  const problems: ContractProblem[] = [];
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".json") && name !== CONTRACT_SCHEMA_FILE)
    .sort();
  const contracts: { readonly file: string; readonly contract: ClientContract }[] = [];
  for (const name of files) {
    const file = join(folder, name);
    const { found, contract } = readContract(file, name, environments);
    problems.push(...found.map((problem) => ({ file, ...problem })));
    if (contract !== undefined) {
      contracts.push({ file, contract });
    }
  }
  problems.push(...sharedCredentials(contracts));
  if (problems.length > 0) {
    throw new ContractError(problems);
  }
  return new Contracts(contracts.map(({ contract }) => contract));
}

type Finding = Omit<ContractProblem, "file">;

/** @returns the contract where its form is right, whatever else is wrong with it */
function readContract(
  file: string,
  name: string,
  known: readonly string[] | undefined,
): { readonly found: readonly Finding[]; readonly contract?: ClientContract } {
  const text = readFileSync(file, "utf8");
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { found: [{ pointer: "", rule: `must be JSON (${reason})`, remedy: "correct it there" }] };
  }
  const found = [...repeatedMembers(text), ...schemaProblems(json)];
  if (found.length > 0) {
    return { found };
  }
  // Its form is what the schema says.
  const { client, owner, costCentre, environments } = json as ClientContract;
  const contract: ClientContract = { client, owner, costCentre, environments };
  if (`${client}.json` !== name) {
    found.push({
      pointer: "/client",
      rule: `must be the name of the file, ${name.replace(/\.json$/, "")}`,
      value: client,
      remedy: "rename one of them",
    });
  }
  for (const environment of Object.keys(environments)) {
    if (known !== undefined && !known.includes(environment)) {
      found.push({
        pointer: `/environments/${environment}`,
        rule: `must be one of the environments ${known.join(", ")}`,
        value: environment,
        remedy: "correct the name, or add the environment",
      });
    }
  }
  return { found, contract };
}

/** One credential is one client's, on each API: else nobody knows whose call it is. */
function sharedCredentials(
  contracts: readonly { readonly file: string; readonly contract: ClientContract }[],
): readonly ContractProblem[] {
  const seen: { readonly key: string; readonly authenticator?: string; readonly client: string }[] = [];
  return contracts.flatMap(({ file, contract }) =>
    Object.entries(contract.environments).flatMap(([environment, { api, credentials }]) =>
      credentials.flatMap((credential, index): readonly ContractProblem[] => {
        const id = idOf(credential);
        if (id === undefined) {
          return [];
        }
        const { client } = contract;
        const authenticator = credential.kind === "application" ? credential.authenticator : undefined;
        const key = JSON.stringify([environment, api, credential.kind, id]);
        const owner = seen.find(
          (each) => each.key === key && each.client !== client && isSame(each.authenticator, authenticator),
        )?.client;
        seen.push({ key, authenticator, client });
        return owner === undefined
          ? []
          : [
              {
                file,
                pointer: `/environments/${environment}/credentials/${index}`,
                rule: `must identify one client of API '${api}'; it is that of ${owner}`,
                value: id,
                remedy: "give each client a credential of its own",
              },
            ];
      }),
    ),
  );
}

/** Who leaves the authenticator out means the only one that the API has. */
function isSame(one: string | undefined, other: string | undefined): boolean {
  return one === undefined || other === undefined || one === other;
}

/** What tells a credential from others, as the gateway does: a certificate by its name, whatever thumbprint it is held to. */
function idOf(credential: ContractCredential): string | undefined {
  switch (credential.kind) {
    case "subscriptionKey":
      return undefined;
    case "application":
      // Entra ID does not care for the case of a GUID.
      return /^[0-9a-f-]{36}$/i.test(credential.clientId)
        ? credential.clientId.toLowerCase()
        : credential.clientId;
    case "certificate":
      return credential.name;
  }
}
