import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { compileFunction } from "node:vm";
import ts from "typescript";

const ROOT = resolve(__dirname, "../..");
const DOCS = join(ROOT, "docs");
const END = "app.synth();\n";
const IMPORT = /^import\s+(type\s+)?\{([^}]*)\}\s+from\s+"([^"]+)";\n/gm;

/** Every sample of a page, in its order, as it stands there. */
function samples(page: string): readonly string[] {
  const text = readFileSync(join(DOCS, page), "utf8");
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = ""]) => code);
}

/** The program of docs/README.md, with a sample before its last line and the imports of both. */
function continued(sample: string): string {
  const [program = ""] = samples("README.md");
  const modules = new Map<string, Set<string>>();
  for (const [, , names = "", module = ""] of (program + sample).matchAll(IMPORT)) {
    const known = modules.get(module) ?? new Set<string>();
    for (const name of names.split(",")) if (name.trim()) known.add(name.trim());
    modules.set(module, known);
  }
  const imports = [...modules].map(
    ([module, names]) => `import { ${[...names].join(", ")} } from "${module}";\n`,
  );
  const body = program.replace(IMPORT, "").replace(END, `${sample.replace(IMPORT, "")}${END}`);
  return imports.join("") + body;
}

const pages = readdirSync(DOCS).filter((page) => page.endsWith(".md"));
const programs = new Map(
  pages.flatMap((page) =>
    samples(page).map((sample, index): [string, string] => [
      `${page} #${index + 1}`,
      page === "README.md" && index === 0 ? sample : continued(sample),
    ]),
  ),
);

/** What the compiler says about each program, as a reader would see it in an editor. */
function diagnostics(): ReadonlyMap<string, readonly string[]> {
  const config = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(ROOT, "tsconfig.json"), (path) => ts.sys.readFile(path)).config,
    ts.sys,
    ROOT,
  );
  // A sample ends where its page stops: what it declares may be for the reader.
  const options = { ...config.options, noUnusedLocals: false };
  const files = new Map(
    [...programs].map(([name, code]) => [join(ROOT, `${name.replace(/\W/g, "-")}.ts`), code]),
  );
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (path) => files.has(path) || disk.fileExists(path),
    readFile: (path) => files.get(path) ?? disk.readFile(path),
    getSourceFile: (path, ...rest) => {
      const code = files.get(path);
      return code === undefined
        ? disk.getSourceFile(path, ...rest)
        : ts.createSourceFile(path, code, ...rest);
    },
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return new Map(
    [...programs.keys()].map((name) => {
      const file = program.getSourceFile(join(ROOT, `${name.replace(/\W/g, "-")}.ts`));
      const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
      return [name, found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))];
    }),
  );
}

describe("samples of the documentation", () => {
  let found: ReadonlyMap<string, readonly string[]>;
  const outdir = process.env.CDKTF_OUTDIR;

  beforeAll(() => {
    found = diagnostics();
    process.env.CDKTF_OUTDIR = mkdtempSync(join(tmpdir(), "samples-"));
  }, 60_000);

  afterAll(() => {
    if (outdir === undefined) delete process.env.CDKTF_OUTDIR;
    else process.env.CDKTF_OUTDIR = outdir;
  });

  test.each([...programs.keys()])("%s compiles", (name) => {
    expect(found.get(name)).toEqual([]);
  });

  test.each([...programs])("%s synthesizes", (_name, code) => {
    const { outputText } = ts.transpileModule(code, {
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
    });
    const run = compileFunction(outputText, ["require", "exports"]) as (...args: object[]) => void;
    expect(() => run(require, {})).not.toThrow();
  });
});
