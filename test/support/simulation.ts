import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Clock, simulate, type Simulation } from "../../simulator";
import { AS_OF, synthesizeEnvironments } from "./environments";

/** Environment that `main.ts` deploys. */
export type EnvironmentName = "dev" | "test" | "prod";

/** A simulation of synthesized environments whose clock stands still until a test moves it. */
export interface FrozenSimulation {
  readonly simulation: Simulation;
  readonly clock: Clock;
}

/**
 * Runs an environment of this repository at noon of the day on which it is synthesized.
 *
 * @param change what is different from the synthesized JSON @default - nothing
 */
export async function simulateEnvironment(
  name: EnvironmentName,
  change: (json: StackJson) => void = () => undefined,
): Promise<FrozenSimulation> {
  environments ??= synthesizeEnvironments();
  const json = structuredClone(environments.get(name)?.json) as unknown as StackJson;
  change(json);
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  writeFileSync(join(folder, "cdk.tf.json"), JSON.stringify(json));
  const clock = new Clock({ at: new Date(AS_OF.getTime() + 12 * 3_600_000), running: false });
  return { simulation: await simulate(folder, { clock }), clock };
}

let environments: ReturnType<typeof synthesizeEnvironments> | undefined;

/** `cdk.tf.json`, to be changed by tests. */
export interface StackJson {
  readonly resource: Record<string, Record<string, Record<string, unknown>>>;
}

/** The one resource of a type, or the one whose id begins so. @throws Error when there is none or several */
export function resourceOf({ resource }: StackJson, type: string, idStart = ""): Record<string, unknown> {
  const found = Object.entries(resource[type] ?? {}).filter(([id]) => id.startsWith(idStart));
  const [only] = found;
  if (only === undefined || found.length > 1) {
    throw new Error(`${found.length} resources ${type}.${idStart}*, not one`);
  }
  return only[1];
}
