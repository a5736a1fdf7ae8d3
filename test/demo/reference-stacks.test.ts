import { mkdtempSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { areOutdated } from "../../demo/reference-stacks";

const DAY_MS = 86_400_000;

function folderOf(changed: Date): string {
  const folder = mkdtempSync(join(tmpdir(), "outdated-"));
  const manifest = join(folder, "manifest.json");
  writeFileSync(manifest, "{}");
  utimesSync(manifest, changed, changed);
  return folder;
}

test("stacks of this moment are as new as their sources", () => {
  expect(areOutdated(folderOf(new Date()))).toBe(false);
});

test.each([
  ["with values of process variables are outdated, which nobody knows any more", ["RELEASE"], true],
  ["without any are not", [], false],
])("stacks that were made %s", (_what, variables, expected) => {
  const folder = folderOf(new Date());
  writeFileSync(join(folder, "process-variables.json"), JSON.stringify(variables));
  expect(areOutdated(folder)).toBe(expected);
});

test("stacks are outdated on the next day, when opt-outs and contracts may have ended", () => {
  expect(areOutdated(folderOf(new Date(Date.now() - DAY_MS)))).toBe(true);
});

test("stacks that are older than a source are outdated", () => {
  jest.useFakeTimers({ now: new Date("2020-01-01T12:00:00Z") });
  expect(areOutdated(folderOf(new Date("2020-01-01T12:00:00Z")))).toBe(true);
  jest.useRealTimers();
});

test("a folder without stacks is outdated", () => {
  expect(areOutdated(join(tmpdir(), "no-such-folder"))).toBe(true);
});
