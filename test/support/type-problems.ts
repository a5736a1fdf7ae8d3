import { join, resolve } from "node:path";
import ts from "typescript";

const ROOT = resolve(__dirname, "../..");

/**
 * Says what the compiler finds in programs that exist as text only, with this repository's settings, as an editor
 * would show it to whoever pasted one into the root of the repository. Unused declarations are fine: the text may go
 * on.
 *
 * @param programs by file name, such as `sample.ts`; `.mts` for one with `await` at its top
 * @returns messages by file name
 */
export function typeProblems(programs: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  const config = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(ROOT, "tsconfig.json"), (path) => ts.sys.readFile(path)).config,
    ts.sys,
    ROOT,
  );
  const options = { ...config.options, noUnusedLocals: false };
  const files = new Map([...programs].map(([name, code]) => [join(ROOT, name), code]));
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
      const file = program.getSourceFile(join(ROOT, name));
      const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
      return [name, found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))];
    }),
  );
}
