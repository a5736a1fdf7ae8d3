/** Where an expression stands in its policy document. Lines and columns count from 1. */
export interface ExpressionPosition {
  /** Terraform address of the resource that holds the document. */
  readonly address: string;
  readonly line: number;
  readonly column: number;
}

/** One reason why an expression was refused. */
export interface ExpressionProblem {
  readonly line: number;
  readonly column: number;
  /** The offending piece of source, shortened to one line. */
  readonly construct: string;
  readonly message: string;
}

/** An expression was refused at load. Carries every problem found, in the order of the source. */
export class ExpressionSyntaxError extends Error {
  public override readonly name = "ExpressionSyntaxError";

  public constructor(
    public readonly address: string,
    public readonly problems: readonly ExpressionProblem[],
  ) {
    super(
      problems
        .map(
          ({ line, column, construct, message }) =>
            `${address}:${line}:${column}: ${message} (at \`${construct}\`)`,
        )
        .join("\n"),
    );
  }
}

/** A C# exception that left an expression: APIM's `ExpressionValueEvaluationFailure`. */
export class ExpressionRuntimeError extends Error {
  public override readonly name: string = "ExpressionRuntimeError";

  public constructor(
    /** Full .NET name, for example `System.NullReferenceException`. */
    public readonly exceptionType: string,
    /** The exception's `Message`. */
    public readonly exceptionMessage: string,
    public readonly position: ExpressionPosition,
  ) {
    super(
      `${position.address}:${position.line}:${position.column}: the expression threw ${exceptionType}: ${exceptionMessage}`,
    );
  }
}

/**
 * An expression needs what .NET has and the simulator lacks, as only the run showed. No C# exception: neither a
 * `catch` of the expression nor the on-error section sees it, for what they would make of it is not what API
 * Management does.
 */
export class ExpressionUnsupportedError extends Error {
  public override readonly name = "ExpressionUnsupportedError";

  public constructor(
    public readonly reason: string,
    public readonly position: ExpressionPosition,
  ) {
    super(`${position.address}:${position.line}:${position.column}: ${reason}`);
  }
}

/** An expression used up its steps, or nested calls too deeply; no `catch` of the expression stops this. */
export class ExpressionBudgetError extends ExpressionRuntimeError {
  public override readonly name = "ExpressionBudgetError";
}
