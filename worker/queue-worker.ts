import type { ServiceBusReceivedMessage, ServiceBusReceiver, ServiceBusSender } from "@azure/service-bus";
import { readAttempts } from "./attempts";
import { backoffMs, jittered, wait } from "./backoff";
import { DeadLetterError } from "./dead-letter-error";
import { errorText, type Log } from "./log";
import { postponedCopy } from "./postponed-copy";
import { type QueuedRequest, readQueuedRequest } from "./queued-request";
import type { Postponement, RequestRunner, RunOutcome } from "./request-runner";

export interface QueueWorkerProps {
  readonly receiver: Pick<
    ServiceBusReceiver,
    "subscribe" | "completeMessage" | "abandonMessage" | "deadLetterMessage" | "close"
  >;
  /** To the same queue. */
  readonly sender: Pick<ServiceBusSender, "sendMessages">;
  readonly runner: Pick<RequestRunner, "run">;
  readonly log: Log;
  /** Messages at once. */
  readonly concurrency: number;
  /** Time between `stop` and the end. */
  readonly graceMs: number;
}

/** Part of the grace that is kept to give messages back. */
const GIVING_BACK = 0.1;

/**
 * Receives messages and settles each: done, put off, given back, or dead. What has to wait goes back into the queue for so
 * long: whoever came after it has its turn.
 */
export class QueueWorker {
  private readonly running = new Set<Promise<void>>();
  /** Aborts when nothing is begun any more. */
  private readonly stopping = new AbortController();
  /** Aborts when everything ends. */
  private readonly ending = new AbortController();
  private subscription?: { close(): Promise<void> };

  public constructor(private readonly props: QueueWorkerProps) {}

  public start(): void {
    const { receiver, concurrency, log } = this.props;
    this.subscription = receiver.subscribe(
      {
        processMessage: (message) => this.track(this.process(message)),
        processError: ({ error, errorSource }) => {
          log("error", { source: errorSource, error: errorText(error) });
          return Promise.resolve();
        },
      },
      { maxConcurrentCalls: concurrency, autoCompleteMessages: false },
    );
    log("started", { concurrency });
  }

  /** Takes nothing more, finishes what is asked already within the grace, and gives the rest back. */
  public async stop(): Promise<void> {
    const { receiver, graceMs, log } = this.props;
    log("stopping", { running: this.running.size });
    this.stopping.abort(new StoppedError());
    const timer = setTimeout(() => this.ending.abort(new StoppedError()), graceMs * (1 - GIVING_BACK));
    try {
      await this.subscription?.close();
      await Promise.all(this.running);
    } finally {
      clearTimeout(timer);
    }
    await receiver.close();
    log("stopped");
  }

  private track(work: Promise<void>): Promise<void> {
    this.running.add(work);
    return work.finally(() => this.running.delete(work));
  }

  private async process(message: ServiceBusReceivedMessage): Promise<void> {
    const { receiver, log } = this.props;
    let id: unknown = message.messageId;
    try {
      const request = readQueuedRequest(message.body);
      // What was put off has a message id of its own.
      ({ id } = request);
      const outcome = await this.run(message, request);
      if (outcome !== undefined) {
        log(outcome, { id, deliveryCount: message.deliveryCount });
      }
      await receiver.completeMessage(message);
    } catch (error) {
      await this.settleFailed(message, id, error);
    }
  }

  /**
   * Runs a request. What fails on the way is tried again while the message is held.
   * @returns what became of it; `undefined` when it is put off
   */
  private async run(
    message: ServiceBusReceivedMessage,
    request: QueuedRequest,
  ): Promise<RunOutcome | undefined> {
    const { runner, log } = this.props;
    const { signal: stop } = this.stopping;
    let attempts = readAttempts(message.applicationProperties);
    for (let failures = 1; ; failures += 1) {
      stop.throwIfAborted();
      try {
        const result = await runner.run(request, attempts, this.ending.signal);
        if (typeof result === "string") {
          return result;
        }
        ({ attempts } = result);
        await this.putOff(message, request, result);
        return undefined;
      } catch (error) {
        stop.throwIfAborted();
        if (error instanceof DeadLetterError) {
          throw error;
        }
        log("fails", { id: request.id, error: errorText(error), failures });
        await wait(backoffMs(failures), stop);
      }
    }
  }

  /** The copy first: between the two there are two messages of one request, never none. */
  private async putOff(
    message: ServiceBusReceivedMessage,
    request: QueuedRequest,
    { ms, attempts, reason }: Postponement,
  ): Promise<void> {
    const { sender, log } = this.props;
    const dueAt = Math.min(Date.now() + jittered(ms), request.expiresAt * 1000);
    await sender.sendMessages(postponedCopy(message, request, attempts, dueAt));
    log("waits", { id: request.id, status: reason, ms, tries: attempts.tries });
  }

  private async settleFailed(message: ServiceBusReceivedMessage, id: unknown, error: unknown): Promise<void> {
    const { receiver, log } = this.props;
    try {
      if (error instanceof DeadLetterError) {
        log("dead-lettered", { id, reason: error.reason, error: error.message });
        await receiver.deadLetterMessage(message, {
          deadLetterReason: error.reason,
          deadLetterErrorDescription: error.message,
        });
      } else {
        log("given back", { id, error: errorText(error) });
        await receiver.abandonMessage(message);
      }
    } catch (settlement) {
      // The lock is lost: whoever gets the message next sees what is done already.
      log("not settled", { id, error: errorText(settlement) });
    }
  }
}

/** Why work ended before its time. */
class StoppedError extends Error {
  public override readonly name = "StoppedError";

  public constructor() {
    super("the worker stops");
  }
}
