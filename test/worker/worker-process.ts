import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { Simulation } from "../../simulator";
import { programEnvironment } from "../../simulator/cli/program-command";
import { programArguments } from "../support/program";

/** A line that the worker logged. */
export interface LogLine {
  readonly event: string;
  readonly [detail: string]: unknown;
}

/** What is not there after this time will not come. */
const MAX_WAIT_MS = 60_000;
/** What is waited for may happen a moment after the line that is logged about it. */
const LOOK_AGAIN_MS = 100;

/** The worker as its container starts it, in a process of its own. */
export class WorkerProcess {
  public readonly log: LogLine[] = [];
  private errors = "";
  private readonly child: ChildProcessByStdio<null, Readable, Readable>;
  private readonly ended: Promise<number | null>;

  /**
   * @param environment all that it has, beside the way to Node.js
   * @param program what Node gets to run it
   */
  public constructor(
    environment: Readonly<Record<string, string>>,
    args: readonly string[] = [],
    program = programArguments("worker/main.ts"),
  ) {
    this.child = spawn(process.execPath, [...program, ...args], {
      env: { PATH: process.env.PATH, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    createInterface(this.child.stdout).on("line", (line) => {
      this.log.push(line.startsWith("{") ? (JSON.parse(line) as LogLine) : { event: line });
      this.child.emit("line");
    });
    this.child.stderr.setEncoding("utf8").on("data", (text: string) => (this.errors += text));
    this.ended = once(this.child, "close").then(([code]) => code as number | null);
  }

  /**
   * Waits until it is so; looks again with each line of the log.
   * @throws Error with the end of the log when the process ends before, or that takes too long
   */
  public async until(
    condition: (log: readonly LogLine[]) => boolean,
    maxWaitMs = MAX_WAIT_MS,
  ): Promise<void> {
    const deadline = Date.now() + maxWaitMs;
    while (!condition(this.log)) {
      const ended = await Promise.race([
        this.ended.then((code) => `it ended with ${code}: ${this.errors}`),
        new Promise<undefined>((resolve) => {
          const timer = setTimeout(proceed, LOOK_AGAIN_MS);
          const { child } = this;
          child.once("line", proceed);
          function proceed(): void {
            clearTimeout(timer);
            child.off("line", proceed);
            resolve(undefined);
          }
        }),
      ]);
      const problem = ended ?? (Date.now() > deadline ? "it took too long" : undefined);
      if (problem !== undefined && !condition(this.log)) {
        const log = this.log.slice(-20).map((line) => JSON.stringify(line));
        throw new Error(`${problem}\n${log.join("\n")}`);
      }
    }
  }

  /** Ends it by force. */
  public async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.ended;
  }

  /** Asks it to stop. @returns the exit code */
  public terminate(): Promise<number | null> {
    this.child.kill("SIGTERM");
    return this.ended;
  }

  /** How it ends by itself. */
  public async result(): Promise<{ readonly code: number | null; readonly errors: string }> {
    const code = await this.ended;
    return { code, errors: this.errors };
  }
}

/** What a worker in the virtual network of the stacks gets, whose identity has this name. */
export function environmentOf(
  simulation: Simulation,
  identity: string,
  own: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const certificates = join(mkdtempSync(join(tmpdir(), "worker-")), "ca.pem");
  writeFileSync(certificates, simulation.caPem);
  const found = simulation.model.identities.find(({ name }) => name === identity);
  return {
    AZURE_CLIENT_ID: found?.clientId ?? "",
    ...programEnvironment(simulation, certificates),
    ...own,
  };
}
