import type { CircuitBreakerModel } from "../model";

/** What one call to a backend came to. */
export interface BackendOutcome {
  /** A call without a response counts as the 500 that the gateway makes of it. */
  readonly status: number;
  /** `Timeout` or `BackendConnectionFailure` when no response came. */
  readonly failure?: "Timeout" | "BackendConnectionFailure";
  /** Seconds of the response's `Retry-After`. */
  readonly retryAfterSeconds?: number;
}

/**
 * Opens after too many failures in the interval and closes by itself when the trip is over.
 *
 * Source: https://learn.microsoft.com/azure/api-management/backends#circuit-breaker
 */
export class CircuitBreaker {
  private outcomes: { readonly time: number; readonly failed: boolean }[] = [];
  private openUntil = 0;

  public constructor(private readonly rule: CircuitBreakerModel) {}

  /** Closes, with nothing remembered. */
  public reset(): void {
    this.outcomes = [];
    this.openUntil = 0;
  }

  /** @param now milliseconds since the Unix epoch */
  public isOpen(now: number): boolean {
    return now < this.openUntil;
  }

  /** Until it closes; 0 where it is closed. @param now milliseconds since the Unix epoch */
  public secondsOpen(now: number): number {
    return Math.max(0, Math.ceil((this.openUntil - now) / 1000));
  }

  public record(outcome: BackendOutcome, now: number): void {
    const { rule } = this;
    const failed = isFailure(rule, outcome);
    const start = now - rule.intervalSeconds * 1000;
    this.outcomes = this.outcomes.filter(({ time }) => time > start);
    this.outcomes.push({ time: now, failed });
    if (!failed || !this.tooMany()) {
      this.forgetSuccesses();
      return;
    }
    const retryAfter = rule.acceptRetryAfter ? outcome.retryAfterSeconds : undefined;
    this.openUntil = now + (retryAfter ?? rule.tripSeconds) * 1000;
    this.outcomes = [];
  }

  private tooMany(): boolean {
    const failures = this.outcomes.filter(({ failed }) => failed).length;
    const { count, percentage } = this.rule;
    if (count !== undefined) {
      return failures >= count;
    }
    return percentage !== undefined && (100 * failures) / this.outcomes.length >= percentage;
  }

  /** A rule by count needs the failures only, which keeps a busy healthy backend cheap. */
  private forgetSuccesses(): void {
    if (this.rule.count !== undefined) {
      this.outcomes = this.outcomes.filter(({ failed }) => failed);
    }
  }
}

/** Error reasons that the simulator knows; others are refused at load. */
export const CIRCUIT_BREAKER_ERROR_REASONS = [
  "Server errors",
  "Timeout",
  "BackendConnectionFailure",
] as const;

function isFailure(rule: CircuitBreakerModel, { status, failure }: BackendOutcome): boolean {
  const reasons = rule.errorReasons.map((reason) => reason.toLowerCase());
  return (
    rule.statusCodeRanges.some(({ min, max }) => status >= min && status <= max) ||
    (reasons.includes("server errors") && status >= 500) ||
    (failure !== undefined && reasons.includes(failure.toLowerCase()))
  );
}
