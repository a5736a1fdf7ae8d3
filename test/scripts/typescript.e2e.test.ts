import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const ROOT = resolve(__dirname, "../..");
const CACHE = "node_modules/.cache/programs/main.ts.bin";

/** A repository with a program of two modules and a package. */
const FILES = {
  "main.ts": `#!/usr/bin/env node
import { settings } from "./settings";
import { described } from "cdktf-azure-openai-gateway/policy";
import type { Nothing } from "./nothing";
import { readFileSync } from "node:fs";

interface Shown { readonly text: string }

if (process.argv[2] === "fail") {
  throw new Error((settings as Shown).text);
}
if (process.argv[2] === "fail-elsewhere") {
  require("node:vm").runInNewContext("throw new TypeError('of another context')");
}
if (process.argv[2] === "parse") {
  const { compileGrammar } = require("./expressions/syntax/grammar") as { compileGrammar: () => Promise<object> };
  void compileGrammar();
}
const lazy = require("./lazy.js") as { readonly stack: () => string };
console.log(settings.text, described(), lazy.stack(), require.main === module, readFileSync(__filename, "utf8").length > 9);
import("thing").then((thing) => console.log("then", thing.default.name));
`,
  "settings/index.ts": `export const settings = { text: "eins – ẞ" };\n`,
  "entries/policy.ts": `import thing from "thing";\nexport const described = (): string => \`\${thing.name} \${__dirname}\`;\n`,
  "lazy.ts": `type Unused = string;

export function stack(): string {
  return /lazy\\.ts:\\d+:\\d+/.exec(new Error("here").stack ?? "")?.[0] ?? "none";
}
`,
  "node_modules/thing/package.json": `{ "name": "thing", "main": "./one.js" }`,
  "node_modules/thing/one.js": `#!/usr/bin/env node\nexports.name = "one";\n`,
  "node_modules/thing/two.js": `exports.name = "two";\n`,
  "node_modules/.package-lock.json": "{}",
};

describe("a program of TypeScript", () => {
  const folder = mkdtempSync(join(tmpdir(), "typescript-"));
  const cache = join(folder, CACHE);

  beforeAll(() => {
    for (const [path, text] of Object.entries(FILES)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    for (const path of [
      "scripts/typescript.cjs",
      "scripts/program-cache.cjs",
      "tsconfig.json",
      "expressions/syntax/grammar.ts",
    ]) {
      cpSync(join(ROOT, path), join(folder, path));
    }
    for (const name of ["@swc", "tree-sitter-c-sharp"]) {
      symlinkSync(join(ROOT, "node_modules", name), join(folder, "node_modules", name));
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const run = (...args: readonly string[]): string => {
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ["--require", "./scripts/typescript.cjs", "main.ts", ...args],
      { cwd: folder, encoding: "utf8" },
    );
    return stdout + stderr;
  };
  const printed = (text: string, name: string): string =>
    `${text} ${name} ${join(folder, "entries")} lazy.ts:4:34 true true\nthen ${name}\n`;

  test("does the same when it starts from what was kept as at the first time", () => {
    expect(run()).toBe(printed("eins – ẞ", "one"));
    const { mtimeMs } = statSync(cache);
    expect(run()).toBe(printed("eins – ẞ", "one"));
    expect(statSync(cache).mtimeMs).toBe(mtimeMs);
    expect(readdirSync(dirname(cache))).toEqual(["main.ts.bin"]);
  });

  // For which V8 gets settings that are not those of the code that was kept.
  test("starts from what was kept of one that has read the grammar of C#", () => {
    expect(run("parse")).toBe(printed("eins – ẞ", "one"));
    const { mtimeMs } = statSync(cache);
    expect(run("parse")).toBe(printed("eins – ẞ", "one"));
    expect(statSync(cache).mtimeMs).toBe(mtimeMs);
  });

  test("shows where in the TypeScript an error was thrown", () => {
    expect(run("fail")).toContain(
      `Error: eins – ẞ\n    at Object.<anonymous> (${join(folder, "main.ts")}:10:9)`,
    );
  });

  test("shows an error of another context", () => {
    expect(run("fail-elsewhere")).toMatch(/TypeError: of another context\n {4}at /);
  });

  test("is compiled anew when it was written, even with its old size and time", () => {
    const path = join(folder, "settings/index.ts");
    const { atime, mtime } = statSync(path);
    writeFileSync(path, readFileSync(path, "utf8").replace("eins", "zwei"));
    utimesSync(path, atime, mtime);
    expect(run()).toBe(printed("zwei – ẞ", "one"));
    expect(run()).toBe(printed("zwei – ẞ", "one"));
  });

  test("finds another file where it has come before the one that was kept", () => {
    writeFileSync(join(folder, "settings.ts"), `export const settings = { text: "drei" };\n`);
    expect(run()).toBe(printed("drei", "one"));
    rmSync(join(folder, "settings.ts"));
    expect(run()).toBe(printed("zwei – ẞ", "one"));
  });

  test("has the packages that are installed", () => {
    writeFileSync(join(folder, "node_modules/thing/package.json"), `{ "name": "thing", "main": "./two.js" }`);
    expect(run()).toBe(printed("zwei – ẞ", "two"));
    appendFileSync(join(folder, "node_modules/thing/two.js"), `exports.name = "zweites";\n`);
    expect(run()).toBe(printed("zwei – ẞ", "zweites"));
  });

  test.each([
    ["that ends too early", () => truncateSync(cache, statSync(cache).size - 1)],
    ["that is something else", () => writeFileSync(cache, "something else, for all that anybody knows")],
    [
      "that another Node.js wrote",
      () => {
        const kept = readFileSync(cache, "latin1").replaceAll("zweites", "viertes");
        writeFileSync(cache, kept.replace(process.version, "v20.00.0"), "latin1");
      },
    ],
  ])("does not care for a file %s", (_name, spoil) => {
    spoil();
    expect(run()).toBe(printed("zwei – ẞ", "zweites"));
  });

  test("does not need a place to keep anything", () => {
    rmSync(dirname(cache), { recursive: true });
    writeFileSync(dirname(cache), "a file");
    expect(run()).toBe(printed("zwei – ẞ", "zweites"));
  });
});
