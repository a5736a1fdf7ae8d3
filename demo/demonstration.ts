import * as environments from "../environments";
import type { EnvironmentSettings } from "../stacks/environment-settings";
import { simulate, type Simulation } from "../simulator";
import { type AccessCase, type AccessResult, runCase } from "./access-case";
import { accessCases } from "./access-cases";
import { clientCases, programCase, type ProgramObserver } from "./client-cases";
import type { ReferenceStacks } from "./reference-stacks";
import type { RegistrationIds } from "./requirement";
import { SimulatedCredentials } from "./simulated-credentials";
import { registerByHand } from "./simulated-directory";

/** Address from which the account without a gateway lets callers in. */
const OWN_ADDRESS = "203.0.113.25";

export interface DemonstrationProps {
  readonly stacks: ReferenceStacks;
  /** Gets each result as it comes. @default - nobody does */
  readonly onResult?: (result: AccessResult) => void;
  /** Gets everything that client programs write. @default - nobody does */
  readonly onProgramOutput?: ProgramObserver;
}

export interface Demonstration {
  readonly results: readonly AccessResult[];
  /** Everything secret that was used. */
  readonly secrets: ReadonlySet<string>;
}

/**
 * Runs the clients, and all who must not get in, against the simulated reference stacks.
 *
 * @throws StackLoadError, PolicyDocumentError if a stack cannot be simulated
 */
export async function demonstrate(props: DemonstrationProps): Promise<Demonstration> {
  const results: AccessResult[] = [];
  const secrets = new Set<string>();
  const run = async (
    simulation: Simulation,
    cases: (source: SimulatedCredentials) => readonly AccessCase[],
  ) => {
    const source = new SimulatedCredentials(simulation);
    try {
      for (const each of cases(source)) {
        const result = await runCase(each);
        results.push(result);
        props.onResult?.(result);
      }
    } finally {
      source.secrets.forEach((secret) => secrets.add(secret));
      source.dispose();
      await simulation.close();
    }
  };
  const observe = props.onProgramOutput ?? (() => undefined);
  for (const settings of Object.values(environments)) {
    const simulation = await simulate(props.stacks.environment(settings.name));
    await run(simulation, (source) => environmentCases(simulation, settings, source, observe));
  }
  const direct = await simulate(props.stacks.direct, { sourceAddress: OWN_ADDRESS });
  await run(direct, (source) => directCases(direct, source, observe));
  return { results, secrets };
}

function environmentCases(
  simulation: Simulation,
  settings: EnvironmentSettings,
  source: SimulatedCredentials,
  observe: ProgramObserver,
): readonly AccessCase[] {
  registerByHand(simulation, settings);
  const environment = {
    settings,
    gatewayUrl: simulation.url,
    ca: simulation.caPem,
    registration: registrationOf(simulation),
  };
  return settings.apis.flatMap((api) => [
    ...clientCases(environment, api, source, observe),
    ...accessCases(environment, api, source),
  ]);
}

function directCases(
  simulation: Simulation,
  source: SimulatedCredentials,
  observe: ProgramObserver,
): readonly AccessCase[] {
  const [account] = simulation.model.accounts;
  const way = "role on the account";
  return [
    programCase(
      { target: "chat-direct", who: "chat app", how: `direct: ${way}` },
      source,
      {
        ...{ program: "direct", way, deployment: account?.deployments[0]?.name ?? "" },
        endpoint: `https://${account?.hostNames[0]}`,
      },
      observe,
    ),
  ];
}

function registrationOf({ model }: Simulation): RegistrationIds | undefined {
  const api = model.applications.find(({ scopes }) => scopes.length > 0);
  const client = model.applications.find(({ publicClient }) => publicClient);
  if (api === undefined || client === undefined) return undefined;
  return {
    apiClientId: api.clientId,
    publicClientId: client.clientId,
    scope: `${api.identifierUris[0]}/${api.scopes[0]?.value}`,
  };
}
