import { randomUUID } from "node:crypto";
import type { Clock } from "../clock";
import type { QueueModel } from "../model";
import type { BrokeredMessage, LockedMessage, QueuedMessage } from "./brokered-message";
import { MessageIds } from "./message-ids";
import { lockLost, messageTooLarge, queueFull } from "./service-bus-error";

interface Lock {
  readonly message: QueuedMessage;
  cancel: () => void;
}

/** What the service adds to the size of a body. */
const OVERHEAD_BYTES = 64;

/**
 * One queue: messages in order of arrival, each locked for one receiver until it is settled or the lock expires.
 * Expired messages are found when somebody looks, as the service does it.
 */
export class MessageQueue {
  /** Messages that came to nothing; none for a dead-letter queue, which has no other. */
  public readonly deadLetters?: MessageQueue;
  /** Bytes that the queue holds at most, dead letters included. */
  public maxBytes: number;
  /** Messages that can be received now, by sequence number. */
  private available: QueuedMessage[] = [];
  private readonly locks = new Map<string, Lock>();
  private readonly scheduled = new Map<
    number,
    { readonly message: QueuedMessage; readonly cancel: () => void }
  >();
  private readonly listeners = new Set<() => void>();
  private readonly ids?: MessageIds;
  private lastSequenceNumber = 0;

  /** @param kind a dead-letter queue takes everything, keeps it, and counts no deliveries */
  public constructor(
    public readonly model: QueueModel,
    private readonly clock: Clock,
    private readonly kind: "queue" | "deadLetters" = "queue",
  ) {
    this.maxBytes = model.maxBytes;
    if (kind === "queue") {
      this.deadLetters = new MessageQueue(model, clock, "deadLetters");
      this.ids =
        model.duplicateWindowMs === undefined ? undefined : new MessageIds(model.duplicateWindowMs, clock);
    }
  }

  /**
   * Takes a message. One whose id is known already is taken and dropped.
   * @throws ServiceBusError when it is too large, or the queue is full
   */
  public send(message: BrokeredMessage): void {
    const { maxMessageBytes, timeToLiveMs } = this.model;
    const bytes = sizeOf(message);
    if (bytes > maxMessageBytes) {
      throw messageTooLarge(bytes, maxMessageBytes);
    }
    const held = this.bytes;
    if (held + bytes > this.maxBytes) {
      throw queueFull(this.model.name, held, this.maxBytes);
    }
    const messageId = message.messageId ?? randomUUID().replaceAll("-", "");
    if (this.ids?.add(messageId) === false) {
      return;
    }
    const enqueuedAt = Math.max(this.clock.now(), message.scheduledAt ?? 0);
    this.add({
      ...message,
      messageId,
      bytes,
      sequenceNumber: (this.lastSequenceNumber += 1),
      enqueuedAt,
      expiresAt: enqueuedAt + Math.min(message.timeToLiveMs ?? Infinity, timeToLiveMs),
      deliveryCount: 0,
    });
  }

  /** Locks the next message for a receiver. */
  public receive(): LockedMessage | undefined {
    const message = this.takeNext();
    if (message === undefined) {
      return undefined;
    }
    const lockToken = randomUUID();
    const lock: Lock = { message, cancel: () => undefined };
    this.locks.set(lockToken, lock);
    return { ...message, lockToken, lockedUntil: this.extend(lockToken, lock) };
  }

  /** Hands the next message out for good. */
  public receiveAndDelete(): QueuedMessage | undefined {
    return this.takeNext();
  }

  /** The receiver is done with a message. @throws ServiceBusError when its lock is lost */
  public complete(lockToken: string): void {
    this.unlock(lockToken);
  }

  /** Gives a message back, to be received again at once. @throws ServiceBusError when its lock is lost */
  public abandon(lockToken: string): void {
    this.giveBack(this.unlock(lockToken));
  }

  /** Takes a message out of the queue for people to look at. @throws ServiceBusError when its lock is lost */
  public deadLetter(lockToken: string, reason: string | undefined, description: string | undefined): void {
    this.bury(this.unlock(lockToken), reason, description);
  }

  /** Locks a message anew. @returns until when @throws ServiceBusError when its lock is lost */
  public renew(lockToken: string): number {
    const lock = this.locks.get(lockToken);
    if (lock === undefined) {
      throw lockLost();
    }
    return this.extend(lockToken, lock);
  }

  /** Takes a lock away before its time, as a failover of the service does. */
  public loseLocks(): void {
    for (const lockToken of [...this.locks.keys()]) {
      this.abandon(lockToken);
    }
  }

