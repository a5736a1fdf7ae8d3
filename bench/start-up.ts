import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { get } from "node:https";

/** A program of Node that runs the simulator. */
export interface Command {
  /** The program, and its arguments. */
  readonly args: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
}

/** Milliseconds from the start of a process. */
export interface StartUp {
  /** Until a first request was answered, whatever the answer. */
  readonly answeredMs: number;
  /** Until it has said what to call. */
  readonly reportedMs: number;
}

/**
 * Starts a simulator, cold, calls it as soon as it says that it answers, and stops it once it has said what to call.
 * @throws Error when it ends before
 */
export async function startUp({ args, environment }: Command): Promise<StartUp> {
  const start = performance.now();
  const child = spawn(process.execPath, [...args, "--port", "0", "--json"], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    // A process group, because npm starts others.
    detached: process.platform !== "win32",
  });
  const ended = once(child, "exit");
  let output = "";
  const found = (pattern: RegExp): Promise<string> =>
    new Promise((resolve) => {
      const look = (): void => {
        const [text] = pattern.exec(output) ?? [];
        if (text !== undefined) {
          resolve(text);
        }
      };
      child.stdout.on("data", look);
      child.stderr.on("data", look);
    });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  const failed = new Promise<never>((_, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`'node ${args.join(" ")}' ended with ${code}: ${output}`)));
  });
  const since = (): number => performance.now() - start;
  try {
    const [answeredMs, reportedMs] = await Promise.race([
      Promise.all([
        found(/https:\/\/localhost:\d+/)
          .then(answered)
          .then(since),
        found(/\{"event":"started"/).then(since),
      ]),
      failed,
    ]);
    return { answeredMs, reportedMs };
  } finally {
    if (child.pid !== undefined && child.exitCode === null) {
      endAll(child.pid);
      await ended;
    }
  }
}

/** Waits for the answer of a gateway, whose certificate nobody could know yet. */
function answered(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, { rejectUnauthorized: false }, (response) => response.resume().once("end", resolve)).once(
      "error",
      reject,
    );
  });
}

/** Ends a process and those that it has started. */
function endAll(id: number): void {
  if (process.platform === "win32") {
    spawnSync("taskkill", ["/pid", String(id), "/t", "/f"]);
  } else {
    process.kill(-id, "SIGTERM");
  }
}
