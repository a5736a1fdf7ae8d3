import type { IConstruct } from "constructs";

const CONTEXT = Symbol.for("cdktf-azure-openai-gateway.synthesisDate");

/**
 * The date against which certificates and opt-outs are judged. Constructs have no clock: the app decides,
 * once, at the top of the tree, so that the same commit synthesizes the same stack.
 */
export class SynthesisDate {
  /**
   * Sets the date for everything below `scope`.
   *
   * @throws Error if the scope has a date already, or `date` is not a valid date
   */
  public static set(scope: IConstruct, date: Date): void {
    if (Number.isNaN(date.getTime()))
      throw new Error(`[${scope.node.path}] synthesis date must be a valid date`);
    const holder = scope as IConstruct & { [CONTEXT]?: Date };
    if (holder[CONTEXT]) throw new Error(`[${scope.node.path}] synthesis date is set already: set it once`);
    holder[CONTEXT] = new Date(date);
  }

  /** @returns the date set on the nearest scope, or `undefined` if there is none */
  public static tryOf(scope: IConstruct): Date | undefined {
    for (const candidate of [...scope.node.scopes].reverse()) {
      const date = (candidate as IConstruct & { [CONTEXT]?: Date })[CONTEXT];
      if (date) return date;
    }
    return undefined;
  }

  /** @throws Error that names the remedy, if no scope above has a date */
  public static of(scope: IConstruct): Date {
    const date = SynthesisDate.tryOf(scope);
    if (!date) {
      throw new Error(
        `[${scope.node.path}] validity can only be judged against a date: ` +
          `call SynthesisDate.set(stack, new Date("2026-12-01")) before this construct is created`,
      );
    }
    return date;
  }
}
