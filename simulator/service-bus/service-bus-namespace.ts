import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Clock } from "../clock";
import type { EntraTenant, RoleAssignments } from "../identity";
import type { ServiceBusNamespaceModel } from "../model";
import {
  bearerToken,
  bytesResponse,
  type HttpRequest,
  type HttpResponse,
  type NetworkOrigin,
} from "../network";
import type * as amqp from "./amqp";
import { MessageQueue } from "./message-queue";
import { messageOf } from "./rest-send";
import { ServiceBusAccess } from "./service-bus-access";
import { entityNotFound, ServiceBusError } from "./service-bus-error";

export interface ServiceBusNamespaceProps {
  readonly model: ServiceBusNamespaceModel;
  /** Tenant whose tokens the namespace accepts. */
  readonly tenant: EntraTenant;
  readonly roleAssignments: RoleAssignments;
  readonly clock: Clock;
}

const DEAD_LETTERS = /\/\$deadletterqueue$/i;
const MESSAGES = /^\/(.+)\/messages\/?$/;

/**
 * The data plane of one Service Bus namespace: sending over HTTP, receiving over AMQP in web sockets. The parts that
 * speak AMQP are loaded when the first socket comes.
 */
export class ServiceBusNamespace {
  public readonly model: ServiceBusNamespaceModel;
  public readonly access: ServiceBusAccess;
  public readonly queues: readonly MessageQueue[];
  private endpoint?: amqp.AmqpEndpoint;

  public constructor(props: ServiceBusNamespaceProps) {
    this.model = props.model;
    this.access = new ServiceBusAccess(props.model, props.tenant, props.roleAssignments);
    this.queues = props.model.queues.map((queue) => new MessageQueue(queue, props.clock));
  }

  public get hostName(): string {
    return `${this.model.name}.servicebus.windows.net`.toLowerCase();
  }

  /**
   * A queue, or its dead letters.
   * @param path such as `queue` or `queue/$deadletterqueue`
   * @throws ServiceBusError (404)
   */
  public queue(path: string): MessageQueue {
    const name = path.replace(DEAD_LETTERS, "").toLowerCase();
    const found = this.queues.find(({ model }) => model.name.toLowerCase() === name);
    const wanted = DEAD_LETTERS.test(path) ? found?.deadLetters : found;
    if (wanted === undefined) {
      throw entityNotFound(path, this.model.name);
    }
    return wanted;
  }

  /** Answers a request over HTTP. */
  public async handle(request: HttpRequest): Promise<HttpResponse> {
    try {
      this.access.checkNetwork(request.origin, request.sourceAddress);
      const caller = await this.access.authenticate(bearerToken(request.headers));
      const path = MESSAGES.exec(decodeURIComponent(request.url.pathname))?.[1];
      if (path === undefined || request.method !== "POST") {
        return failure(404, "The simulated Service Bus takes POST /<queue>/messages over HTTP");
      }
      const queue = this.queue(path);
      this.access.authorize(caller, "send", queue.model.id);
      queue.send(await messageOf(request));
      return bytesResponse(201, Buffer.alloc(0), { server: "Microsoft-HTTPAPI/2.0" });
    } catch (error) {
      if (error instanceof ServiceBusError) {
        return failure(error.status, error.message);
      }
      throw error;
    }
  }

  /** Takes a connection that wants to become a web socket. */
  public upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, origin: NetworkOrigin): void {
    // A tenth of what the simulator loads, and needed only where somebody receives. Jest runs no import() of a CommonJS
    // package.
    const { AmqpEndpoint } = require("./amqp") as typeof amqp;
    this.endpoint ??= new AmqpEndpoint(this);
    this.endpoint.upgrade(request, socket, head, origin);
  }

  /** Ends every connection and forgets all messages. */
  public close(): void {
    this.disconnect();
    this.queues.forEach((queue) => queue.clear());
  }

  /** Drops every connection of receivers, as a failover of the service does. */
  public disconnect(): void {
    this.endpoint?.disconnect();
  }
}

/** Errors as Service Bus writes them over HTTP. */
function failure(status: number, detail: string): HttpResponse {
  const text = detail.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return bytesResponse(status, Buffer.from(`<Error><Code>${status}</Code><Detail>${text}</Detail></Error>`), {
    "content-type": "application/xml; charset=utf-8",
    server: "Microsoft-HTTPAPI/2.0",
  });
}
