import { readFileSync } from "node:fs";
import { join } from "node:path";
import { initializeExpressions } from "../../expressions";
import { addLibrary } from "../../expressions/library";
import { allowedTypesPage } from "./allowed-types";

/** Prettier aligns tables and breaks lines. */
const plain = (markdown: string): string =>
  markdown
    .replace(/\s+/g, " ")
    .replace(/-{3,}/g, "---")
    .replace(/ ?\| ?/g, "|");

beforeAll(initializeExpressions);

test("docs/expression-types.md has the types that the library has", () => {
  addLibrary();
  const page = readFileSync(join(__dirname, "../../docs/expression-types.md"), "utf8");
  expect(plain(page)).toBe(plain(allowedTypesPage()));
});
