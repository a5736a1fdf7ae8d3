import { type HttpRequest, type HttpResponse, jsonResponse, readText } from "../../../../simulator/network";
import { backendModel } from "../../support/gateway-models";
import { identityToken } from "../../support/identity-token";
import { PolicyGateway, type PolicySurroundings, problemsOf } from "../../support/policy-gateway";
import { FixedBackend } from "../../support/running-gateway";

const EMBEDDINGS_URL = "https://embeddings.example/openai/deployments/small/embeddings";
const EXTERNAL_CACHES = [
  { address: "azurerm_api_management_redis_cache.cache", name: "cache", location: "default" },
];

const lookup = (attributes = "", children = "", family = "llm"): string =>
  `<${family}-semantic-cache-lookup score-threshold="0.05" embeddings-backend-id="small"
    embeddings-backend-auth="system-assigned" ${attributes}>${children}</${family}-semantic-cache-lookup>`;
const store = (family = "llm"): string => `<${family}-semantic-cache-store duration="60" />`;

/** Texts point in a direction by their length: nearly the same length means nearly the same. */
const CALLS: HttpRequest[] = [];
async function embed(request: HttpRequest): Promise<HttpResponse> {
  CALLS.push(request);
  const { input } = JSON.parse(await readText(request.body)) as { readonly input: string };
  const angle = input.length / 10;
  return jsonResponse(200, { data: [{ embedding: [Math.cos(angle), Math.sin(angle)] }] });
}

beforeEach(() => CALLS.splice(0));

const completion = (): FixedBackend =>
  new FixedBackend(200, JSON.stringify({ choices: [] }), { "content-type": "application/json" });

function start(surroundings: PolicySurroundings = {}): Promise<PolicyGateway> {
  return PolicyGateway.start({
    inbound: lookup(),
    outbound: store(),
    answers: completion(),
    model: { externalCaches: EXTERNAL_CACHES, backends: [backendModel("small", { url: EMBEDDINGS_URL })] },
    hosts: { "embeddings.example": embed },
    world: {
      managedIdentityToken: (resource, clientId) => Promise.resolve(identityToken(resource, clientId)),
    },
    ...surroundings,
  });
}

const prompt = (
  text: string,
  more: object = {},
  headers: Readonly<Record<string, string>> = {},
): { method: string; body: string; headers: Readonly<Record<string, string>> } => ({
  method: "POST",
  body: JSON.stringify({ messages: [{ role: "user", content: text }], ...more }),
  headers,
});

async function backendCalls(
  gateway: PolicyGateway,
  ...prompts: readonly ReturnType<typeof prompt>[]
): Promise<number> {
  for (const item of prompts) {
    await gateway.call(item);
  }
  return gateway.backend.requests.length;
}

describe.each(["llm", "azure-openai"])("%s-semantic-cache", (family) => {
  it("answers the same prompt without the backend", async () => {
    const gateway = await start({ inbound: lookup("", "", family), outbound: store(family) });
    expect(await backendCalls(gateway, prompt("hello"), prompt("hello"))).toBe(1);
  });
});

describe("semantic cache", () => {
  it("reads the threshold as a distance: a smaller one is stricter", async () => {
    const near = [prompt("hello"), prompt("hello!")];
    const loose = await backendCalls(await start(), ...near);
    const strict = await backendCalls(await start({ inbound: lookup().replace("0.05", "0.001") }), ...near);
    expect([loose, strict]).toEqual([1, 2]);
  });

  it("does not take a prompt of another meaning for the same", async () => {
    expect(await backendCalls(await start(), prompt("hello"), prompt("hello, how are you today?"))).toBe(2);
  });

  it("gets embeddings with the system-assigned identity", async () => {
    await (await start()).call(prompt("hello"));
    expect(CALLS[0]?.headers["authorization"]).toEqual([
      `Bearer ${identityToken("https://cognitiveservices.azure.com", undefined)}`,
    ]);
    expect(CALLS[0]?.url.pathname).toBe("/openai/deployments/small/embeddings");
  });

  it("keeps partitions apart", async () => {
    const inbound = lookup(
      "",
      `<vary-by>@(context.Request.Headers.GetValueOrDefault("x-client", ""))</vary-by>`,
    );
    const gateway = await start({ inbound });
    const count = await backendCalls(
      gateway,
      prompt("hello", {}, { "x-client": "a" }),
      prompt("hello", {}, { "x-client": "b" }),
      prompt("hello", {}, { "x-client": "a" }),
    );
    expect(count).toBe(2);
  });

  it("looks past system messages only when told so", async () => {
    const withSystem = (system: string): ReturnType<typeof prompt> =>
      prompt("", {
        messages: [
          { role: "system", content: system },
          { role: "user", content: "hello" },
        ],
      });
    const prompts = [withSystem("a"), withSystem("a much longer instruction")];
    const kept = await backendCalls(await start(), ...prompts);
    const ignored = await backendCalls(
      await start({ inbound: lookup(`ignore-system-messages="true"`) }),
      ...prompts,
    );
    expect([kept, ignored]).toEqual([2, 1]);
  });

  it("leaves long conversations, streams and errors alone", async () => {
    const twice = (item: ReturnType<typeof prompt>): [typeof item, typeof item] => [item, item];
    const long = await backendCalls(
      await start({ inbound: lookup(`max-message-count="1"`) }),
      ...twice(
        prompt("", {
          messages: [
            { role: "user", content: "a" },
            { role: "user", content: "b" },
          ],
        }),
      ),
    );
    const streams = await backendCalls(await start(), ...twice(prompt("hello", { stream: true })));
    const failing = await start();
    failing.backend.status = 429;
    expect([long, streams, await backendCalls(failing, ...twice(prompt("hello")))]).toEqual([2, 2, 2]);
  });

  it("forgets after the duration", async () => {
    const gateway = await start();
    await gateway.call(prompt("hello"));
    gateway.running.clock.advance(60_000);
    expect(await backendCalls(gateway, prompt("hello"))).toBe(2);
  });

  it("goes on without the cache when no embedding can be had", async () => {
    const gateway = await start({ hosts: {} });
    expect(await gateway.statuses(2, prompt("hello"))).toEqual([200, 200]);
  });

  it("does not store for the other family", async () => {
    const gateway = await start({ outbound: store("azure-openai") });
    expect(await backendCalls(gateway, prompt("hello"), prompt("hello"))).toBe(2);
  });

  it.each<[string, PolicySurroundings, string]>([
    ["no external cache", { model: { backends: [backendModel("small")] } }, "needs an external cache"],
    ["an unknown backend", { model: { externalCaches: EXTERNAL_CACHES } }, "names backend 'small'"],
    ["a threshold over 1", { inbound: lookup().replace("0.05", "1.5") }, "allowed: 0 to 1"],
    [
      "another authentication",
      { inbound: lookup().replace("system-assigned", "key") },
      "allowed: system-assigned",
    ],
  ])("refuses %s at load", async (_, surroundings, problem) => {
    const model = { externalCaches: EXTERNAL_CACHES, backends: [backendModel("small")] };
    expect(await problemsOf({ inbound: lookup(), model, ...surroundings })).toEqual([
      expect.stringContaining(problem),
    ]);
  });
});
