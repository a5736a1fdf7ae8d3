import { headerValue, type HttpRequest, readBytes } from "../network";
import { brokerProperties } from "./broker-properties";
import type { BrokeredMessage } from "./brokered-message";

/** Fields of HTTP that are not properties of a message. */
const NOT_PROPERTIES =
  /^(accept.*|authorization|brokerproperties|connection|content-.*|expect|host|traceparent|tracestate|transfer-encoding|user-agent|x-ms-.*|request-id)$/;

/**
 * The message that a `POST /<queue>/messages` carries. Further headers are its properties.
 * Source: https://learn.microsoft.com/rest/api/servicebus/send-message-to-queue
 * @throws ServiceBusError (400) for broker properties that are malformed
 */
export async function messageOf({ headers, body }: HttpRequest): Promise<BrokeredMessage> {
  const properties = Object.entries(headers)
    .filter(([name]) => !NOT_PROPERTIES.test(name))
    .map(([name, values]) => [name, propertyValue(values.join(", "))] as const);
  return {
    ...brokerProperties(headerValue(headers, "brokerproperties")),
    body: await readBytes(body),
    contentType: headerValue(headers, "content-type"),
    properties: Object.fromEntries(properties),
  };
}

/** Texts stand in quotation marks; what is not JSON is a text as well. */
function propertyValue(text: string): string | number | boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "number" || typeof value === "boolean" ? value : String(value);
  } catch {
    return text;
  }
}
