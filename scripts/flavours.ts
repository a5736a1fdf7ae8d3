import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import type * as Swc from "@swc/core";
import { AZURERM_VERSIONS, BINDING_DIFFERENCES } from "./binding-differences";
import { type BindingSchemas, bindingSchemas, boundResources, schemaDifferences } from "./binding-schema";
import { command, runIfMain } from "./command-line";
import { CDKTF, CDKTN, type Flavour, FLAVOURS, inFlavour } from "./flavour";
import { installProject, packPackages } from "./packages";
import { TSC } from "./typescript-compiler";

const USAGE = `Usage: npm run test:flavours [-- --keep]

Packs the constructs for cdktf and for cdktn, installs each in an empty project with its own core, synthesizes the
reference environments and the team's example with each, and compares what Terraform gets. Also compares azurerm's
arguments in the bindings of both, and compiles the constructs against the bindings for cdktn. Needs npm's registry.

  --keep  leaves the projects where they are, and says where
  --help  this text

Exit codes: 0 the same but for what is known to differ, 1 anything else.`;

const ROOT = resolve(__dirname, "..");
/** Sources that a consumer could have written: they take the constructs from the package. */
const SOURCES = ["main.ts", "contracts", "environments", "stacks", "examples/team-stack"];

/** JSON of a stack, by name. */
type Stacks = ReadonlyMap<string, unknown>;

/**
 * Where the two may differ: what the core says about itself, and where it keeps a local state.
 * Paths are those of the JSON, `*` for any name.
 */
const KNOWN: readonly { readonly path: RegExp; readonly reason: string }[] = [
  { path: /^\/\/\/\/metadata\/version$/, reason: "version of the core" },
  { path: /^\/terraform\/backend\/local\/path$/, reason: "folder of the project" },
  {
    path: /^\/terraform\/required_providers\/azurerm\/version$/,
    reason: "a stack that does not say which versions it takes gets the one of its bindings",
  },
];

export const run = command({
  usage: USAGE,
  config: { options: { keep: { type: "boolean" } } },
  failureCode: 1,
  main: ({ values }) => {
    const folder = mkdtempSync(join(tmpdir(), "flavours-"));
    try {
      return Promise.resolve(compare(folder));
    } finally {
      if (values.keep) {
        console.log(`kept in ${folder}`);
      } else {
        rmSync(folder, { recursive: true, force: true });
      }
    }
  },
});

function compare(folder: string): number {
  console.error("packing …");
  const names = FLAVOURS.map(({ name }) => name);
  const tarballs = packPackages(folder, names);
  const [ours, theirs] = FLAVOURS.map((flavour) =>
    synthesized(flavour, tarballs.get(flavour.name) ?? "", join(folder, flavour.core)),
  ) as [Stacks, Stacks];
  compileConstructs(CDKTN, join(folder, CDKTN.core));
  const schemas = schemaProblems(folder);
  schemas.forEach((problem) => console.log(problem));
  const stacks = [...new Set([...ours.keys(), ...theirs.keys()])].sort();
  let unknown = 0;
  for (const name of stacks) {
    const found = differences(ours.get(name), theirs.get(name), "");
    const unexpected = found.filter((path) => !KNOWN.some((known) => known.path.test(path)));
    unknown += unexpected.length;
    console.log(`${name}: ${unexpected.length === 0 ? "the same" : "differs"}${describeKnown(found)}`);
    unexpected.forEach((path) => console.log(`  ${path}`));
  }
  return unknown === 0 && stacks.length > 0 && schemas.length === 0 ? 0 : 1;
}

/** What the bindings of the two say of azurerm, and `binding-differences.ts` does not. */
function schemaProblems(folder: string): readonly string[] {
  const sources = ["lib", "stacks"].flatMap((room) => programsIn(room).map(([, text]) => text));
  const resources = boundResources(sources);
  const [ours, theirs] = FLAVOURS.map(({ core, azurerm }) =>
    bindingSchemas(join(folder, core, "node_modules", azurerm), resources),
  ) as [BindingSchemas, BindingSchemas];
  const expected = new Set(BINDING_DIFFERENCES.map((each) => JSON.stringify(each)));
  const found = new Set(schemaDifferences(ours, theirs).map((each) => JSON.stringify(each)));
  const versions = `azurerm ${ours.provider} and ${theirs.provider}: ${found.size} differences in what is used`;
  console.log(versions);
  return [
    ...(ours.provider === AZURERM_VERSIONS.cdktf && theirs.provider === AZURERM_VERSIONS.cdktn
      ? []
      : [`${versions}, recorded are ${Object.values(AZURERM_VERSIONS).join(" and ")}`]),
    ...[...found].filter((each) => !expected.has(each)).map((each) => `not recorded: ${each}`),
    ...[...expected].filter((each) => !found.has(each)).map((each) => `not found any more: ${each}`),
  ];
}

