import { once } from "node:events";
import { type ClientHttp2Session, connect, constants, type OutgoingHttpHeaders } from "node:http2";
import { AttackedSimulator, CHAT_BODY, CHAT_PATH } from "./attacked-simulator";

const body = Buffer.from(JSON.stringify(CHAT_BODY));
const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

/** A frame (RFC 9113, section 4.1). */
function frame(type: number, flags: number, stream: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.byteLength, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

const [DATA, HEADERS, RESET, SETTINGS, PING, WINDOW_UPDATE, CONTINUATION] = [0, 1, 3, 4, 6, 8, 9] as const;
const [END_STREAM, END_HEADERS] = [1, 4] as const;
const noSettings = frame(SETTINGS, 0, 0);
/** HPACK without a table: one field. */
function field(name: string, value: string): Buffer {
  const [left, right] = [Buffer.from(name, "latin1"), Buffer.from(value, "latin1")];
  return Buffer.concat([Buffer.from([0, left.length]), left, Buffer.from([right.length]), right]);
}

describe("malformed HTTP/2", () => {
  let simulator: AttackedSimulator;

  beforeAll(async () => {
    const [headersTimeoutMs, requestTimeoutMs, idleTimeoutMs, checkIntervalMs] = [300, 300, 100, 50];
    const connectionTimeouts = { headersTimeoutMs, requestTimeoutMs, idleTimeoutMs, checkIntervalMs };
    simulator = await AttackedSimulator.start({ connectionTimeouts });
  });

  afterAll(() => simulator.stop());

  function anonymous(...fields: readonly Buffer[]): Buffer {
    return Buffer.concat([
      field(":method", "POST"),
      field(":scheme", "https"),
      field(":path", `/key${CHAT_PATH}`),
      field(":authority", "ai.contoso.com"),
      field("content-type", "application/json"),
      ...fields,
    ]);
  }

  function request(...fields: readonly Buffer[]): Buffer {
    return anonymous(field("api-key", simulator.key("key")), ...fields);
  }

  /** A whole request, with fields beside those that it needs. */
  function complete(added: readonly Buffer[] = [], length = body.length): readonly Buffer[] {
    const head = request(field("content-length", String(length)), ...added);
    return [frame(HEADERS, END_HEADERS, 1, head), frame(DATA, END_STREAM, 1, body)];
  }

  async function send(...frames: readonly Buffer[]): Promise<void> {
    const bytes = Buffer.concat([preface, noSettings, ...frames]);
    await simulator.exchange(bytes, { ALPNProtocols: ["h2"] });
  }

  it("is not what these tests send otherwise: the request they break is a good one", async () => {
    await send(...complete());
    expect(await simulator.report()).toMatchObject({ reached: 1, unexplained: 0, statuses: { "200": 1 } });
  });

  it.each([
    ["no preface", () => [Buffer.from("GET / HTTP/1.1\r\n\r\n")]],
    ["noise for headers", () => [frame(HEADERS, END_HEADERS, 1, Buffer.alloc(200, 0xff))]],
    ["an even stream", () => [frame(HEADERS, END_HEADERS, 2, request())]],
    ["data on stream 0", () => [frame(DATA, END_STREAM, 0, body)]],
    ["data before headers", () => [frame(DATA, END_STREAM, 1, body)]],
    ["a frame longer than its limit", () => [frame(DATA, END_STREAM, 1, Buffer.alloc(20_000))]],
    ["a window that grows by nothing", () => [frame(WINDOW_UPDATE, 0, 0, Buffer.alloc(4))]],
    ["a continuation of nothing", () => [frame(CONTINUATION, END_HEADERS, 1, request())]],
    [
      "something between headers",
      () => [frame(HEADERS, 0, 1, request()), frame(PING, 0, 0, Buffer.alloc(8))],
    ],
    ["an unknown frame type", () => [frame(0xbb, 0xff, 1, Buffer.alloc(8))]],
    ["a name in upper case", () => complete([field("X-A", "1")])],
    ["a connection field", () => complete([field("connection", "keep-alive")])],
    ["transfer-encoding", () => complete([field("transfer-encoding", "chunked")])],
    ["two methods", () => complete([field(":method", "GET")])],
    ["an unknown pseudo-header", () => complete([field(":secret", "1")])],
    ["a length that is wrong", () => complete([], 5)],
    ["another host than the authority", () => complete([field("host", "evil.example")])],
    ["two hosts", () => complete([field("host", "ai.contoso.com"), field("host", "b")])],
  ])("%s reaches no account", async (_name, frames) => {
    await send(...frames());
    expect(await simulator.report()).toMatchObject({ reached: 0, faults: [] });
  });

  it.each([
    ["a line end", (key: string) => field("x-a", `1\r\napi-key: ${key}`)],
    ["NUL", (key: string) => field("api-key", `${key}\0`)],
  ])("a value with %s brings no credential", async (_name, smuggled) => {
    const head = anonymous(field("content-length", String(body.length)), smuggled(simulator.key("key")));
    await send(frame(HEADERS, END_HEADERS, 1, head), frame(DATA, END_STREAM, 1, body));
    expect(await simulator.report()).toMatchObject({ reached: 0, statuses: { "401": 1 } });
  });

  it.each([
    ["settings", () => Array.from({ length: 5000 }, () => noSettings)],
    ["pings", () => Array.from({ length: 5000 }, () => frame(PING, 0, 0, Buffer.alloc(8)))],
    [
      "empty continuations",
      () => [
        frame(HEADERS, 0, 1, request()),
        ...Array.from({ length: 5000 }, () => frame(CONTINUATION, 0, 1)),
      ],
    ],
    [
      "streams that are reset at once",
      () =>
        Array.from({ length: 2000 }, (_, index) => [
          frame(HEADERS, END_HEADERS, 2 * index + 1, request()),
          frame(RESET, 0, 2 * index + 1, Buffer.from([0, 0, 0, 8])),
        ]).flat(),
    ],
  ])("a flood of %s leaves the gateway to others", async (_name, frames) => {
    await send(...frames());
    const headersOfKey = { "api-key": simulator.key("key") };
    expect(await simulator.status(`/key${CHAT_PATH}`, { headers: headersOfKey, body: CHAT_BODY })).toBe(200);
    expect(await simulator.report()).toMatchObject({ unexplained: 0, faults: [] });
  });

  it("resets that come while accounts answer leave no request behind", async () => {
    const session = await open();
    const fields: OutgoingHttpHeaders = {
      ":method": "POST",
      ":path": `/key${CHAT_PATH}`,
      ":authority": "ai.contoso.com",
      "content-type": "application/json",
      "api-key": simulator.key("key"),
    };
    const closed = Array.from({ length: 50 }, async () => {
      const stream = session.request(fields).on("error", () => undefined);
      stream.end(body);
      await new Promise((resolve) => setImmediate(resolve));
      stream.close(constants.NGHTTP2_CANCEL);
      await once(stream, "close");
    });
    await Promise.all(closed);
    session.close();
    const headersOfKey = { "api-key": simulator.key("key") };
    expect(await simulator.status(`/key${CHAT_PATH}`, { headers: headersOfKey, body: CHAT_BODY })).toBe(200);
    expect(await simulator.report()).toMatchObject({ unexplained: 0, faults: [] });
  });

  async function open(): Promise<ClientHttp2Session> {
    const socket = await simulator.connect({ ALPNProtocols: ["h2"] });
    return connect("https://ai.contoso.com", { createConnection: () => socket }).on("error", () => undefined);
  }
});
