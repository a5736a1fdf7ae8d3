import { Clock } from "../../../simulator/clock";
import { bytesResponse, type HttpRequest, jsonResponse, Network, readText } from "../../../simulator/network";

let clock: Clock;
let network: Network;

beforeEach(() => {
  clock = new Clock({ at: new Date("2026-01-01T00:00:00Z"), running: false });
  network = new Network(clock);
});

const get = (url: string): { url: string; method: string; headers: Record<string, string> } => ({
  url,
  method: "GET",
  headers: {},
});

describe("names", () => {
  test("a name that nobody registered refuses the connection", async () => {
    await expect(network.fetch(get("https://login.microsoftonline.com/"))).rejects.toMatchObject({
      code: "ECONNREFUSED",
    });
  });

  test("a port is part of the name unless it is the scheme's own", async () => {
    network.register("a.test", () => Promise.resolve(jsonResponse(200, {})));
    await expect(network.fetch(get("https://A.test:443/"))).resolves.toMatchObject({ status: 200 });
    await expect(network.fetch(get("http://a.test:80/"))).resolves.toMatchObject({ status: 200 });
    await expect(network.fetch(get("https://a.test:8443/"))).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  test("two services at one name are a mistake", () => {
    network.register("a.test", () => Promise.resolve(jsonResponse(200, {})));
    expect(() => network.register("A.TEST", () => Promise.resolve(jsonResponse(200, {})))).toThrow("twice");
  });

  test("a host taken away refuses the connection again", async () => {
    network.register("a.test", () => Promise.resolve(jsonResponse(200, {})));
    network.unregister("a.test");
    await expect(network.fetch(get("https://a.test/"))).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });
});

describe("a call", () => {
  test("reaches the service with lower-case header names and its body", async () => {
    let seen: HttpRequest | undefined;
    network.register("a.test", async (request) => {
      seen = request;
      return bytesResponse(200, Buffer.from(await readText(request.body)));
    });
    const response = await network.fetch({
      url: "https://a.test/x?y=1",
      method: "post",
      headers: { "X-One": "1", Accept: ["a", "b"] },
      body: Buffer.from("hello"),
    });
    expect(await readText(response.body)).toBe("hello");
    expect(seen).toMatchObject({ method: "POST", headers: { "x-one": ["1"], accept: ["a", "b"] } });
    expect(seen?.url.search).toBe("?y=1");
  });

  test("times out by the simulation's clock when no headers come", async () => {
    let aborted = false;
    network.register("slow.test", async ({ signal }) => {
      signal.addEventListener("abort", () => (aborted = true));
      await clock.sleep(60_000, signal);
      return jsonResponse(200, {});
    });
    const call = network.fetch({ ...get("https://slow.test/"), timeoutMs: 1000 });
    clock.advance(1000);
    await expect(call).rejects.toMatchObject({ code: "ETIMEDOUT" });
    expect(aborted).toBe(true);
  });

  test("ends with the caller's reason when the caller aborts", async () => {
    network.register("slow.test", async ({ signal }) => {
      await clock.sleep(60_000, signal);
      return jsonResponse(200, {});
    });
    const controller = new AbortController();
    const call = network.fetch({ ...get("https://slow.test/"), signal: controller.signal });
    controller.abort(new Error("client left"));
    await expect(call).rejects.toThrow("client left");
  });

  test("tells the service when the reader stops in the middle of the body", async () => {
    let signal: AbortSignal | undefined;
    network.register("stream.test", (request) => {
      signal = request.signal;
      return Promise.resolve({ ...jsonResponse(200, {}), body: endless() });
    });
    const response = await network.fetch(get("https://stream.test/"));
    for await (const chunk of response.body) {
      expect(chunk.byteLength).toBe(1);
      break;
    }
    expect(signal?.aborted).toBe(true);
  });

  test("a body read to its end is not an abort", async () => {
    let signal: AbortSignal | undefined;
    network.register("a.test", (request) => {
      signal = request.signal;
      return Promise.resolve(jsonResponse(200, {}));
    });
    await readText((await network.fetch(get("https://a.test/"))).body);
    expect(signal?.aborted).toBe(false);
  });
});

describe("server certificates", () => {
  beforeEach(() => network.register("a.test", () => Promise.resolve(jsonResponse(200, {}))));

  test.each([
    ["selfSigned", "DEPTH_ZERO_SELF_SIGNED_CERT", { validateCertificateChain: false }],
    ["expired", "CERT_HAS_EXPIRED", { validateCertificateChain: false }],
    ["wrongName", "ERR_TLS_CERT_ALTNAME_INVALID", { validateCertificateName: false }],
  ] as const)("%s is refused, unless that check is off", async (fault, code, route) => {
    network.setCertificateFault("a.test", fault);
    await expect(network.fetch(get("https://a.test/"))).rejects.toMatchObject({ code });
    await expect(network.fetch(get("https://a.test/"), route)).resolves.toMatchObject({ status: 200 });
  });
});

async function* endless(): AsyncGenerator<Uint8Array> {
  for (;;) {
    yield await Promise.resolve(new Uint8Array(1));
  }
}
