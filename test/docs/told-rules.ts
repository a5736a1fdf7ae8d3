import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./samples";

/** What docs/clients.md says that a caller is told: `param` and `message`. */
export function documentedRules(): readonly (readonly [param: string, message: string])[] {
  const page = readFileSync(join(ROOT, "docs/clients.md"), "utf8");
  const [, table = ""] = /\| `param` +\| `message` +\|\n\|[^\n]*\n((?:\|[^\n]*\n)+)/.exec(page) ?? [];
  return [...table.matchAll(/^\| `([^`]+)` +\| (.*?) +\|$/gm)].map(([, param = "", message = ""]) => [
    param,
    message.replaceAll("\\", ""),
  ]);
}
