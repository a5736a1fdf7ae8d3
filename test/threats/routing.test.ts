import { CLAIMS, MARKETING } from "../support/callers";
import { rawRequest } from "../support/raw-request";
import { expectRefused, R400, R403, R404 } from "../support/refusal";
import { chat, HELLO, SimulatedEnvironment, statusOf, synthesized } from "../support/simulation";
import { allElements } from "../support/synthesized-stack";

const CHAT = chat("assistant");
/** An address that begins with a constant host, written plainly or returned by one expression. */
const HOST_OF_QUEUE =
  /^(?:@\("|@\{(?:(?!return)[^])*return ")?https:\/\/[\w-]+\.(?:blob\.core|servicebus)\.windows\.net\//;
/** Where the gateway asks what a caller has spent: all of it is literal, or of the stack. */
const SPENDING_OF_CALLER =
  /^https:\/\/api\.loganalytics\.io\/v1\/workspaces\/\$\{azurerm_log_analytics_workspace\.\w+\.workspace_id\}\/query$/;
const V1_CHAT = "/assistant/openai/v1/chat/completions";

describe("routing", () => {
  let environment: SimulatedEnvironment;
  let headers: { readonly authorization: string };

  beforeAll(async () => {
    environment = await SimulatedEnvironment.start("prod");
  });

  afterAll(() => environment.close());

  beforeEach(async () => {
    environment.reset();
    headers = await environment.bearer(CLAIMS);
  });

  const status = (target: string, body: object | string = HELLO): Promise<number> =>
    statusOf(environment.simulation.call(target, { headers: withType(body), body: body as string }));
  const refused = (target: string, refusal = R400, body: object | string = HELLO): Promise<string> =>
    expectRefused(environment, refusal, target, { headers: withType(body), body: body as string });
  const withType = (body: object | string): Record<string, string> =>
    typeof body === "string" ? { ...headers, "content-type": "application/json" } : headers;
  const asking = (more: object): object => ({ ...HELLO, ...more });

  test("T-95 T-96 a deployment without rights is answered as one that does not exist", async () => {
    const answers = [
      await refused(chat("assistant", "chat-mini"), R403),
      await refused(chat("assistant", "nothing"), R403),
      await refused(V1_CHAT, R403, asking({ model: "chat-mini" })),
      await refused(V1_CHAT, R403, asking({ model: "nothing" })),
    ];
    expect(new Set(answers).size).toBe(1);
  });

  test("T-95 rights are those of each client", async () => {
    expect(await status(CHAT)).toBe(200);
    headers = await environment.bearer(MARKETING);
    await refused(CHAT, R403);
    expect(await status(chat("assistant", "chat-mini"))).toBe(200);
  });

  test("T-95 an operation without rights is refused, whatever the token permits", async () => {
    headers = await environment.bearer(CLAIMS, { scp: "Models.Invoke Images.Generate" });
    const body = { prompt: "MARKER-prompt", size: "1024x1024" };
    await refused(
      "/assistant/openai/deployments/images/images/generations?api-version=2024-10-21",
      R403,
      body,
    );
    const rules = environment.simulation.metrics.map(({ dimensions }) => dimensions.Rule);
    expect(rules).toEqual(["operation-denied"]);
  });

  test.each(["../", "./", "../../", "x/../../"])("T-97 dot segments lead nowhere: %s", async (segments) => {
    const target = `/assistant/openai/deployments/chat/${segments}chat-mini/chat/completions?api-version=2024-10-21`;
    await expectClosed(target);
  });

  test.each([
    "chat%2e%2e%2fchat-mini",
    "chat%2Fchat-mini",
    "chat%5cchat-mini",
    "chat%00",
    "%252e%252e%252fchat-mini",
    "..;",
    "chat..;",
    "/chat",
    "chat.",
    "chat%20",
    "%20chat",
    "%EF%BD%83hat",
    "ch%61t",
    "a".repeat(65),
  ])("T-98 what is not a plain name of a deployment is refused: %s", (name) =>
    expectClosed(chat("assistant", name)),
  );

  test("T-99 upper and lower case are one deployment, for rights and for counting", async () => {
    expect(await status(chat("assistant", "CHAT"))).toBe(200);
    await refused(chat("assistant", "CHAT-MINI"), R403);
    expect(await status(chat("assistant", "chat"))).toBe(200);
    const deployments = environment.simulation.metrics.map(({ dimensions }) => dimensions.Deployment);
    expect([...new Set(deployments.filter((name) => name !== undefined))]).toEqual(["chat"]);
  });

  test("T-99 another case of a deployment's name spends the same tokens", async () => {
    const remaining = async (deployment: string): Promise<number> => {
      const response = await environment.simulation.call(chat("assistant", deployment), {
        headers,
        body: HELLO,
      });
      await response.text();
      return Number(response.headers["x-ratelimit-remaining-tokens"]);
    };
    const before = await remaining("chat");
    const after = await remaining("CHAT");
    expect(after).toBeGreaterThan(0);
    expect(after).toBeLessThan(before);
  });

  test("T-100 the model of a path is the one that answers, whatever the body names", async () => {
    for (const model of ["chat", "gpt-4o", "nothing", "", null, ["chat-mini"], 5]) {
      expect(await status(CHAT, asking({ model }))).toBe(200);
      expect(environment.accountRequests().at(-1)?.deployment).toBe("chat");
    }
    await refused(V1_CHAT, R403, asking({ model: "nothing" }));
  });

  test("T-101 a body that names its model twice is refused", async () => {
    await refused(V1_CHAT, R400, `{"model":"chat","model":"chat-mini","messages":[]}`);
    await refused(V1_CHAT, R400, `{"model":"chat","mod\\u0065l":"chat-mini","messages":[]}`);
  });

  test.each([
    "files",
    "fine_tuning/jobs",
    "assistants",
    "threads",
    "batches",
    "vector_stores",
    "realtime",
    "deployments",
    "v1/files",
    "v1/responses",
    "v1/realtime",
    "deployments/chat",
    "deployments/chat/completions",
    "../openai",
    "deployments/chat/extensions/chat/completions",
    "deployments/chat/audio/transcriptions",
    "management",
  ])("T-102 %s is not published", (path) =>
    refused(`/assistant/openai/${path}?api-version=2024-10-21`, R404),
  );

  test.each(["DELETE", "PUT", "PATCH", "TRACE", "OPTIONS", "GET", "HEAD"])(
    "T-104 %s of a published path is not published",
    async (method) => {
      if (method === "HEAD") {
        expect(await statusOf(environment.simulation.call(CHAT, { method, headers }))).toBe(404);
      } else {
        await expectRefused(environment, R404, CHAT, { method, headers });
      }
      expect(environment.accountRequests()).toEqual([]);
    },
  );

  test("T-105 what the service would keep for all clients alike cannot be asked for", async () => {
    await refused(CHAT, R400, asking({ store: true }));
    await refused(V1_CHAT, R400, asking({ model: "chat", previous_response_id: "resp_1" }));
    await refused("/assistant/openai/v1/responses/resp_1", R404);
    const attached = {
      messages: [{ role: "user", content: [{ type: "file", file: { file_id: "file-1" } }] }],
    };
    await refused(CHAT, R400, attached);
  });

  test.each(["api-version=2099-01-01", "api-version=2023-03-15-preview", "api-version=", "", "x=1"])(
    "T-106 an api-version that is not listed is refused: '%s'",
    (query) => refused(chat("assistant", "chat", query)),
  );

  test.each([
    "api-version=2024-10-21&api-version=2099-01-01",
    "api-version=2024-10-21,2099-01-01",
    "api-version=2024-10-21&API-VERSION=2099-01-01",
    "api-version=2024-10-21&api%2Dversion=2099-01-01",
  ])("T-107 two api-versions are refused: %s", (query) => refused(chat("assistant", "chat", query)));

  test.each(["api-key=x", "deployment=chat-mini", "a", "api-version%26x=1", "backend=x", "stream=true"])(
    "T-108 a query parameter that is not listed is refused: %s",
    (parameter) => refused(`${CHAT}&${parameter}`),
  );

  test.each(["chat%23x", "chat%3Fx=1", "chat;x", "chat%20x", "a@chat", "chat:443", "chat%26x"])(
    "T-109 signs of a URL in the name of a deployment are refused: %s",
    (name) => expectClosed(chat("assistant", name)),
  );

  test("T-110 a URL of 20 KiB is refused", async () => {
    const answer = await status(`${CHAT}&x=${"y".repeat(20 * 1024)}`);
    expect([400, 414, 431]).toContain(answer);
    expect(environment.accountRequests()).toEqual([]);
  });

  test("T-111 no header chooses a backend", async () => {
    const more = {
      "x-backend-id": "internal-admin",
      "x-ms-backend": "x",
      "x-ms-backend-url": "https://evil.example",
    };
    const response = environment.simulation.call(CHAT, { headers: { ...headers, ...more }, body: HELLO });
    expect(await statusOf(response)).toBe(200);
    expect(environment.account("ptu").requests).toHaveLength(1);
    expect(environment.accountRequests()).toHaveLength(1);
  });

  test("T-112 no policy calls or forwards to an address that a request could name", () => {
    for (const name of ["dev", "test", "prod"] as const) {
      for (const { document } of synthesized(name).policies) {
        const outgoing = ["send-request", "send-one-way-request", "proxy"].flatMap((element) =>
          allElements(document, element),
        );
        // A queue and its results: the host is a constant, and so is everything before what a request says.
        const urls = outgoing.map(
          (element) => element.getElementsByTagName("set-url")[0]?.textContent?.trim() ?? "",
        );
        expect(urls.filter((url) => !HOST_OF_QUEUE.test(url) && !SPENDING_OF_CALLER.test(url))).toEqual([]);
        for (const element of allElements(document, "set-backend-service")) {
          expect(Array.from(element.attributes).map((attribute) => attribute.name)).toEqual(["backend-id"]);
          expect(element.getAttribute("backend-id")).not.toMatch(/@[({]/);
        }
      }
    }
  });

  test("T-112 nothing is sent to an address that a request names", async () => {
    const { network } = environment.simulation;
    const addresses = ["10.0.0.4", "internal.example"];
    let requests = 0;
    for (const address of addresses) {
      network.register(address, () => {
        requests += 1;
        return Promise.reject(new Error("not to be called"));
      });
    }
    const [metadata, internal] = ["http://10.0.0.4/metadata/identity", "https://internal.example/"];
    const more = {
      "x-ms-backend-url": metadata,
      "x-forwarded-host": "internal.example",
      referer: metadata,
      location: internal,
      "x-original-url": internal,
    };
    const named = await environment.bearer(CLAIMS, {
      oid: metadata,
      jku: internal,
      _claim_sources: internal,
    });
    const body = { ...HELLO, user: metadata, metadata: { url: internal } };
    expect(await statusOf(environment.simulation.call(CHAT, { headers: { ...named, ...more }, body }))).toBe(
      200,
    );
    await refused(`${CHAT}&url=${metadata}`);
    const calls = environment.simulation.traces.flatMap(({ backendCalls }) => backendCalls);
    expect(calls.map(({ host }) => host)).toEqual([expect.stringMatching(/\.openai\.azure\.com$/)]);
    addresses.forEach((address) => network.unregister(address));
    expect(requests).toBe(0);
  });

  test("T-113 the host that a client names decides nothing, and no answer repeats it", async () => {
    const { authorization } = headers;
    const body = JSON.stringify(HELLO);
    const answer = await rawRequest(
      environment,
      `POST ${CHAT} HTTP/1.1\nHost: attacker.example\nAuthorization: ${authorization}\n` +
        `Content-Type: application/json\nContent-Length: ${body.length}\nConnection: close\n\n${body}`,
    );
    expect(answer).toBe(200);
    expect(JSON.stringify(environment.accountRequests())).not.toContain("attacker");
    const more = { "x-forwarded-host": "attacker.example", forwarded: "host=attacker.example" };
    const response = await environment.simulation.call(CHAT, {
      headers: { ...headers, ...more },
      body: HELLO,
    });
    expect([response.status, JSON.stringify([await response.text(), response.headers])]).toEqual([
      200,
      expect.not.stringContaining("attacker"),
    ]);
  });

  test.each<[string, object]>([
    ["an image by URL", withImage("http://169.254.169.254/metadata/identity")],
    ["an image by a URL in capitals", withImage("HTTPS://internal.example/x.png")],
    ["a file by URL", withContent({ type: "file", file_url: "https://internal.example/f" })],
    [
      "data of one's own",
      asking({ data_sources: [{ parameters: { endpoint: "https://internal.example" } }] }),
    ],
    ["a search of the web", asking({ web_search_options: {} })],
    ["a server of tools", asking({ tools: [{ type: "mcp", server_url: "https://internal.example" }] })],
    ["a tool that the service runs", asking({ tools: [{ type: "code_interpreter" }] })],
    ["a tool behind a connector", asking({ tools: [{ type: "mcp", connector_id: "connector_dropbox" }] })],
  ])("T-114 %s is refused", (_what, body) => refused(CHAT, R400, body));

  test("T-114 an image in the request itself is let through", async () => {
    expect(await status(CHAT, withImage("data:image/png;base64,iVBORw0KGgo="))).toBe(200);
  });

  test("T-115 no WebSocket is opened", async () => {
    const answer = await rawRequest(
      environment,
      `GET ${CHAT} HTTP/1.1\nHost: {host}\nAuthorization: ${headers.authorization}\nConnection: Upgrade\n` +
        "Upgrade: websocket\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n\n",
    );
    expect(answer).toBe(404);
    expect(environment.accountRequests()).toEqual([]);
  });

  /** Answered by the gateway or the platform in one of the ways that give nothing away. */
  async function expectClosed(target: string): Promise<void> {
    const response = await environment.simulation.call(target, { headers, body: HELLO });
    const text = await response.text();
    expect([400, 404]).toContain(response.status);
    expect(text).toMatch(/^\{"error":\{"code":"(?:invalid_request|not_found)",/);
    expect(environment.accountRequests()).toEqual([]);
  }
});

function withContent(part: object): object {
  return { messages: [{ role: "user", content: [part] }] };
}

function withImage(url: string): object {
  return withContent({ type: "image_url", image_url: { url } });
}
