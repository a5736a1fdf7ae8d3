import { AzureOpenAI } from "openai";
import { readText } from "../../../simulator/network";
import { AccountFixture, DEEP_SEEK, eventData } from "./account-fixture";

let fixture: AccountFixture;

beforeEach(() => {
  fixture = new AccountFixture();
});

describe("what else a request says", () => {
  const asked = async (headers: Record<string, string>, body: object = {}) =>
    fixture.chat(body, { headers: { authorization: `Bearer ${await fixture.token()}`, ...headers } });

  test("chooses the content filter", async () => {
    expect((await asked({ "x-policy-id": "microsoft.default" })).status).toBe(200);
    expect(fixture.account.log.all()[0]).toMatchObject({ contentFilter: "Microsoft.Default" });
    expect(await asked({ "x-policy-id": "nothing" })).toMatchObject({
      status: 400,
      json: { error: { message: expect.stringContaining("invalid content filter policy") as string } },
    });
  });

  test("chooses the deployment by a header, and not by the body where the path names one", async () => {
    await asked({ "azureml-model-deployment": "small" });
    await asked({}, { model: "small" });
    expect(fixture.account.log.all().map(({ deployment }) => deployment)).toEqual(["small", "chat"]);
  });

  test("is named where it makes no difference", async () => {
    await asked({ "x-stainless-lang": "js", "extra-parameters": "drop" }, { model: "x", n: 1, nonsense: 1 });
    const [request] = fixture.account.log.all();
    expect(request?.ignoredHeaders).toEqual(expect.arrayContaining(["x-stainless-lang", "extra-parameters"]));
    expect(request?.ignoredHeaders).not.toContain("authorization");
    expect(request?.ignoredMembers).toEqual(["model", "nonsense"]);
  });
});

describe("chat completions", () => {
  test("answer with content, usage and filter results", async () => {
    const { status, json } = await fixture.chat();
    expect(status).toBe(200);
    expect(json).toMatchObject({
      object: "chat.completion",
      model: "gpt-4o-2024-08-06",
      created: Date.UTC(2026, 2, 1) / 1000,
      choices: [
        {
          index: 0,
          finish_reason: "stop",
          message: { role: "assistant", content: expect.stringContaining("hello") as string },
        },
      ],
      prompt_filter_results: [{ prompt_index: 0 }],
      usage: { prompt_tokens: 8 },
    });
  });

  test("are the same for the same prompt, and differ for another", async () => {
    const text = async (content: string): Promise<string> => {
      const { json } = await fixture.chat({ messages: [{ role: "user", content }] });
      return (json as { choices: { message: { content: string } }[] }).choices[0]?.message.content ?? "";
    };
    expect(await text("a")).toBe(await text("a"));
    expect(await text("a")).not.toBe(await text("b"));
  });

  test("stop at the largest number of tokens", async () => {
    const { json } = await fixture.chat({ max_tokens: 3 });
    expect(json).toMatchObject({ choices: [{ finish_reason: "length" }], usage: { completion_tokens: 3 } });
  });

  test("accept tools and several choices", async () => {
    const { json } = await fixture.chat({ n: 2, tools: [{ type: "function", function: { name: "f" } }] });
    expect(json).toMatchObject({ choices: [{ index: 0 }, { index: 1 }] });
  });

  test("stream Azure's first chunk, the role, the content, the end, and nothing else", async () => {
    const whole = (await fixture.chat()).json as { choices: { message: { content: string } }[] };
    const { text, headers } = await fixture.chat({ stream: true });
    const chunks = eventData(text) as {
      choices: { delta: { role?: string; content?: string }; finish_reason: string | null }[];
      usage?: unknown;
    }[];
    expect(headers["content-type"]).toEqual(["text/event-stream; charset=utf-8"]);
    expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
    expect(chunks[0]).toMatchObject({
      id: "",
      object: "",
      model: "",
      choices: [],
      prompt_filter_results: [{}],
    });
    expect(chunks[1]?.choices[0]?.delta).toMatchObject({ role: "assistant" });
    expect(chunks.at(-1)?.choices[0]).toMatchObject({ delta: {}, finish_reason: "stop" });
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("")).toBe(
      whole.choices[0]?.message.content,
    );
    expect(chunks.some((chunk) => "usage" in chunk)).toBe(false);
  });

  test("stream usage last, and null before, when asked for", async () => {
    const { text } = await fixture.chat({ stream: true, stream_options: { include_usage: true } });
    const chunks = eventData(text) as { usage: unknown; choices: unknown[] }[];
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 8 } });
    expect(chunks.slice(0, -1).every(({ usage }) => usage === null)).toBe(true);
  });

  test("carry the service's headers", async () => {
    const { headers } = await fixture.chat(
      {},
      {
        headers: { authorization: `Bearer ${await fixture.token()}`, "x-ms-client-request-id": "mine" },
      },
    );
    expect(headers).toMatchObject({
      "apim-request-id": [expect.any(String)],
      "x-ms-region": ["westeurope"],
      "x-ms-client-request-id": ["mine"],
      "x-ms-deployment-name": ["chat"],
      "x-ratelimit-remaining-requests": ["99"],
      "x-ratelimit-remaining-tokens": [String(100_000 - 8 - 16)],
    });
  });

  test.each<[string, object]>([
    ["no messages", { messages: [] }],
    ["an unknown role", { messages: [{ role: "robot", content: "x" }] }],
    ["stream options without a stream", { stream_options: { include_usage: true } }],
    ["a limit of no tokens", { max_tokens: 0 }],
  ])("with %s are refused", async (_name, body) => {
    expect(await fixture.chat(body)).toMatchObject({
      status: 400,
      json: { error: { type: "invalid_request_error" } },
    });
  });
});

