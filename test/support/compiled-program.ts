import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { transformFileSync } from "@swc/core";
import { oncePerRun } from "./once-per-run";

const ROOT = resolve(__dirname, "../..");
const SOURCES = ["environments", "stacks", "lib", "simulator", "examples", "demo", "scripts", "test"];

/**
 * A program of this repository for plain Node. All sources are compiled once in a run of Jest; with `tsx`, each
 * process that a test starts would take half a second to do it for itself.
 *
 * @param path from the root of the repository, e.g. `simulator/main.ts`
 * @returns the compiled file, with everything that it imports or reads at its place beside it
 */
export function compiledProgram(path: string): string {
  return join(oncePerRun("programs", compile), javaScriptName(path));
}

/**
 * Runs a program to its end.
 *
 * @throws Error with what it wrote if it failed
 */
export function runCompiledProgram(
  path: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): void {
  const { status, stderr } = spawnSync(process.execPath, [compiledProgram(path), ...args], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${path} ended with ${status}:\n${stderr}`);
}

function compile(folder: string): void {
  const files = SOURCES.flatMap((source) =>
    readdirSync(join(ROOT, source), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1)),
  );
  for (const file of ["main.ts", ...files]) {
    const target = join(folder, file);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(join(ROOT, file), target);
    if (/(?<!\.d)\.ts$/.test(file)) writeFileSync(javaScriptName(target), javaScript(join(ROOT, file)));
  }
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  // Examples import the package by its name.
  const exports = { ".": "./lib/index.js", "./simulator": "./simulator/index.js" };
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name: "cdktf-azure-openai-gateway", exports }),
  );
}

function javaScriptName(path: string): string {
  return path.replace(/\.ts$/, ".js");
}

function javaScript(file: string): string {
  return transformFileSync(file, {
    jsc: { target: "es2022", parser: { syntax: "typescript" } },
    module: { type: "commonjs", ignoreDynamic: true },
  }).code;
}
