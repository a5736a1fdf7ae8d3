import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { continued, DOCS, ROOT, run, samples } from "./samples";

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
  const fileOf = (name: string) => join(ROOT, `${name.replace(/\W/g, "-")}.ts`);
  const files = new Map([...programs].map(([name, code]) => [fileOf(name), code]));
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (path) => files.has(path) || disk.fileExists(path),
    readFile: (path) => files.get(path) ?? disk.readFile(path),
    getSourceFile: (path, target, ...rest) => {
      const code = files.get(path);
      return code === undefined
        ? disk.getSourceFile(path, target, ...rest)
        : ts.createSourceFile(path, code, target);
    },
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return new Map(
    [...programs.keys()].map((name) => {
      const file = program.getSourceFile(fileOf(name));
      const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
      return [name, found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))];
    }),
  );
}

describe("samples of the documentation", () => {
  let found: ReadonlyMap<string, readonly string[]>;

  beforeAll(() => {
    found = diagnostics();
  }, 60_000);

  test.each([...programs.keys()])("%s compiles", (name) => {
    expect(found.get(name)).toEqual([]);
  });

  test.each([...programs])("%s synthesizes", (_name, program) => {
    expect(existsSync(join(run(program), "cdk.tf.json"))).toBe(true);
  });
});