/** Compiles the sources of the constructs as if they had been written for another core. */
function compileConstructs(flavour: Flavour, project: string): void {
  console.error(`compiling the constructs for ${flavour.core} …`);
  const sources = programsIn("lib").map(([file, text]) => {
    const target = join(project, "source", file);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, inFlavour(text, flavour));
    return target;
  });
  // Whatever else there is, one of them imports.
  const rooms = sources.filter((file) => basename(file) === "index.ts");
  compileTypes(["--skipLibCheck", "--lib", "es2023", ...rooms]);
}

/** Programs of a folder of this repository, by their paths in it. */
function programsIn(folder: string): readonly (readonly [string, string])[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter(isProgram)
    .map((file) => [join(folder, file), readFileSync(join(ROOT, folder, file), "utf8")] as const);
}

/** @throws Error when the compiler finds errors, which it prints */
function compileTypes(args: readonly string[]): void {
  const settings = ["--noEmit", "--strict", "--module", "node20", "--target", "es2022", "--types", "node"];
  const roots = ["--ignoreConfig", "--typeRoots", join(ROOT, "node_modules/@types")];
  execFileSync(process.execPath, [TSC, ...settings, ...roots, ...args], { stdio: "inherit" });
}

function describeKnown(found: readonly string[]): string {
  const reasons = KNOWN.filter(({ path }) => found.some((each) => path.test(each))).map(
    ({ reason }) => reason,
  );
  return reasons.length === 0 ? "" : ` but for: ${reasons.join("; ")}`;
}

/** Installs the package of a flavour in an empty project, and runs the sources there. */
function synthesized(flavour: Flavour, tarball: string, project: string): Stacks {
  console.error(`installing ${flavour.name} …`);
  const dependencies = { ...flavour.tested, [flavour.name]: `file:${tarball}` };
  installProject(project, { dependencies, overrides: flavour.overrides });
  SOURCES.forEach((source) => copySource(source, project, flavour));
  checkTypes(project, flavour);
  console.error(`synthesizing with ${flavour.core} …`);
  for (const program of ["main.js", "examples/team-stack/main.js"]) {
    execFileSync(process.execPath, [join(project, program)], { cwd: project, stdio: "inherit" });
  }
  return stacksIn(project);
}

/** Compiles the team's example against the declarations of the package, which no setting excuses. */
function checkTypes(project: string, flavour: Flavour): void {
  const folder = join(project, "types");
  mkdirSync(folder);
  const files = readdirSync(join(ROOT, "examples/team-stack")).filter(isProgram);
  for (const file of files) {
    const source = readFileSync(join(ROOT, "examples/team-stack", file), "utf8");
    writeFileSync(join(folder, file), inFlavour(source, flavour));
  }
  compileTypes(files.map((file) => join(folder, file)));
}

/** Compiles a source as a consumer's of the package. */
function copySource(source: string, project: string, flavour: Flavour): void {
  const files = source.endsWith(".ts")
    ? [source]
    : readdirSync(join(ROOT, source), { recursive: true, encoding: "utf8" }).map((file) =>
        join(source, file),
      );
  for (const file of files.filter((each) => isProgram(each) || /\.(?:pem|json)$/.test(each))) {
    const text = readFileSync(join(ROOT, file), "utf8");
    const target = join(project, file.replace(/\.ts$/, ".js"));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, file.endsWith(".ts") ? inFlavour(compiled(text), flavour) : text);
  }
}

/** Tests of the example run where the simulator is installed, too: they are not tried here. */
function isProgram(file: string): boolean {
  return file.endsWith(".ts") && !file.endsWith(".test.ts");
}

function compiled(source: string): string {
  const imported = source.replaceAll(/(from |require\()"(?:\.\.\/)+lib(\/\w+)?"/g, `$1"${CDKTF.name}$2"`);
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- `--help` does without it
  const { transformSync } = require("@swc/core") as typeof Swc;
  return transformSync(imported, {
    jsc: { target: "es2022", parser: { syntax: "typescript" } },
    module: { type: "commonjs" },
  }).code;
}

/** Every stack below the output folder, however the core calls it. */
function stacksIn(project: string): Stacks {
  const out = readdirSync(project).find((name) => name.endsWith(".out"));
  if (out === undefined) {
    throw new Error(`nothing was synthesized in ${project}`);
  }
  const folder = join(project, out, "stacks");
  return new Map(
    readdirSync(folder).map((name) => [
      name,
      JSON.parse(readFileSync(join(folder, name, "cdk.tf.json"), "utf8")) as unknown,
    ]),
  );
}

/** Paths of what is not the same in both. */
function differences(left: unknown, right: unknown, path: string): readonly string[] {
  if (isObject(left) && isObject(right)) {
    const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])];
    return keys.flatMap((key) => differences(left[key], right[key], `${path}/${key}`));
  }
  return left === right ? [] : [path];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

runIfMain(module, run);
