import { copyFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { transformFileSync } from "@swc/core";

const ROOT = resolve(__dirname, "../..");
const SOURCES = ["environments", "stacks", "lib", "simulator", "examples", "demo", "scripts", "test"];

// Copies the sources, and puts beside each one the JavaScript that it compiles to.
const [folder = ""] = process.argv.slice(2);
for (const file of ["main.ts", ...SOURCES.flatMap(filesIn)]) {
  const copy = join(folder, file);
  mkdirSync(dirname(copy), { recursive: true });
  copyFileSync(join(ROOT, file), copy);
  if (/(?<!\.d)\.ts$/.test(file)) writeFileSync(copy.replace(/ts$/, "js"), javaScript(file));
}
symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
// Examples import the package by its name.
const exports = { ".": "./lib/index.js", "./simulator": "./simulator/index.js" };
writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "cdktf-azure-openai-gateway", exports }));

function filesIn(source: string): readonly string[] {
  return readdirSync(join(ROOT, source), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
}

function javaScript(file: string): string {
  return transformFileSync(join(ROOT, file), {
    jsc: { target: "es2022", parser: { syntax: "typescript" } },
    module: { type: "commonjs", ignoreDynamic: true },
  }).code;
}
