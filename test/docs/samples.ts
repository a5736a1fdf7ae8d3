import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { compileFunction } from "node:vm";
import { transformSync } from "@swc/core";

export const ROOT = resolve(__dirname, "../..");
export const DOCS = join(ROOT, "docs");

const END = "app.synth();\n";
const IMPORT = /^import\s+(type\s+)?\{([^}]*)\}\s+from\s+"([^"]+)";\n/gm;

/** Every sample of a page, in its order, as it stands there. */
export function samples(page: string): readonly string[] {
  const text = readFileSync(join(DOCS, page), "utf8");
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = ""]) => code);
}

/** The program of docs/README.md and the names of its parts, with samples before its last line and the imports of all of them. */
export function continued(...added: readonly string[]): string {
  const [program = "", parts = ""] = samples("README.md");
  const modules = new Map<string, Set<string>>();
  for (const [, , names = "", module = ""] of [program, ...added].join("").matchAll(IMPORT)) {
    const known = modules.get(module) ?? new Set<string>();
    for (const name of names.split(",")) {
      if (name.trim()) {
        known.add(name.trim());
      }
    }
    modules.set(module, known);
  }
  const imports = [...modules].map(
    ([module, names]) => `import { ${[...names].join(", ")} } from "${module}";\n`,
  );
  const bodies = added.map((sample) => sample.replace(IMPORT, ""));
  return imports.join("") + program.replace(IMPORT, "").replace(END, [parts, ...bodies, END].join(""));
}

/** What the types are taken out of; other tests check them. */
export function javaScript(sample: string): string {
  return transformSync(sample, {
    jsc: { target: "es2022", parser: { syntax: "typescript" } },
    module: { type: "commonjs" },
  }).code;
}

/**
 * Runs a program as a reader would.
 *
 * @returns the folder into which it synthesized its stack
 */
export function run(program: string): string {
  const main = compileFunction(javaScript(program), ["require", "exports"]) as (...args: object[]) => void;
  const before = process.env.CDKTF_OUTDIR;
  const outdir = mkdtempSync(join(tmpdir(), "samples-"));
  process.env.CDKTF_OUTDIR = outdir;
  try {
    main(require, {});
  } finally {
    if (before === undefined) {
      delete process.env.CDKTF_OUTDIR;
    } else {
      process.env.CDKTF_OUTDIR = before;
    }
  }
  return join(outdir, "stacks/ai-dev");
}
