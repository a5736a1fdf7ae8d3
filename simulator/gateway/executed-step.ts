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
  /** When it started, until it ended. */
  private milliseconds = performance.now();

  public constructor(public readonly policy: CompiledPolicy) {}

  /** Adds to what the policy tells. @param detail never changed afterwards */
  public tell(detail: PolicyStep["detail"]): void {
    this.detail = this.detail === NO_DETAIL ? detail : { ...this.detail, ...detail };
  }

  public end(outcome: StepOutcome): void {
    this.outcome = outcome;
    this.milliseconds = performance.now() - this.milliseconds;
  }

  /** As traces show it; a step that never ended was cancelled. */
  public toStep(): PolicyStep {
    const { outcome, detail } = this;
    const { name: element, id, position } = this.policy;
    const durationMs = outcome === "cancelled" ? 0 : this.milliseconds;
    return { element, id, position, outcome, durationMs, detail };
  }
}
