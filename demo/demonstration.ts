import * as environments from "../environments";
import { type PolicyCoverage, simulate, type SimulateOptions, type Simulation } from "../simulator";
import type { ApiSettings, EnvironmentSettings } from "../stacks/environment-settings";
import { type AccessCase, type AccessClaim, type AccessResult, runCase } from "./access-case";
import { accessCases } from "./access-cases";
import { bodyCases } from "./body-cases";
import { cacheCases } from "./cache-cases";
import { clientCases, programCase, type ProgramObserver } from "./client-cases";
import type { ClientProgramProps, CredentialSource } from "./credential-source";
import { deployedEnvironment } from "./deployed-environment";
import { endedAccessCases } from "./ended-access-cases";
import { faultCases } from "./fault-cases";
import { LocalConnections } from "./local-connections";
import { operationCases } from "./operation-cases";
import { queueCases } from "./queue-cases";
import { recordCases } from "./record-cases";
import type { ReferenceStacks } from "./reference-stacks";
import { furtherCases, sentCases } from "./sent-cases";
import { SimulatedCredentials } from "./simulated-credentials";
import { registerByHand } from "./simulated-directory";
import { outputsOf } from "./simulated-outputs";
import type { TargetEnvironment } from "./target-environment";
import { usageCases } from "./usage-cases";

/** Address from which the account without a gateway lets callers in. */
const OWN_ADDRESS = "203.0.113.25";
const MINUTE_MS = 60_000;

export interface DemonstrationProps {
  readonly stacks: ReferenceStacks;
  /** Settings of the environments. @default - those of `environments/` */
  readonly environments?: readonly EnvironmentSettings[];
  /** Name of the only environment to run. @default - all of them, and the stack without a gateway */
  readonly environment?: string;
  /**
   * Whether every caller tries every operation and all its limits, as a person too, more forms of requests are sent,
   * and accounts fail in every way.
   * @default false
   */
  readonly isThorough?: boolean;
  /** Which cases to run. @default - all of them */
  readonly only?: (claim: AccessClaim) => boolean;
  /** Whether to run the client programs, each in a process of its own. @default true */
  readonly clientPrograms?: boolean;
  /** Whether calls go over connections, as those of clients do: without, each takes a few milliseconds. @default true */
  readonly overNetwork?: boolean;
  /** Counts what of the policies of an environment the cases reach. @default - nobody does */
  readonly coverageOf?: (environment: string) => PolicyCoverage;
  /** Gets each result as it comes, those of different stacks in any order. @default - nobody does */
  readonly onResult?: (result: AccessResult) => void;
  /** Gets everything that client programs write. @default - nobody does */
  readonly onProgramOutput?: ProgramObserver;
}

export interface Demonstration {
  /** In the order of the environments and their cases. */
  readonly results: readonly AccessResult[];
  /** Everything secret that was used. */
  readonly secrets: ReadonlySet<string>;
}

/**
 * Runs the clients, and all who must not get in, against the simulated reference stacks: the stacks side by side,
 * the cases of each one after the other, since some of them change a key.
 *
 * @throws StackLoadError, PolicyDocumentError if a stack cannot be simulated
 */
export async function demonstrate(props: DemonstrationProps): Promise<Demonstration> {
  const { stacks, environment, clientPrograms = true } = props;
  const { environments: all = Object.values(environments) } = props;
  const wanted = all.filter(({ name }) => [name, undefined].includes(environment));
  const parts = await Promise.all([
    ...wanted.map((settings) => demonstrateEnvironment(settings, props)),
    ...(environment === undefined && clientPrograms ? [demonstrateDirect(stacks, props)] : []),
  ]);
  return {
    results: parts.flatMap(({ results }) => results),
    secrets: new Set(parts.flatMap(({ secrets }) => [...secrets])),
  };
}

/** Runs the cases of one environment. */
export async function demonstrateEnvironment(
  settings: EnvironmentSettings,
  props: DemonstrationProps,
): Promise<Demonstration> {
  const { onProgramOutput: observe = () => undefined, clientPrograms = true, overNetwork = true } = props;
  const { simulation, environment } = await simulateEnvironment(props.stacks, settings, {
    coverage: props.coverageOf?.(settings.name),
  });
  const called = overNetwork ? environment : inProcess(simulation, environment);
  return runCases(simulation, props, environment, (source) =>
    settings.apis.flatMap((api) => [
      ...(clientPrograms ? inTheirOwnTime(simulation, clientCases(environment, api, source, observe)) : []),
      ...callCases(simulation, called, api, source, props.isThorough),
    ]),
  );
}

