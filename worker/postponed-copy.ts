import type { ServiceBusMessage, ServiceBusReceivedMessage } from "@azure/service-bus";
import { attemptProperties, type Attempts } from "./attempts";
import type { QueuedRequest } from "./queued-request";

/** Life after the request's time: whoever receives the message then says what became of it, which expiry does not. */
const LAST_WORD_MS = 60_000;

/**
 * The message that takes the place of one whose request has to wait. Its id is not that of the original, which duplicate
 * detection would take for the same message and drop without a word. It is of the original's place in the queue, so that
 * whoever sends it a second time, because the first time seemed to fail or the original came again, sends a duplicate.
 *
 * Source: https://learn.microsoft.com/azure/service-bus-messaging/duplicate-detection
 *
 * @param dueAt milliseconds since the epoch
 */
export function postponedCopy(
  original: Pick<
    ServiceBusReceivedMessage,
    "body" | "contentType" | "applicationProperties" | "sequenceNumber" | "messageId"
  >,
  { id, expiresAt }: Pick<QueuedRequest, "id" | "expiresAt">,
  attempts: Attempts,
  dueAt: number,
): ServiceBusMessage {
  return {
    body: original.body as unknown,
    contentType: original.contentType,
    messageId: `${id}.${original.sequenceNumber?.toString()}`,
    scheduledEnqueueTimeUtc: new Date(dueAt),
    timeToLive: expiresAt * 1000 - dueAt + LAST_WORD_MS,
    applicationProperties: { ...original.applicationProperties, ...attemptProperties(attempts) },
  };
}
