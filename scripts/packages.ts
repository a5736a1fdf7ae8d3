import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { npm } from "./npm";

const ROOT = resolve(__dirname, "..");

/** Builds all packages and packs each. @returns the tarballs, by the names of the packages */
export function packPackages(folder: string, names: readonly string[]): ReadonlyMap<string, string> {
  execFileSync(
    process.execPath,
    ["--require", "./scripts/typescript.cjs", join(ROOT, "scripts/build.ts"), folder],
    {
      cwd: ROOT,
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  const packages = names.map((name) => join(folder, "packages", name));
  const packed = JSON.parse(
    npm(["pack", "--json", "--silent", "--pack-destination", folder, ...packages]),
  ) as readonly { readonly name: string; readonly filename: string }[];
  return new Map(packed.map(({ name, filename }) => [name, join(folder, filename)]));
}

/** What an empty project asks for. */
export interface ProjectManifest {
  readonly type?: "commonjs" | "module";
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly overrides?: unknown;
}

/** Makes an empty project. */
export function makeProject(folder: string, manifest: ProjectManifest): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name: "consumer", version: "0.0.0", private: true, ...manifest }, undefined, 2),
  );
}

/** Makes an empty project and installs what it asks for, as npm does for everybody. */
export function installProject(folder: string, manifest: ProjectManifest): void {
  makeProject(folder, manifest);
  npm(["install", "--no-audit", "--no-fund", "--silent"], { cwd: folder });
}
