import {
  compileExpression,
  initializeExpressions,
  toBoolean,
  toNumber,
  toText,
  typeName,
} from "../../expressions";
import { policyContext } from "./policy-context";

beforeAll(initializeExpressions);

function value(source: string): ReturnType<ReturnType<typeof compileExpression>["evaluate"]> {
  return compileExpression(source, { address: "test", line: 1, column: 1 }).evaluate(policyContext());
}

test.each([
  ["@(5)", 5],
  ["@(5L)", 5],
  ["@(1.5)", 1.5],
  ["@(2.50m)", 2.5],
  ['@("30")', 30],
])("%s is the number %d", (source, expected) => {
  expect(toNumber(value(source))).toBe(expected);
});

test.each(['@("many")', "@(true)", "@(null)", "@('5')"])("%s is not a number", (source) => {
  expect(() => toNumber(value(source))).toThrow("where a number is needed");
});

test("a condition takes a boolean", () => {
  expect(toBoolean(value("@(1 < 2)"))).toBe(true);
});

test.each(['@("true")', "@(1)", "@(null)"])("%s is not a condition", (source) => {
  expect(() => toBoolean(value(source))).toThrow("where System.Boolean is needed");
});

test("null prints as nothing and has no type", () => {
  const result = value("@(null)");
  expect([toText(result), typeName(result)]).toEqual(["", "null"]);
});
