import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

const ROOT = resolve(__dirname, "..");
const DIRECT = "direct";
const DIRECT_PROGRAM = "examples/clients/direct/stack.ts";
/** What the stacks are made of. */
const SOURCES = ["main.ts", "environments", "stacks", "lib", DIRECT_PROGRAM, "package-lock.json"];

/** Folders of synthesized stacks: those of the environments, and the one without a gateway. */
export class ReferenceStacks {
  /** @param folder a `cdktf.out` of this repository, or a copy of one */
  public constructor(private readonly folder: string) {}

  /**
   * The stacks in `cdktf.out`: made when missing or older than their sources, else as they are, edits included.
   *
   * @param onSynthesis gets the name of each program that has to be run
   * @throws Error with what a program wrote if it failed
   */
  public static current(onSynthesis: (program: string) => void): ReferenceStacks {
    const folder = join(ROOT, "cdktf.out");
    const stacks = new ReferenceStacks(folder);
    const files = ["dev", "test", "prod"].map((name) => join(stacks.environment(name), "cdk.tf.json"));
    const newest = Math.max(...SOURCES.map((source) => newestChange(join(ROOT, source))));
    const outdated = (file: string): boolean => !existsSync(file) || statSync(file).mtimeMs < newest;
    const programs = [
      ...(files.some(outdated) ? [["main.ts", folder] as const] : []),
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

function newestChange(path: string): number {
  const stats = statSync(path);
  if (!stats.isDirectory()) {
    return stats.mtimeMs;
  }
  return Math.max(...readdirSync(path).map((name) => newestChange(join(path, name))));
}

/** @throws Error with what the program wrote if it failed */
function synthesize(program: string, outdir: string): void {
  const { status, stderr } = spawnSync(process.execPath, ["--import", "tsx", program], {
    cwd: ROOT,
    env: { ...process.env, CDKTF_OUTDIR: outdir },
    encoding: "utf8",
  });
  if (status !== 0) {
    throw new Error(`${program} could not be synthesized:\n${stderr}`);
  }
}
