import { readFileSync } from "node:fs";
import { join } from "node:path";
import { REFUSALS } from "../../lib/gateway/policy/refusal";
import { TOLD_QUEUE_RULES, TOLD_RULES } from "../../lib/gateway/policy/told-rules";
import { synthesizedEnvironments } from "../support/environments";
import { ROOT } from "./samples";
import { documentedRules } from "./told-rules";

const ALL_TOLD = { ...TOLD_RULES, ...TOLD_QUEUE_RULES };
const PAGE = readFileSync(join(ROOT, "docs/clients.md"), "utf8");
/** Verdicts whose caller is known: everything after the entrance, but for what says who may do what. */
const OF_REQUESTS = /"((?:invalid_request|request_too_large|unsupported_media_type):[a-z-]+)"/g;

test("docs/clients.md has a row for every status and code", () => {
  const documented = [...PAGE.matchAll(/^\| (\d{3}) `([a-z_]+)`/gm)].map(
    ([, status, code]) => `${status} ${code}`,
  );
  const answered = Object.entries(REFUSALS).map(([code, { status }]) => `${status} ${code}`);
  expect(documented.sort()).toEqual(answered.sort());
});

test("docs/clients.md has what an authenticated caller is told, word for word", () => {
  const told = new Set(Object.values(ALL_TOLD).map(({ param, message }) => `${param}: ${message}`));
  expect(documentedRules().map((row) => row.join(": "))).toEqual([...told].sort());
});

test("every rule of a request in the stacks has a text for the caller", () => {
  const rules = [...synthesizedEnvironments().values()]
    .flatMap(({ json }) => [...JSON.stringify(json).replaceAll("&quot;", '"').matchAll(OF_REQUESTS)])
    .map(([, verdict = ""]) => verdict.split(":")[1] ?? "");
  expect(rules.length).toBeGreaterThan(20);
  expect([...new Set(rules)].filter((rule) => ALL_TOLD[rule] === undefined)).toEqual([]);
});
