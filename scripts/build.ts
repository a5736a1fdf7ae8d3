import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { command, runIfMain } from "./command-line";
import { CDKTF, CDKTN, type Flavour, inFlavour } from "./flavour";
import { originOf, repositoryAddress, withWebLinks } from "./repository-address";
import { copyThirdParty } from "./third-party";
import { TSC, TSC_ENVIRONMENT } from "./typescript-compiler";

const USAGE = `Usage: npm run build [-- <folder>]

Compiles and assembles the packages, ready for npm pack and npm publish: <folder>/packages/cdktf-azure-openai-gateway,
the same for cdktn as <folder>/packages/cdktn-azure-openai-gateway, and <folder>/packages/azure-apim-simulator. The
folder is dist unless named.

The manifests name this repository by the address that GitHub's workflow or the remote 'origin' says. Without an address
they are private, so that npm refuses to publish them.

  --help  this text`;

/** What stands in the manifest of a package, as far as this cares. */
type Manifest = Readonly<Record<string, unknown>> & { readonly name: string };

const ROOT = resolve(__dirname, "..");
const SIMULATOR = join(ROOT, "packages/azure-apim-simulator");

/** Of the root's manifest, what is about this repository and not about the constructs. */
const OF_THE_REPOSITORY = ["private", "scripts", "devDependencies", "overrides"];

/**
 * Assembles the packages, each in a folder that `npm pack` and `npm publish` take as it is: everything in it is the
 * package.
 */
function build(target: string): void {
  const compiled = join(target, "compiled");
  for (const folder of [compiled, join(target, "packages")]) {
    rmSync(folder, { recursive: true, force: true });
  }
  const args = [TSC, "-p", "tsconfig.build.json", "--outDir", compiled];
  execFileSync(process.execPath, args, { cwd: ROOT, env: TSC_ENVIRONMENT, stdio: "inherit" });
  cpSync(join(ROOT, "simulator/page/assets"), join(compiled, "simulator/page/assets"), { recursive: true });
  const address = repositoryAddress(process.env, ROOT);
  if (address === undefined) {
    console.error("The address of this repository is not known: the packages are private.");
  }
  const origin = originOf(address);
  const folder = assemble({ ...constructs(), ...origin }, target, ["lib", "entries"], ROOT, address);
  copyInFlavour(folder, CDKTN, join(target, "packages", CDKTN.name));
  // See there.
  cpSync(join(SIMULATOR, "x509.d.ts"), join(compiled, "simulator/certificates/x509.d.ts"));
  const simulator = assemble(
    { ...manifest(SIMULATOR), ...origin },
    target,
    ["simulator", "expressions"],
    SIMULATOR,
    address,
  );
  cpSync(join(SIMULATOR, "example"), join(simulator, "example"), { recursive: true });
  copyThirdParty(join(simulator, "third-party"));
  rmSync(compiled, { recursive: true });
}

/** The same package for another core. */
function copyInFlavour(folder: string, flavour: Flavour, target: string): void {
  cpSync(folder, target, { recursive: true });
  for (const file of readdirSync(target, { recursive: true, encoding: "utf8" })) {
    if (/\.(js|ts|md)$/.test(file)) {
      const path = join(target, file);
      writeFileSync(path, inFlavour(readFileSync(path, "utf8"), flavour));
    }
  }
  const { peerDependencies, ...others } = manifest(folder) as Manifest & {
    readonly peerDependencies: Readonly<Record<string, string>>;
  };
  const kept = Object.entries(peerDependencies).filter(([name]) => !(name in CDKTF.peers));
  writeManifest(target, {
    ...others,
    name: flavour.name,
    keywords: [flavour.core, ...(others.keywords as readonly string[]).filter((word) => word !== CDKTF.core)],
    peerDependencies: { ...flavour.peers, ...Object.fromEntries(kept) },
  });
}

function writeManifest(folder: string, content: Manifest): void {
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(content, undefined, 2)}\n`);
}

function manifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}

function constructs(): Manifest {
  const entries = Object.entries(manifest(ROOT)).filter(([field]) => !OF_THE_REPOSITORY.includes(field));
  return Object.fromEntries(entries) as Manifest;
}

/**
 * @param rooms folders of compiled code that become the package's
 * @param texts folder that its README and its changelog are in
 * @param address of the repository, where links to what is not in the package lead
 * @returns the folder of the package
 */
function assemble(
  manifest: Manifest,
  target: string,
  rooms: readonly string[],
  texts: string,
  address: string | undefined,
): string {
  const folder = join(target, "packages", manifest.name);
  mkdirSync(folder, { recursive: true });
  for (const room of rooms) {
    renameSync(join(target, "compiled", room), join(folder, room));
  }
  for (const name of ["README.md", "CHANGELOG.md"]) {
    const text = readFileSync(join(texts, name), "utf8");
    writeFileSync(join(folder, name), withWebLinks(text, relative(ROOT, texts), address));
  }
  cpSync(join(ROOT, "LICENSE"), join(folder, "LICENSE"));
  writeManifest(folder, manifest);
  return folder;
}

export const run = command({
  usage: USAGE,
  config: { allowPositionals: true },
  failureCode: 1,
  main: ({ positionals }) => {
    build(resolve(positionals[0] ?? join(ROOT, "dist")));
    return Promise.resolve(0);
  },
});

runIfMain(module, run);
