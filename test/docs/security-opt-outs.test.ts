import { readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { SECURITY_CONTROLS } from "../../lib";

const ROOT = resolve(__dirname, "../..");
const PAGE = readFileSync(join(ROOT, "docs/security-opt-outs.md"), "utf8");

/** Rows of the table of controls, as cells without padding and code marks. */
const rows = PAGE.split("\n")
  .filter((line) => /^\| `[a-z-]+` /.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim().replaceAll("`", "")))
  .map(([, control = "", ensures = "", takenBy = ""]) => ({
    control,
    ensures,
    takenBy: takenBy.split(", "),
  }));

test("every control has one row, in the order of the code, and there is no other", () => {
  expect(rows.map(({ control }) => control)).toEqual(Object.keys(SECURITY_CONTROLS));
});

test("the page says of a control what the code says", () => {
  expect(Object.fromEntries(rows.map(({ control, ensures }) => [control, ensures]))).toEqual(
    SECURITY_CONTROLS,
  );
});

test.each(rows)(
  "$control is taken by the constructs that the page names, and by no other",
  ({ control, takenBy }) => {
    expect(takenBy.map((name) => name.toLowerCase())).toEqual(filesThatTake(control));
  },
);

/** Files whose class checks its opt-outs against a list with the control: a file is named as its class in kebab case. */
function filesThatTake(control: string): readonly string[] {
  return readdirSync(join(ROOT, "lib"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.startsWith("private"))
    .filter((path) => {
      const source = readFileSync(join(ROOT, "lib", path), "utf8");
      return source.includes("new SecurityOptOuts(") && source.includes(`"${control}"`);
    })
    .map((path) => basename(path, ".ts").replaceAll("-", ""))
    .sort();
}
