import type { Clock } from "../clock";
import type { DeploymentModel } from "../model";

/** What a deployment has left, or why it takes no more. */
export interface CapacityDecision {
  /** The limit that is used up; none when the request may go on. */
  readonly exceeded?: "token" | "call";
  readonly remainingTokens: number;
  readonly remainingRequests: number;
  /** Until the limit that is used up, or the token limit, starts anew. */
  readonly resetMs: number;
}

const TOKEN_WINDOW_MS = 60_000;
const CALL_WINDOW_MS = 10_000;

/**
 * Tokens per minute that one provisioned unit stands for. Real numbers differ by model; this is the order of
 * magnitude of gpt-4o.
 */
const TOKENS_PER_PROVISIONED_UNIT = 2500;

/**
 * Rate limits of one deployment: tokens per minute from its capacity, counted by estimate at arrival; calls at
 * six a minute for each thousand tokens, policed over ten seconds.
 */
export class DeploymentCapacity {
  private readonly tokensPerMinute: number;
  private readonly callsPerWindow: number;
  private tokens = { used: 0, since: -Infinity };
  private calls = { used: 0, since: -Infinity };

  public constructor(
    deployment: DeploymentModel,
    private readonly clock: Clock,
  ) {
    this.tokensPerMinute =
      deployment.capacity * (/provisioned/i.test(deployment.sku) ? TOKENS_PER_PROVISIONED_UNIT : 1000);
    this.callsPerWindow = Math.ceil(this.tokensPerMinute / 1000);
  }

  /** Counts a request, unless a limit is used up. @param estimate tokens of prompt and longest answer */
  public take(estimate: number): CapacityDecision {
    const now = this.clock.now();
    this.tokens = now - this.tokens.since >= TOKEN_WINDOW_MS ? { used: 0, since: now } : this.tokens;
    this.calls = now - this.calls.since >= CALL_WINDOW_MS ? { used: 0, since: now } : this.calls;
    if (this.calls.used >= this.callsPerWindow) {
      return { ...this.remaining(), exceeded: "call", resetMs: this.calls.since + CALL_WINDOW_MS - now };
    }
    if (this.tokens.used + estimate > this.tokensPerMinute) {
      return { ...this.remaining(), exceeded: "token", resetMs: this.tokens.since + TOKEN_WINDOW_MS - now };
    }
    this.tokens.used += estimate;
    this.calls.used += 1;
    return { ...this.remaining(), resetMs: this.tokens.since + TOKEN_WINDOW_MS - now };
  }

  private remaining(): { readonly remainingTokens: number; readonly remainingRequests: number } {
    return {
      remainingTokens: Math.max(0, this.tokensPerMinute - this.tokens.used),
      remainingRequests: Math.max(0, this.callsPerWindow - this.calls.used),
    };
  }
}
