import { readText } from "../../simulator/network";
import { OKTA } from "../support/callers";
import { expectRefused, R400, R401, R415, R429 } from "../support/refusal";
import { chat, HELLO, replaceInPolicy, SimulatedEnvironment, statusOf } from "../support/simulation";
import { ChangedEnvironment } from "./changed-environment";

const CHAT = chat("assistant");

describe("what a request says of itself", () => {
  let environment: SimulatedEnvironment;
  let headers: { readonly authorization: string };

  beforeAll(async () => {
    environment = await SimulatedEnvironment.start("test");
  });

  afterAll(() => environment.close());

  beforeEach(async () => {
    environment.reset();
    headers = await environment.bearer(OKTA);
  });

  test.each(["utf-16", "utf-7", "latin1"])(
    "T-254 a text that the gateway would read in %s, and the service in UTF-8, is refused",
    (charset) => {
      const typed = { ...headers, "content-type": `application/json; charset=${charset}` };
      return expectRefused(environment, R415, CHAT, { headers: typed, body: JSON.stringify(HELLO) });
    },
  );

  test.each([
    "application/json;charset=utf8",
    "application/json; odata.metadata=minimal",
    'APPLICATION/JSON; a="b;c"',
  ])("T-254 %s is JSON, and goes on as such", async (type) => {
    const typed = { ...headers, "content-type": type };
    const call = environment.simulation.call(CHAT, { headers: typed, body: JSON.stringify(HELLO) });
    expect(await statusOf(call)).toBe(200);
    expect(environment.accountRequests()[0]?.headers["content-type"]).toEqual(["application/json"]);
  });

  test("T-258 headers that the service acts on, or that nobody knows, end at the gateway", async () => {
    const sent = {
      "x-policy-id": "Microsoft.Default",
      "azureml-model-deployment": "embeddings",
      "extra-parameters": "pass-through",
      "x-ms-region": "x",
      "x-forwarded-for": "192.0.2.1",
      "openai-beta": "x",
      "x-stainless-lang": "js",
      "x-anything": "1",
      "accept-language": "de",
    };
    const known = { "user-agent": "sdk", accept: "application/json", "x-ms-client-request-id": "1" };
    const call = environment.simulation.call(CHAT, {
      headers: { ...headers, ...known, ...sent },
      body: HELLO,
    });
    expect(await statusOf(call)).toBe(200);
    const [request] = environment.accountRequests();
    expect(request).toMatchObject({ deployment: "chat", contentFilter: undefined });
    expect(request?.headers).toMatchObject({ "user-agent": ["sdk"], "x-ms-client-request-id": ["1"] });
    expect(Object.keys(request?.headers ?? {}).filter((name) => name in sent)).toEqual([]);
    expect([...(request?.ignoredHeaders ?? [])].filter((name) => !name.startsWith("x-ai-gateway-"))).toEqual(
      expect.arrayContaining(["user-agent", "accept"]),
    );
  });

  test.each([
    [31, 200],
    [40, 400],
  ])("T-258 of %d unknown headers all are dropped, or the request is refused", async (count, status) => {
    const many = Object.fromEntries(
      Array.from({ length: count - 1 }, (_, index) => [`x-many-${index}`, "1"]),
    );
    const call = environment.simulation.call(CHAT, { headers: { ...headers, ...many }, body: HELLO });
    expect(await statusOf(call)).toBe(status);
    const received = environment.accountRequests().flatMap((request) => Object.keys(request.headers));
    expect(received.filter((name) => name.startsWith("x-many-"))).toEqual([]);
  });

  test("T-260 who is not authenticated is told nothing of its request, and counts", async () => {
    const wrong = { headers: { "content-type": "text/plain" }, body: "x" };
    for (const target of [CHAT, `${CHAT}&x=1`, CHAT.replace("2024-10-21", "x")]) {
      await expectRefused(environment, R401, target, wrong);
    }
  });

  test.each<[object | string, string, RegExp]>([
    [{ ...HELLO, n: 100 }, "n", /whole numbers/],
    [{ ...HELLO, store: true }, "body", /keeps and reads no objects/],
    ["{messages:[]}", "body", /strict JSON/],
  ])("T-260 who is, is told what to change: %j", async (body, param, message) => {
    const typed = { ...headers, "content-type": "application/json" };
    const response = await environment.simulation.call(CHAT, { headers: typed, body: body as string });
    const { error } = (await response.json()) as { error: Record<string, string> };
    expect(error).toMatchObject({ code: "invalid_request", type: "invalid_request_error", param });
    expect(error.message).toMatch(message);
  });

  test("T-260 a key in Authorization is told where keys go, right or wrong, and not whether it is one", async () => {
    const texts = ["0123456789abcdef0123456789abcdef", "A".repeat(84)].map(async (key) => {
      const response = await environment.simulation.call(CHAT, {
        headers: { authorization: `Bearer ${key}` },
        body: HELLO,
      });
      const { error } = (await response.json()) as { error: Record<string, string> };
      expect([response.status, error.code]).toEqual([401, "unauthorized"]);
      return error.message;
    });
    const message =
      "Authorization takes access tokens: send a key in the header api-key, where the API takes keys.";
    expect(await Promise.all(texts)).toEqual([message, message]);
  });

  const asking = (more: object) => ({ headers, body: { ...HELLO, ...more } });

  test.each([{ Max_Tokens: 9 }, { MODEL: "chat" }, { Data_Sources: [] }, { datasources: [] }, { N: 100 }])(
    "T-256 a member that only a reader without regard to case would know is refused: %j",
    (more) => expectRefused(environment, R400, CHAT, asking(more)),
  );

  test.each([{ Type: "image_url" }, { type: "image_url", Image_Url: { url: "https://x.example" } }])(
    "T-256 a part of a message under another case is refused: %j",
    (part) =>
      expectRefused(environment, R400, CHAT, asking({ messages: [{ role: "user", content: [part] }] })),
  );

  test("T-256 names in schemas of the client's own are its own", async () => {
    const properties = {
      Model: { type: "string" },
      File_Id: { type: "string" },
      image_url: { type: "string" },
    };
    const tool = { type: "function", function: { name: "f", parameters: { type: "object", properties } } };
    const call = environment.simulation.call(CHAT, asking({ tools: [tool], metadata: { Type: "x" } }));
    expect(await statusOf(call)).toBe(200);
    const disguised = asking({ tools: [{ ...tool, Type: "mcp" }] });
    await expectRefused(environment, R400, CHAT, disguised);
  });

  test.each([{ service_tier: "priority" }, { service_tier: "flex" }, { service_tier: ["priority"] }])(
    "T-259 a tier at a premium is refused: %j",
    (more) => expectRefused(environment, R400, CHAT, asking(more)),
  );

  test("T-259 who the user is, is not the client's to say", () =>
    expectRefused(environment, R400, CHAT, asking({ user_security_context: { end_user_id: "x" } })));

  test.each([{ service_tier: "auto" }, { service_tier: "default" }, { service_tier: null }])(
    "T-259 a tier that costs what the deployment costs is none: %j",
    async (more) => {
      expect(await statusOf(environment.simulation.call(CHAT, asking(more)))).toBe(200);
    },
  );
});

