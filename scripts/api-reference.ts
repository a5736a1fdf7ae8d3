import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { command, runIfMain } from "./command-line";

const USAGE = `Usage: npm run docs:api [-- --check]

Writes docs/api from the comments of what the packages show: an index, and a page for each topic.

  --check  writes nothing; names the pages that are not what would be written, and ends with 1 if there are any
  --help   this text`;

const ROOT = resolve(__dirname, "..");
const TARGET = join(ROOT, "docs/api");
const TYPEDOC = join(ROOT, "node_modules/typedoc/bin/typedoc");

export const run = command({
  usage: USAGE,
  config: { options: { check: { type: "boolean" } } },
  failureCode: 1,
  main: ({ values }) => {
    if (values.check) {
      return Promise.resolve(check());
    }
    write(TARGET);
    return Promise.resolve(0);
  },
});

function write(folder: string): void {
  execFileSync(process.execPath, [TYPEDOC, "--out", folder], { cwd: ROOT, stdio: "inherit" });
}

function check(): number {
  const folder = mkdtempSync(join(tmpdir(), "api-reference-"));
  try {
    write(folder);
    const stale = [...new Set([...pages(folder), ...pages(TARGET)])]
      .filter((page) => contentOf(folder, page) !== contentOf(TARGET, page))
      .sort();
    stale.forEach((page) => console.error(`docs/api/${page} is out of date`));
    if (stale.length > 0) {
      console.error("Run 'npm run docs:api', and read what it changes.");
    }
    return stale.length === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function pages(folder: string): readonly string[] {
  return existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".md"))
    : [];
}

function contentOf(folder: string, page: string): string | undefined {
  const path = join(folder, page);
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

runIfMain(module, run);
