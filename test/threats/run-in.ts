import type { SimulatedEnvironment } from "../support/simulation";

/** Runs a test in an environment of its own, and closes it whatever happens: an open one would keep Jest waiting. */
export async function runIn(
  starting: Promise<SimulatedEnvironment>,
  run: (environment: SimulatedEnvironment) => Promise<void>,
): Promise<void> {
  const environment = await starting;
  try {
    await run(environment);
  } finally {
    await environment.close();
  }
}
