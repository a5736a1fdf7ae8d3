import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { synthesizedReferenceEnvironments } from "../support/environments";
import { DOCS, ROOT } from "./samples";

const PAGE = readFileSync(join(DOCS, "operations.md"), "utf8");
const RECOVERY = readFileSync(join(DOCS, "recovery.md"), "utf8");
const LABELS = ["When", "Do", "See", "Undo", "Test"];

/** Recipes by their heading: what stands below it, up to the next one. */
const RECIPES = [PAGE, RECOVERY]
  .flatMap((page) => page.split(/^### /m).slice(1))
  .map((part) => {
    const [heading = "", ...lines] = part.split("\n");
    return [heading, lines.join("\n").replace(/\n## [\s\S]*$/, "")] as const;
  });

function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-");
}

test.each(RECIPES)("%s says when, what to do, what to see, how to undo it, and its test", (_name, text) => {
  expect([...text.matchAll(/^\*\*(\w+)\.\*\* \S/gm)].map(([, label]) => label)).toEqual(LABELS);
});

test.each(RECIPES)("%s names tests that exist", (_name, text) => {
  const [, tests = ""] = /^\*\*Test\.\*\* (.*)$/m.exec(text.replace(/,\n/g, ", ")) ?? [];
  const paths = [...tests.matchAll(/`([^`]+)`/g)].map(([, path = ""]) => path);
  expect(paths).not.toEqual([]);
  expect(paths.filter((path) => !path.startsWith("test/") || !existsSync(join(ROOT, path)))).toEqual([]);
});

describe("alerts", () => {
  const named = new Map(
    [...synthesizedReferenceEnvironments().values()].flatMap((stack) =>
      stack
        .ofType("azurerm_monitor_scheduled_query_rules_alert_v2", "azurerm_monitor_metric_alert")
        .map(({ attributes: { name, description } }) => {
          const [, page, heading] = / docs\/([\w-]+\.md)#([\w-]+)$/.exec(String(description)) ?? [];
          return [String(name), [page, heading]] as const;
        }),
    ),
  );
  const [, section = ""] = PAGE.split(/^## Alerts$/m);
  const recipes = [...section.matchAll(/^### (.*)$/gm)].map(([, heading = ""]) => anchor(heading));

  test.each([...named])("%s names a recipe, or a heading of another page", (_name, [page = "", heading]) => {
    const headings =
      page === "operations.md"
        ? recipes
        : [...readFileSync(join(DOCS, page), "utf8").matchAll(/^#+ (.*)$/gm)].map(([, each = ""]) =>
            anchor(each),
          );
    expect(headings).toContain(heading);
  });

  test("every recipe is one of an alert of lib", () => {
    const sources = readdirSync(join(ROOT, "lib"), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts"))
      .map((path) => readFileSync(join(ROOT, "lib", path), "utf8"));
    const pages = [...sources.join("\n").matchAll(/anchor: "([\w-]+)"/g)].map(([, page = ""]) => page);
    expect(recipes.filter((recipe) => !pages.includes(recipe))).toEqual([]);
  });
});