describe("items of an input", () => {
  let environment: SimulatedEnvironment;

  beforeAll(async () => {
    environment = await ChangedEnvironment.ofApi("test", "assistant", {
      operations: ["chat", "embeddings", "models", "responses"],
      // The model in the house speaks no responses.
      modelEndpoints: {},
    }).simulate();
  });

  afterAll(() => environment.close());

  beforeEach(() => environment.reset());

  const ask = async (more: object) => ({
    headers: await environment.bearer(OKTA),
    body: { model: "chat", store: false, ...more },
  });
  const RESPONSES = "/assistant/openai/v1/responses";

  test.each([
    { input: [{ id: "msg_1" }] },
    { input: [{ type: "item_reference", id: "msg_1" }] },
    { input: [{ type: "message", id: "msg_1" }] },
    { input: [{ type: "anything", id: "msg_1" }] },
    { input: [{ type: "reasoning", id: "rs_1", summary: [] }] },
    { input: [{ role: null, id: "msg_1" }] },
    { prompt: "pmpt_1" },
    { prompt: { id: "pmpt_1" } },
  ])("T-257 what refers to a stored object is refused, in whatever form: %j", async (more) =>
    expectRefused(environment, R400, RESPONSES, await ask(more)),
  );

  test.each([
    [{ type: "mcp", server_url: "https://x.example" }],
    [{ type: "namespace", name: "n", tools: [{ type: "web_search" }] }],
    [{ type: "shell", environment: { type: "container_auto" } }],
    [{ type: "image_generation" }],
  ])("T-267 a tool that the service runs is refused, in the request or in an item: %j", async (tool) => {
    await expectRefused(environment, R400, RESPONSES, await ask({ tools: [tool] }));
    const items = ["additional_tools", "tool_search_output"];
    for (const type of items) {
      const input = [{ type, role: "developer", tools: [tool] }];
      await expectRefused(environment, R400, RESPONSES, await ask({ input }));
    }
  });

  test("T-267 tools that the client runs go on", async () => {
    const tools = [
      { type: "local_shell" },
      { type: "shell", environment: { type: "local" } },
      { type: "apply_patch" },
      { type: "namespace", name: "n", tools: [{ type: "function", name: "f" }] },
      { type: "computer_use_preview", display_width: 1, display_height: 1, environment: "linux" },
    ];
    const call = environment.simulation.call(RESPONSES, await ask({ input: "x", tools }));
    expect(await statusOf(call)).toBe(200);
  });

  test.each([{}, { store: null }])(
    "T-268 an answer that nobody said not to keep is not kept: %j",
    async (store) => {
      const { headers } = await ask({});
      const sent = { headers, body: { model: "chat", input: "x", ...store } };
      const response = await environment.simulation.call(RESPONSES, sent);
      expect(response.status).toBe(200);
      expect(JSON.parse(await readText(response.body))).toMatchObject({ store: false });
    },
  );

  test.each([{ store: true }, { store: "yes" }, { store: true, metadata: { store: "false" } }])(
    "T-268 an answer that the client wants kept is refused: %j",
    async (store) => expectRefused(environment, R400, RESPONSES, await ask({ input: "x", ...store })),
  );

  test.each([true, "true", 1, {}])("T-270 an answer in the background is refused: %j", async (background) =>
    expectRefused(environment, R400, RESPONSES, await ask({ input: "x", background })),
  );

  test.each([
    { conversation: "conv_1" },
    { conversation: { id: "conv_1" } },
    { previous_response_id: "resp_1" },
  ])("T-271 what was said to somebody is not read: %j", async (more) =>
    expectRefused(environment, R400, RESPONSES, await ask({ input: "x", ...more })),
  );

  test.each([{ id: "pmpt_1" }, { id: "pmpt_1", variables: { name: "x" } }, {}, "pmpt_1", ["pmpt_1"]])(
    "T-272 a stored prompt is refused, beside an input or in its place: %j",
    async (prompt) => {
      await expectRefused(environment, R400, RESPONSES, await ask({ prompt }));
      await expectRefused(environment, R400, RESPONSES, await ask({ input: "x", prompt }));
    },
  );

  test("T-270 T-271 T-272 what is not asked for is not a reason", async () => {
    const nothing = { background: false, conversation: null, previous_response_id: null, prompt: null };
    const call = environment.simulation.call(RESPONSES, await ask({ input: "x", ...nothing }));
    expect(await statusOf(call)).toBe(200);
  });

  test("T-257 items that carry what they say go on", async () => {
    const input = [
      { role: "user", content: "x" },
      { type: "reasoning", id: "rs_1", summary: [], encrypted_content: "x" },
      { type: "function_call", call_id: "c", name: "f", arguments: "{}" },
      { type: "function_call_output", call_id: "c", output: "x" },
    ];
    expect(await statusOf(environment.simulation.call(RESPONSES, await ask({ input })))).toBe(200);
  });
});

