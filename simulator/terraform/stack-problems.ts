/** One reason why a stack cannot be simulated. */
export interface StackProblem {
  /** Terraform address, or the file for problems of a whole document. */
  readonly address: string;
  /** What is wrong, with the value and what to do. */
  readonly message: string;
}

/** Every problem of the loaded stacks, at once. */
export class StackLoadError extends Error {
  public override readonly name = "StackLoadError";
  public constructor(
    public readonly problems: readonly StackProblem[],
    /**
     * Addresses of what has a problem and may stand behind a name in a policy, so that policies were not read yet.
     * @default - they were read, and their problems are among these
     */
    public readonly unsettled: readonly string[] = [],
  ) {
    super(
      `the simulator cannot run these stacks (${problems.length} ${problems.length === 1 ? "problem" : "problems"}):\n` +
        problems.map(({ address, message }) => `- ${address}: ${message}`).join("\n") +
        (unsettled.length === 0 ? "" : `\n${unreadPolicies(unsettled)}`),
    );
  }
}

/** That there may be more. */
export function unreadPolicies(unsettled: readonly string[]): string {
  return `Policies were not read yet, because they may name what is to be mended first: ${unsettled.join(", ")}`;
}

/** Collects problems, each once. */
export class StackProblems {
  private readonly found = new Map<string, StackProblem>();

  public add(address: string, message: string): void {
    this.found.set(`${address}\n${message}`, { address, message });
  }

  public get all(): readonly StackProblem[] {
    return [...this.found.values()];
  }

  /** @throws StackLoadError when there is any problem */
  public throwIfAny(): void {
    if (this.found.size > 0) {
      throw new StackLoadError(this.all);
    }
  }
}
