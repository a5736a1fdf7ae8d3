import childProcess, { type ChildProcess } from "node:child_process";
import { SimulatedCredentials } from "../../demo/simulated-credentials";
import { Simulation } from "../../simulator";

const { spawn } = childProcess;

/**
 * Watches `npm run demo` in this process for what nobody sees on the terminal: the secrets that are used, how its child
 * processes are started and what they write, and what the simulated gateways log.
 */
export class WatchedDemo {
  public readonly startedAs: string[] = [];
  /** What went to the stream itself, not to the console. */
  /** What is written past the console. */
  public standardOutput = "";
  public standardError = "";
  public logged = "";
  private readonly found = new Set<string>();
  /** By stream: those of programs that run at the same time would be torn apart in one. */
  private readonly streams: string[] = [];
  private readonly spies: readonly jest.SpyInstance[];

  public constructor() {
    const recordSecrets = this.recordSecrets.bind(this);
    const recordLogs = this.recordLogs.bind(this);
    const { dispose } = Object.getOwnPropertyDescriptors(SimulatedCredentials.prototype);
    const { close } = Object.getOwnPropertyDescriptors(Simulation.prototype);
    this.spies = [
      jest.spyOn(SimulatedCredentials.prototype, "dispose").mockImplementation(function (
        this: SimulatedCredentials,
      ) {
        recordSecrets(this);
        dispose.value?.call(this);
      }),
      jest.spyOn(Simulation.prototype, "close").mockImplementation(function (this: Simulation) {
        recordLogs(this);
        return close.value?.call(this) ?? Promise.resolve();
      }),
      jest
        .spyOn(childProcess, "spawn")
        .mockImplementation((...args: Parameters<typeof spawn>) => this.start(...args)),
      jest.spyOn(process.stdout, "write").mockImplementation((text: string | Uint8Array) => {
        this.standardOutput += text.toString();
        return true;
      }),
      jest.spyOn(process.stderr, "write").mockImplementation((text: string | Uint8Array) => {
        this.standardError += text.toString();
        return true;
      }),
    ];
  }

  /** Everything secret that the runs have used. */
  public get secrets(): readonly string[] {
    return [...this.found];
  }

  /** What client programs wrote. */
  public get written(): string {
    return this.streams.join("\n");
  }

  public end(): void {
    this.spies.forEach((spy) => spy.mockRestore());
  }

  private start(...args: Parameters<typeof spawn>): ChildProcess {
    const child = spawn(...args);
    this.startedAs.push(child.spawnargs.join(" "));
    for (const stream of [child.stdout, child.stderr]) {
      const at = this.streams.push("") - 1;
      stream?.on("data", (chunk: Buffer) => (this.streams[at] += chunk.toString()));
    }
    return child;
  }

  private recordSecrets({ secrets }: SimulatedCredentials): void {
    secrets.forEach((secret) => this.found.add(secret));
  }

  private recordLogs({ logs, messages, metrics, traces }: Simulation): void {
    this.logged += JSON.stringify([logs, messages, metrics, traces]);
  }
}
