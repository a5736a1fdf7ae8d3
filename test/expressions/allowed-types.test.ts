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

const lines = (page: string, isOfTable: boolean): readonly string[] =>
  page.split("\n").filter((line) => line.startsWith("|") === isOfTable);

describe("docs/expression-types.md, which test/expressions/write-allowed-types.ts writes,", () => {
  const page = readFileSync(join(__dirname, "../../docs/expression-types.md"), "utf8");
  let written: string;

  beforeAll(() => {
    addLibrary();
    written = allowedTypesPage();
  });

  it("has the types that the library has", () => {
    expect(lines(page, true).map(plain)).toEqual(lines(written, true).map(plain));
  });

  it("says of them what the library says", () => {
    expect(plain(lines(page, false).join("\n"))).toBe(plain(lines(written, false).join("\n")));
  });
});
