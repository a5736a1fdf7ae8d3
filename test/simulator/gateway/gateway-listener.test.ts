import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import { request as httpsRequest, type RequestOptions } from "node:https";
import { connect as connectTls } from "node:tls";
import { CertificateAuthority, LocalCertificateAuthority } from "../../../simulator/certificates";
import type { GatewayCall } from "../../../simulator/gateway/gateway";
import { GatewayListener, type GatewayListenerProps } from "../../../simulator/gateway/gateway-listener";
import type { GatewayModel } from "../../../simulator/model";
import type { HttpHandler } from "../../../simulator/network";
import { apiModel, gatewayModel, operationModel, policyXml } from "../support/gateway-models";
import { FixedBackend, RunningGateway } from "../support/running-gateway";

const streaming = policyXml({ backend: `<forward-request buffer-response="false" />` });

describe("GatewayListener", () => {
  let authority: LocalCertificateAuthority;
  const open: GatewayListener[] = [];

  beforeAll(async () => {
    authority = await LocalCertificateAuthority.create();
  });

  afterEach(async () => {
    await Promise.all(open.splice(0).map((listener) => listener.close()));
  });

  async function listen(
    model: Partial<GatewayModel>,
    handler: HttpHandler,
    props: Partial<GatewayListenerProps> = {},
  ): Promise<{
    readonly running: RunningGateway;
    readonly listener: GatewayListener;
    readonly calls: readonly GatewayCall[];
  }> {
    const running = await RunningGateway.start(gatewayModel({ apis: [apiModel()], ...model }), {
      "backend.example": handler,
    });
    const calls: GatewayCall[] = [];
    const { gateway } = running;
    const handle = gateway.handle.bind(gateway);
    jest.spyOn(gateway, "handle").mockImplementation((call) => {
      calls.push(call);
      return handle(call);
    });
    const listener = await GatewayListener.listen({
      gateway,
      identity: (name) => authority.issue(name),
      ...props,
    });
    open.push(listener);
    return { running, listener, calls };
  }

  function send(
    listener: GatewayListener,
    options: RequestOptions = {},
    body?: string,
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const request = httpsRequest(
        {
          host: "127.0.0.1",
          port: listener.port,
          servername: "gateway.azure-api.net",
          headers: { Host: "gateway.azure-api.net" },
          path: "/api/ping",
          ca: authority.pem,
          agent: false,
          ...options,
        },
        resolve,
      );
      request.on("error", reject);
      request.end(body);
    });
  }

  async function text(response: IncomingMessage): Promise<string> {
    let result = "";
    for await (const chunk of response) {
      result += String(chunk);
    }
    return result;
  }

  it("serves HTTP/1.1 with a certificate for the name that was asked for", async () => {
    const { listener } = await listen({}, new FixedBackend().handler);
    const response = await send(listener);
    expect([response.httpVersion, response.statusCode, await text(response)]).toEqual([
      "1.1",
      200,
      "from the backend",
    ]);
  });

  it("serves HTTP/2", async () => {
    const backend = new FixedBackend();
    const { listener } = await listen(
      { apis: [apiModel({ operations: [operationModel("POST", "/ping")] })] },
      backend.handler,
    );
    const session = connectHttp2(`https://gateway.azure-api.net:${listener.port}`, {
      ca: authority.pem,
      lookup: (_name, options, done) =>
        options.all === true ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4),
    });
    const stream = session.request({ ":path": "/api/ping", ":method": "POST", "x-name": "value" });
    stream.end("content");
    let body = "";
    for await (const chunk of stream) {
      body += String(chunk);
    }
    session.close();
    expect(body).toBe("from the backend");
    expect(backend.requests).toMatchObject([
      { method: "POST", body: "content", headers: { "x-name": ["value"] } },
    ]);
  });

  it("hands a response on while the backend is still sending", async () => {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const { listener } = await listen({ apis: [apiModel({ policyXml: streaming })] }, () => {
      async function* body(): AsyncGenerator<Uint8Array> {
        yield Buffer.from("data: 1\n\n");
        await released;
        yield Buffer.from("data: 2\n\n");
      }
      return Promise.resolve({ status: 200, reason: "OK", headers: {}, body: body() });
    });
    const response = await send(listener);
    const [first] = (await once(response, "data")) as [Buffer];
    expect(first.toString()).toBe("data: 1\n\n");
    release();
    expect(await text(response)).toBe("data: 2\n\n");
  });

  it("tells the backend when the client goes away", async () => {
    let aborted = (): void => undefined;
    const abort = new Promise<void>((resolve) => (aborted = resolve));
    const { listener } = await listen({ apis: [apiModel({ policyXml: streaming })] }, ({ signal }) => {
      signal.addEventListener("abort", () => aborted());
      async function* body(): AsyncGenerator<Uint8Array> {
        yield Buffer.from("first");
        await new Promise(() => undefined);
      }
      return Promise.resolve({ status: 200, reason: "OK", headers: {}, body: body() });
    });
    const response = await send(listener);
    await once(response, "data");
    response.destroy();
    await expect(abort).resolves.toBeUndefined();
  });

  it("shows no client certificate where the host name does not negotiate", async () => {
    const { calls, listener } = await listen({}, new FixedBackend().handler);
    const client = await (
      await CertificateAuthority.createRoot({ subject: "CN=ca" })
    ).issue({ subject: "CN=client" });
    await text(await send(listener, { cert: client.chainPem, key: client.privateKeyPem }));
    expect(calls[0]?.certificateChain).toEqual([]);
  });

  it("shows the client's chain where the host name negotiates", async () => {
    const hostNames = [
      { hostName: "gateway.azure-api.net", negotiateClientCertificate: true, isDefault: true },
    ];
    const { calls, listener } = await listen({ hostNames }, new FixedBackend().handler);
    const client = await (
      await CertificateAuthority.createRoot({ subject: "CN=ca" })
    ).issue({ subject: "CN=client" });
    await text(await send(listener, { cert: client.chainPem, key: client.privateKeyPem }));
    expect(calls[0]?.certificateChain.map((der) => Buffer.from(der))).toContainEqual(Buffer.from(client.der));
  });

  it("needs both the TLS name and the host header to negotiate", async () => {
    const hostNames = [
      { hostName: "gateway.azure-api.net", negotiateClientCertificate: true, isDefault: true },
      { hostName: "plain.example", negotiateClientCertificate: false, isDefault: false },
    ];
    const { calls, listener } = await listen({ hostNames }, new FixedBackend().handler);
    const client = await (
      await CertificateAuthority.createRoot({ subject: "CN=ca" })
    ).issue({ subject: "CN=client" });
    const credentials = { cert: client.chainPem, key: client.privateKeyPem };
    await text(await send(listener, { ...credentials, headers: { Host: "plain.example" } }));
    await text(await send(listener, { ...credentials, servername: "plain.example" }));
    expect(calls.map(({ certificateChain }) => certificateChain)).toEqual([[], []]);
  });

  it("ends a connection whose headers do not arrive in time", async () => {
    const { listener } = await listen({}, new FixedBackend().handler, {
      headersTimeoutMs: 100,
      checkIntervalMs: 50,
    });
    const socket = connectTls({
      host: "127.0.0.1",
      port: listener.port,
      ca: authority.pem,
      servername: "gateway.azure-api.net",
    });
    socket.write("GET /api/ping HTTP/1.1\r\nHost:");
    let answer = "";
    for await (const chunk of socket) {
      answer += String(chunk);
    }
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  });

  it("refuses headers that are too large", async () => {
    const { listener } = await listen({}, new FixedBackend().handler);
    const response = await send(listener, {
      headers: { Host: "gateway.azure-api.net", "x-large": "x".repeat(40_000) },
    });
    expect(response.statusCode).toBe(431);
  });

  it("refuses a request with both Content-Length and Transfer-Encoding", async () => {
    const backend = new FixedBackend();
    const { listener } = await listen(
      { apis: [apiModel({ operations: [operationModel("POST", "/ping")] })] },
      backend.handler,
    );
    const socket = connectTls({
      host: "127.0.0.1",
      port: listener.port,
      ca: authority.pem,
      servername: "gateway.azure-api.net",
    });
    socket.write(
      "POST /api/ping HTTP/1.1\r\nHost: gateway.azure-api.net\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    );
    let answer = "";
    for await (const chunk of socket) {
      answer += String(chunk);
    }
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(backend.requests).toHaveLength(0);
  });

  it("takes any other host for its primary one, so that no answer holds a name the caller made up", async () => {
    const { listener } = await listen(
      { apis: [apiModel({ subscriptionRequired: true })] },
      new FixedBackend().handler,
    );
    const response = await send(listener, { headers: { Host: "attacker.example" } });
    expect(response.headers["www-authenticate"]).toContain(`realm="https://gateway.azure-api.net/api"`);
  });

  it("answers 413 to a body that is too large for the tier, over the connection that it still comes on", async () => {
    const policy = policyXml({ backend: '<forward-request buffer-request-body="true" />' });
    const apis = [apiModel({ path: "", operations: [operationModel("POST", "/*")], policyXml: policy })];
    const { listener } = await listen({ tier: "Consumption", apis }, new FixedBackend().handler);
    const response = await send(
      listener,
      { method: "POST", path: "/x", headers: { "transfer-encoding": "chunked" } },
      "a".repeat(3_000_000),
    );
    expect(response.statusCode).toBe(413);
  });
});
