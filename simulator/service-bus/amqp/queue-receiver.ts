import { type Delivery, type EventContext, message as codec, type Sender } from "rhea";
import type { MessageQueue } from "../message-queue";
import { notImplemented, ServiceBusError } from "../service-bus-error";
import { deliveryTag, lockTokenOfTag } from "./lock-token";
import { wireMessage } from "./wire-message";

/** Outcomes of AMQP: rhea has them, its types do not. */
const outcomes = codec as unknown as {
  accepted(): { described(): object };
  rejected(fields: object): { described(): object };
};

/** What a client says of a message. */
interface Outcome {
  readonly error?: { readonly info?: Readonly<Record<string, unknown>> };
  readonly undeliverable_here?: boolean;
}

type Settlement = (queue: MessageQueue, token: string, outcome: Outcome) => void;

const SETTLEMENTS: Readonly<Record<string, Settlement>> = {
  accepted: (queue, token) => queue.complete(token),
  rejected: (queue, token, { error }) => {
    const { DeadLetterReason, DeadLetterErrorDescription } = error?.info ?? {};
    queue.deadLetter(token, text(DeadLetterReason), text(DeadLetterErrorDescription));
  },
  released: (queue, token) => queue.abandon(token),
  modified: (queue, token, outcome) => {
    if (outcome.undeliverable_here === true) {
      throw notImplemented("deferred messages");
    }
    queue.abandon(token);
  },
};

/**
 * The link over which one client receives from a queue: as many messages as it has given credit for, each locked until
 * the client settles it. What it does not settle before it leaves stays locked until the lock expires.
 */
export class QueueReceiver {
  /** Messages that the client takes now. rhea counts those only that it has written already. */
  private credit = 0;
  private readonly deletesOnReceipt: boolean;
  private readonly stop: () => void;

  public constructor(
    private readonly sender: Sender,
    private readonly queue: MessageQueue,
    private readonly isConnected: () => boolean,
  ) {
    this.deletesOnReceipt = sender.snd_settle_mode === 1;
    this.stop = queue.onAvailable(() => this.pump());
    sender.on("sender_flow", () => {
      this.credit = (sender as Sender & { readonly credit: number }).credit;
      this.pump();
    });
    sender.on("sender_draining", () => {
      this.credit = 0;
      sender.set_drained(true);
    });
    for (const outcome of Object.keys(SETTLEMENTS)) {
      sender.on(outcome, ({ delivery }: EventContext) => this.settle(outcome, delivery));
    }
    sender.on("sender_close", this.stop);
  }

  private pump(): void {
    // The whole connection may be gone, of which a link hears late or nothing.
    if (!this.sender.is_open() || !this.isConnected()) {
      this.stop();
      return;
    }
    while (this.credit > 0) {
      const isSent = this.deletesOnReceipt ? this.sendForGood() : this.sendLocked();
      if (!isSent) {
        return;
      }
      this.credit -= 1;
    }
  }

  private sendLocked(): boolean {
    const message = this.queue.receive();
    if (message !== undefined) {
      this.sender.send(wireMessage(message), deliveryTag(message.lockToken));
    }
    return message !== undefined;
  }

  private sendForGood(): boolean {
    const message = this.queue.receiveAndDelete();
    if (message !== undefined) {
      const delivery = this.sender.send(wireMessage(message));
      (delivery as { settled: boolean }).settled = true;
    }
    return message !== undefined;
  }

  private settle(outcome: string, delivery: Delivery | undefined): void {
    if (delivery === undefined || this.deletesOnReceipt) {
      return;
    }
    try {
      const state = (delivery.remote_state ?? {}) as Outcome;
      SETTLEMENTS[outcome]?.(this.queue, lockTokenOfTag(delivery.tag), state);
      delivery.update(true, outcomes.accepted().described());
    } catch (error) {
      if (!(error instanceof ServiceBusError)) {
        throw error;
      }
      const { condition, message: description } = error;
      delivery.update(true, outcomes.rejected({ error: { condition, description } }).described());
    }
  }
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
