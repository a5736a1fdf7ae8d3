import type { MessageQueue } from "../message-queue";
import type { ServiceBusAccess } from "../service-bus-access";

/** The namespace, as its AMQP side needs it. */
export interface AmqpHost {
  readonly hostName: string;
  readonly access: ServiceBusAccess;
  /** @throws ServiceBusError (404) when there is none of that path */
  queue(path: string): MessageQueue;
}
