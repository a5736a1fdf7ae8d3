import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * PEM text of certificates of this folder, one after another.
 *
 * @param names such as `root`, in the order of the chain
 */
export function certificates(...names: readonly string[]): string {
  return names.map((name) => readFileSync(join(__dirname, `${name}.pem`), "utf8")).join("");
}
