/** What Service Bus refuses, in the words of both of its protocols. */
export class ServiceBusError extends Error {
  public override readonly name = "ServiceBusError";

  /**
   * @param status of HTTP, and of answers of `$management`
   * @param condition of AMQP
   */
  public constructor(
    public readonly status: number,
    public readonly condition: string,
    message: string,
  ) {
    super(message);
  }
}

export function unauthorized(message: string): ServiceBusError {
  return new ServiceBusError(401, "amqp:unauthorized-access", message);
}

export function entityNotFound(entity: string, namespace: string): ServiceBusError {
  return new ServiceBusError(
    404,
    "amqp:not-found",
    `The messaging entity 'sb://${namespace}.servicebus.windows.net/${entity}' could not be found.`,
  );
}

export function lockLost(): ServiceBusError {
  return new ServiceBusError(
    410,
    "com.microsoft:message-lock-lost",
    "The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.",
  );
}

export function queueFull(name: string, bytes: number, maxBytes: number): ServiceBusError {
  return new ServiceBusError(
    403,
    "amqp:resource-limit-exceeded",
    `The maximum entity size has been reached or exceeded for Queue: '${name}'. Size of entity in bytes:${bytes}, ` +
      `Max entity size in bytes:${maxBytes}.`,
  );
}

export function messageTooLarge(bytes: number, maxBytes: number): ServiceBusError {
  return new ServiceBusError(
    413,
    "amqp:link:message-size-exceeded",
    `The received message (size:${bytes}) exceeds the limit (${maxBytes}) currently allowed on the link.`,
  );
}

export function notImplemented(what: string): ServiceBusError {
  return new ServiceBusError(501, "amqp:not-implemented", `The simulated Service Bus has no ${what}`);
}