describe("other operations", () => {
  test("completions of text", async () => {
    const { json } = await fixture.call("/openai/deployments/instruct/completions?api-version=2024-10-21", {
      body: { prompt: "one two", max_tokens: 4 },
    });
    expect(json).toMatchObject({
      object: "text_completion",
      choices: [{ finish_reason: "length" }],
      usage: { prompt_tokens: 2, completion_tokens: 4, total_tokens: 6 },
    });
  });

  test("embeddings of similar texts are closer than of different ones", async () => {
    const { json } = await fixture.call("/openai/v1/embeddings", {
      body: {
        model: "embed",
        input: ["where is my parcel", "where is my package", "translate to French"],
        dimensions: 256,
      },
    });
    const { data, usage } = json as { data: { embedding: number[] }[]; usage: object };
    const [first = [], second = [], third = []] = data.map(({ embedding }) => embedding);
    const dot = (a: number[], b: number[]): number =>
      a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
    expect(first).toHaveLength(256);
    expect(dot(first, first)).toBeCloseTo(1, 4);
    expect(dot(first, second)).toBeGreaterThan(dot(first, third));
    expect(usage).toEqual({ prompt_tokens: 11, total_tokens: 11 });
  });

  test("responses stream typed events that end with usage and without [DONE]", async () => {
    const { text } = await fixture.call("/openai/v1/responses", {
      body: { model: "chat", input: "hello", stream: true },
    });
    const types = (eventData(text) as { type: string }[]).map(({ type }) => type);
    expect(types[0]).toBe("response.created");
    expect(types).toContain("response.output_text.delta");
    expect(eventData(text).at(-1)).toMatchObject({
      type: "response.completed",
      response: { status: "completed", usage: { input_tokens: 8 } },
    });
    expect(text).not.toContain("[DONE]");
  });

  test("stored responses are there until they are deleted", async () => {
    const { json } = await fixture.call("/openai/responses?api-version=2025-03-01-preview", {
      body: { model: "chat", input: "hello" },
    });
    const { id } = json as { id: string };
    const path = `/openai/responses/${id}?api-version=2025-03-01-preview`;
    expect((await fixture.call(path)).json).toMatchObject({ id });
    expect((await fixture.call(path, { method: "DELETE" })).json).toMatchObject({ id, deleted: true });
    expect((await fixture.call(path)).status).toBe(404);
  });

  test.each(["responses", "responses/resp_1"])("%s begin with 2025-03-01-preview", async (path) => {
    const body = { model: "chat", input: "hello" };
    expect(await fixture.call(`/openai/${path}?api-version=2025-02-01-preview`, { body })).toMatchObject({
      status: 400,
      json: {
        error: {
          code: "BadRequest",
          message: "Azure OpenAI Responses API is enabled only for api-version 2025-03-01-preview and later",
        },
      },
    });
  });

  test("stored responses take a right", async () => {
    const headers = { authorization: `Bearer ${await fixture.token("stranger")}` };
    expect((await fixture.call("/openai/v1/responses/resp_1", { headers })).json).toMatchObject({
      error: { code: "PermissionDenied" },
    });
  });

  test("images are PNG files, one for each asked for, the same for the same prompt", async () => {
    const draw = async (prompt: string): Promise<readonly { b64_json: string }[]> => {
      const path = "/openai/deployments/image/images/generations?api-version=2025-04-01-preview";
      const { json } = await fixture.call(path, { body: { prompt, n: 2 } });
      return (json as { data: { b64_json: string }[] }).data;
    };
    const [first, second] = await draw("a cat");
    expect(
      Buffer.from(first?.b64_json ?? "", "base64")
        .subarray(1, 4)
        .toString(),
    ).toBe("PNG");
    expect(first).not.toEqual(second);
    expect(await draw("a cat")).toEqual([first, second]);
  });

  test("one model, and not an unknown one", async () => {
    expect((await fixture.call("/openai/v1/models/gpt-4o-2024-08-06")).json).toMatchObject({
      object: "model",
    });
    expect((await fixture.call("/openai/v1/models/gpt-9")).status).toBe(404);
  });

  test("the list of models", async () => {
    const { json } = await fixture.call("/openai/models?api-version=2024-10-21");
    expect(json).toMatchObject({
      object: "list",
      data: expect.arrayContaining([expect.objectContaining({ id: "gpt-4o-2024-08-06" })]) as unknown,
    });
  });

  test.each([
    ["/openai/deployments/chat/chat/completions", 404, "404"],
    ["/openai/deployments/chat/chat/completions?api-version=soon", 404, "404"],
    ["/openai/deployments/chat/chat/completions?api-version=1999-01-01", 400, "BadRequest"],
    ["/openai/deployments/chat/chat/completions?api-version=2024-13-45", 400, "BadRequest"],
    ["/openai/deployments/chat/chat/completions?api-version=2023-03-15-preview", 400, "BadRequest"],
    ["/openai/v1/chat/completions?api-version=2024-10-21", 400, "BadRequest"],
    ["/openai/deployments/chat/audio/speech?api-version=2024-10-21", 400, "OperationNotSupported"],
    ["/openai/deployments/chat/images/generations?api-version=2024-10-21", 400, "OperationNotSupported"],
    ["/openai/deployments/nothing/chat/completions?api-version=2024-10-21", 404, "DeploymentNotFound"],
    ["/openai/deployments/embed/chat/completions?api-version=2024-10-21", 400, "OperationNotSupported"],
    ["/openai/assistants?api-version=2025-04-01-preview", 404, "404"],
    ["/openai/threads/runs?api-version=2025-04-01-preview", 404, "404"],
    ["/openai/deployments/%zz/chat/completions?api-version=2024-10-21", 404, "404"],
    ["/elsewhere", 404, "404"],
  ])("POST %s answers %d %s", async (path, status, code) => {
    expect(await fixture.call(path, { body: { messages: [{ role: "user", content: "x" }] } })).toMatchObject({
      status,
      json: { error: { code } },
    });
  });
});

