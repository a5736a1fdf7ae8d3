import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const ROOT = resolve(__dirname, "../..");

const classes = readdirSync(join(ROOT, "lib"), { recursive: true, encoding: "utf8" })
  .filter((file) => /^export (?:abstract )?class /m.test(readSource(file)))
  .sort();

function readSource(file: string): string {
  return file.endsWith(".ts") ? readFileSync(join(ROOT, "lib", file), "utf8") : "";
}

test.each(classes)("lib/%s has its test at the same path", (file) => {
  expect(existsSync(join(ROOT, "test/lib", file.replace(/\.ts$/, ".test.ts")))).toBe(true);
});
