import type { CompiledPolicy } from "../policies";
import type { PolicyStep, StepOutcome } from "../sinks";

const NO_DETAIL: PolicyStep["detail"] = {};

/** By the number that stands for them; what never ended was cancelled. */
const OUTCOMES = [
  "cancelled",
  "completed",
  "failed",
  "endedPipeline",
] as const satisfies readonly StepOutcome[];

const CODES: Readonly<Record<StepOutcome, number>> = {
  cancelled: 0,
  completed: 1,
  failed: 2,
  endedPipeline: 3,
};

/** What is kept of a step: its policy, what it tells, and how and when it ended. */
const ENTRY_LENGTH = 3;

/** Entries of the longest request so far: an array that grows is copied again and again. */
let usualLength = 0;
const MAX_USUAL_LENGTH = 1_024;

/**
 * The policies that a request ran, in their order. There are more than a hundred and few are ever looked at: they lie
 * one behind the other in one array, until someone asks for them.
 */
export class StepLog {
  private readonly entries = new Array<CompiledPolicy | PolicyStep["detail"] | number>(usualLength);
  private length = 0;
  /** When the latest step ended. A field keeps a number that is not whole in its place; a result of a call takes memory. */
  private latest = performance.now();

  /** What comes next starts now, not when the latest step ended. */
  public resume(): void {
    this.latest = performance.now();
  }

  /** When a step would start: most begin as soon as another one has ended. */
  public get started(): number {
    return this.latest;
  }

  /** Begins a step. @returns what it is called from now on */
  public begin(policy: CompiledPolicy): number {
    const { entries, length: step } = this;
    entries[step] = policy;
    entries[step + 1] = NO_DETAIL;
    entries[step + 2] = 0;
    this.length = step + ENTRY_LENGTH;
    if (this.length > usualLength && this.length <= MAX_USUAL_LENGTH) {
      usualLength = this.length;
    }
    return step;
  }

  public policy(step: number): CompiledPolicy {
    return this.entries[step] as CompiledPolicy;
  }

  /** Adds to what the policy of a step tells. @param detail never changed afterwards */
  public tell(step: number, detail: PolicyStep["detail"]): void {
    const known = this.entries[step + 1];
    // Much faster than a spread that adds members.
    this.entries[step + 1] =
      known === NO_DETAIL ? detail : Object.assign({}, known as PolicyStep["detail"], detail);
  }

  /** @param started what `performance.now()` said when the policy started */
  public end(step: number, outcome: StepOutcome, started: number): void {
    const now = performance.now();
    this.latest = now;
    // A whole number, which takes no memory of its own.
    this.entries[step + 2] = Math.round((now - started) * 1000) * OUTCOMES.length + CODES[outcome];
  }

  /** As traces show them. */
  public toSteps(): readonly PolicyStep[] {
    const steps: PolicyStep[] = [];
    for (let step = 0; step < this.length; step += ENTRY_LENGTH) {
      const { name: element, id, position } = this.policy(step);
      const detail = this.entries[step + 1] as PolicyStep["detail"];
      const end = this.entries[step + 2] as number;
      const outcome = OUTCOMES[end % OUTCOMES.length] ?? "cancelled";
      const durationMs = outcome === "cancelled" ? 0 : Math.floor(end / OUTCOMES.length) / 1000;
      steps.push({ element, id, position, outcome, durationMs, detail });
    }
    return steps;
  }
}
