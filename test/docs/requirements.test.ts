import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const ROOT = resolve(__dirname, "../..");
const PAGE = readFileSync(join(ROOT, "docs/requirements.md"), "utf8");

const rows = PAGE.split("\n")
  .filter((line) => /^\| S\d-\d/.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .map(([, id = "", statement = "", state = "", how = "", tests = ""]) => ({
    id,
    statement,
    state,
    how,
    tests,
  }));

/** Statements of each article, in number. */
const STATEMENTS = { S0: 94, S1: 23, S2: 11, S3: 30 } as const;

test("every statement of the articles has one row, in their order", () => {
  const ids = Object.entries(STATEMENTS).flatMap(([article, count]) =>
    Array.from({ length: count }, (_, index) => `${article}-${String(index + 1).padStart(2, "0")}`),
  );
  expect(rows.map(({ id }) => id)).toEqual(ids);
});

test("every state is one of the four that the page explains", () => {
  const others = rows.filter(({ state }) => !["done", "partly", "open", "respected"].includes(state));
  expect(others).toEqual([]);
});

test("what is done names a test, except for commands", () => {
  const untested = rows.filter(({ state, tests }) => state === "done" && !tests.includes("`test/"));
  expect(untested.map(({ id }) => id)).toEqual(["S3-10"]);
});

test("what is not done says what is open, and is listed at the top", () => {
  const unfinished = rows.filter(({ state }) => state === "open" || state === "partly").map(({ id }) => id);
  const [, listed = ""] = /^Not done, or not entirely: (.*)\.$/m.exec(PAGE.replaceAll(/,\n/g, ", ")) ?? [];
  expect(listed.split(", ").filter((id) => id !== "")).toEqual(unfinished);
});

test("every file that the page names exists", () => {
  const paths = [...PAGE.matchAll(/`((?:[\w.-]+\/)+[\w.-]+\.\w+)`/g)].map(([, path = ""]) => path);
  expect(paths.length).toBeGreaterThan(100);
  expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});
