import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Simulation } from "../../simulator";
import { programArguments } from "../support/program";

/** A program that waits for something that never comes is ended. */
const MAX_RUN_MS = 100_000;

/** Variables that every program gets, and nothing else of this process: proxy settings of the machine stay out. */
function environment(simulation: Simulation, own: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const certificates = join(mkdtempSync(join(tmpdir(), "sdk-")), "ca.pem");
  writeFileSync(certificates, simulation.caPem);
  return {
    PATH: process.env.PATH,
    HTTPS_PROXY: simulation.proxyUrl,
    NODE_EXTRA_CA_CERTS: certificates,
    OPENAI_API_VERSION: "2024-10-21",
    ...own,
  };
}

/**
 * Runs a program of `programs/` in a process of its own, which knows of the simulation by a proxy and a CA only.
 * @param own further environment variables
 * @param onLine gets each complete line that the program writes, and lets it go on
 * @returns the JSON that it wrote last
 * @throws Error with what it wrote when it failed
 */
export function runProgram(
  simulation: Simulation,
  name: string,
  own: Readonly<Record<string, string>>,
  onLine?: (line: string) => void,
): Promise<unknown> {
  const child = spawn(process.execPath, programArguments(`test/sdk/programs/${name}.ts`), {
    env: environment(simulation, own),
    timeout: MAX_RUN_MS,
  });
  const lines: string[] = [];
  const errors: string[] = [];
  createInterface(child.stdout).on("line", (line) => {
    lines.push(line);
    if (!line.startsWith("{")) {
      onLine?.(line);
      child.stdin.write("\n");
    }
  });
  child.stderr.on("data", (chunk: Buffer) => errors.push(chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) {
        resolve(JSON.parse(lines.at(-1) ?? "null"));
      } else {
        reject(new Error(`${name} ended with ${code}:\n${errors.join("")}${lines.join("\n")}`));
      }
    });
  });
}
