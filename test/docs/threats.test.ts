import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { skippedTests, threatTests } from "./threat-tests";

const PAGE = readFileSync(resolve(__dirname, "../../docs/threats.md"), "utf8");

/** Threats of the security baseline; those that were found later have numbers above, with gaps. */
const BASELINE = 221;

const rows = PAGE.split("\n")
  .filter((line) => /^\| T-\d/.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .map(([, id = "", threat = "", happens = "", environments = "", tests = ""]) => ({
    id,
    threat,
    happens,
    environments: { all: ["dev", "test", "prod"], "–": [] }[environments] ?? environments.split(", "),
    links: [...tests.matchAll(/\[([^\]]+)\]\(\.\.\/([^)]+)\)/g)].map(([, text = "", path = ""]) => ({
      text,
      path,
    })),
  }));

const tests = threatTests();

test("every threat has one row, in number", () => {
  const baseline = Array.from({ length: BASELINE }, (_, index) => `T-${String(index + 1).padStart(2, "0")}`);
  const ids = rows.map(({ id }) => id);
  expect(ids.slice(0, BASELINE)).toEqual(baseline);
  const later = ids.slice(BASELINE).map((id) => Number(id.slice(2)));
  expect(later).toEqual([...new Set(later)].sort((a, b) => a - b));
});

test("every row says what is tried and what happens", () => {
  expect(rows.filter(({ threat, happens }) => threat === "" || happens === "")).toEqual([]);
});

test("every id of a test has a row", () => {
  const known = new Set(rows.map(({ id }) => id));
  expect(tests.flatMap(({ ids }) => ids).filter((id) => !known.has(id))).toEqual([]);
});

test.each(rows)("$id names the files that have tests of it, and the environments they run against", (row) => {
  const ofThreat = tests.filter(({ ids }) => ids.includes(row.id));
  expect(ofThreat).not.toEqual([]);
  const files = [...new Set(ofThreat.map(({ file }) => file))].sort();
  expect(row.links).toEqual(
    files.map((file) => ({ text: file, path: join("test", "threats", `${file}.test.ts`) })),
  );
  const environments = new Set(ofThreat.flatMap((each) => each.environments));
  expect(row.environments).toEqual(["dev", "test", "prod"].filter((name) => environments.has(name)));
});

test("no test of a threat is skipped", () => expect(skippedTests()).toEqual([]));

test.each(["Not offered", "Accepted"])("%s is what the rows say is", (heading) => {
  const paragraph = PAGE.split("\n\n").find((text) => text.startsWith(`**${heading}**`)) ?? "";
  const listed = [...paragraph.matchAll(/T-(\d+)(?: to T-(\d+))?/g)].flatMap(([, from = "", to = from]) =>
    Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) => Number(from) + index),
  );
  const said = rows.filter(({ happens }) => happens.startsWith(heading.toLowerCase()));
  expect(listed).toEqual(said.map(({ id }) => Number(id.slice(2))));
});