describe("who gets in", () => {
  const invalidToken = {
    statusCode: 401,
    message:
      "Unauthorized. Access token is missing, invalid, audience is incorrect (https://cognitiveservices.azure.com), or have expired.",
  };

  test("a principal with the role", async () => {
    expect((await fixture.chat()).status).toBe(200);
    expect(fixture.account.log.all()[0]).toMatchObject({
      callerObjectId: "allowed",
      status: 200,
      deployment: "chat",
    });
  });

  describe("on a model of another publisher", () => {
    const kind = "AIServices";
    const deployments = [DEEP_SEEK];
    const maas = (action: string): { roleDefinitionId: string; customRole: { dataActions: string[] } } => ({
      roleDefinitionId: "aaaaaaaa-0000-4000-8000-000000000001",
      customRole: { dataActions: [`Microsoft.CognitiveServices/accounts/MaaS/${action}`] },
    });

    test("is more than Cognitive Services OpenAI User", async () => {
      expect(await new AccountFixture({ kind, deployments }).chat()).toMatchObject({
        status: 401,
        json: {
          error: {
            code: "PermissionDenied",
            message:
              "The principal `allowed` lacks the required data action " +
              "`Microsoft.CognitiveServices/accounts/MaaS/chat/completions/action` to perform " +
              "`POST /openai/deployments/{deployment-id}/chat/completions` operation.",
          },
        },
      });
    });

    test.each<[string, ConstructorParameters<typeof AccountFixture>[1], number]>([
      ["Cognitive Services User", [{ roleDefinitionId: "a97b65f3-24c7-4388-baec-2e87135dc908" }], 200],
      ["a role of all its data actions", [maas("*")], 200],
      ["a role of this operation", [maas("chat/completions/action")], 200],
      ["a role of another operation", [maas("embeddings/action")], 401],
    ])("by %s", async (_name, further, status) => {
      expect((await new AccountFixture({ kind, deployments }, further).chat()).status).toBe(status);
    });
  });

  test("not one without it", async () => {
    const headers = { authorization: `Bearer ${await fixture.token("stranger")}` };
    expect(await fixture.chat({}, { headers })).toMatchObject({
      status: 401,
      json: {
        error: {
          code: "PermissionDenied",
          message: expect.stringContaining(
            "The principal `stranger` lacks the required data action",
          ) as string,
        },
      },
    });
  });

  test.each<[string, () => Promise<string>]>([
    ["for another audience", () => fixture.token("allowed", "https://vault.azure.net")],
    [
      "of another tenant",
      async () =>
        (
          await fixture.platform
            .tenant("22222222-2222-4222-8222-222222222222")
            .managedIdentityToken(
              { clientId: "c", principalId: "allowed" },
              "https://cognitiveservices.azure.com",
            )
        ).token,
    ],
    [
      "that nobody signed",
      () =>
        fixture.platform.tenant("11111111-1111-4111-8111-111111111111").mint({
          version: 1,
          claims: { aud: "https://cognitiveservices.azure.com", oid: "allowed" },
          header: { alg: "none" },
          key: "none",
        }),
    ],
    [
      "with an unpublished key",
      () =>
        fixture.platform.tenant("11111111-1111-4111-8111-111111111111").mint({
          version: 1,
          claims: { aud: "https://cognitiveservices.azure.com", oid: "allowed" },
          key: "unpublished",
        }),
    ],
  ])("not a token %s", async (_name, token) => {
    const answer = await fixture.chat({}, { headers: { authorization: `Bearer ${await token()}` } });
    expect(answer).toMatchObject({ status: 401, json: invalidToken });
  });

  test("not an expired token", async () => {
    const headers = { authorization: `Bearer ${await fixture.token()}` };
    expect((await fixture.chat({}, { headers })).status).toBe(200);
    fixture.clock.advance(25 * 3_600_000);
    expect(await fixture.chat({}, { headers })).toMatchObject({ status: 401, json: invalidToken });
  });

  test("not a token whose key has been retired since it was last accepted", async () => {
    const headers = { authorization: `Bearer ${await fixture.token()}` };
    expect((await fixture.chat({}, { headers })).status).toBe(200);
    await fixture.platform.entra.keys.rotate();
    fixture.platform.entra.keys.retireEarlier();
    expect(await fixture.chat({}, { headers })).toMatchObject({ status: 401, json: invalidToken });
  });

  test("nobody without credentials", async () => {
    expect(await fixture.chat({}, { headers: {} })).toMatchObject({
      status: 401,
      json: {
        error: {
          code: "401",
          message: expect.stringMatching(/^Access denied due to invalid subscription key/) as string,
        },
      },
    });
  });

  test("no key while local authentication is off, even beside a good token", async () => {
    const headers = { authorization: `Bearer ${await fixture.token()}`, "api-key": "key-one" };
    expect(await fixture.chat({}, { headers })).toMatchObject({
      status: 403,
      json: {
        error: {
          code: "AuthenticationTypeDisabled",
          message: "Key based authentication is disabled for this resource.",
        },
      },
    });
  });

  test("either key, and no other, while it is on", async () => {
    fixture = new AccountFixture({ localAuthEnabled: true });
    expect((await fixture.chat({}, { headers: { "api-key": "key-two" } })).status).toBe(200);
    expect(await fixture.chat({}, { headers: { "api-key": "key-three" } })).toMatchObject({
      status: 401,
      json: { error: { code: "401" } },
    });
  });

  test("a key as bearer on v1 paths only", async () => {
    fixture = new AccountFixture({ localAuthEnabled: true });
    const headers = { authorization: "Bearer key-one" };
    const body = { model: "chat", messages: [{ role: "user", content: "x" }] };
    expect((await fixture.call("/openai/v1/chat/completions", { body, headers })).status).toBe(200);
    expect((await fixture.chat({}, { headers })).status).toBe(401);
  });

  test.each([
    ["internet", { publicAccess: true, defaultAction: "Allow" }, 200],
    ["internet", { publicAccess: true, defaultAction: "Deny" }, 403],
    ["internet", { publicAccess: false, defaultAction: "Deny", privateEndpoint: true }, 403],
    ["virtualNetwork", { publicAccess: false, defaultAction: "Deny", privateEndpoint: true }, 200],
    ["virtualNetwork", { publicAccess: false, defaultAction: "Deny", subnetRules: true }, 403],
    ["virtualNetwork", { publicAccess: true, defaultAction: "Deny", subnetRules: true }, 200],
  ] as const)("from %s with %p: %d", async (origin, network, status) => {
    fixture = new AccountFixture({
      network: { privateEndpoint: false, subnetRules: false, addressRules: [], ...network },
    });
    const body = { model: "chat", messages: [{ role: "user", content: "x" }] };
    expect((await fixture.call("/openai/v1/chat/completions", { body, origin })).status).toBe(status);
  });
});