  /** Messages from a sequence number on, locked or not. */
  public peek(from = 1, max = Infinity): readonly QueuedMessage[] {
    this.dropExpired();
    return this.messages.filter(({ sequenceNumber }) => sequenceNumber >= from).slice(0, max);
  }

  /** Messages that a receiver has locked. */
  public get lockedCount(): number {
    return this.locks.size;
  }

  /** Calls back when there is something to receive. @returns stops that */
  public onAvailable(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Forgets all messages. */
  public clear(): void {
    for (const lockToken of [...this.locks.keys()]) {
      this.unlock(lockToken);
    }
    this.available = [];
    this.scheduled.forEach(({ cancel }) => cancel());
    this.scheduled.clear();
    this.deadLetters?.clear();
  }

  private get messages(): readonly QueuedMessage[] {
    return [...this.available, ...this.unavailable].sort(
      (left, right) => left.sequenceNumber - right.sequenceNumber,
    );
  }

  /** Locked ones, and those whose time has not come. */
  private get unavailable(): readonly QueuedMessage[] {
    return [...this.locks.values(), ...this.scheduled.values()].map(({ message }) => message);
  }

  private get bytes(): number {
    let bytes = this.deadLetters?.bytes ?? 0;
    for (const messages of [this.available, this.unavailable]) {
      for (const message of messages) {
        bytes += message.bytes;
      }
    }
    return bytes;
  }

  private add(message: QueuedMessage): void {
    const delay = message.enqueuedAt - this.clock.now();
    if (delay > 0) {
      const cancel = this.clock.after(delay, () => {
        this.scheduled.delete(message.sequenceNumber);
        this.offer(message);
      });
      this.scheduled.set(message.sequenceNumber, { message, cancel });
    } else {
      this.offer(message);
    }
  }

  private offer(message: QueuedMessage): void {
    const before = this.available.findLastIndex((other) => other.sequenceNumber < message.sequenceNumber);
    this.available.splice(before + 1, 0, message);
    this.listeners.forEach((listener) => listener());
  }

  private takeNext(): QueuedMessage | undefined {
    for (;;) {
      const message = this.available.shift();
      if (message === undefined || !this.isExpired(message)) {
        return message;
      }
      this.expire(message);
    }
  }

  private isExpired({ expiresAt }: QueuedMessage): boolean {
    return expiresAt <= this.clock.now();
  }

  private dropExpired(): void {
    const expired = this.available.filter((message) => this.isExpired(message));
    if (expired.length > 0) {
      this.available = this.available.filter((message) => !this.isExpired(message));
      expired.forEach((message) => this.expire(message));
    }
  }

  private expire(message: QueuedMessage): void {
    if (this.model.deadLettersExpired) {
      this.bury(message, "TTLExpiredException", "The message expired and was dead lettered.");
    }
  }

  private extend(lockToken: string, lock: Lock): number {
    lock.cancel();
    const until = this.clock.now() + this.model.lockMs;
    lock.cancel = this.clock.after(this.model.lockMs, () => {
      this.locks.delete(lockToken);
      this.giveBack(lock.message);
    });
    return until;
  }

  private unlock(lockToken: string): QueuedMessage {
    const lock = this.locks.get(lockToken);
    if (lock === undefined) {
      throw lockLost();
    }
    lock.cancel();
    this.locks.delete(lockToken);
    return lock.message;
  }

  private giveBack(message: QueuedMessage): void {
    const deliveryCount = message.deliveryCount + 1;
    if (this.kind === "queue" && deliveryCount >= this.model.maxDeliveryCount) {
      const description = `Message could not be consumed after ${deliveryCount} delivery attempts.`;
      this.bury({ ...message, deliveryCount }, "MaxDeliveryCountExceeded", description);
    } else {
      this.offer({ ...message, deliveryCount });
    }
  }

  private bury(message: QueuedMessage, reason?: string, description?: string): void {
    this.deadLetters?.keep({
      ...message,
      expiresAt: Infinity,
      properties: {
        ...message.properties,
        ...(reason === undefined ? {} : { DeadLetterReason: reason }),
        ...(description === undefined ? {} : { DeadLetterErrorDescription: description }),
      },
    });
  }

  private keep(message: QueuedMessage): void {
    this.offer({ ...message, sequenceNumber: (this.lastSequenceNumber += 1) });
  }
}

function sizeOf({ body, properties }: BrokeredMessage): number {
  return body.byteLength + JSON.stringify(properties).length + OVERHEAD_BYTES;
}
