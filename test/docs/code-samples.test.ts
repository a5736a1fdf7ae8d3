import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { typeProblems } from "../support/type-problems";
import { followed } from "./policy-page";
import { continued, DOCS, run, samples } from "./samples";

const pages = readdirSync(DOCS).filter((page) => page.endsWith(".md"));
const programs = new Map(
  pages.flatMap((page) =>
    samples(page).map((sample, index): [string, string] => [
      `${page} #${index + 1}`,
      page === "README.md" && index === 0 ? sample : continued(sample),
    ]),
  ),
);

const fileOf = (name: string): string => `${name.replace(/\W/g, "-")}.ts`;

describe("samples of the documentation", () => {
  let found: ReadonlyMap<string, readonly string[]>;

  beforeAll(() => {
    found = typeProblems(
      new Map([...[...programs].map(([name, code]) => [fileOf(name), code] as const), ...followed]),
    );
  });

  test.each([...programs.keys()])("%s compiles", (name) => {
    expect(found.get(fileOf(name))).toEqual([]);
  });

  test.each([...followed.keys()])("%s compiles after docs/add-a-policy.md", (path) => {
    expect(found.get(path)).toEqual([]);
  });

  test.each([...programs])("%s synthesizes", (_name, program) => {
    expect(existsSync(join(run(program), "cdk.tf.json"))).toBe(true);
  });
});
