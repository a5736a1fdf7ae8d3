import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A program that waits for something that never comes is ended. */
const MAX_RUN_MS = 120_000;

const CLIENTS = join(__dirname, "../examples/clients");
const MAIN = ["--require", join(__dirname, "../scripts/typescript.cjs"), "main.ts"];

/** One of `examples/clients`, with the environment in which it runs. */
export interface ClientProgram {
  readonly name: "keyless" | "device-code" | "certificate" | "key" | "direct";
  readonly environment: NodeJS.ProcessEnv;
  /** Hears each line that the program has for the person in front of it. @default - nobody does */
  readonly onMessage?: (line: string) => void;
}

/** What a program wrote, and how it ended. */
export interface ProgramRun {
  readonly exitCode: number | null;
  readonly output: string;
  readonly messages: string;
}

/** Runs a client program in a process of its own, from its own folder. */
export function runClientProgram({ name, environment, onMessage }: ClientProgram): Promise<ProgramRun> {
  const child = spawn(process.execPath, MAIN, {
    cwd: join(CLIENTS, name),
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: MAX_RUN_MS,
  });
  // Whoever ends the run ends its programs, too.
  const end = (): void => void child.kill();
  process.once("exit", end);
  child.once("close", () => process.off("exit", end));
  let output = "";
  const messages: string[] = [];
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  createInterface(child.stderr).on("line", (line) => {
    messages.push(line);
    onMessage?.(line);
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => resolve({ exitCode, output, messages: messages.join("\n") }));
  });
}

/** What came of a run, in the words of the cases: `answer`, or status and code of the refusal it reported. */
export function outcomeOf({ exitCode, output, messages }: ProgramRun): string {
  if (exitCode === 0 && output.trim() !== "") {
    return "answer";
  }
  return /^(\d{3} \w+):/m.exec(messages)?.[1] ?? `exit code ${exitCode}`;
}
