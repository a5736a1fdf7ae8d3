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
  public constructor(public readonly problems: readonly StackProblem[]) {
    super(
      `the simulator cannot run these stacks (${problems.length} ${problems.length === 1 ? "problem" : "problems"}):\n` +
        problems.map(({ address, message }) => `- ${address}: ${message}`).join("\n"),
    );
  }
}

/** Collects problems, each once. */
export class StackProblems {
  private readonly found = new Map<string, StackProblem>();

  public add(address: string, message: string): void {
    this.found.set(`${address}\n${message}`, { address, message });
  }

  /** @throws StackLoadError when there is any problem */
  public throwIfAny(): void {
    if (this.found.size > 0) {
      throw new StackLoadError([...this.found.values()]);
    }
  }
}
