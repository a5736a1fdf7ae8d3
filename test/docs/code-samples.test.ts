import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
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

describe("samples of the documentation", () => {
  let found: ReadonlyMap<string, readonly string[]>;

  beforeAll(() => {
    found = typeProblems(
      new Map([...[...PROGRAMS].map(([name, code]) => [fileOf(name), code] as const), ...FOLLOWED]),
    );
  });

  test.each([...PROGRAMS.keys()])("%s compiles", (name) => {
    expect(found.get(fileOf(name))).toEqual([]);
  });

  test.each([...FOLLOWED.keys()])("%s compiles after docs/add-a-policy.md", (path) => {
    expect(found.get(path)).toEqual([]);
  });

  test.each([...PROGRAMS])("%s synthesizes", (_name, program) => {
    expect(existsSync(join(run(program), "cdk.tf.json"))).toBe(true);
  });
});
