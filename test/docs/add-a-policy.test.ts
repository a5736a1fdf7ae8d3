import { writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type * as Expressions from "../../expressions";
import type * as StringLibrary from "../../expressions/library/string";
import type * as Policies from "../../simulator/policies";
import type { PolicyCompiler } from "../../simulator/policies";
import { parseTable } from "../expressions/expression-table";
import type * as Context from "../expressions/policy-context";
import { oncePerRun } from "../support/once-per-run";
import { ELEMENT, ELEMENT_TEST, FOLLOWED, STRING, tableRows } from "./policy-page";
import { ROOT } from "./samples";

/** Puts the files of the page where Jest can load them, and lets them find the rest of the tree. */
function place(folder: string): void {
  for (const [file, code] of FOLLOWED) {
    writeFileSync(
      join(folder, basename(file)),
      code.replace(/(?<=from ")\.[^"]*/g, (specifier) => join(ROOT, dirname(file), specifier)),
    );
  }
}

// `code-samples.test.ts` compiles what runs here. Modules of their own, because the tree that other tests see has
// neither the element nor the member.
jest.isolateModules(() => {
  const folder = oncePerRun("add-a-policy", place);
  const placed = (file: string): string => join(folder, basename(file));

  describe("the element of docs/add-a-policy.md, in the test that the page shows", () => {
    const { POLICY_COMPILERS } = jest.requireActual<typeof Policies>("../../simulator/policies");
    const { jsonp } = jest.requireActual<{ readonly jsonp: PolicyCompiler }>(placed(ELEMENT));
    (POLICY_COMPILERS as Map<string, PolicyCompiler>).set(jsonp.name, jsonp);
    jest.requireActual(placed(ELEMENT_TEST));
  });

  describe("the member of docs/add-a-policy.md, in the rows that the page shows", () => {
    const { compileExpression, ExpressionRuntimeError, initializeExpressions, toText, typeName } =
      jest.requireActual<typeof Expressions>("../../expressions");
    const { policyContext } = jest.requireActual<typeof Context>("../expressions/policy-context");
    const { stringType } = jest.requireActual<typeof StringLibrary>("../../expressions/library/string");
    const added = jest.requireActual<typeof StringLibrary>(placed(STRING)).stringType;
    Object.assign(stringType.members ?? {}, added.members);

    beforeAll(initializeExpressions);

    function outcomeOf(expression: string): object {
      try {
        const compiled = compileExpression(expression, { address: "page", line: 1, column: 1 });
        const value = compiled.evaluate(policyContext());
        return { kind: "value", type: typeName(value), text: toText(value) };
      } catch (error) {
        if (error instanceof ExpressionRuntimeError) {
          return { kind: "throws", exception: error.exceptionType };
        }
        throw error;
      }
    }

    test.each(parseTable(tableRows).map(({ expression, outcome }) => [expression, outcome] as const))(
      "%s",
      (expression, outcome) => {
        expect(outcomeOf(expression)).toEqual(outcome);
      },
    );
  });
});
