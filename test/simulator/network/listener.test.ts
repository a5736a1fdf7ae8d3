import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { createServer, request as httpsRequest } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { fetch, ProxyAgent, request } from "undici";
import { LocalCertificateAuthority } from "../../../simulator/certificates";
import { Clock } from "../../../simulator/clock";
import { jsonResponse, Listener, Network, NetworkError, readText } from "../../../simulator/network";

let network: Network;
let listener: Listener;
let authority: LocalCertificateAuthority;
let proxy: ProxyAgent;

beforeAll(async () => {
  authority = await LocalCertificateAuthority.create();
  network = new Network(new Clock());
  network.register("echo.test", async (request) =>
    jsonResponse(200, { method: request.method, url: request.url.href, body: await readText(request.body) }),
  );
  network.register("broken.test", () => Promise.reject(new NetworkError("ECONNRESET", "down")));
  network.register("stops.test", () =>
    Promise.resolve({ ...jsonResponse(200, {}), headers: {}, body: stops() }),
  );
  listener = new Listener(network, authority);
  await listener.listen();
  proxy = new ProxyAgent({ uri: `http://127.0.0.1:${listener.httpPort}`, requestTls: { ca: authority.pem } });
});

afterAll(async () => {
  await proxy.close();
  await listener.close();
});

describe("through the proxy", () => {
  test("an HTTPS client reaches a simulated host under its real name, and trusts its certificate", async () => {
    const response = await fetch("https://echo.test/a?b=1", {
      method: "POST",
      body: "hi",
      dispatcher: proxy,
    });
    expect(await response.json()).toEqual({ method: "POST", url: "https://echo.test/a?b=1", body: "hi" });
  });

  test("services see the address that programs of this machine are said to have", async () => {
    const seen: (string | undefined)[] = [];
    network.register("address.test", ({ sourceAddress }) => {
      seen.push(sourceAddress);
      return Promise.resolve(jsonResponse(200, {}));
    });
    const addressed = new Listener(network, authority, "203.0.113.7");
    await addressed.listen();
    const dispatcher = new ProxyAgent({
      uri: `http://127.0.0.1:${addressed.httpPort}`,
      requestTls: { ca: authority.pem },
    });
    await fetch("https://address.test/", { dispatcher: proxy });
    await fetch("https://address.test/", { dispatcher });
    await dispatcher.close();
    await addressed.close();
    expect(seen).toEqual([undefined, "203.0.113.7"]);
  });

  test("a client need not wait for the tunnel to speak into it", async () => {
    const socket = connect(listener.httpPort, "127.0.0.1");
    // A TLS alert: what comes back, if anything, is TLS as well.
    socket.write("CONNECT echo.test:443 HTTP/1.1\r\nHost: echo.test\r\n\r\n");
    socket.write(Buffer.from("15030300020100", "hex"));
    let answer = "";
    for await (const chunk of socket) {
      answer += String(chunk);
    }
    expect(answer).toMatch(/^HTTP\/1\.1 200 Connection Established\r\n\r\n/);
  });

  test("a host outside the simulation is not reachable", async () => {
    await expect(fetch("https://example.com/", { dispatcher: proxy })).rejects.toThrow();
  });

  test("a service that breaks the connection gives no response", async () => {
    await expect(fetch("https://broken.test/", { dispatcher: proxy })).rejects.toThrow();
  });

  test("a body that stops is an error for the reader", async () => {
    const response = await fetch("https://stops.test/", { dispatcher: proxy });
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
  });
});

describe("as a tunnel", () => {
  test("a host with a TLS server of its own is reached there", async () => {
    const { chainPem, privateKeyPem } = await authority.issue("own.test");
    const own = createServer({ cert: chainPem, key: privateKeyPem }, (_request, response) =>
      response.end("its own"),
    );
    own.listen(0, "127.0.0.1");
    await once(own, "listening");
    network.register("own.test", () => Promise.reject(new Error("reached through the network")));
    listener.tunnelTo("own.test", (own.address() as AddressInfo).port);
    const response = await fetch("https://own.test/", { dispatcher: proxy });
    expect(await response.text()).toBe("its own");
    own.closeAllConnections();
    own.close();
  });

  test.each(["echo.test:1:2", "[", "echo.test:99999", "http://echo.test", "\u{e9}:443"])(
    "a target that is not a host and port is refused: %s",
    async (target) => {
      const socket = connect(listener.httpPort, "127.0.0.1");
      socket.end(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`);
      const chunks: Buffer[] = [];
      socket.on("data", (chunk) => chunks.push(chunk));
      await once(socket, "close");
      expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 (400|502) Bad /);
    },
  );
});

describe("directly", () => {
  const get = (serverName: string): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      httpsRequest(
        {
          host: "127.0.0.1",
          port: listener.httpsPort,
          servername: serverName,
          headers: { host: `echo.test:${listener.httpsPort}` },
          ca: authority.pem,
          agent: false,
        },
        resolve,
      )
        .on("error", reject)
        .end();
    });

  test("the listener's own port is not part of the simulated host's name", async () => {
    const response = await get("echo.test");
    expect(JSON.parse(await readText(response))).toMatchObject({ url: "https://echo.test/" });
  });

  test("a host presents the certificate fault it was given", async () => {
    network.setCertificateFault("echo.test", "selfSigned");
    await expect(get("echo.test")).rejects.toMatchObject({ code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    network.setCertificateFault("echo.test", undefined);
  });

  test.each(["unknown.test", "a b", "[", "a:b", "%00", "x".repeat(200)])(
    "there is no certificate for %j, which is not a host, and others are served on",
    async (name) => {
      await expect(get(name)).rejects.toThrow();
      expect((await get("echo.test")).statusCode).toBe(200);
    },
  );

  test("plain HTTP serves the same hosts", async () => {
    const response = await request(`http://127.0.0.1:${listener.httpPort}/crl`, {
      headers: { host: "echo.test" },
      reset: true,
    });
    expect(await response.body.json()).toMatchObject({ url: "http://echo.test/crl" });
  });
});

async function* stops(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from("half"));
  throw new NetworkError("ECONNRESET", "dropped");
}
