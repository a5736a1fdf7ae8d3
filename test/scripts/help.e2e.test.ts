import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "../..");
/** What takes long to load: synthesis, the parser of C#, HTTP, certificates, sign-in, compilers. */
const HEAVY = /^(cdktf|constructs|web-tree-sitter|undici|@peculiar\/.*|@azure\/.*|jose|@swc\/core|prettier)$/;

/** Loads modules, and prints the packages that they need for that. */
const PRINT_PACKAGES = `
  process.argv.slice(1).forEach((path) => require(path));
  const modules = new Set(module.children);
  modules.forEach((each) => each.children.forEach((child) => modules.add(child)));
  const packages = [...modules].map(({ id }) => /.*node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(id)?.[1]);
  console.log(JSON.stringify([...new Set(packages.filter(Boolean))]));
`;

/** Programs of package.json that read arguments. */
function commands(): readonly string[] {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  return Object.values(scripts)
    .map((script) => /^node --require \S+ (scripts\/\S+\.ts)$/.exec(script)?.[1])
    .filter((program) => program !== undefined);
}

test("commands know their arguments before they load what only their work needs", () => {
  const programs = commands();
  expect(programs.length).toBeGreaterThan(15);
  const printed = execFileSync(
    process.execPath,
    [
      "--require",
      "./scripts/typescript.cjs",
      "-e",
      PRINT_PACKAGES,
      ...programs.map((program) => join(ROOT, program)),
    ],
    { cwd: ROOT, encoding: "utf8" },
  );
  const packages = JSON.parse(printed) as readonly string[];
  expect(packages).toContain("jsonc-parser");
  expect(packages.filter((name) => HEAVY.test(name))).toEqual([]);
});
