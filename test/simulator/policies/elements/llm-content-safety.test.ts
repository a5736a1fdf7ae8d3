import { type HttpRequest, type HttpResponse, jsonResponse, readText } from "../../../../simulator/network";
import { backendModel } from "../../support/gateway-models";
import { identityToken } from "../../support/identity-token";
import { PolicyGateway, type PolicySurroundings, problemsOf } from "../../support/policy-gateway";
import { FixedBackend } from "../../support/running-gateway";

interface SafetyCall {
  readonly path: string;
  readonly authorization: readonly string[] | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Severity of `Hate` that the service finds in every text that contains "hate". */
let severity = 4;
let attack = false;
const CALLS: SafetyCall[] = [];

beforeEach(() => {
  severity = 4;
  attack = false;
  CALLS.splice(0);
});

async function judge(request: HttpRequest): Promise<HttpResponse> {
  const body = JSON.parse(await readText(request.body)) as Record<string, unknown>;
  CALLS.push({ path: request.url.pathname, authorization: request.headers["authorization"], body });
  if (request.url.pathname.endsWith("text:shieldPrompt")) {
    return jsonResponse(200, { userPromptAnalysis: { attackDetected: attack }, documentsAnalysis: [] });
  }
  const found = String(body["text"]).includes("hate") ? severity : 0;
  const blocklistsMatch = String(body["text"]).includes("secret project")
    ? [{ blocklistName: "projects", blocklistItemId: "1", blocklistItemText: "secret project" }]
    : [];
  return jsonResponse(200, { categoriesAnalysis: [{ category: "Hate", severity: found }], blocklistsMatch });
}

const policy = (
  attributes = "",
  children = `<categories><category name="Hate" threshold="4" /></categories>`,
): string => `<llm-content-safety backend-id="safety" ${attributes}>${children}</llm-content-safety>`;

const MANAGED_IDENTITY = { resource: "https://cognitiveservices.azure.com" };
const completion = (content: string): FixedBackend =>
  new FixedBackend(200, JSON.stringify({ choices: [{ message: { content } }] }), {
    "content-type": "application/json",
  });

function start(surroundings: PolicySurroundings = {}): Promise<PolicyGateway> {
  return PolicyGateway.start({
    inbound: policy(),
    model: { backends: [backendModel("safety", { managedIdentity: MANAGED_IDENTITY })] },
    hosts: { "safety.example": judge },
    world: {
      managedIdentityToken: (resource, clientId) => Promise.resolve(identityToken(resource, clientId)),
    },
    ...surroundings,
  });
}

const prompt = (text: string): { method: string; body: string } => ({
  method: "POST",
  body: JSON.stringify({ messages: [{ role: "user", content: text }] }),
});

describe("llm-content-safety", () => {
  it.each([
    [3, 200],
    [4, 403],
    [6, 403],
  ])("with threshold 4 and severity %d answers %d", async (found, status) => {
    severity = found;
    expect((await (await start()).call(prompt("hate"))).status).toBe(status);
  });

  it("tells the caller only that the check failed, and calls no backend", async () => {
    const gateway = await start();
    const { text } = await gateway.call(prompt("hate"));
    expect(JSON.parse(text)).toEqual({ statusCode: 403, message: "Request failed content safety check." });
    expect(gateway.backend.requests).toHaveLength(0);
  });

  it("calls the service with the identity of the backend", async () => {
    await (await start()).call(prompt("hello"));
    expect(CALLS).toMatchObject([
      {
        path: "/contentsafety/text:analyze",
        authorization: [`Bearer ${identityToken("https://cognitiveservices.azure.com", undefined)}`],
        body: { text: "hello", categories: ["Hate"], outputType: "FourSeverityLevels" },
      },
    ]);
  });

  it("blocks what a blocklist names", async () => {
    const inbound = policy("", "<blocklists><id>projects</id></blocklists>");
    expect((await (await start({ inbound })).call(prompt("the secret project"))).status).toBe(403);
    expect(CALLS[0]?.body["blocklistNames"]).toEqual(["projects"]);
  });

  it("blocks an attack on the model when shielding prompts", async () => {
    attack = true;
    const statuses = [
      (await (await start({ inbound: policy(`shield-prompt="true"`) })).call(prompt("hello"))).status,
      (await (await start()).call(prompt("hello"))).status,
    ];
    expect(statuses).toEqual([403, 200]);
  });

  it("judges completions on demand", async () => {
    const answers = completion("hate");
    const statuses = [
      (await (await start({ answers, inbound: policy(`enforce-on-completions="true"`) })).call(prompt("hi")))
        .status,
      (await (await start({ answers })).call(prompt("hi"))).status,
      (await (await start({ answers, inbound: "", outbound: policy() })).call(prompt("hi"))).status,
    ];
    expect(statuses).toEqual([403, 200, 403]);
  });

  it("judges a streamed completion before any of it leaves", async () => {
    const chunk = JSON.stringify({ choices: [{ delta: { content: "hate" } }] });
    const answers = new FixedBackend(200, `data: ${chunk}\n\n`, { "content-type": "text/event-stream" });
    const { status, text } = await (
      await start({ answers, inbound: "", outbound: policy() })
    ).call(prompt("hi"));
    expect([status, text.includes("hate")]).toEqual([403, false]);
  });

  it("judges a long text in overlapping windows", async () => {
    const inbound = policy(`window-size="10" window-overlap-size="4"`);
    await (await start({ inbound })).call(prompt("0123456789abcdefghij"));
    expect(CALLS.map(({ body }) => body["text"])).toEqual(["0123456789", "6789abcdef", "cdefghij"]);
  });

  it.each<[string, PolicySurroundings, string]>([
    ["the service is down", { hosts: {} }, "hello"],
    [
      "the service fails",
      { hosts: { "safety.example": () => Promise.resolve(jsonResponse(401, {})) } },
      "hello",
    ],
    ["no token can be had", { world: {} }, "hello"],
    ["the text is too long for it", {}, "x".repeat(10_001)],
  ])("refuses the request when %s", async (_, surroundings, text) => {
    const gateway = await start(surroundings);
    expect([(await gateway.call(prompt(text))).status, gateway.backend.requests.length]).toEqual([403, 0]);
  });

  it.each<[string, string, string]>([
    [
      "an unknown category",
      policy("", `<categories><category name="Spam" threshold="1" /></categories>`),
      "allowed: Hate",
    ],
    [
      "a threshold over 7",
      policy("", `<categories><category name="Hate" threshold="8" /></categories>`),
      "allowed: 0 to 7",
    ],
    ["the toolkit's misspelling", policy("", `<block-lists><id>a</id></block-lists>`), "is not allowed in"],
  ])("refuses %s at load", async (_, inbound, problem) => {
    expect(await problemsOf({ inbound, model: { backends: [backendModel("safety")] } })).toEqual([
      expect.stringContaining(problem),
    ]);
  });

  it("refuses a backend that does not exist at load", async () => {
    expect(await problemsOf({ inbound: policy() })).toEqual([
      expect.stringContaining("names backend 'safety'"),
    ]);
  });
});
