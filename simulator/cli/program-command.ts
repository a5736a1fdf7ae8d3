import { resolve } from "node:path";
import type { Simulation } from "../simulation";
import { shellWord } from "./shell-word";

/** What a program is started with. */
export interface ProgramCommandProps {
  readonly simulation: Simulation;
  /** What its Container App tells it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Starts it; stands in the line as it is. */
  readonly program: string;
  /** Path of the CA's certificate. */
  readonly caFile: string;
}

/** What a program in the virtual network of the stacks is told, so that it meets the simulated Azure. */
export function programEnvironment(simulation: Simulation, caFile: string): Readonly<Record<string, string>> {
  return {
    IDENTITY_ENDPOINT: `${simulation.proxyUrl}/msi/token`,
    IDENTITY_HEADER: simulation.identity.managedIdentities.secret,
    HTTPS_PROXY: simulation.virtualNetworkProxyUrl,
    // The endpoint of managed identities is not a host of the network.
    NO_PROXY: "127.0.0.1",
    NODE_EXTRA_CA_CERTS: resolve(caFile),
  };
}

/** Starts a program as its Container App would, over several lines: a person sees what it is told. */
export function programCommand({ simulation, environment, program, caFile }: ProgramCommandProps): string {
  const variables = { ...environment, ...programEnvironment(simulation, caFile) };
  return [
    "env",
    ...Object.entries(variables).map(([name, value]) => shellWord(`${name}=${value}`)),
    program,
  ].join(" \\\n  ");
}
