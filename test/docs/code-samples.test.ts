import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { SETTINGS_SHEETS } from "../demo/settings-sheets";
import { typeProblems } from "../support/type-problems";
import { FOLLOWED } from "./policy-page";
import { continued, DOCS, run, samples } from "./samples";

const pages = readdirSync(DOCS).filter((page) => page.endsWith(".md"));
const PROGRAMS = new Map(
  pages.flatMap((page) =>
    samples(page).map((sample, index): [string, string] => [
      `${page} #${index + 1}`,
      // The first is the program, the second names its parts: both are in every other.
      page === "README.md" && index === 0
        ? sample
        : page === "README.md" && index === 1
          ? continued()
          : continued(sample),
    ]),
  ),
);

const fileOf = (name: string): string => `${name.replace(/\W/g, "-")}.ts`;

/** What `npm run settings` prints for each caller, which has `await` at its top. */
const SNIPPETS = new Map(
  SETTINGS_SHEETS.map(({ client, target, snippet }) => [
    `${client} of ${target}`.replace(/\W/g, "-") + ".mts",
    snippet,
  ]),
);

// Snippets as well: most of the time goes into types that all of them use.
describe("samples of the documentation", () => {
  let found: ReadonlyMap<string, readonly string[]>;

  beforeAll(() => {
    const programs = [...PROGRAMS].map(([name, code]) => [fileOf(name), code] as const);
    found = typeProblems(new Map([...programs, ...FOLLOWED, ...SNIPPETS]));
  });

  test.each([...PROGRAMS.keys()])("%s compiles", (name) => {
    expect(found.get(fileOf(name))).toEqual([]);
  });

  test.each([...FOLLOWED.keys()])("%s compiles after docs/add-a-policy.md", (path) => {
    expect(found.get(path)).toEqual([]);
  });

  test.each([...SNIPPETS.keys()])("%s compiles as it is", (name) => {
    expect(found.get(name)).toEqual([]);
  });

  test.each([...PROGRAMS])("%s synthesizes", (_name, program) => {
    expect(existsSync(join(run(program), "cdk.tf.json"))).toBe(true);
  });
});
