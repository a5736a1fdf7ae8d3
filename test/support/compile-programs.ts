import { copyFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { transformFileSync } from "@swc/core";
import * as referenceEnvironments from "./reference-environments";

const ROOT = resolve(__dirname, "../..");
/** Folders with programs that tests start, and what those import or read. */
const SOURCES = [
  "environments",
  "stacks",
  "lib",
  "expressions",
  "simulator",
  "demo",
  "scripts",
  "examples",
  "worker",
  "test/support",
  "test/robustness",
  "test/clients/programs",
  "test/sdk/programs",
];

/**
 * Compiles the sources into a folder, where everything else that is among them has its place, too. The environments
 * there are those that behaviour is tested on.
 */
export function compilePrograms(folder: string): void {
  for (const file of ["main.ts", ...SOURCES.flatMap(filesIn)]) {
    const target = join(folder, file);
    mkdirSync(dirname(target), { recursive: true });
    if (file.endsWith(".ts")) {
      writeFileSync(target.replace(/ts$/, "js"), javaScript(file));
    } else {
      copyFileSync(join(ROOT, file), target);
    }
  }
  for (const [name, settings] of Object.entries(referenceEnvironments)) {
    const text = `exports.${name} = ${JSON.stringify(settings)};\n`;
    writeFileSync(join(folder, "environments", `${name}.js`), text);
  }
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  // Examples import the package by its name.
  const exports = { ".": "./lib/index.js", "./simulator": "./simulator/index.js" };
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name: "cdktf-azure-openai-gateway", exports }),
  );
}

function filesIn(source: string): readonly string[] {
  return readdirSync(join(ROOT, source), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(d|test)\.ts$/.test(entry.name))
    .filter((entry) => !entry.parentPath.includes("node_modules"))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
}

function javaScript(file: string): string {
  return transformFileSync(join(ROOT, file), {
    jsc: { target: "es2022", parser: { syntax: "typescript" } },
    module: { type: "commonjs", ignoreDynamic: true },
  }).code;
}
