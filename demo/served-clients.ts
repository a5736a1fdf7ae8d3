import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as environments from "../environments";
import type { Simulation } from "../simulator";
import type { EnvironmentSettings } from "../stacks/environment-settings";
import type { ClientProgramProps } from "./credential-source";
import { simulateDirect, simulateEnvironment } from "./demonstration";
import type { ReferenceStacks } from "./reference-stacks";
import { adaIn, SimulatedCredentials } from "./simulated-credentials";
import { callersOf, type TargetEnvironment } from "./target-environment";

/** Simulations that wait for client programs in processes of their own. */
export class ServedClients {
  private constructor(
    private readonly simulations: readonly Simulation[],
    private readonly sources: readonly SimulatedCredentials[],
    private readonly folder: string,
    /** Of the environment that a person signs in to. */
    private readonly settings: EnvironmentSettings,
  ) {}

  /**
   * Starts the simulations and writes what each client needs to `<folder>/<client>.env`: shell assignments, with
   * secrets, readable by their owner only.
   *
   * @param folder that must not be there yet: it belongs to one run, which removes it
   * @param settings of the environments whose clients they are
   * @throws Error if the folder is there; StackLoadError, PolicyDocumentError if a stack cannot be simulated
   */
  public static async start(
    stacks: ReferenceStacks,
    folder: string,
    { dev, prod }: Readonly<Record<"dev" | "prod", EnvironmentSettings>> = environments,
  ): Promise<ServedClients> {
    makeOwnFolder(folder);
    const starting = [
      simulateEnvironment(stacks, dev),
      simulateEnvironment(stacks, prod),
      simulateDirect(stacks),
    ] as const;
    const settled = await Promise.allSettled(starting);
    const started = settled.flatMap((each) => (each.status === "fulfilled" ? [each.value.simulation] : []));
    const sources = started.map((simulation) => new SimulatedCredentials(simulation));
    const served = new ServedClients(started, sources, folder, dev);
    try {
      const [devRun, prodRun, direct] = await Promise.all(starting);
      const [devSource, prodSource, directSource] = sources as [
        SimulatedCredentials,
        SimulatedCredentials,
        SimulatedCredentials,
      ];
      await write(folder, devSource, propsFor(devRun.environment, "device-code", "device code"));
      await write(folder, devSource, propsFor(devRun.environment, "key", "key"));
      await write(folder, prodSource, propsFor(prodRun.environment, "keyless", "managed identity"));
      await write(folder, prodSource, propsFor(prodRun.environment, "certificate", "PEM certificate"));
      await write(folder, directSource, direct.program);
      return served;
    } catch (error) {
      await served.close();
      throw error;
    }
  }

  /** A person signs in with a code that a client showed. @throws Error for an unknown code */
  public signIn(userCode: string): void {
    this.simulations[0]?.identity.approveEntraDevice(this.settings.tenantId, userCode, adaIn(this.settings));
  }

  /** Ends the simulations and removes the files. */
  public async close(): Promise<void> {
    await Promise.all(this.simulations.map((simulation) => simulation.close()));
    this.sources.forEach((source) => source.dispose());
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** @throws Error if the folder is there: its files may be another run's, or readable by others */
function makeOwnFolder(folder: string): void {
  mkdirSync(dirname(folder), { recursive: true });
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
      throw error;
    }
    throw new Error(`${folder} belongs to another '--serve': end it, or remove the folder if none runs`, {
      cause: error,
    });
  }
}

/** The first caller of the environment who can come that way. */
function propsFor(
  environment: TargetEnvironment,
  program: ClientProgramProps["program"],
  way: ClientProgramProps["way"],
): ClientProgramProps {
  const kind = {
    keyless: "token",
    "device-code": "token",
    certificate: "certificate",
    key: "key",
    direct: "token",
  }[program];
  for (const api of environment.settings.apis) {
    for (const [caller] of callersOf(environment, api)) {
      const [requirement, another] = caller?.requirements ?? [];
      if (caller === undefined || requirement?.kind !== kind || another !== undefined) {
        continue;
      }
      return {
        program,
        way,
        deployment: caller.deployment,
        subscription: caller.subscription,
        endpoint: `${environment.gatewayUrl}/${api.path}`,
        token: requirement.kind === "token" ? requirement : undefined,
        certificate: requirement.kind === "certificate" ? requirement : undefined,
      };
    }
  }
  throw new Error(`environment '${environment.settings.name}' has nobody who comes with a ${kind}`);
}

async function write(folder: string, source: SimulatedCredentials, props: ClientProgramProps): Promise<void> {
  const { environment } = await source.program(props);
  const own = Object.entries(environment).filter(([name]) => name !== "PATH");
  const lines = own.map(([name, value]) => `${name}=${quoted(value ?? "")}\n`);
  writeFileSync(join(folder, `${props.program}.env`), lines.join(""), { mode: 0o600 });
}

/** As a word of a POSIX shell. */
function quoted(value: string): string {
  return `'${value.replaceAll("'", String.raw`'\''`)}'`;
}
