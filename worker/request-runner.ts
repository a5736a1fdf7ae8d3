import { type Answer, isForLater, isSuccess } from "./answer";
import { backoffMs, wait } from "./backoff";
import { DeadLetterError } from "./dead-letter-error";
import type { GatewayClient } from "./gateway-client";
import type { Log } from "./log";
import { Patience } from "./patience";
import { kindOf, type QueuedRequest } from "./queued-request";
import type { Marker, ResultStore } from "./result-store";

/** What became of a request. In each case its message is done with. */
export type RunOutcome = "succeeded" | "failed" | "deleted" | "already finished" | "overtaken";

/** Brings one request from the queue to its result. Running it twice has the effect of running it once. */
export class RequestRunner {
  private readonly patience = new Patience();

  public constructor(
    private readonly gateway: GatewayClient,
    private readonly results: Pick<ResultStore, "marker" | "write">,
    private readonly log: Log,
  ) {}

  /**
   * @param stop aborts when no wait is worth beginning
   * @param end aborts when the call must end as well
   * @throws DeadLetterError for a request that is past its time; the signals' reasons; what the store of results throws
   */
  public async run(request: QueuedRequest, stop: AbortSignal, end: AbortSignal): Promise<RunOutcome> {
    const kind = kindOf(request);
    let since = 0;
    let last: Answer | undefined;
    for (let tries = 1; ; tries += 1) {
      // Each time: while the worker waits, the caller may delete the request, or another worker finish it.
      const marker = await this.results.marker(request);
      if (marker === undefined) {
        return "deleted";
      }
      if (marker.isFinished) {
        return "already finished";
      }
      if (Date.now() >= request.expiresAt * 1000) {
        throw expired(tries - 1, last);
      }
      const answer = await this.gateway.call(request, end);
      if (answer !== undefined && !isForLater(answer)) {
        if (isSuccess(answer)) {
          this.patience.noteSuccess(kind);
        }
        return this.finish(request, marker, answer);
      }
      since ||= Date.now();
      if (answer !== undefined && this.patience.isOver({ kind, answer, tries, since })) {
        return this.finish(request, marker, answer);
      }
      last = answer;
      const ms = answer?.retryAfterMs ?? backoffMs(tries);
      this.log("waits", { id: request.id, status: answer?.status ?? "no connection", ms, tries });
      await wait(ms, stop);
    }
  }

  private async finish(request: QueuedRequest, marker: Marker, answer: Answer): Promise<RunOutcome> {
    if (!(await this.results.write(request, marker, answer))) {
      return "overtaken";
    }
    return isSuccess(answer) ? "succeeded" : "failed";
  }
}

function expired(tries: number, last: Answer | undefined): DeadLetterError {
  const how = last === undefined ? "got no connection" : `was answered by ${last.status}`;
  const when = tries === 0 ? "before the first try" : `after ${tries} tries, the last of which ${how}`;
  return new DeadLetterError("Expired", `past its time ${when}`);
}