test.each([
  ["20.1.2.3", 200],
  ["203.0.113.77", 200],
  ["203.0.114.1", 403],
  [undefined, 403],
])("address rules let in what they name: %s %d", async (sourceAddress, status) => {
  fixture = new AccountFixture({
    network: {
      publicAccess: true,
      defaultAction: "Deny",
      privateEndpoint: false,
      subnetRules: false,
      addressRules: ["20.1.2.3", "203.0.113.0/24"],
    },
  });
  const body = { model: "chat", messages: [{ role: "user", content: "x" }] };
  const answer = await fixture.call("/openai/v1/chat/completions", {
    body,
    origin: "internet",
    sourceAddress,
  });
  expect(answer.status).toBe(status);
});

describe("capacity", () => {
  test("tokens run out by estimate, and come back after a minute", async () => {
    expect((await fixture.chat({ max_tokens: 900 }, { deployment: "small" })).status).toBe(200);
    fixture.clock.advance(11_000);
    const refused = await fixture.chat({ max_tokens: 900 }, { deployment: "small" });
    expect(refused).toMatchObject({
      status: 429,
      headers: { "retry-after": ["49"], "retry-after-ms": ["49000"] },
      json: {
        error: {
          code: "429",
          message: expect.stringContaining(
            "ChatCompletions_Create Operation under Azure OpenAI API version 2024-10-21 have exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after 49 seconds.",
          ) as string,
        },
      },
    });
    fixture.clock.advance(49_000);
    expect((await fixture.chat({ max_tokens: 900 }, { deployment: "small" })).status).toBe(200);
  });

  test("calls run out within ten seconds", async () => {
    expect((await fixture.chat({ max_tokens: 1 }, { deployment: "small" })).status).toBe(200);
    expect(await fixture.chat({ max_tokens: 1 }, { deployment: "small" })).toMatchObject({
      status: 429,
      headers: { "retry-after": ["10"] },
      json: { error: { message: expect.stringContaining("exceeded call rate limit") as string } },
    });
    fixture.clock.advance(10_000);
    expect((await fixture.chat({ max_tokens: 1 }, { deployment: "small" })).status).toBe(200);
  });
});

