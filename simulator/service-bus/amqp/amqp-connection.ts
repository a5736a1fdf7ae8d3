import type { Connection, EventContext, Message, Receiver, Sender } from "rhea";
import type { MessageQueue } from "../message-queue";
import type { QueueRight } from "../service-bus-access";
import { ServiceBusError, unauthorized } from "../service-bus-error";
import type { AmqpHost } from "./amqp-host";
import { type Answer, putToken } from "./claims-node";
import { manage } from "./management-node";
import { QueueReceiver } from "./queue-receiver";
import { receivedMessage } from "./wire-message";

const CLAIMS = "$cbs";
const MANAGEMENT = /\/\$management$/i;

/**
 * One connection of a client: the tokens that it has shown by claims-based security, and its links. Each link asks for
 * the right to what it leads to when it is attached.
 */
export class AmqpConnection {
  /** Object ids of callers, by what their tokens are for: `<host>/<entity>` in lower case. */
  private readonly callers = new Map<string, string>();
  /** Links to clients that wait for answers, by node and the address that they gave. */
  private readonly replies = new Map<string, Sender>();

  /** @param isConnected whether the client can be reached now */
  public constructor(
    connection: Connection,
    private readonly host: AmqpHost,
    private readonly isConnected: () => boolean,
  ) {
    connection.on("sender_open", ({ sender }: EventContext) => {
      if (sender !== undefined) {
        this.guard(sender, () => this.openSender(sender));
      }
    });
    connection.on("receiver_open", ({ receiver }: EventContext) => {
      if (receiver !== undefined) {
        this.guard(receiver, () => this.openReceiver(receiver));
      }
    });
  }

  /** The client wants to receive. */
  private openSender(sender: Sender): void {
    const { address } = sender.source;
    const path = pathOf(address);
    sender.set_source(sender.source);
    sender.set_target(sender.target);
    if (path === CLAIMS || MANAGEMENT.test(path)) {
      if (path !== CLAIMS) {
        this.authorized(path, "receive");
      }
      // Azure's clients for $cbs give the link's name, those for $management the address, which is the same.
      const keys = [sender.name, sender.target?.address ?? ""].map((name) => replyKey(path, name));
      keys.forEach((key) => this.replies.set(key, sender));
      sender.on("sender_close", () => keys.forEach((key) => this.replies.delete(key)));
    } else {
      new QueueReceiver(sender, this.authorized(path, "receive"), this.isConnected);
    }
  }

  /** The client wants to send. */
  private openReceiver(receiver: Receiver): void {
    const path = pathOf(receiver.target?.address ?? "");
    receiver.set_source(receiver.source);
    receiver.set_target(receiver.target);
    if (path === CLAIMS) {
      this.onMessage(receiver, (message) => this.answer(path, message, () => this.claim(message)));
    } else if (MANAGEMENT.test(path)) {
      const queue = this.authorized(path, "receive");
      this.onMessage(receiver, (message) =>
        this.answer(path, message, () => Promise.resolve(manage(queue, message))),
      );
    } else {
      this.authorized(path, "send");
      receiver.on("message", ({ message, delivery }: EventContext) => {
        try {
          if (message !== undefined) {
            // The right may have ended since.
            this.authorized(path, "send").send(receivedMessage(message));
          }
        } catch (error) {
          delivery?.reject(amqpError(error));
        }
      });
    }
  }

  private onMessage(receiver: Receiver, handle: (message: Message) => Promise<void>): void {
    receiver.on("message", ({ message }: EventContext) => {
      if (message !== undefined) {
        void handle(message);
      }
    });
  }

  private async claim(message: Message): Promise<Answer> {
    const { audience, caller } = await putToken(message, this.host);
    this.callers.set(resourceOf(audience), caller);
    return { status: 202, description: "Accepted" };
  }

  /** Answers a request over the link that the client opened for it. */
  private async answer(path: string, request: Message, work: () => Promise<Answer>): Promise<void> {
    let answer: Answer;
    try {
      answer = await work();
    } catch (error) {
      const { condition, description } = amqpError(error);
      const status = error instanceof ServiceBusError ? error.status : 500;
      answer = { status, description, condition };
    }
    const reply = this.replies.get(replyKey(path, String(request["reply_to"] ?? "")));
    if (reply?.is_open() === true) {
      const { status, description, condition, body } = answer;
      reply.send({
        correlation_id: request["message_id"] as unknown,
        application_properties: {
          // The first spelling is that of $cbs, the second that of $management.
          "status-code": status,
          "status-description": description,
          statusCode: status,
          statusDescription: description,
          ...(condition === undefined ? {} : { errorCondition: condition }),
        },
        body,
      } as unknown as Message);
    }
  }

  /** @throws ServiceBusError when no token that the client has shown gives the right to the queue */
  private authorized(path: string, right: QueueRight): MessageQueue {
    const resource = `${this.host.hostName}/${path}`.toLowerCase();
    const caller = [...this.callers].find(
      ([shown]) => resource === shown || resource.startsWith(`${shown}/`),
    )?.[1];
    if (caller === undefined) {
      throw unauthorized(`Unauthorized access. No token was put for '${resource}'.`);
    }
    const queue = this.host.queue(path.replace(MANAGEMENT, ""));
    this.host.access.authorize(caller, right, queue.model.id);
    return queue;
  }

  private guard(link: Sender | Receiver, open: () => void): void {
    try {
      open();
    } catch (error) {
      link.close(amqpError(error));
    }
  }
}

function pathOf(address: string | undefined): string {
  return (address ?? "").replace(/^(amqps?|sb):\/\/[^/]*\//, "").replace(/^\//, "");
}

/** What a token is for, without scheme, port and final slash. */
function resourceOf(audience: string): string {
  return audience
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, "")
    .replace(/^([^/:]+):\d+/, "$1")
    .replace(/\/+$/, "");
}

function replyKey(path: string, address: string): string {
  return `${path.toLowerCase()}\n${address}`;
}

function amqpError(error: unknown): { readonly condition: string; readonly description: string } {
  return error instanceof ServiceBusError
    ? { condition: error.condition, description: error.message }
    : {
        condition: "amqp:internal-error",
        description: error instanceof Error ? error.message : String(error),
      };
}
