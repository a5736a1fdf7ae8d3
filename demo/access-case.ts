/** One claim about who gets in: what is tried, and what must come of it. */
export interface AccessClaim {
  /** Stack and API, such as `prod/assistant`. */
  readonly target: string;
  readonly who: string;
  readonly how: string;
  /** Status and, for a refusal, the code in its body; `answer` for a client program that printed one. */
  readonly expected: string;
}

/** A claim, and how to try it. */
export interface AccessCase extends AccessClaim {
  /**
   * Resolves to what came of it, in the words of `expected`; rejects with `NotRun` without what it takes,
   * with `Unexpected` to give a reason.
   */
  readonly run: () => Promise<string>;
}

/** The credentials that a case takes are not there: it says nothing about the gateway. */
export class NotRun extends Error {}

/** Something else came of a case than was expected, and there is more to say about it. */
export class Unexpected extends Error {
  /** @param got in the words of `AccessCase.expected` */
  public constructor(
    public readonly got: string,
    reason: string,
  ) {
    super(reason);
  }
}

export interface AccessResult extends AccessClaim {
  /** None for a case that was not run. */
  readonly got?: string;
  readonly result: "ok" | "failed" | "not run";
  /** Why it was not run, or failed, where more is known than what came of it. */
  readonly reason?: string;
}

/** A claim as one line: `prod/partners fabrikam: key alone`. */
export function nameOf({ target, who, how }: AccessClaim): string {
  return `${target} ${who}: ${how}`;
}

/** Runs one case; whatever goes wrong on the way is a failure of the case. */
export async function runCase({ run, ...claim }: AccessCase): Promise<AccessResult> {
  try {
    const got = await run();
    return { ...claim, got, result: got === claim.expected ? "ok" : "failed" };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof NotRun) {
      return { ...claim, result: "not run", reason };
    }
    return { ...claim, got: error instanceof Unexpected ? error.got : "error", result: "failed", reason };
  }
}
