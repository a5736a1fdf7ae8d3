import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { loadStacks, StackLoadError } from "../../simulator/terraform";
import { messageOf } from "../bad-input/refusals";
import { GatewayStack } from "../lib/gateway/gateway-stack";
import { writeStack } from "../simulator/terraform/stack-fixture";
import { DEMANDS } from "./azure-demands";

const DOCS = resolve(__dirname, "../../docs");
const PAGE = readFileSync(join(DOCS, "what-azure-demands.md"), "utf8");

/** Rows of the table: what stands in the first cell, and where the others point to. */
const ROWS = PAGE.split("\n")
  .filter((line) => line.startsWith("| ") && line.includes("]("))
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .map(([, value = "", demand = "", constructs = "", simulator = ""]) => ({
    value,
    demand,
    constructs: pointer(constructs),
    simulator: pointer(simulator),
  }));

interface Pointer {
  readonly symbol: string;
  readonly path: string;
}

/** @returns what [`symbol`](path) says */
function pointer(cell: string): Pointer {
  const [, symbol = "", path = ""] = /^\[`([^`]+)`\]\(([^)]+)\)$/.exec(cell) ?? [];
  return { symbol, path };
}

test("every value has one row, and every row a demand", () => {
  expect(ROWS.map(({ value }) => value)).toEqual(Object.keys(DEMANDS));
  expect(ROWS.filter(({ demand }) => demand === "")).toEqual([]);
});

describe.each(ROWS)("$value", ({ value, constructs, simulator }) => {
  const demand = DEMANDS[value];

  test.each([
    ["../lib/", constructs],
    ["../simulator/", simulator],
  ])("points to what there is in %s", (folder, { path, symbol }) => {
    expect(path.startsWith(folder)).toBe(true);
    expect(existsSync(join(DOCS, path))).toBe(true);
    const source = readFileSync(join(DOCS, path), "utf8");
    expect(symbol.split(".").filter((name) => !new RegExp(`\\b${name}\\b`).test(source))).toEqual([]);
  });

  test("is ensured by the constructs", () => {
    const stage = new GatewayStack();
    expect(messageOf(() => demand?.constructs(stage))).toMatch(demand?.construction ?? /^$/);
  });

  test("is refused by the simulator where it is anything else", async () => {
    const failure: unknown = await loadStacks(writeStack("main", { resource: demand?.simulator })).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(StackLoadError);
    const messages = (failure as StackLoadError).problems.map(({ message }) => message);
    expect(messages).toContainEqual(expect.stringMatching(demand?.loading ?? /^$/));
  });
});
