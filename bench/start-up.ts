import { spawn } from "node:child_process";
import { once } from "node:events";

/** A program that runs the simulator. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * Starts a simulator, cold, and stops it as soon as it says that it is ready.
 * @returns milliseconds from the start of the process to its word
 * @throws Error when it ends before
 */
export async function startUpMs({ file, args, environment }: Command): Promise<number> {
  const start = performance.now();
  const child = spawn(file, [...args, "--port", "0", "--json"], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
    // A process group, because npm starts others.
    detached: true,
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
    child.once("exit", (code) =>
      reject(new Error(`'${file} ${args.join(" ")}' ended with ${code}: ${output}`)),
    );
  });
  try {
    return await ready;
  } finally {
    if (child.pid !== undefined && child.exitCode === null) {
      process.kill(-child.pid, "SIGTERM");
      await ended;
    }
  }
}
