import { type Message, message as codec, types } from "rhea";
import type { BrokeredMessage, LockedMessage, QueuedMessage } from "../brokered-message";
import { notImplemented } from "../service-bus-error";

const MAX_UINT = 2 ** 32 - 1;

/** A message of a queue as AMQP carries it. */
export function wireMessage(message: QueuedMessage | LockedMessage): Message {
  const { timeToLiveMs, properties } = message;
  return {
    message_id: message.messageId,
    correlation_id: message.correlationId,
    subject: message.subject,
    content_type: message.contentType,
    delivery_count: message.deliveryCount,
    ttl: timeToLiveMs === undefined ? undefined : Math.min(timeToLiveMs, MAX_UINT),
    application_properties: Object.keys(properties).length === 0 ? undefined : properties,
    message_annotations: {
      "x-opt-sequence-number": types.wrap_long(message.sequenceNumber),
      "x-opt-enqueue-sequence-number": types.wrap_long(0),
      "x-opt-enqueued-time": types.wrap_timestamp(message.enqueuedAt),
      ...("lockedUntil" in message
        ? { "x-opt-locked-until": types.wrap_timestamp(message.lockedUntil) }
        : undefined),
    },
    body: codec.data_section(Buffer.from(message.body)) as unknown,
  };
}

/** The bytes of a message, as `$management` gives them out. */
export function encodedMessage(message: QueuedMessage): Buffer {
  return codec.encode(wireMessage(message));
}

/**
 * A message that a client sends.
 * @throws ServiceBusError for several in one, and for a body that is not data
 */
export function receivedMessage(message: Message): BrokeredMessage {
  if (Buffer.isBuffer(message)) {
    throw notImplemented("batches of messages");
  }
  const fields = message as unknown as Readonly<Record<string, unknown>>;
  const content = (fields["body"] as { readonly content?: unknown } | undefined)?.content;
  if (!Buffer.isBuffer(content)) {
    throw notImplemented("messages whose body is not one section of data");
  }
  const text = (name: string): string | undefined =>
    typeof fields[name] === "string" ? fields[name] : undefined;
  const annotations = fields["message_annotations"] as Readonly<Record<string, unknown>> | undefined;
  const scheduledAt = annotations?.["x-opt-scheduled-enqueue-time"];
  return {
    body: content,
    messageId: text("message_id"),
    correlationId: text("correlation_id"),
    subject: text("subject"),
    contentType: text("content_type"),
    timeToLiveMs: typeof fields["ttl"] === "number" ? fields["ttl"] : undefined,
    properties: (fields["application_properties"] ?? {}) as BrokeredMessage["properties"],
    scheduledAt: scheduledAt instanceof Date ? scheduledAt.getTime() : undefined,
  };
}