describe("neighbours behind one address", () => {
  let environment: SimulatedEnvironment;

  beforeAll(async () => {
    environment = await SimulatedEnvironment.start("test", (json) =>
      replaceInPolicy(json, "assistant", /id="limit-address" calls="\d+"/, 'id="limit-address" calls="40"'),
    );
  });

  afterAll(() => environment.close());

  beforeEach(() => environment.reset());

  test("T-261 good calls of one client leave the address to the others", async () => {
    for (let call = 0; call < 45; call++) {
      const headers = await environment.bearer(OKTA, { cid: `client-${call % 20}` });
      expect(await statusOf(environment.simulation.call(CHAT, { headers, body: HELLO }))).toBe(200);
    }
  });

  test("T-261 a machine whose sign-in ended leaves its neighbours alone as long as it keeps to its own limit", async () => {
    for (let call = 0; call < 39; call++) {
      await expectRefused(environment, R401, CHAT, { body: HELLO });
    }
    const headers = await environment.bearer(OKTA);
    expect(await statusOf(environment.simulation.call(CHAT, { headers, body: HELLO }))).toBe(200);
  });

  test("T-261 T-260 requests of a wrong shape without credentials end at the limit like any other guess", async () => {
    for (let call = 0; call < 40; call++) {
      await expectRefused(environment, R401, `${CHAT}&x=${call}`, { body: HELLO });
    }
    await expectRefused(environment, R429, `${CHAT}&x=1`, { body: HELLO });
    environment.clock.advance(61_000);
    await expectRefused(environment, R401, CHAT, { body: HELLO });
  });
});
