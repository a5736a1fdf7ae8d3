import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const ROOT = resolve(__dirname, "../..");
const MANIFESTS = [
  "package.json",
  "packages/azure-apim-simulator/package.json",
  "examples/team-stack/package.json",
];
/** Folders of programs that the scripts of package.json run. */
const PROGRAMS = ["scripts", "bench", "demo"];

/** What is meant for one shell only, by what stands for it. */
const SHELL_ISMS: Readonly<Record<string, RegExp>> = {
  "a single quote, which cmd passes on": /'/,
  "a variable, which each shell writes in its own way": /\$|%\w+%/,
  "a setting in front of a command": /(?:^|&& )\w+=/,
  "a pattern of file names, which cmd passes on": /\*/,
  "a pipe, a redirection or a list": /[|<>;`]|(?<!&)&(?!&)/,
  "a folder of the home": /~/,
};

/** Ways to start a program, with what is started. */
const STARTS = /(?<![.\w])(?:spawn|exec|execFile)(?:Sync)?\(\s*([^,)]+)/g;
/** Programs that are an executable file on every system where they are started. */
const EXECUTABLES = ["process.execPath", "TERRAFORM", "terraform", '"git"', '"taskkill"'];

interface Manifest {
  readonly scripts?: Readonly<Record<string, string>>;
}

interface Script {
  readonly name: string;
  readonly line: string;
}

function scriptsOf(manifest: string): readonly Script[] {
  const path = join(ROOT, manifest);
  const { scripts = {} } = existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Manifest) : {};
  return Object.entries(scripts).map(([name, line]) => ({ name: `${manifest}: ${name}`, line }));
}

function problemsOf({ name, line }: Script): readonly string[] {
  const isms = Object.entries(SHELL_ISMS).filter(([, pattern]) => pattern.test(line));
  const foreign = line
    .split(" && ")
    .map((command) => command.split(" ")[0] ?? "")
    .filter((program) => program !== "node" && !existsSync(join(ROOT, "node_modules/.bin", program)));
  return [
    ...isms.map(([what]) => `${name} has ${what}: ${line}`),
    ...foreign.map((program) => `${name} starts ${program}, which is not a package of this repository`),
  ];
}

/** Sources, by path from the root. */
function programs(): ReadonlyMap<string, string> {
  const files = PROGRAMS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => /\.m?ts$/.test(file))
      .map((file) => join(folder, file)),
  );
  const clients = readdirSync(join(ROOT, "test/sdk"))
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .map((file) => join("test/sdk", file));
  return new Map([...files, ...clients].map((file) => [file, readFileSync(join(ROOT, file), "utf8")]));
}

function startedPrograms(source: string): readonly string[] {
  return [...source.matchAll(STARTS)].map(([, program = ""]) => program.trim());
}

describe("the scripts of package.json", () => {
  it.each(MANIFESTS)("run in every shell: %s", (manifest) => {
    expect(scriptsOf(manifest).flatMap(problemsOf)).toEqual([]);
  });

  it.each([
    "rm -rf dist",
    "CI=1 jest",
    "prettier --check 'lib/*.ts'",
    "jest --ci | tee log",
    "tsc; jest",
    "jest $FLAGS",
    "cp README.md dist",
  ])("would be found out: %s", (line) => {
    expect(problemsOf({ name: "package.json: example", line })).not.toEqual([]);
  });
});

describe("the programs that they run", () => {
  const sources = programs();

  it("start what is an executable file on Windows as well", () => {
    const started = [...sources].flatMap(([file, source]) =>
      startedPrograms(source)
        .filter((program) => !EXECUTABLES.includes(program))
        .map((program) => `${file}: ${program}`),
    );
    // Told by its only callers, which pass Node.
    expect(started).toEqual(["test/sdk/client-run.ts: program"]);
  });

  it.each([
    ['execFileSync("npm", ["ci"])', ['"npm"']],
    ['spawn(\n  "npx",\n  [])', ['"npx"']],
    ["pattern.exec(text)", []],
  ])("would be found out by %s", (source, expected) => {
    expect(startedPrograms(source)).toEqual(expected);
  });

  it.each([
    ["a script of node_modules/.bin, which is for one shell", /node_modules\/\.bin/],
    ["a shell", /\bshell: true/],
    ["a folder of Unix", /["'`]\/(?:tmp|usr|home|dev)\b/],
    ["a path that is split at one separator", /\b(?:path|file|folder|directory)\.split\("\/"\)/i],
    [
      "a separator that is written out",
      /\b(?:ROOT|__dirname|tmpdir\(\)) ?\+|\$\{(?:ROOT|__dirname|tmpdir\(\))\}\//,
    ],
  ])("do not hold %s", (_what, pattern) => {
    expect([...sources].filter(([, source]) => pattern.test(source)).map(([file]) => file)).toEqual([]);
  });
});
