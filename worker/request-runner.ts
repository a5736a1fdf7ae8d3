import { type Answer, isBusy, isForLater, isSuccess } from "./answer";
import type { Attempts } from "./attempts";
import { backoffMs } from "./backoff";
import { BusyCallers } from "./busy-callers";
import { DeadLetterError } from "./dead-letter-error";
import type { GatewayClient } from "./gateway-client";
import { Patience } from "./patience";
import { kindOf, type QueuedRequest } from "./queued-request";
import type { Marker, ResultStore } from "./result-store";

/** What became of a request. In each case its message is done with. */
export type RunOutcome = "succeeded" | "failed" | "deleted" | "already finished" | "overtaken";

/** That nothing became of a request yet. */
export interface Postponement {
  /** Milliseconds until it is worth another look. */
  readonly ms: number;
  /** For the next try. */
  readonly attempts: Attempts;
  /** Why, for the log: status of the answer, or words. */
  readonly reason: number | "no connection" | "its caller has to wait";
}

/**
 * Brings one request from the queue to its result, or says when to try again: it waits for nothing but the gateway's
 * answer. Running it twice has the effect of running it once.
 */
export class RequestRunner {
  private readonly patience = new Patience();
  private readonly busy = new BusyCallers();

  public constructor(
    private readonly gateway: GatewayClient,
    private readonly results: Pick<ResultStore, "marker" | "write">,
  ) {}

  /**
   * @param attempts at the request so far
   * @param end aborts when the call must end as well
   * @throws DeadLetterError for a request that is past its time; the signal's reason; what the store of results throws
   */
  public async run(
    request: QueuedRequest,
    attempts: Attempts,
    end: AbortSignal,
  ): Promise<RunOutcome | Postponement> {
    // Each time: since the last try the caller may have deleted the request, or another worker finished it.
    const marker = await this.results.marker(request);
    if (marker === undefined) {
      return "deleted";
    }
    if (marker.isFinished) {
      return "already finished";
    }
    if (Date.now() >= request.expiresAt * 1000) {
      throw expired(attempts);
    }
    const waits = attempts.waits + 1;
    const callerMs = this.busy.waitFor(request);
    if (callerMs > 0) {
      const ms = Math.max(callerMs, backoffMs(waits));
      return { ms, attempts: { ...attempts, waits }, reason: "its caller has to wait" };
    }
    const answer = await this.gateway.call(request, end);
    if (answer !== undefined && !isForLater(answer)) {
      if (isSuccess(answer)) {
        this.patience.noteSuccess(kindOf(request));
      }
      return this.finish(request, marker, answer);
    }
    const tries = attempts.tries + 1;
    const failingSince = attempts.failingSince ?? Date.now();
    if (
      answer !== undefined &&
      this.patience.isOver({ kind: kindOf(request), answer, tries, since: failingSince })
    ) {
      return this.finish(request, marker, answer);
    }
    const next = { tries, waits, failingSince, lastStatus: answer?.status };
    return {
      ms: this.waitAfter(request, answer, waits),
      attempts: next,
      reason: answer?.status ?? "no connection",
    };
  }

  /** As long as the gateway says, and longer each time: what never fits must not come back every second. */
  private waitAfter(request: QueuedRequest, answer: Answer | undefined, waits: number): number {
    const askedMs = answer?.retryAfterMs ?? 0;
    if (answer !== undefined && isBusy(answer)) {
      this.busy.note(request, askedMs);
    }
    return Math.max(askedMs, backoffMs(waits));
  }

  private async finish(request: QueuedRequest, marker: Marker, answer: Answer): Promise<RunOutcome> {
    if (!(await this.results.write(request, marker, answer))) {
      return "overtaken";
    }
    return isSuccess(answer) ? "succeeded" : "failed";
  }
}

function expired({ tries, lastStatus }: Attempts): DeadLetterError {
  const how = lastStatus === undefined ? "got no connection" : `was answered by ${lastStatus}`;
  const when = tries === 0 ? "before the first try" : `after ${tries} tries, the last of which ${how}`;
  return new DeadLetterError("Expired", `past its time ${when}`);
}
