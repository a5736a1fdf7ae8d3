import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DOCS, ROOT } from "./samples";

const page = readFileSync(join(DOCS, "add-a-policy.md"), "utf8");

function blocks(language: string): readonly string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(
    ([, code = ""]) => code,
  );
}

const [element = "", elementTest = "", member = ""] = blocks("typescript");
const [registration = "", rows = ""] = blocks("text");
const [imported = "", listed = ""] = registration.split(/(?<=;\n)/);

export const ELEMENT = "simulator/policies/elements/jsonp.ts";
export const ELEMENT_TEST = "test/simulator/policies/elements/jsonp.test.ts";
export const STRING = "expressions/library/string.ts";
const COMPILERS = "simulator/policies/policy-compilers.ts";

/** Rows that the page adds to the table of expressions. */
export const tableRows = rows;

/** Files of the tree, by path, as they are once a reader has followed docs/add-a-policy.md. */
export const FOLLOWED: ReadonlyMap<string, string> = new Map([
  [ELEMENT, element],
  [ELEMENT_TEST, elementTest],
  [COMPILERS, imported + changed(COMPILERS, /PolicyCompiler\[\] = \[\n/, listed)],
  [STRING, changed(STRING, /export const stringType[^;]*?\n {2}members: \{\n/, member)],
]);

/** A file of the tree after a reader has put something behind a place of it. */
function changed(file: string, place: RegExp, added: string): string {
  const text = readFileSync(join(ROOT, file), "utf8");
  const found = place.exec(text);
  if (found === null) {
    throw new Error(`${file} has no place for what docs/add-a-policy.md adds`);
  }
  const end = found.index + found[0].length;
  return text.slice(0, end) + added + text.slice(end);
}
