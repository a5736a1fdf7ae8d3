import type { Message } from "rhea";
import { ServiceBusError } from "../service-bus-error";
import type { AmqpHost } from "./amqp-host";

/** What a node of a namespace answers to a request. */
export interface Answer {
  readonly status: number;
  readonly description: string;
  /** Of AMQP, for a failure. */
  readonly condition?: string;
  readonly body?: unknown;
}

/**
 * The operation of `$cbs`: a client shows a token.
 * @returns what the token is for, and the object id in it
 * @throws ServiceBusError for anything but a good token of Entra
 */
export async function putToken(
  request: Message,
  host: AmqpHost,
): Promise<{ readonly audience: string; readonly caller: string }> {
  const { operation, type, name } = (request["application_properties"] ?? {}) as Readonly<
    Record<string, unknown>
  >;
  if (operation !== "put-token" || typeof name !== "string") {
    throw new ServiceBusError(400, "amqp:not-allowed", "$cbs takes 'put-token' with a name");
  }
  if (type !== "jwt") {
    throw new ServiceBusError(
      401,
      "amqp:unauthorized-access",
      `A token of type '${String(type)}' opens nothing here`,
    );
  }
  const body: unknown = request["body"];
  return {
    audience: name,
    caller: await host.access.authenticate(typeof body === "string" ? body : undefined),
  };
}
