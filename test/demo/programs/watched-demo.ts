import childProcess, { type ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import { SimulatedCredentials } from "../../../demo/simulated-credentials";
import { runIfMain } from "../../../scripts/command-line";
import { run } from "../../../scripts/demo";
import { Simulation } from "../../../simulator";

// Runs `npm run demo` as it is, and writes down for its test what nobody sees on the terminal: the secrets that were
// used, how its child processes were started and what they wrote, and what the simulated gateways logged.
const secrets = new Set<string>();
const STARTED_AS: string[] = [];
/** By stream: those of programs that run at the same time would be torn apart in one. */
const WRITTEN: string[] = [];
let logged = "";

const { dispose } = Object.getOwnPropertyDescriptors(SimulatedCredentials.prototype);
SimulatedCredentials.prototype.dispose = function (this: SimulatedCredentials): void {
  this.secrets.forEach((secret) => secrets.add(secret));
  dispose.value?.call(this);
};

const { close } = Object.getOwnPropertyDescriptors(Simulation.prototype);
Simulation.prototype.close = async function (this: Simulation): Promise<void> {
  logged += JSON.stringify([this.logs, this.messages, this.metrics, this.traces]);
  await close.value?.call(this);
};

const { spawn } = childProcess;
childProcess.spawn = ((...args: Parameters<typeof spawn>): ChildProcess => {
  const child = spawn(...args);
  STARTED_AS.push(child.spawnargs.join(" "));
  for (const stream of [child.stdout, child.stderr]) {
    const at = WRITTEN.push("") - 1;
    stream?.on("data", (chunk: Buffer) => (WRITTEN[at] += chunk.toString()));
  }
  return child;
}) as typeof spawn;

process.once("exit", () => {
  const report = { secrets: [...secrets], startedAs: STARTED_AS, written: WRITTEN.join("\n"), logged };
  writeFileSync(process.env.WATCH_REPORT ?? "", JSON.stringify(report), { mode: 0o600 });
});

runIfMain(module, run);
