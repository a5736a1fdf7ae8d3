import { rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { everyCredentialStack, type EveryCredentialStackProps } from "../test/support/every-credential-stack";
import { MeasuredSimulator } from "./measured-simulator";

/** Lets a stack run in a process of its own while something is measured. */
export async function withSimulator(
  props: EveryCredentialStackProps,
  work: (simulator: MeasuredSimulator, kilobytes: number) => Promise<void>,
): Promise<void> {
  await withStack(props, async (directory) => {
    const simulator = await MeasuredSimulator.start(directory);
    try {
      await work(simulator, statSync(join(directory, "cdk.tf.json")).size / 1024);
    } finally {
      await simulator.stop();
    }
  });
}

/** Makes a stack, and removes it afterwards. */
export async function withStack<T>(
  props: EveryCredentialStackProps,
  work: (directory: string) => Promise<T>,
): Promise<T> {
  const directory = everyCredentialStack(props);
  try {
    return await work(directory);
  } finally {
    rmSync(dirname(dirname(directory)), { recursive: true, force: true });
  }
}
