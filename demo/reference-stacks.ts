import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { VARIABLES_FILE } from "../environments/process-environment";

const ROOT = resolve(__dirname, "..");
const DIRECT = "direct";
const DIRECT_PROGRAM = "examples/clients/direct/stack.ts";
/** What the stacks are made of. */
const SOURCES = [
  "main.ts",
  "environments",
  "contracts",
  "stacks",
  "lib",
  DIRECT_PROGRAM,
  "package-lock.json",
];

/** Folders of synthesized stacks: those of the environments, and the one without a gateway. */
export class ReferenceStacks {
  /** @param folder a `cdktf.out` of this repository, or a copy of one */
  public constructor(private readonly folder: string) {}

  /**
   * The stacks in `cdktf.out`: made when missing, older than their sources, or made with values of process variables,
   * else as they are, edits included.
   *
   * @param onSynthesis gets the name of each program that has to be run
   * @throws Error with what a program wrote if it failed
   */
  public static current(onSynthesis: (program: string) => void): ReferenceStacks {
    const folder = join(ROOT, "cdktf.out");
    const stacks = new ReferenceStacks(folder);
    const files = ["dev", "test", "prod"].map((name) => join(stacks.environment(name), "cdk.tf.json"));
    const newest = newestSource();
    const outdated = (file: string): boolean => changeOf(file) < newest;
    const programs = [
      ...(files.some(outdated) || hadVariables(folder) ? [["main.ts", folder] as const] : []),
      ...(outdated(join(stacks.direct, "cdk.tf.json"))
        ? [[DIRECT_PROGRAM, join(folder, DIRECT)] as const]
        : []),
    ];
    for (const [program, outdir] of programs) {
      onSynthesis(program);
      synthesize(program, outdir);
    }
    return stacks;
  }

  public environment(name: string): string {
    return join(this.folder, "stacks", name);
  }

  public get direct(): string {
    return join(this.folder, DIRECT, "stacks", "chat-direct");
  }
}

/**
 * Whether the environments in a folder are older than their sources, not of this day, on which opt-outs and contracts may
 * have ended, or made with values of process variables, which may be others now.
 *
 * @param folder a `cdktf.out`, which need not exist
 */
export function areOutdated(folder: string): boolean {
  const synthesized = changeOf(join(folder, "manifest.json"));
  const isOfToday = new Date(synthesized).toDateString() === new Date().toDateString();
  return !isOfToday || synthesized < newestSource() || hadVariables(folder);
}

function hadVariables(folder: string): boolean {
  const file = join(folder, VARIABLES_FILE);
  return existsSync(file) && readFileSync(file, "utf8").trim() !== "[]";
}

/** When a file was written; 0 for none. */
function changeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function newestSource(): number {
  return Math.max(...SOURCES.map((source) => newestChange(join(ROOT, source))));
}

/** Of a folder, with what was taken out of it. */
function newestChange(path: string): number {
  const stats = statSync(path);
  return stats.isDirectory()
    ? Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newestChange(join(path, name))))
    : stats.mtimeMs;
}

/** Runs a program of CDKTF. @throws Error with what it wrote if it failed */
export function synthesize(program: string, outdir: string): void {
  const { status, stderr } = spawnSync(process.execPath, ["--require", "./scripts/typescript.cjs", program], {
    cwd: ROOT,
    env: { ...process.env, CDKTF_OUTDIR: outdir },
    encoding: "utf8",
  });
  if (status !== 0) {
    throw new Error(`${program} could not be synthesized:\n${stderr}`);
  }
}
