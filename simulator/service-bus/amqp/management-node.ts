import { type Message, types } from "rhea";
import type { MessageQueue } from "../message-queue";
import { notImplemented } from "../service-bus-error";
import type { Answer } from "./claims-node";
import { lockTokenOfUuid } from "./lock-token";
import { encodedMessage } from "./wire-message";

type Body = Readonly<Record<string, unknown>>;
type Operation = (queue: MessageQueue, body: Body) => Answer;

const TIMESTAMP = 0x83;
const OK = { status: 200, description: "OK" } as const;

/** Source: https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-request-response */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  "com.microsoft:renew-lock": (queue, body) => {
    const expirations = lockTokens(body).map((token) => queue.renew(token));
    return { ...OK, body: { expirations: types.wrap_array(expirations, TIMESTAMP, undefined) } };
  },
  "com.microsoft:update-disposition": (queue, body) => {
    const settle = SETTLEMENTS[String(body["disposition-status"])];
    if (settle === undefined) {
      throw notImplemented(`disposition '${String(body["disposition-status"])}'`);
    }
    lockTokens(body).forEach((token) => settle(queue, token, body));
    return OK;
  },
  "com.microsoft:peek-message": (queue, body) => {
    const found = queue.peek(number(body["from-sequence-number"]), number(body["message-count"]));
    return found.length === 0
      ? { status: 204, description: "No Content" }
      : { ...OK, body: { messages: found.map((message) => ({ message: encodedMessage(message) })) } };
  },
};

const SETTLEMENTS: Readonly<Record<string, (queue: MessageQueue, token: string, body: Body) => void>> = {
  completed: (queue, token) => queue.complete(token),
  abandoned: (queue, token) => queue.abandon(token),
  suspended: (queue, token, body) =>
    queue.deadLetter(token, text(body["deadletter-reason"]), text(body["deadletter-description"])),
};

/**
 * Answers a request to the `$management` node of a queue.
 * @throws ServiceBusError when a lock is lost, and for what is not simulated
 */
export function manage(queue: MessageQueue, request: Message): Answer {
  const { operation } = (request["application_properties"] ?? {}) as Body;
  const perform = Object.hasOwn(OPERATIONS, String(operation)) ? OPERATIONS[String(operation)] : undefined;
  if (perform === undefined) {
    throw notImplemented(`operation '${String(operation)}'`);
  }
  return perform(queue, (request["body"] ?? {}) as Body);
}

function lockTokens(body: Body): readonly string[] {
  const tokens = body["lock-tokens"];
  return (Array.isArray(tokens) ? tokens : [tokens]).map(lockTokenOfUuid);
}

/** Longs too large for a number come as bytes; no queue here gets that far. */
function number(value: unknown): number {
  return Buffer.isBuffer(value) ? Number(value.readBigInt64BE()) : Number(value ?? 1);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
