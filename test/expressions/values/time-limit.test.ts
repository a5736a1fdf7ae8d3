import { BudgetExhausted } from "../../../expressions/values/execution";
import { withinTime } from "../../../expressions/values/time-limit";

test("work that is done in time gives its result", () => {
  expect(withinTime(1000, () => "done")).toBe("done");
});

test("work that fails fails with its own error", () => {
  const fail = (): never => {
    throw new TypeError("its own");
  };
  expect(() => withinTime(1000, fail)).toThrow(TypeError);
});

test("a match without end is stopped", () => {
  expect(() => withinTime(10, () => /^(a+)+$/.test(`${"a".repeat(40)}!`))).toThrow(BudgetExhausted);
});
