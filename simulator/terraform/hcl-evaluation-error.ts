/** An expression that is well formed but has no value. */
export class HclEvaluationError extends Error {
  public override readonly name = "HclEvaluationError";
}
