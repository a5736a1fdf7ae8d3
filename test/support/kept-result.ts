import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const CACHE = resolve(__dirname, "../../node_modules/.cache");

/**
 * What a program of others makes of a text, kept in this clone: for results that depend on nothing else, of programs
 * that take long to load.
 *
 * @param name of the folder below the cache
 * @param by the file that asks: what it does with the program is a part of the result
 * @param given everything else that the result depends on, such as the version of the program
 * @param make the result, which must be the same as JSON
 */
export function keptResult<T>(name: string, by: string, given: readonly unknown[], make: () => T): T {
  const key = createHash("sha256")
    .update(JSON.stringify([readFileSync(by, "utf8"), ...given]))
    .digest("hex");
  const file = join(CACHE, name, `${key}.json`);
  if (existsSync(file)) {
    return JSON.parse(readFileSync(file, "utf8")) as T;
  }
  const made = make();
  mkdirSync(dirname(file), { recursive: true });
  // At once, so that nobody sees half of it; another process may make the same.
  const own = `${file}.${process.pid}`;
  writeFileSync(own, JSON.stringify(made));
  renameSync(own, file);
  return made;
}