describe("capacity of a model of images", () => {
  const image = (): ReturnType<typeof fixture.call> =>
    fixture.call("/openai/deployments/few-images/images/generations?api-version=2025-04-01-preview", {
      body: { prompt: "a duck ".repeat(2_000) },
    });

  test("is calls per minute, whatever their tokens", async () => {
    expect(await image()).toMatchObject({
      status: 200,
      headers: { "x-ratelimit-remaining-requests": ["1"] },
    });
    expect((await image()).status).toBe(200);
    fixture.clock.advance(20_000);
    expect(await image()).toMatchObject({
      status: 429,
      headers: { "retry-after": ["40"] },
      json: { error: { message: expect.stringContaining("exceeded call rate limit") as string } },
    });
  });

  test("is told without tokens", async () => {
    expect(Object.keys((await image()).headers)).not.toContain("x-ratelimit-remaining-tokens");
  });
});

describe("faults", () => {
  test("a status with Retry-After, for so many requests", async () => {
    fixture.account.faults.add({ status: 503, retryAfterSeconds: 7, requests: 1 });
    expect(await fixture.chat()).toMatchObject({ status: 503, headers: { "retry-after": ["7"] } });
    expect((await fixture.chat()).status).toBe(200);
  });

  test("an account that is down refuses connections", async () => {
    fixture.account.faults.add({ down: true });
    await expect(fixture.chat()).rejects.toMatchObject({ code: "ECONNREFUSED" });
    fixture.account.faults.clear();
    expect((await fixture.chat()).status).toBe(200);
  });

  test("one deployment may fail while another works", async () => {
    fixture.account.faults.add({ status: 500, deployment: "small" });
    expect((await fixture.chat({}, { deployment: "small" })).status).toBe(500);
    expect((await fixture.chat()).status).toBe(200);
  });

  test("one body may fail while others work", async () => {
    fixture.account.faults.add({ status: 500, bodyContains: '"poison"' });
    expect((await fixture.chat({ user: "poison" })).status).toBe(500);
    expect((await fixture.chat()).status).toBe(200);
  });

  test("a body that the service is known to fail at is answered with 500 instead of 400", async () => {
    expect(await fixture.chat({ messages: null })).toMatchObject({
      status: 500,
      json: { error: { type: "server_error", message: expect.stringContaining("had an error") as string } },
    });
    expect((await fixture.chat({ messages: "hello" })).status).toBe(400);
  });

  test("a stream that drops is noted as aborted", async () => {
    fixture.account.faults.add({ dropAfterEvents: 3 });
    await expect(fixture.chat({ stream: true })).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(fixture.account.log.all()[0]).toMatchObject({ status: 200, aborted: true });
  });

  test("events wait on the clock, and a caller who leaves ends them", async () => {
    fixture.account.faults.add({ eventLatencyMs: 1000 });
    const response = await fixture.network.fetch({
      url: "https://aoai.openai.azure.com/openai/v1/chat/completions",
      method: "POST",
      headers: { authorization: `Bearer ${await fixture.token()}` },
      body: Buffer.from(
        JSON.stringify({ model: "chat", stream: true, messages: [{ role: "user", content: "x" }] }),
      ),
    });
    const reader = response.body[Symbol.asyncIterator]();
    const first = reader.next();
    await new Promise(setImmediate);
    fixture.clock.advance(1000);
    expect((await first).done).toBe(false);
    await reader.return?.();
    await new Promise(setImmediate);
    expect(fixture.account.log.all()[0]?.aborted).toBe(true);
  });

  test("a filtered prompt is a 400 with details; a filtered answer ends as content_filter", async () => {
    fixture.account.faults.add({ filter: "prompt", requests: 1 });
    expect(await fixture.chat()).toMatchObject({
      status: 400,
      json: { error: { code: "content_filter", innererror: { code: "ResponsibleAIPolicyViolation" } } },
    });
    fixture.account.faults.add({ filter: "completion", requests: 1 });
    expect((await fixture.chat()).json).toMatchObject({ choices: [{ finish_reason: "content_filter" }] });
  });
});

