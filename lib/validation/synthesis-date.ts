import type { IConstruct } from "constructs";
import { Problems, ValidationError } from "./problems";

const CONTEXT = Symbol.for("cdktf-azure-openai-gateway.synthesisDate");

/** Remedy of whatever cannot be judged without a date. */
export const SET_SYNTHESIS_DATE =
  'call SynthesisDate.set(stack, new Date("2026-12-01")) before this construct is created';

/**
 * The date against which certificates and opt-outs are judged. Constructs have no clock: the app decides,
 * once, at the top of the tree, so that the same commit synthesizes the same stack.
 */
export class SynthesisDate {
  /**
   * Sets the date for everything below `scope`.
   *
   * @throws ValidationError if the scope has a date already, or `date` is not a valid date
   */
  public static set(scope: IConstruct, date: Date): void {
    const holder = scope as IConstruct & { [CONTEXT]?: Date };
    const problems = new Problems(scope);
    problems.check(!Number.isNaN(date.getTime()), {
      rule: "synthesis date must be a valid date",
      value: String(date),
      remedy: 'write it as in new Date("2026-12-01")',
    });
    problems.check(holder[CONTEXT] === undefined, {
      rule: "synthesis date must be set once on a scope",
      value: holder[CONTEXT],
      remedy: "set it where the app is made, and nowhere else",
    });
    problems.throwIfAny();
    holder[CONTEXT] = new Date(date);
  }

  /** @returns the date set on the nearest scope, or `undefined` if there is none */
  public static tryOf(scope: IConstruct): Date | undefined {
    for (const candidate of [...scope.node.scopes].reverse()) {
      const date = (candidate as IConstruct & { [CONTEXT]?: Date })[CONTEXT];
      if (date) {
        return date;
      }
    }
    return undefined;
  }

  /**
   * @returns the date set on the nearest scope
   * @throws ValidationError that names the remedy, if no scope above has a date
   */
  public static of(scope: IConstruct): Date {
    const date = SynthesisDate.tryOf(scope);
    if (date) {
      return date;
    }
    throw new ValidationError(scope.node.path, [
      { rule: "validity can only be judged against a date", remedy: SET_SYNTHESIS_DATE },
    ]);
  }
}
