import { once } from "node:events";
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect as connectHttp2,
  constants,
  type Settings,
} from "node:http2";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import { LocalCertificateAuthority } from "../../../simulator/certificates";
import { GatewayListener, type GatewayListenerProps } from "../../../simulator/gateway/gateway-listener";
import type { HttpHandler } from "../../../simulator/network";
import { apiModel, gatewayModel, operationModel, policyXml } from "../support/gateway-models";
import { FixedBackend, RunningGateway } from "../support/running-gateway";

const HOST_NAME = "gateway.azure-api.net";
const streaming = policyXml({ backend: `<forward-request buffer-response="false" />` });

describe("GatewayListener under attack", () => {
  let authority: LocalCertificateAuthority;
  const open: GatewayListener[] = [];

  beforeAll(async () => {
    authority = await LocalCertificateAuthority.create();
  });

  afterEach(async () => {
    await Promise.all(open.splice(0).map((listener) => listener.close()));
  });

  /** A gateway that forwards whatever comes to a handler. */
  async function listen(
    handler: HttpHandler,
    props: Partial<GatewayListenerProps> = {},
  ): Promise<GatewayListener> {
    const operations = ["GET", "POST"].map((method) => operationModel(method, "/*"));
    const apis = [apiModel({ path: "", operations, policyXml: streaming })];
    const { gateway } = await RunningGateway.start(gatewayModel({ apis }), { "backend.example": handler });
    const identity = (name: string): ReturnType<GatewayListenerProps["identity"]> => authority.issue(name);
    const listener = await GatewayListener.listen({ gateway, identity, ...props });
    open.push(listener);
    return listener;
  }

  async function secure({ port }: GatewayListener, options: ConnectionOptions = {}): Promise<TLSSocket> {
    const socket = connect({ host: "127.0.0.1", port, ca: authority.pem, servername: HOST_NAME, ...options });
    socket.on("error", () => undefined);
    await once(socket, "secureConnect");
    return socket;
  }

  async function session(listener: GatewayListener, settings?: Settings): Promise<ClientHttp2Session> {
    const socket = await secure(listener, { ALPNProtocols: ["h2"] });
    const opened = connectHttp2(`https://${HOST_NAME}`, { createConnection: () => socket, settings });
    opened.on("error", () => undefined);
    await once(opened, "remoteSettings");
    return opened;
  }

  /** All that comes back for some bytes until the connection ends. */
  async function exchange(listener: GatewayListener, bytes: string): Promise<string> {
    const socket = await secure(listener);
    socket.write(bytes);
    let answer = "";
    for await (const chunk of socket) {
      answer += String(chunk);
    }
    return answer;
  }

  const targets = [
    ["a fragment, which some readers leave out", "/api/deployments/a#/b"],
    ["a backslash, which some readers take for a slash", "/api\\..\\admin"],
    ["no slash in front", "api/ping"],
    ["an absolute form", `https://${HOST_NAME}/api/ping`],
    ["no path", "*"],
  ] as const;

  it.each(targets)("HTTP/1.1: a target with %s is refused before any policy", async (_name, target) => {
    const backend = new FixedBackend();
    const listener = await listen(backend.handler);
    const answer = await exchange(
      listener,
      `GET ${target} HTTP/1.1\r\nHost: ${HOST_NAME}\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(backend.requests).toHaveLength(0);
  });

  it.each(targets)("HTTP/2: a target with %s is refused before any policy", async (_name, target) => {
    const backend = new FixedBackend();
    const client = await session(await listen(backend.handler));
    const stream = client.request({ ":path": target }).on("error", () => undefined);
    const status = await new Promise((resolve) => {
      stream.once("response", (headers) => resolve(headers[":status"]));
      stream.once("close", () => resolve(undefined));
    });
    client.destroy();
    // What the protocol itself forbids gets no answer at all.
    expect([400, undefined]).toContain(status);
    expect(backend.requests).toHaveLength(0);
  });

  it("sees each of thousands of small fields: a second host behind them is one too many", async () => {
    const backend = new FixedBackend();
    const fields = "a:1\r\n".repeat(5000);
    const answer = await exchange(
      await listen(backend.handler),
      `GET /ping HTTP/1.1\r\nHost: ${HOST_NAME}\r\n${fields}Host: other.example\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(backend.requests).toHaveLength(0);
  });

  it("ends a connection that asks for more than a hundred answers at once", async () => {
    let asked = 0;
    const listener = await listen(() => {
      asked += 1;
      return new Promise(() => undefined);
    });
    const answer = await exchange(listener, `GET /ping HTTP/1.1\r\nHost: ${HOST_NAME}\r\n\r\n`.repeat(150));
    expect(answer).toBe("");
    expect(asked).toBeLessThanOrEqual(100);
  });

  it("answers any number of pipelined requests that do not wait for each other's answers", async () => {
    const listener = await listen(new FixedBackend().handler);
    const socket = await secure(listener);
    for (let sent = 0; sent < 250; sent += 50) {
      socket.write(`GET /ping HTTP/1.1\r\nHost: ${HOST_NAME}\r\n\r\n`.repeat(50));
      let answers = 0;
      while (answers < 50) {
        const [chunk] = (await once(socket, "data")) as [Buffer];
        answers += chunk.toString().split("HTTP/1.1 200 ").length - 1;
      }
    }
    socket.destroy();
  });

  it("takes a hundred HTTP/2 streams of a connection at a time", async () => {
    const client = await session(await listen(new FixedBackend().handler));
    expect(client.remoteSettings.maxConcurrentStreams).toBe(100);
    client.destroy();
  });

  /** A backend that sends without end, and says when it was told to stop. */
  function endless(): { readonly handler: HttpHandler; readonly stopped: Promise<void> } {
    let stop = (): void => undefined;
    const stopped = new Promise<void>((resolve) => (stop = resolve));
    const handler: HttpHandler = ({ signal }) => {
      signal.addEventListener("abort", () => stop());
      async function* body(): AsyncGenerator<Uint8Array> {
        while (!signal.aborted) {
          yield await Promise.resolve(Buffer.alloc(1024 * 1024));
        }
      }
      return Promise.resolve({ status: 200, reason: "OK", headers: {}, body: body() });
    };
    return { handler, stopped };
  }

  it("lets an HTTP/1.1 client go that asks and does not read", async () => {
    const { handler, stopped } = endless();
    const socket = await secure(await listen(handler, { idleTimeoutMs: 50 }));
    socket.pause();
    socket.write(`GET /ping HTTP/1.1\r\nHost: ${HOST_NAME}\r\n\r\n`);
    await stopped;
    socket.destroy();
  });

  it("lets an HTTP/2 client go that asks and gives no window", async () => {
    const { handler, stopped } = endless();
    const client = await session(await listen(handler, { idleTimeoutMs: 50 }));
    client
      .request({ ":path": "/ping" })
      .on("error", () => undefined)
      .pause();
    await stopped;
    client.destroy();
  });

  it("closes an HTTP/2 stream whose short answer is not taken", async () => {
    const client = await session(await listen(new FixedBackend().handler, { idleTimeoutMs: 50 }), {
      initialWindowSize: 0,
    });
    const stream: ClientHttp2Stream = client.request({ ":path": "/ping" }).on("error", () => undefined);
    stream.resume();
    await new Promise((resolve) => stream.once("close", resolve));
    client.destroy();
    expect(stream.rstCode).not.toBe(constants.NGHTTP2_NO_ERROR);
  });
});
