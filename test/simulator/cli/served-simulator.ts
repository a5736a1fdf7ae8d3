import { readCommandLine } from "../../../simulator/cli/command-line";
import { serve } from "../../../simulator/cli/serve";

/** The simulator's command in this process, from its arguments to its end. What it prints is seen by its test alone. */
export class ServedSimulator {
  private readonly printed: string[] = [];
  private readonly waiting = new Set<() => void>();
  private readonly log = jest.spyOn(console, "log").mockImplementation((text: string) => this.hear(text));
  private readonly error = jest.spyOn(console, "error").mockImplementation(() => undefined);
  private stop: () => void = () => undefined;
  private readonly ended: Promise<number>;

  /** @param output where stacks are synthesized to */
  public constructor(args: readonly string[], output: string) {
    process.env.CDKTF_OUTDIR = output;
    const stopped = new Promise<void>((stop) => (this.stop = stop));
    this.ended = serve(stopped, readCommandLine(args));
  }

  /** Waits for what is printed at once. @returns what was so far @throws Error when the command ends before */
  public async prints(count: number): Promise<readonly string[]> {
    while (this.printed.length < count) {
      const code = await Promise.race([new Promise<void>((heard) => this.waiting.add(heard)), this.ended]);
      if (code !== undefined) {
        throw new Error(`the simulator ended with ${code}: ${this.error.mock.calls.flat().join("\n")}`);
      }
    }
    return this.printed;
  }

  /** What SIGINT and SIGTERM come to. @returns the exit code */
  public async end(): Promise<number> {
    this.stop();
    try {
      return await this.ended;
    } finally {
      this.log.mockRestore();
      this.error.mockRestore();
    }
  }

  private hear(text: string): void {
    this.printed.push(text);
    this.waiting.forEach((heard) => heard());
    this.waiting.clear();
  }
}
