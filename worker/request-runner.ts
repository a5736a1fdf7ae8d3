import { type Answer, isForLater } from "./answer";
import { backoffMs, wait } from "./backoff";
import type { GatewayClient } from "./gateway-client";
import type { Log } from "./log";
import { Patience } from "./patience";
import type { QueuedRequest } from "./queued-request";
import type { Marker, ResultStore } from "./result-store";

/** What became of a request. In each case its message is done with. */
export type RunOutcome = "succeeded" | "failed" | "deleted" | "already finished" | "overtaken" | "expired";

/** Brings one request from the queue to its result. Running it twice has the effect of running it once. */
export class RequestRunner {
  private readonly patience = new Patience();

  public constructor(
    private readonly gateway: GatewayClient,
    private readonly results: ResultStore,
    private readonly log: Log,
  ) {}

  /**
   * @param stop aborts when no wait is worth beginning
   * @param end aborts when the call must end as well
   * @throws the signals' reasons; and what the store of results throws
   */
  public async run(request: QueuedRequest, stop: AbortSignal, end: AbortSignal): Promise<RunOutcome> {
    let firstFailure = 0;
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
        return "expired";
      }
      const answer = await this.gateway.call(request, end);
      if (answer !== undefined && !isForLater(answer)) {
        this.patience.noteSuccess();
        return this.finish(request, marker, answer);
      }
      firstFailure ||= Date.now();
      if (answer !== undefined && this.patience.isOver(answer, tries, firstFailure)) {
        return this.finish(request, marker, answer);
      }
      const ms = answer?.retryAfterMs ?? backoffMs(tries);
      this.log("waits", { id: request.id, status: answer?.status ?? "no connection", ms, tries });
      await wait(ms, stop);
    }
  }

  private async finish(request: QueuedRequest, marker: Marker, answer: Answer): Promise<RunOutcome> {
    if (!(await this.results.write(request, marker, answer))) {
      return "overtaken";
    }
    return answer.status < 300 ? "succeeded" : "failed";
  }
}
