import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import type { Readable } from "node:stream";
import { simulatingProgram } from "../../support/program";

const ROOT = resolve(__dirname, "../../..");

/** The simulator as people start it, in a process of its own. */
export class SimulatorProcess {
  private output = "";
  private errors = "";
  private readonly child: ChildProcessByStdio<null, Readable, Readable>;
  private readonly ended: Promise<number | null>;

  /** @param output where stacks are synthesized to */
  public constructor(args: readonly string[], output: string) {
    this.child = spawn(process.execPath, simulatingProgram("simulator/main.ts", args), {
      cwd: ROOT,
      env: { ...process.env, CDKTF_OUTDIR: output },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child.stdout.setEncoding("utf8").on("data", (text: string) => (this.output += text));
    this.child.stderr.setEncoding("utf8").on("data", (text: string) => (this.errors += text));
    this.ended = once(this.child, "close").then(([code]) => code as number | null);
  }

  /** Waits for a whole line. @returns the lines so far @throws Error when the process ends before */
  public async lines(count: number): Promise<readonly string[]> {
    const complete = (): readonly string[] => this.output.split("\n").slice(0, -1);
    while (complete().length < count) {
      const code = await Promise.race([once(this.child.stdout, "data").then(() => undefined), this.ended]);
      if (code !== undefined) {
        throw new Error(`the simulator ended with ${code}: ${this.errors}`);
      }
    }
    return complete();
  }

  /** How it ends by itself. */
  public async result(): Promise<{
    readonly code: number | null;
    readonly output: string;
    readonly errors: string;
  }> {
    const code = await this.ended;
    return { code, output: this.output, errors: this.errors };
  }

  /** Ctrl-C. @returns the exit code */
  public interrupt(): Promise<number | null> {
    this.child.kill("SIGINT");
    return this.ended;
  }
}
