import { BudgetExhausted, consume, execute } from "../../../expressions/values/execution";
import { policyContext } from "../policy-context";

function run(steps: number, taken: number, milliseconds?: number): void {
  const work = (): void => {
    for (let step = 0; step < taken; step++) {
      consume();
    }
  };
  execute(policyContext(), steps, work, milliseconds);
}

describe("an evaluation", () => {
  test.each([1, 2048, 2049, 10_000])("may take as many as its %d steps", (steps) => {
    expect(() => run(steps, steps)).not.toThrow();
  });

  test.each([0, 1, 2048, 2049, 10_000])("may take no more than its %d steps", (steps) => {
    expect(() => run(steps, steps + 1)).toThrow(BudgetExhausted);
  });

  test("goes on failing once its steps are used up", () => {
    const work = (): void => {
      expect(() => consume(11)).toThrow(BudgetExhausted);
      consume();
    };
    expect(() => execute(policyContext(), 10, work)).toThrow(BudgetExhausted);
  });

  test("ends when its time is over, however many steps are left", () => {
    expect(() => run(Infinity, Infinity, 5)).toThrow("The expression takes too long.");
  });

  test("leaves the steps of the one around it alone", () => {
    const work = (): void => {
      run(5000, 5000);
      consume(10);
    };
    expect(() => execute(policyContext(), 10, work)).not.toThrow();
  });
});
