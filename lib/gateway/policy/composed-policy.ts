import type { PolicyDocument, PolicyStore } from "../../policy";
import { type Problem, ValidationError } from "../../validation";

/** A policy document once all that it depends on is known. */
export interface ComposedPolicy {
  /**
   * The document, or `""` if anything is wrong with it. cdktf reads it before it validates, so that throwing
   * here would hide every other problem; and a stack that was never validated fails at apply instead of going
   * without.
   */
  readonly xml: string;
  /** Everything that is wrong with the document. */
  readonly problems: readonly Problem[];
}

/** @param compose makes the document, or throws a ValidationError */
export function composePolicy(compose: () => PolicyDocument, store: PolicyStore): ComposedPolicy {
  try {
    const document = compose();
    const problems = document.problems(store);
    return { xml: problems.length > 0 ? "" : document.render(), problems };
  } catch (error) {
    if (error instanceof ValidationError) {
      return { xml: "", problems: error.problems };
    }
    throw error;
  }
}
