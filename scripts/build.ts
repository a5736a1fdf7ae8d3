import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { copyThirdParty } from "./third-party";

/** What stands in the manifest of a package, as far as this cares. */
type Manifest = Readonly<Record<string, unknown>> & { readonly name: string };

const ROOT = resolve(__dirname, "..");
const DIST = join(ROOT, "dist");
const COMPILED = join(DIST, "compiled");
const SIMULATOR = join(ROOT, "packages/azure-apim-simulator");

/** Of the root's manifest, what is about this repository and not about the constructs. */
const OF_THE_REPOSITORY = ["private", "scripts", "devDependencies", "overrides"];

/**
 * Assembles both packages below `dist/packages`, each in a folder that `npm pack` and `npm publish` take as it is:
 * everything in it is the package.
 */
function build(): void {
  rmSync(DIST, { recursive: true, force: true });
  const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
  const args = [compiler, "-p", "tsconfig.build.json", "--outDir", COMPILED];
  execFileSync(process.execPath, args, { cwd: ROOT, stdio: "inherit" });
  cpSync(join(ROOT, "simulator/page/assets"), join(COMPILED, "simulator/page/assets"), { recursive: true });
  assemble(constructs(), ["lib", "entries"], ROOT);
  const simulator = assemble(manifest(SIMULATOR), ["simulator", "expressions"], SIMULATOR);
  cpSync(join(SIMULATOR, "example"), join(simulator, "example"), { recursive: true });
  copyThirdParty(join(simulator, "third-party"));
  rmSync(COMPILED, { recursive: true });
}

function manifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}

function constructs(): Manifest {
  const entries = Object.entries(manifest(ROOT)).filter(([field]) => !OF_THE_REPOSITORY.includes(field));
  return Object.fromEntries(entries) as Manifest;
}

/**
 * @param compiled folders of compiled code that become the package's
 * @param texts folder that its README and its changelog are in
 * @returns the folder of the package
 */
function assemble(manifest: Manifest, compiled: readonly string[], texts: string): string {
  const folder = join(DIST, "packages", manifest.name);
  mkdirSync(folder, { recursive: true });
  for (const name of compiled) {
    renameSync(join(COMPILED, name), join(folder, name));
  }
  for (const name of ["README.md", "CHANGELOG.md"]) {
    cpSync(join(texts, name), join(folder, name));
  }
  cpSync(join(ROOT, "LICENSE"), join(folder, "LICENSE"));
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
  return folder;
}

build();
