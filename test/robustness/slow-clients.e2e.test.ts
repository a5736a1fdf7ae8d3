import { connect as connectTcp } from "node:net";
import type { Duplex } from "node:stream";
import { AttackedSimulator, CHAT_BODY, CHAT_PATH } from "./attacked-simulator";

const CLIENTS = 50;
const DRIP_MS = 20;
const body = JSON.stringify(CHAT_BODY);

describe("slow clients", () => {
  let simulator: AttackedSimulator;
  let head: string;

  beforeAll(async () => {
    simulator = await AttackedSimulator.start({
      connectionTimeouts: {
        handshakeTimeoutMs: 300,
        headersTimeoutMs: 300,
        requestTimeoutMs: 600,
        idleTimeoutMs: 300,
        checkIntervalMs: 50,
      },
    });
    head = `POST /key${CHAT_PATH} HTTP/1.1\r\nHost: ai.contoso.com\r\napi-key: ${simulator.key("key")}\r\n`;
  });

  afterAll(() => simulator.stop());

  /** Many of them at once, until the gateway has closed each of their connections; others are answered meanwhile. */
  async function expectClosed(slow: () => Promise<void>): Promise<void> {
    const closed = Promise.all(Array.from({ length: CLIENTS }, slow));
    expect(await goodStatus()).toBe(200);
    await closed;
    expect(await simulator.report()).toMatchObject({ reached: 1, unexplained: 0, faults: [] });
  }

  /** On a busy machine a good client may itself be too slow for the gateway: then it connects anew, as clients do. */
  async function goodStatus(): Promise<number> {
    for (;;) {
      try {
        const headers = { "api-key": simulator.key("key") };
        return await simulator.status(`/key${CHAT_PATH}`, { headers, body: CHAT_BODY });
      } catch (error) {
        if (!["ECONNRESET", "UND_ERR_SOCKET"].includes((error as NodeJS.ErrnoException).code ?? "")) {
          throw error;
        }
      }
    }
  }

  async function drip(text: string, alpn?: string): Promise<void> {
    const socket = await simulator.connect(alpn === undefined ? {} : { ALPNProtocols: [alpn] });
    await dripInto(socket, Buffer.from(text, "latin1"));
  }

  it("that never begin their handshake are let go", () =>
    expectClosed(() => dripInto(connectTcp(simulator.port, "127.0.0.1"), Buffer.alloc(0))));

  it("that send their hello byte by byte are let go", () =>
    expectClosed(() =>
      dripInto(
        connectTcp(simulator.port, "127.0.0.1"),
        Buffer.concat([Buffer.from("16030102000100", "hex"), Buffer.alloc(500)]),
      ),
    ));

  it("that never send a request are let go", () => expectClosed(() => drip("")));

  it("that send their headers byte by byte are let go", () =>
    expectClosed(() => drip(`${head}X-Slow: ${"a".repeat(2000)}`)));

  it("that send their body byte by byte are let go", () =>
    expectClosed(() =>
      drip(`${head}Content-Type: application/json\r\nContent-Length: ${body.length + 500}\r\n\r\n${body}`),
    ));

  it("that open an HTTP/2 connection for nothing are let go", () =>
    expectClosed(() => drip("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0", "h2")));

  it("that stop in the middle of HTTP/2 headers are let go", () =>
    expectClosed(() =>
      drip(`PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0\0\0\x01\x01\0\0\0\0\x01\x82`, "h2"),
    ));
});

/** Writes the first part at once and the rest in drops, until the other side has had enough. */
async function dripInto(socket: Duplex, bytes: Buffer): Promise<void> {
  socket.on("error", () => undefined).resume();
  const closed = new Promise((resolve) => socket.once("close", resolve));
  const atOnce = Math.max(0, bytes.length - 1000);
  socket.write(bytes.subarray(0, atOnce));
  let sent = atOnce;
  const timer = setInterval(() => {
    if (sent < bytes.length && socket.writable) {
      socket.write(bytes.subarray(sent, (sent += 1)));
    }
  }, DRIP_MS);
  await closed;
  clearInterval(timer);
}
