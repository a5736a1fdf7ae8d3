import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { compilerLines } from "./compiler-lines";

const ROOT = resolve(__dirname, "../..");
/** Below the folder of packages, which programs find from there. */
const CACHE = join(ROOT, "node_modules/.cache");

/**
 * Says what the compiler finds in programs that exist as text only, with this repository's settings, as an editor
 * would show it to whoever pasted one into the root of the repository. Unused declarations are fine: the text may go
 * on.
 *
 * @param programs by file name, such as `sample.ts`; `.mts` for one with `await` at its top
 * @returns messages by file name
 * @throws Error if the compiler says something that is about none of them
 */
export function typeProblems(programs: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, "programs-"));
  try {
    for (const [name, code] of programs) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), code);
    }
    // What they import beside them is looked for in the repository, too.
    const compilerOptions = { noUnusedLocals: false, rootDirs: [folder, ROOT] };
    const settings = {
      extends: join(ROOT, "tsconfig.json"),
      compilerOptions,
      files: [...programs.keys()],
      include: [],
    };
    const file = join(folder, "tsconfig.programs.json");
    writeFileSync(file, JSON.stringify(settings));
    return problemsOf(file, [...programs.keys()]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function problemsOf(project: string, names: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const problems = new Map(names.map((name): [string, string[]] => [name, []]));
  for (const line of compilerLines(dirname(project), ["-p", project])) {
    const [, path, message] = /^(.*?)\(\d+,\d+\): error TS\d+: (.*)$/.exec(line) ?? [];
    const found = problems.get(path ?? "");
    if (found === undefined || message === undefined) {
      throw new Error(`the compiler says '${line}'`);
    }
    found.push(message);
  }
  return problems;
}
