import type { Clock } from "../clock";
import type { DeploymentModel } from "../model";
import { isImageModel } from "./inference-operation";

/** What a deployment has left, or why it takes no more. */
export interface CapacityDecision {
  /** The limit that is used up; none when the request may go on. */
  readonly exceeded?: "token" | "call";
  /** @default - the model is not limited by tokens */
  readonly remainingTokens?: number;
  readonly remainingRequests: number;
  /** Until the limit that is used up, or the token limit, starts anew. */
  readonly resetMs: number;
}

const MINUTE_MS = 60_000;
const CALL_WINDOW_MS = 10_000;

/**
 * Tokens per minute that one provisioned unit stands for. Real numbers differ by model; this is the order of
 * magnitude of gpt-4o.
 */
const TOKENS_PER_PROVISIONED_UNIT = 2500;

/** What may be taken within a time. */
class Window {
  private used = 0;
  private since = -Infinity;

  public constructor(
    private readonly limit: number,
    private readonly ms: number,
  ) {}

  /** Starts anew when the time is over. */
  public turn(now: number): void {
    if (now - this.since >= this.ms) {
      this.used = 0;
      this.since = now;
    }
  }

  public holds(amount: number): boolean {
    return this.used + amount <= this.limit;
  }

  public take(amount: number): void {
    this.used += amount;
  }

  public get remaining(): number {
    return Math.max(0, this.limit - this.used);
  }

  public resetMs(now: number): number {
    return this.since + this.ms - now;
  }
}

/**
 * Rate limits of one deployment. Its capacity is thousands of tokens per minute, counted by estimate at arrival, with six
 * calls a minute for each thousand, policed over ten seconds. Models of images have no limit of tokens: there it is calls
 * per minute.
 *
 * Source: https://learn.microsoft.com/azure/foundry/openai/quotas-limits
 */
export class DeploymentCapacity {
  private readonly tokens?: Window;
  private readonly calls: Window;

  public constructor(
    { capacity, sku, modelName }: DeploymentModel,
    private readonly clock: Clock,
  ) {
    if (isImageModel(modelName)) {
      this.calls = new Window(capacity, MINUTE_MS);
      return;
    }
    const thousands = (capacity * (/provisioned/i.test(sku) ? TOKENS_PER_PROVISIONED_UNIT : 1000)) / 1000;
    this.tokens = new Window(thousands * 1000, MINUTE_MS);
    this.calls = new Window(Math.ceil(thousands), CALL_WINDOW_MS);
  }

  /** Counts a request, unless a limit is used up. @param estimate tokens of prompt and longest answer */
  public take(estimate: number): CapacityDecision {
    const { tokens, calls } = this;
    const now = this.clock.now();
    tokens?.turn(now);
    calls.turn(now);
    if (!calls.holds(1)) {
      return { ...this.remaining(), exceeded: "call", resetMs: calls.resetMs(now) };
    }
    const resetMs = (tokens ?? calls).resetMs(now);
    if (tokens?.holds(estimate) === false) {
      return { ...this.remaining(), exceeded: "token", resetMs };
    }
    tokens?.take(estimate);
    calls.take(1);
    return { ...this.remaining(), resetMs };
  }

  private remaining(): Pick<CapacityDecision, "remainingTokens" | "remainingRequests"> {
    return { remainingTokens: this.tokens?.remaining, remainingRequests: this.calls.remaining };
  }
}
