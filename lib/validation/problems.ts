import { Token } from "cdktf";
import type { IConstruct } from "constructs";

/** One thing that is wrong with an input. */
export interface Problem {
  /** What must hold, as a clause: `name must be 2 to 64 letters, digits or '-'`. */
  readonly rule: string;
  /** The offending value. @default - none is shown: the problem is that something is missing */
  readonly value?: unknown;
  /** What to do about it, as an imperative: `shorten it`. */
  readonly remedy: string;
}

/**
 * Thrown for input that cannot become a correct stack. The message has one line for each problem:
 * `[construct path] rule, got value: remedy`.
 */
export class ValidationError extends Error {
  public override readonly name = "ValidationError";

  public constructor(
    /** Path of the construct that refused its input. */
    public readonly constructPath: string,
    public readonly problems: readonly Problem[],
  ) {
    super(problems.map((problem) => `[${constructPath}] ${describeProblem(problem)}`).join("\n"));
  }
}

/**
 * A problem as one sentence without the construct path, as `node.addValidation` wants it (cdktf adds the path).
 *
 * @returns `rule, got value: remedy`
 */
export function describeProblem({ rule, value, remedy }: Problem): string {
  const got = value === undefined ? "" : `, got ${JSON.stringify(value)}`;
  return `${rule}${got}: ${remedy}`;
}

/**
 * Collects every problem of one input, so that a caller sees all of them at once.
 *
 * ```ts
 * const problems = new Problems(this);
 * problems.check(props.capacity >= 1, { rule: "capacity must be at least 1", value: props.capacity, remedy: "…" });
 * problems.throwIfAny();
 * ```
 */
export class Problems {
  private readonly found: Problem[] = [];
  private readonly constructPath: string;

  /**
   * @param scope the construct whose input is checked, or the path a construct with this id will have
   * @param id of a construct that does not exist yet because its input is checked first
   */
  public constructor(scope: IConstruct | string, id?: string) {
    const path = typeof scope === "string" ? scope : scope.node.path;
    this.constructPath = [path, id].filter(Boolean).join("/") || "app";
  }

  /** Adds a problem that was found. */
  public add(problem: Problem): void {
    this.found.push(problem);
  }

  /** Adds the problem unless the condition holds. */
  public check(holds: boolean, problem: Problem): void {
    if (!holds) {
      this.add(problem);
    }
  }

  /**
   * Adds the problem unless the value matches or is a token, whose value only Terraform knows. What is missing, which
   * JavaScript lets pass, does not match.
   */
  public checkPattern(value: string, pattern: RegExp, problem: Omit<Problem, "value">): void {
    if (!Token.isUnresolved(value)) {
      this.check(matches(value, pattern), { ...problem, value });
    }
  }

  /**
   * As `checkPattern`, but a token is a problem too: the value ends up in construct ids, counter keys and expressions,
   * where a token would be a different one each time.
   */
  public checkLiteral(value: string, pattern: RegExp, problem: Omit<Problem, "value">): void {
    this.check(!Token.isUnresolved(value) && matches(value, pattern), { ...problem, value });
  }

  /** As `checkPattern`, for a number within bounds, both included. */
  public checkRange(value: number, min: number, max: number, problem: Omit<Problem, "value">): void {
    if (Token.isUnresolved(value)) {
      return;
    }
    this.check(Number.isInteger(value) && value >= min && value <= max, { ...problem, value });
  }

  /** Whether anything is wrong so far. */
  public get any(): boolean {
    return this.found.length > 0;
  }

  /** Everything that is wrong so far, in the order in which it was found. */
  public get all(): readonly Problem[] {
    return this.found;
  }

  /**
   * Ends the check: nothing is made of an input that has problems.
   *
   * @throws {@link ValidationError} with everything collected so far
   */
  public throwIfAny(): void {
    if (this.found.length > 0) {
      throw new ValidationError(this.constructPath, this.found);
    }
  }
}

function matches(value: unknown, pattern: RegExp): boolean {
  return typeof value === "string" && pattern.test(value);
}
