import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type AccountRequest,
  type CallResponse,
  PolicyCoverage,
  simulate,
  type SimulateOptions,
  type Simulation,
} from "../../simulator";
import { AS_OF, synthesizedReferenceEnvironments } from "./environments";
import { SteppedClock } from "./stepped-clock";
import type { SynthesizedStack } from "./synthesized-stack";

/** Environment that `main.ts` deploys. */
export type EnvironmentName = "dev" | "test" | "prod";

/** `cdk.tf.json`, to be changed by tests. */
export interface StackJson {
  readonly resource: Record<string, Record<string, Record<string, unknown>>>;
}

/** A body that every chat operation takes; the marker must show up in no record. */
export const HELLO = { messages: [{ role: "user", content: "MARKER-prompt: hello" }] };

/** Path of the chat operation with the deployment in the path. */
export function chat(api: string, deployment = "chat", query = "api-version=2024-10-21"): string {
  return `/${api}/openai/deployments/${deployment}/chat/completions?${query}`;
}

/**
 * An environment of this repository in the simulator, at noon of the day on which it is synthesized. The clock
 * stands still until a test moves it.
 */
export class SimulatedEnvironment {
  private constructor(
    private readonly name: EnvironmentName,
    public readonly simulation: Simulation,
    public readonly clock: SteppedClock,
    private readonly coverage: PolicyCoverage | undefined,
  ) {}

  /**
   * @param change what is different from the synthesized JSON @default - nothing
   * @param connectionTimeouts how long the gateway waits for slow clients @default - as long as it usually does
   * @param region of the gateway that answers @default - its first
   */
  public static async start(
    name: EnvironmentName,
    change: (json: StackJson) => void = () => undefined,
    connectionTimeouts?: SimulateOptions["connectionTimeouts"],
    region?: string,
  ): Promise<SimulatedEnvironment> {
    const json = structuredClone(synthesized(name).json) as unknown as StackJson;
    change(json);
    // What Azure would make up, such as the ids of identities, depends on the stack's name: the same in each run.
    const folder = join(mkdtempSync(join(tmpdir(), `${name}-`)), name);
    mkdirSync(folder);
    writeFileSync(join(folder, "cdk.tf.json"), JSON.stringify(json));
    const clock = new SteppedClock({ at: new Date(AS_OF.getTime() + 12 * 3_600_000), running: false });
    const coverage = process.env.POLICY_COVERAGE_FOLDER === undefined ? undefined : new PolicyCoverage();
    const simulation = await simulate(folder, { clock, connectionTimeouts, coverage, region });
    return new SimulatedEnvironment(name, simulation, clock, coverage);
  }

  /** The only account whose name has this part. @throws Error when there is none or several */
  public account(part: string): ReturnType<Simulation["account"]> {
    const names = this.simulation.model.accounts
      .map(({ name }) => name)
      .filter((name) => name.includes(part));
    const [only] = names;
    if (only === undefined || names.length > 1) {
      throw new Error(`accounts with '${part}': ${names.join(", ")}`);
    }
    return this.simulation.account(only);
  }

  public get accounts(): readonly ReturnType<Simulation["account"]>[] {
    return this.simulation.model.accounts.map(({ name }) => this.simulation.account(name));
  }

  /** What reached any account, oldest first within each. */
  public accountRequests(): readonly AccountRequest[] {
    return this.accounts.flatMap(({ requests }) => requests);
  }

  /** Heals and empties everything that tests leave behind, and lets every window of a minute pass. */
  public reset(): void {
    for (const account of this.accounts) {
      account.recover();
      account.clearRequests();
    }
    this.simulation.clearRecords();
    this.clock.advance(120_000);
  }

  /** Objects as a JSON Web Token of this moment, in the header that carries it. */
  public async bearer(
    caller: TokenCaller,
    claims: Readonly<Record<string, unknown>> = {},
    signing: Omit<Parameters<Simulation["issueToken"]>[0], "claims" | "issuer"> = {},
  ): Promise<{ readonly authorization: string }> {
    const now = Math.floor(this.clock.now() / 1000);
    const token = await this.simulation.issueToken({
      issuer: caller.issuer,
      claims: { iss: caller.issuer, iat: now, nbf: now, exp: now + 3600, ...caller.claims, ...claims },
      ...signing,
    });
    return { authorization: `Bearer ${token}` };
  }

  /** The header with a key of a client. */
  public key(
    subscription: string,
    which: "primary" | "secondary" = "primary",
  ): { readonly "api-key": string } {
    return { "api-key": this.simulation.subscriptionKey(subscription, which) };
  }

  /**
   * Lets time pass whenever somebody waits for it, until something has happened.
   *
   * @throws Error when it does not happen although nobody waits for time
   */
  public passTimeUntil<T>(happening: Promise<T>): Promise<T> {
    return this.clock.passUntil(happening);
  }

  /** What was counted of the policies stays in a file, if somebody asked for that. */
  public async close(): Promise<void> {
    await this.simulation.close();
    const folder = process.env.POLICY_COVERAGE_FOLDER;
    if (folder !== undefined && this.coverage !== undefined) {
      const file = join(folder, `${this.name}-${randomUUID()}.json`);
      writeFileSync(file, JSON.stringify(this.coverage.record()));
    }
  }
}

/** Who asks for tokens, and what is in them. */
export interface TokenCaller {
  readonly issuer: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Status of an answer whose body was read. */
export async function statusOf(response: Promise<CallResponse>): Promise<number> {
  const answer = await response;
  await answer.text();
  return answer.status;
}

/** The JSON that an environment synthesizes to. */
export function synthesized(name: EnvironmentName | `${EnvironmentName}-state`): SynthesizedStack {
  environments ??= synthesizedReferenceEnvironments();
  const stack = environments.get(name);
  if (stack === undefined) {
    throw new Error(`no stack '${name}'`);
  }
  return stack;
}

let environments: ReturnType<typeof synthesizedReferenceEnvironments> | undefined;

/** The one resource of a type, or the one whose id has this part. @throws Error when there is none or several */
export function resourceOf({ resource }: StackJson, type: string, idPart = ""): Record<string, unknown> {
  const found = Object.entries(resource[type] ?? {}).filter(([id]) => id.includes(idPart));
  const [only] = found;
  if (only === undefined || found.length > 1) {
    throw new Error(`${found.length} resources ${type}.*${idPart}*, not one`);
  }
  return only[1];
}

/**
 * Replaces text in the policy of an API, or in that of the service.
 *
 * @param idPart of the API; `""` for the service
 * @throws Error when the text is not there, or the policy is not found
 */
export function replaceInPolicy(
  json: StackJson,
  idPart: string,
  search: string | RegExp,
  replacement: string,
): void {
  const type = idPart === "" ? "azurerm_api_management_policy" : "azurerm_api_management_api_policy";
  const policy = resourceOf(json, type, idPart);
  const xml = String(policy.xml_content);
  policy.xml_content = xml.replace(search, () => replacement);
  if (policy.xml_content === xml) {
    throw new Error(`${type}.*${idPart}*: no '${String(search)}'`);
  }
}
