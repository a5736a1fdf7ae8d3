import type { ServiceBusReceivedMessage, ServiceBusReceiver } from "@azure/service-bus";
import { backoffMs, wait } from "./backoff";
import { DeadLetterError } from "./dead-letter-error";
import { errorText, type Log } from "./log";
import { readQueuedRequest } from "./queued-request";
import type { RequestRunner, RunOutcome } from "./request-runner";

export interface QueueWorkerProps {
  readonly receiver: ServiceBusReceiver;
  readonly runner: RequestRunner;
  readonly log: Log;
  /** Messages at once. */
  readonly concurrency: number;
  /** Time between `stop` and the end. */
  readonly graceMs: number;
}

/** Part of the grace that is kept to give messages back. */
const GIVING_BACK = 0.1;

/** Receives messages and settles each: done, given back, or dead. */
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
    const id = message.messageId;
    try {
      const outcome = await this.run(message);
      log(outcome, { id, deliveryCount: message.deliveryCount });
      await receiver.completeMessage(message);
    } catch (error) {
      await this.settleFailed(message, error);
    }
  }

  /** Runs a request until something became of it: what fails on the way is tried again while the message is held. */
  private async run(message: ServiceBusReceivedMessage): Promise<RunOutcome> {
    const { runner, log } = this.props;
    const { signal: stop } = this.stopping;
    const request = readQueuedRequest(message.body);
    for (let tries = 1; ; tries += 1) {
      stop.throwIfAborted();
      try {
        return await runner.run(request, stop, this.ending.signal);
      } catch (error) {
        stop.throwIfAborted();
        if (error instanceof DeadLetterError) {
          throw error;
        }
        log("fails", { id: request.id, error: errorText(error), tries });
        await wait(backoffMs(tries), stop);
      }
    }
  }

  private async settleFailed(message: ServiceBusReceivedMessage, error: unknown): Promise<void> {
    const { receiver, log } = this.props;
    const id = message.messageId;
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
