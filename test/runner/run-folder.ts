import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const PREFIX = "gateway-tests-";
const HOUR_MS = 3_600_000;
/** What was told to end needs a moment on a busy machine. */
const MAX_WAIT_MS = 5_000;

/**
 * The folder for temporary files of everything that one run of Jest starts. It is named after the process, and goes
 * with it.
 */
export class RunFolder {
  private static made: RunFolder | undefined;

  public readonly path: string;
  private readonly before: ReadonlySet<string>;

  private constructor(private readonly outside: string) {
    this.before = new Set(readdirSync(outside));
    this.path = mkdtempSync(join(outside, `${PREFIX}${process.pid}-`));
  }

  /** The folder of this process: made when first asked for. */
  public static current(): RunFolder {
    return (this.made ??= new RunFolder(tmpdir()));
  }

  /** Removes folders of runs that were killed. */
  public static removeAbandoned(): void {
    const outside = tmpdir();
    for (const name of readdirSync(outside).filter((each) => each.startsWith(PREFIX))) {
      const [, id] = /^gateway-tests-(\d+)-/.exec(name) ?? [];
      const path = join(outside, name);
      // Another run may remove its own at this moment.
      const { mtimeMs = Infinity } = statSync(path, { throwIfNoEntry: false }) ?? {};
      if (id !== undefined && !isRunning(Number(id)) && Date.now() - mtimeMs > HOUR_MS) {
        rmSync(path, { recursive: true, force: true });
      }
    }
  }

  /** Removes the folder, and ends what still runs in it. */
  public remove(): void {
    for (const { id } of this.processes()) {
      kill(id);
    }
    rmSync(this.path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }

  /** Processes that tests have started and not ended, as command lines; waits for those that are ending. */
  public async processesLeft(): Promise<readonly string[]> {
    for (const end = performance.now() + MAX_WAIT_MS; ; await sleep(20)) {
      const left = this.processes();
      if (left.length === 0 || performance.now() > end) {
        return left.map(({ commandLine }) => commandLine);
      }
    }
  }

  /** Names of what appeared beside the folder while it was there: of this run, or of another program. */
  public filesOutside(): readonly string[] {
    return readdirSync(this.outside).filter((name) => !this.before.has(name) && !name.startsWith(PREFIX));
  }

  /** Those whose environment or command line names the folder. Only Linux tells. */
  private processes(): readonly { readonly id: number; readonly commandLine: string }[] {
    if (!existsSync("/proc/self/environ")) {
      return [];
    }
    return readdirSync("/proc")
      .map(Number)
      .filter((id) => id > 0 && id !== process.pid)
      .flatMap((id) => {
        const commandLine = read(`/proc/${id}/cmdline`).replaceAll("\0", " ").trim();
        const isOurs = `${read(`/proc/${id}/environ`)}\0${commandLine}`.includes(this.path);
        return isOurs ? [{ id, commandLine }] : [];
      });
  }
}

function isRunning(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function kill(id: number): void {
  try {
    process.kill(id, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/** What a file holds, or nothing when its process has ended, or is another user's. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