describe("OpenAI's own client", () => {
  const client = async (): Promise<AzureOpenAI> => {
    const token = await fixture.token();
    return new AzureOpenAI({
      endpoint: "https://aoai.openai.azure.com",
      apiVersion: "2024-10-21",
      azureADTokenProvider: () => Promise.resolve(token),
      maxRetries: 0,
      fetch: async (url, init) => {
        const headers: Record<string, string> = {};
        new Headers(init?.headers).forEach((value, name) => (headers[name] = value));
        const response = await fixture.network.fetch({
          url: typeof url === "string" ? url : url instanceof URL ? url.href : url.url,
          method: init?.method ?? "GET",
          headers,
          body: typeof init?.body === "string" ? Buffer.from(init.body) : undefined,
        });
        return new Response(await readText(response.body), {
          status: response.status,
          headers: Object.fromEntries(
            Object.entries(response.headers).map(([name, values]) => [name, values.join(", ")]),
          ),
        });
      },
    });
  };

  test("reads a completion and its stream", async () => {
    const openai = await client();
    const request = { model: "chat", messages: [{ role: "user" as const, content: "hello" }] };
    const whole = await openai.chat.completions.create(request);
    let streamed = "";
    for await (const chunk of await openai.chat.completions.create({ ...request, stream: true })) {
      streamed += chunk.choices[0]?.delta.content ?? "";
    }
    expect(streamed).toBe(whole.choices[0]?.message.content);
  });

  test("reads embeddings, which it asks for in base64", async () => {
    const { data } = await (await client()).embeddings.create({ model: "embed", input: "hello" });
    expect(data[0]?.embedding).toHaveLength(1536);
  });
});