/** The cases of an API that are calls, not programs. */
export function callCases(
  simulation: Simulation,
  environment: TargetEnvironment,
  api: ApiSettings,
  source: CredentialSource,
  isThorough = false,
): readonly AccessCase[] {
  const usual = [
    ...inTheirOwnTime(simulation, bodyCases(environment, api, source)),
    ...accessCases(environment, api, source),
    ...inTheirOwnTime(simulation, sentCases(environment, api, source)),
  ];
  if (!isThorough) {
    return usual;
  }
  // Hundreds of them.
  const called = inProcess(simulation, environment);
  return [
    ...usual,
    ...inTheirOwnTime(simulation, [
      ...operationCases(called, api, source),
      ...furtherCases(called, api, source),
      ...faultCases(simulation, called, api, source),
      ...recordCases(simulation, called, api, source),
      ...queueCases(simulation, called, api, source),
      ...cacheCases(simulation, called, api, source),
      ...usageCases(simulation, called, api, source),
      ...endedAccessCases(simulation, called, api, source),
    ]),
  ];
}

/** The environment as it is called without connections. */
function inProcess(simulation: Simulation, environment: TargetEnvironment): TargetEnvironment {
  return { ...environment, perform: simulation.perform.bind(simulation) };
}

/** A minute later each, so that none finds a limit used up: programs would wait in the time of this machine. */
function inTheirOwnTime({ clock }: Simulation, cases: readonly AccessCase[]): readonly AccessCase[] {
  return cases.map((each) => ({
    ...each,
    run: () => {
      clock.advance(MINUTE_MS);
      return each.run();
    },
  }));
}

async function demonstrateDirect(stacks: ReferenceStacks, props: DemonstrationProps): Promise<Demonstration> {
  const { onProgramOutput: observe = () => undefined } = props;
  const { simulation, program } = await simulateDirect(stacks);
  const claim = { target: "chat-direct", who: "chat app", how: `direct: ${program.way}` };
  return runCases(simulation, props, {}, (source) => [programCase(claim, source, program, observe)]);
}

/**
 * Runs the cases of one simulation, and ends it.
 *
 * @param environment if it is one
 */
async function runCases(
  simulation: Simulation,
  { onResult, only = () => true }: DemonstrationProps,
  { settings, connections }: Partial<TargetEnvironment>,
  cases: (source: SimulatedCredentials) => readonly AccessCase[],
): Promise<Demonstration> {
  const source = new SimulatedCredentials(simulation, settings);
  const results: AccessResult[] = [];
  try {
    for (const each of cases(source).filter(only)) {
      const result = await runCase(each);
      results.push(result);
      onResult?.(result);
    }
    return { results, secrets: source.secrets };
  } finally {
    source.dispose();
    await connections?.close();
    await simulation.close();
  }
}

/** Runs the stack of an environment, with what its settings refer to and it does not make itself. */
export async function simulateEnvironment(
  stacks: ReferenceStacks,
  settings: EnvironmentSettings,
  options: SimulateOptions = {},
): Promise<{ readonly simulation: Simulation; readonly environment: TargetEnvironment }> {
  const simulation = await simulate(stacks.environment(settings.name), options);
  try {
    registerByHand(simulation, settings);
    const environment = deployedEnvironment(settings, {
      ...outputsOf(simulation.model),
      gatewayUrl: simulation.url,
    });
    const wait = (seconds: number): Promise<void> => {
      simulation.clock.advance(seconds * 1000);
      return Promise.resolve();
    };
    const connections = new LocalConnections(simulation.caPem);
    return { simulation, environment: { ...environment, connections, wait } };
  } catch (error) {
    await simulation.close();
    throw error;
  }
}

/** Runs the stack without a gateway, and says how its application calls the account. */
export async function simulateDirect(
  stacks: ReferenceStacks,
): Promise<{ readonly simulation: Simulation; readonly program: ClientProgramProps }> {
  const simulation = await simulate(stacks.direct, { sourceAddress: OWN_ADDRESS });
  const [account] = simulation.model.accounts;
  return {
    simulation,
    program: {
      program: "direct",
      way: "role on the account",
      deployment: account?.deployments[0]?.name ?? "",
      endpoint: `https://${account?.hostNames[0]}`,
    },
  };
}
