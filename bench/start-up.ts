import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";

/** A program of Node that runs the simulator. */
export interface Command {
  /** The program, and its arguments. */
  readonly args: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * Starts a simulator, cold, and stops it as soon as it says that it is ready.
 * @returns milliseconds from the start of the process to its word
 * @throws Error when it ends before
 */
export async function startUpMs({ args, environment }: Command): Promise<number> {
  const start = performance.now();
  const child = spawn(process.execPath, [...args, "--port", "0", "--json"], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
    // A process group, because npm starts others.
    detached: process.platform !== "win32",
  });
  const ended = once(child, "exit");
  let output = "";
  const ready = new Promise<number>((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (output.includes('{"event":"started"')) {
        resolve(performance.now() - start);
      }
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`'node ${args.join(" ")}' ended with ${code}: ${output}`)));
  });
  try {
    return await ready;
  } finally {
    if (child.pid !== undefined && child.exitCode === null) {
      endAll(child.pid);
      await ended;
    }
  }
}

/** Ends a process and those that it has started. */
function endAll(id: number): void {
  if (process.platform === "win32") {
    spawnSync("taskkill", ["/pid", String(id), "/t", "/f"]);
  } else {
    process.kill(-id, "SIGTERM");
  }
}
