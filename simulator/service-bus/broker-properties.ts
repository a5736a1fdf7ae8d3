import type { BrokeredMessage } from "./brokered-message";
import { ServiceBusError } from "./service-bus-error";

/** Properties of a message that its `BrokerProperties` header gives. */
type BrokerProperties = Partial<BrokeredMessage>;

/** Kinds of the properties that are read. Others have no effect on a queue without sessions. */
const KINDS = {
  MessageId: "string",
  CorrelationId: "string",
  Label: "string",
  TimeToLive: "number",
  ScheduledEnqueueTimeUtc: "string",
} as const;

/**
 * Reads the header `BrokerProperties`, a JSON object.
 * Source: https://learn.microsoft.com/rest/api/servicebus/message-headers-and-properties
 * @throws ServiceBusError (400) when it is anything else
 */
export function brokerProperties(header: string | undefined): BrokerProperties {
  if (header === undefined) {
    return {};
  }
  const values = parse(header);
  for (const [name, kind] of Object.entries(KINDS)) {
    if (values[name] !== undefined && typeof values[name] !== kind) {
      throw malformed(`${name} is not a ${kind}`);
    }
  }
  const { MessageId, CorrelationId, Label, TimeToLive, ScheduledEnqueueTimeUtc } = values as {
    readonly [Name in keyof typeof KINDS]?: (typeof KINDS)[Name] extends "string" ? string : number;
  };
  const scheduledAt = ScheduledEnqueueTimeUtc === undefined ? undefined : Date.parse(ScheduledEnqueueTimeUtc);
  if (Number.isNaN(scheduledAt)) {
    throw malformed("ScheduledEnqueueTimeUtc is not a date");
  }
  if (TimeToLive !== undefined && TimeToLive <= 0) {
    throw malformed("TimeToLive is not positive");
  }
  if (MessageId !== undefined && (MessageId === "" || MessageId.length > 128)) {
    throw malformed("MessageId has 1 to 128 characters");
  }
  return {
    messageId: MessageId,
    correlationId: CorrelationId,
    subject: Label,
    timeToLiveMs: TimeToLive === undefined ? undefined : TimeToLive * 1000,
    scheduledAt,
  };
}

function parse(header: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(header);
  } catch {
    throw malformed("it is not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw malformed("it is not an object");
  }
  return value as Readonly<Record<string, unknown>>;
}

function malformed(problem: string): ServiceBusError {
  return new ServiceBusError(
    400,
    "amqp:invalid-field",
    `The BrokerProperties header is malformed: ${problem}`,
  );
}
