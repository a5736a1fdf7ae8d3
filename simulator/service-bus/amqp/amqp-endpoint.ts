import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type ConnectionOptions, type Container, create_container, type EventContext } from "rhea";
import { WebSocket, WebSocketServer } from "ws";
import { type NetworkOrigin, reasonPhrase } from "../../network";
import { ServiceBusError } from "../service-bus-error";
import { AmqpConnection } from "./amqp-connection";
import type { AmqpHost } from "./amqp-host";

const PATH = "/$servicebus/websocket";
/** Of AMQP over WebSocket: Azure's name, and that of OASIS. */
const PROTOCOLS = ["AMQPWSB10", "amqp"];
/** Longest frame that a peer may send. */
const MAX_FRAME_BYTES = 1024 * 1024;
const IDLE_MS = 240_000;

/** What can go wrong with a peer; the peer sees it, and nobody else cares. */
const PEER_EVENTS = [
  "error",
  "protocol_error",
  "disconnected",
  "connection_error",
  "connection_close",
  "session_error",
  "session_close",
  "sender_error",
  "sender_close",
  "receiver_error",
  "receiver_close",
];

/** The AMQP 1.0 side of a namespace, in web sockets. */
export class AmqpEndpoint {
  private readonly container: Container = create_container({
    id: "service-bus",
    max_frame_size: MAX_FRAME_BYTES,
    idle_time_out: IDLE_MS,
    // What is abandoned counts as delivered in vain, what is released would not.
    treat_modified_as_released: false,
  });
  private readonly server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    handleProtocols: (offered) => PROTOCOLS.find((protocol) => offered.has(protocol)) ?? false,
  });
  /** Those that are open, by the id of the connection in them. */
  private readonly sockets = new Map<string, WebSocket>();

  public constructor(private readonly host: AmqpHost) {
    const mechanisms = this.container.sasl_server_mechanisms as { enable_anonymous(): void };
    // Whoever connects is nobody until $cbs has seen a token.
    mechanisms.enable_anonymous();
    for (const event of PEER_EVENTS) {
      this.container.on(event, () => undefined);
    }
    this.container.on("connection_open", ({ connection }: EventContext) => {
      const { id = "" } = connection.options;
      // A link hears of the end of its web socket some time after it.
      new AmqpConnection(connection, host, () => this.sockets.get(id)?.readyState === WebSocket.OPEN);
    });
  }

  /** Makes a connection a web socket, or ends it. */
  public upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, origin: NetworkOrigin): void {
    try {
      this.host.access.checkNetwork(origin);
      if (request.url?.split("?")[0] !== PATH) {
        throw new ServiceBusError(404, "amqp:not-found", "There is no such path");
      }
    } catch (error) {
      const { status, message } = error as ServiceBusError;
      socket.end(
        `HTTP/1.1 ${status} ${reasonPhrase(status)}\r\ncontent-type: text/plain\r\n` +
          `content-length: ${Buffer.byteLength(message)}\r\nconnection: close\r\n\r\n${message}`,
      );
      return;
    }
    this.server.handleUpgrade(request, socket, head, (webSocket) => {
      const id = randomUUID();
      this.sockets.set(id, webSocket);
      webSocket.on("close", () => this.sockets.delete(id));
      // The types ask for a socket of TCP; a web socket is what it takes. They know no id either.
      this.container.websocket_accept(webSocket as unknown as Socket, { id } as ConnectionOptions);
    });
  }

  /** Drops every connection. Nothing is sent over them any more. */
  public disconnect(): void {
    this.sockets.forEach((socket) => socket.terminate());
  }
}
