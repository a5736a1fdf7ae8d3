import { lstatSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tableText } from "../bench/table";
import { command, runIfMain } from "./command-line";
import { CDKTF } from "./flavour";
import { npm } from "./npm";
import { installProject, packPackages } from "./packages";

const USAGE = `Usage: npm run size

What an installation costs whoever takes the packages: packs them, installs each alone and both in an empty project, and
counts packages (npm ls --omit=dev) and megabytes. A row for the peers alone says what a CDKTF project has anyway. Needs
npm's registry.

  --help  this text`;

const SIMULATOR = "azure-apim-simulator";

export const run = command({
  usage: USAGE,
  config: {},
  failureCode: 1,
  main: () => {
    const folder = mkdtempSync(join(tmpdir(), "installed-size-"));
    try {
      const tarballs = packPackages(folder, [CDKTF.name, SIMULATOR]);
      const packed = (name: string): Readonly<Record<string, string>> => ({
        [name]: `file:${tarballs.get(name) ?? ""}`,
      });
      const constructs = { ...CDKTF.tested, ...packed(CDKTF.name) };
      const rows = Object.entries({
        "peers alone": CDKTF.tested,
        "with the constructs": constructs,
        "the simulator alone": packed(SIMULATOR),
        "constructs and simulator": { ...constructs, ...packed(SIMULATOR) },
      }).map(([name, dependencies], at) => measured(name, dependencies, join(folder, `project-${at}`)));
      console.log(
        tableText({
          title: "Installed for production",
          columns: [{ name: "project" }, { name: "packages" }, { name: "MB", digits: 1 }],
          rows,
        }),
      );
      return Promise.resolve(0);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
});

function measured(
  name: string,
  dependencies: Readonly<Record<string, string>>,
  project: string,
): readonly [string, number, number] {
  console.error(`... ${name}`);
  installProject(project, { dependencies });
  const listed = npm(["ls", "--omit=dev", "--all", "--parseable"], { cwd: project }).trim().split("\n");
  // The first one is the project.
  return [name, listed.length - 1, sizeOf(join(project, "node_modules")) / 1e6];
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + lstatSync(join(entry.parentPath, entry.name)).size, 0);
}

runIfMain(module, run);
