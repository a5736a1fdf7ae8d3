import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { costStatements } from "../../lib/cost/cost-query";
import { synthesizedReferenceEnvironments } from "../support/environments";
import { kustoProblems } from "../support/kusto";
import { blocks } from "../support/synthesized-stack";
import { DOCS } from "./samples";

/** Queries of the pages, with what a reader puts into them. */
function documented(): readonly (readonly [where: string, query: string])[] {
  return readdirSync(DOCS)
    .filter((page) => page.endsWith(".md"))
    .flatMap((page) =>
      [...readFileSync(join(DOCS, page), "utf8").matchAll(/^```kusto\n([\s\S]*?)^```$/gm)].map(
        ([, query = ""], index) => [`docs/${page} ${index + 1}`, query] as const,
      ),
    );
}

/** Queries that are saved in workspaces, and those of an empty report, whose tables have no rows. */
function saved(): readonly (readonly [where: string, query: string])[] {
  const empty = costStatements({ accounts: [], clients: [], priceList: { currency: "EUR", prices: [] } });
  return [
    ["a report without accounts and clients", `${empty}\nspent`],
    ...[...synthesizedReferenceEnvironments()].flatMap(([name, stack]) =>
      stack.ofType("azurerm_log_analytics_saved_search").map(({ address, attributes }) => {
        const parameters = (attributes.function_parameters ?? []) as readonly string[];
        const values = parameters.map((each) => `let ${each.replace(/:string$/, "")} = "x";\n`);
        return [`${name} ${address}`, `${values.join("")}${String(attributes.query)}`] as const;
      }),
    ),
  ];
}

/** Queries of alerts, with ids in the place of Terraform's references. */
function deployed(): readonly (readonly [where: string, query: string])[] {
  return [...synthesizedReferenceEnvironments()].flatMap(([name, stack]) =>
    stack
      .ofType("azurerm_monitor_scheduled_query_rules_alert_v2")
      .flatMap(({ address, attributes }) =>
        blocks(attributes.criteria).map(
          ({ query }) => [`${name} ${address}`, String(query).replace(/\$\{[^}]*\}/g, "id")] as const,
        ),
      ),
  );
}

test.each([...documented(), ...saved(), ...deployed()])(
  "the query of %s is one that Log Analytics takes",
  (_where, query) => {
    expect(kustoProblems(query)).toEqual([]);
  },
);

test("a query that names a table, a column or an operator wrongly is found", () => {
  expect(kustoProblems("AppTrace | count")).toHaveLength(1);
  expect(kustoProblems("AppTraces | where Messages has 'x'")).toHaveLength(1);
  expect(kustoProblems("AppTraces | wher Message has 'x'")).not.toEqual([]);
});

test("pages and stacks have queries", () => {
  expect(documented().length).toBeGreaterThan(5);
  expect(saved().length).toBeGreaterThan(5);
  expect(deployed().length).toBeGreaterThan(3);
});
