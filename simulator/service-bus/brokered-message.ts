/** A message as somebody hands it to a queue. */
export interface BrokeredMessage {
  readonly body: Uint8Array;
  /** @default - the queue gives it one */
  readonly messageId?: string;
  readonly contentType?: string;
  readonly correlationId?: string;
  readonly subject?: string;
  readonly properties: Readonly<Record<string, string | number | boolean>>;
  /** Life in the queue, at most the queue's own. @default - the queue's */
  readonly timeToLiveMs?: number;
  /** When it can be received first, in milliseconds since the epoch. @default - at once */
  readonly scheduledAt?: number;
}

/** A message in a queue. */
export interface QueuedMessage extends BrokeredMessage {
  readonly messageId: string;
  /** Order of arrival, from 1. */
  readonly sequenceNumber: number;
  /** Milliseconds since the epoch, as all times here. */
  readonly enqueuedAt: number;
  /** When it is dropped, or dead-lettered. */
  readonly expiresAt: number;
  /** What it takes of the queue's size. */
  readonly bytes: number;
  /** Times that it was handed out in vain. */
  readonly deliveryCount: number;
}

/** A message that one receiver has for itself. */
export interface LockedMessage extends QueuedMessage {
  /** GUID. */
  readonly lockToken: string;
  readonly lockedUntil: number;
}
