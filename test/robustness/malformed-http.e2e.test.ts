import { connect as connectTcp } from "node:net";
import { AttackedSimulator, CHAT_BODY, CHAT_PATH } from "./attacked-simulator";

const body = JSON.stringify(CHAT_BODY);

describe("malformed HTTP", () => {
  let simulator: AttackedSimulator;
  let key: string;

  beforeAll(async () => {
    // What is incomplete is not waited for.
    const [headersTimeoutMs, requestTimeoutMs, idleTimeoutMs, checkIntervalMs] = [300, 300, 100, 50];
    const connectionTimeouts = { headersTimeoutMs, requestTimeoutMs, idleTimeoutMs, checkIntervalMs };
    simulator = await AttackedSimulator.start({ connectionTimeouts });
    key = simulator.key("key");
  });

  afterAll(() => simulator.stop());

  /** A request that would be answered, if it were well-formed: its key is good. */
  function head(...fields: readonly string[]): string {
    const all = ["Host: ai.contoso.com", `api-key: ${key}`, "Content-Type: application/json", ...fields];
    return `POST /key${CHAT_PATH} HTTP/1.1\r\n${all.map((field) => `${field}\r\n`).join("")}\r\n`;
  }

  /** Status codes of the responses that stand in what came back. */
  function statuses(answer: string): readonly number[] {
    return [...answer.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status]) => Number(status));
  }

  async function expectRefused(bytes: string | Uint8Array): Promise<void> {
    const answered = statuses(await simulator.exchange(bytes));
    const refused = answered.filter((status) => status >= 400 && status < 500);
    expect(answered).toEqual(refused);
    expect(answered.length).toBeLessThanOrEqual(1);
    expect(await simulator.report()).toMatchObject({ reached: 0, faults: [] });
  }

  it("is not what this test sends otherwise: the request it breaks is a good one", async () => {
    const request = `${head(`Content-Length: ${body.length}`, "Connection: close")}${body}`;
    expect(statuses(await simulator.exchange(request))).toEqual([200]);
    expect(await simulator.report()).toMatchObject({ reached: 1, unexplained: 0, faults: [] });
  });

  it.each([
    ["no target", "GET\r\n\r\n"],
    ["no method", " / HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["unknown method", "FETCH / HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["method in lower case", "get / HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["two spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["words after the version", "GET / HTTP/1.1 x\r\nHost: a\r\n\r\n"],
    ["version 9.9", "GET / HTTP/9.9\r\nHost: a\r\n\r\n"],
    ["no protocol", "GET / \r\nHost: a\r\n\r\n"],
    ["HTTP/0.9", "GET /\r\n\r\n"],
    ["NUL in the target", "GET /\0key HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["raw UTF-8 in the target", "GET /\xc3\xa9\xff HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["HTTP/2 preface without HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    ["CONNECT", "CONNECT ai.contoso.com:443 HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["an upgrade", "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"],
    ["asterisk form", "OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"],
    ["absolute form", "GET http://169.254.169.254/metadata HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"],
    ["noise", Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919) % 251))],
  ])("request line: %s", (_name, bytes) => expectRefused(bytes));

  it.each([
    ["two different lengths", [`Content-Length: ${body.length}`, "Content-Length: 5"], body],
    ["the same length twice", [`Content-Length: ${body.length}`, `Content-Length: ${body.length}`], body],
    ["a list of lengths", [`Content-Length: ${body.length}, ${body.length}`], body],
    ["a negative length", ["Content-Length: -5"], body],
    ["a length with a sign", [`Content-Length: +${body.length}`], body],
    ["a hexadecimal length", ["Content-Length: 0x20"], body],
    ["an endless length", ["Content-Length: 99999999999999999999999"], body],
    [
      "length and chunks",
      [`Content-Length: ${body.length}`, "Transfer-Encoding: chunked"],
      `0\r\n\r\n${body}`,
    ],
    ["chunks that are not the last encoding", ["Transfer-Encoding: chunked, identity"], `0\r\n\r\n`],
    ["an unknown encoding", ["Transfer-Encoding: xchunked"], `0\r\n\r\n`],
    ["chunked twice", ["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"], `0\r\n\r\n`],
    ["white space before the colon", ["Transfer-Encoding : chunked"], `0\r\n\r\n`],
    ["a chunk of no size", ["Transfer-Encoding: chunked"], "\r\n\r\n"],
    ["a chunk whose size is not a number", ["Transfer-Encoding: chunked"], `zz\r\n${body}\r\n0\r\n\r\n`],
    ["a chunk larger than any", ["Transfer-Encoding: chunked"], `fffffffffffffffff\r\n${body}\r\n0\r\n\r\n`],
    ["a chunk longer than its size", ["Transfer-Encoding: chunked"], `1\r\n${body}\r\n0\r\n\r\n`],
  ])("framing: %s", (_name, fields, rest) => expectRefused(`${head("Connection: close", ...fields)}${rest}`));

  it("framing: what follows a request with two framings is not a second request", async () => {
    const smuggled = `POST /key${CHAT_PATH} HTTP/1.1\r\nHost: a\r\napi-key: ${key}\r\nContent-Length: 0\r\n\r\n`;
    const first = head(`Content-Length: ${smuggled.length + 5}`, "Transfer-Encoding: chunked");
    await expectRefused(`${first}0\r\n\r\n${smuggled}`);
  });

  it.each([
    ["no colon", "nonsense"],
    ["no name", ": value"],
    ["NUL in a name", "X-\0: 1"],
    ["NUL in a value", "X-A: \0"],
    ["a bare carriage return", "X-A: a\rb"],
    ["a folded line", "X-A: a\r\n b"],
    ["a name that is not a token", "X A: 1"],
    ["two hosts", "Host: evil.example"],
  ])("fields: %s", (_name, field) =>
    expectRefused(`${head("Connection: close", field, `Content-Length: ${body.length}`)}${body}`),
  );

  it("fields: lines that end without a carriage return", () =>
    expectRefused(
      `${head("Connection: close", `Content-Length: ${body.length}`).replaceAll("\r\n", "\n")}${body}`,
    ));

  it("fields: no host", () =>
    expectRefused(head("Connection: close", "Content-Length: 0").replace("Host: ai.contoso.com\r\n", "")));

  it("size: headers of 64 KiB", () => expectRefused(head(`X-Large: ${"a".repeat(65_536)}`)));

  it("size: five thousand fields", () =>
    expectRefused(head(...Array.from({ length: 5000 }, (_, index) => `X-${index}: 1`))));

  it("size: a URL of 100 KiB", () =>
    expectRefused(`GET /key/${"a".repeat(102_400)} HTTP/1.1\r\nHost: a\r\n\r\n`));

  it("size: a body that is announced larger than the API takes", () =>
    expectRefused(head("Connection: close", `Content-Length: ${64 * 1024 * 1024}`)));

  it("size: a body that grows larger than the API takes", async () => {
    const chunk = `10000\r\n${" ".repeat(0x10000)}\r\n`;
    await expectRefused(
      `${head("Connection: close", "Transfer-Encoding: chunked")}${chunk.repeat(80)}0\r\n\r\n`,
    );
  });

  it("TLS: plain HTTP, noise and half a hello end nothing but their own connection", async () => {
    const noise = [
      Buffer.from("GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
      Buffer.alloc(2000, 0xff),
      Buffer.from("1603010200010001fc0303", "hex"),
    ];
    for (const bytes of noise) {
      await sendPlain(simulator.port, bytes);
    }
    expect(await simulator.report()).toMatchObject({ requests: 0, faults: [] });
  });

  it("proxy: malformed requests end nothing but their own connection", async () => {
    for (const bytes of [
      "CONNECT [ HTTP/1.1\r\n\r\n",
      "CONNECT a:b:c HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET http://[ HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
      "GET /msi/token HTTP/1.1\r\nHost: [\r\n\r\n",
      "POST http://login.microsoftonline.com/%/oauth2/v2.0/token HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n%%%",
    ]) {
      await sendPlain(simulator.proxyPort, bytes);
    }
    expect(await simulator.status(`/key${CHAT_PATH}`, { headers: { "api-key": key }, body: CHAT_BODY })).toBe(
      200,
    );
    await simulator.report();
  });
});

/** Sends bytes without TLS and waits for the end of the connection. */
function sendPlain(port: number, bytes: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const socket = connectTcp(port, "127.0.0.1", () => socket.end(bytes));
    socket
      .on("error", () => undefined)
      .once("close", () => resolve())
      .resume();
  });
}
