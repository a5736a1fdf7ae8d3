import type { CompiledPolicy } from "../policies";
import type { PolicyStep, StepOutcome } from "../sinks";

const NO_DETAIL: PolicyStep["detail"] = {};

/**
 * One policy that a request ran. A request makes more than a hundred of these and few are ever looked at: it holds
 * as little as possible until someone asks for the step.
 */
export class ExecutedStep {
  private outcome: StepOutcome = "cancelled";
  private detail = NO_DETAIL;
  /** A whole number, which takes no memory of its own. */
  private microseconds = 0;

  public constructor(public readonly policy: CompiledPolicy) {}

  /** Adds to what the policy tells. @param detail never changed afterwards */
  public tell(detail: PolicyStep["detail"]): void {
    this.detail = this.detail === NO_DETAIL ? detail : { ...this.detail, ...detail };
  }

  /** @param started what `performance.now()` said when the policy started */
  public end(outcome: StepOutcome, started: number): void {
    this.outcome = outcome;
    this.microseconds = Math.round((performance.now() - started) * 1000);
  }

  /** As traces show it; a step that never ended was cancelled. */
  public toStep(): PolicyStep {
    const { outcome, detail } = this;
    const { name: element, id, position } = this.policy;
    const durationMs = outcome === "cancelled" ? 0 : this.microseconds / 1000;
    return { element, id, position, outcome, durationMs, detail };
  }
}
