import { issueSelfSigned } from "../../../simulator/certificates";
import { Clock } from "../../../simulator/clock";
import { ModelEndpoint } from "../../../simulator/model-endpoints";
import { Network, readText } from "../../../simulator/network";

const CLOCK = new Clock({ at: new Date("2026-12-01"), running: false });

function server(): { readonly endpoint: ModelEndpoint; readonly network: Network } {
  const network = new Network(CLOCK);
  const endpoint = new ModelEndpoint({
    host: "models.corp.contoso.com",
    basePath: "",
    clock: CLOCK,
    credentials: ({ headers }) =>
      Promise.resolve(headers["authorization"]?.join() === "Bearer key" ? undefined : "Unauthorized"),
  });
  network.register("models.corp.contoso.com", (request) => endpoint.handle(request));
  return { endpoint, network };
}

async function ask(
  network: Network,
  body: object,
  { path = "/v1/chat/completions", authorization = "Bearer key" } = {},
): Promise<{ readonly status: number; readonly text: string }> {
  const response = await network.fetch({
    url: `https://models.corp.contoso.com${path}`,
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body: Buffer.from(JSON.stringify(body)),
  });
  return { status: response.status, text: await readText(response.body) };
}

const HELLO = { model: "llama3.1:8b", messages: [{ role: "user", content: "hello" }] };

describe("an OpenAI-compatible server", () => {
  it("answers by the model that it was asked for, without what only Azure says", async () => {
    const { network } = server();
    const { status, text } = await ask(network, HELLO);
    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject({ model: "llama3.1:8b", object: "chat.completion" });
    expect(text).not.toContain("filter_result");
  });

  it("streams without Azure's first event and without usage that nobody asked for", async () => {
    const { network } = server();
    const { text } = await ask(network, { ...HELLO, stream: true });
    const [first = ""] = text.split("\n\n");
    expect(JSON.parse(first.replace("data: ", ""))).toMatchObject({ model: "llama3.1:8b" });
    expect(text).not.toMatch(/filter_result|usage/);
  });

  it("knows no dated paths, no other models and no longer prompts than it was started for", async () => {
    const { endpoint, network } = server();
    endpoint.models = ["llama3.1:8b"];
    endpoint.contextTokens = 20;
    expect((await ask(network, HELLO, { path: "/openai/deployments/x/chat/completions" })).status).toBe(404);
    expect((await ask(network, { ...HELLO, model: "other" })).status).toBe(404);
    expect((await ask(network, { ...HELLO, max_tokens: 100 })).status).toBe(400);
    expect((await ask(network, { ...HELLO, messages: "no list" })).status).toBe(400);
  });

  it("lets nobody in without the credential", async () => {
    const { endpoint, network } = server();
    expect((await ask(network, HELLO, { authorization: "Bearer other" })).status).toBe(401);
    expect(endpoint.requests.map(({ status }) => status)).toEqual([401]);
  });

  it("presents what certificate it is given, which only who knows its authority trusts", async () => {
    const { network } = server();
    const { der } = await issueSelfSigned({ subject: "CN=models", dnsNames: ["models.corp.contoso.com"] });
    network.setCertificate("models.corp.contoso.com", der);
    await expect(ask(network, HELLO)).rejects.toThrow("unable to get the local issuer certificate");
    network.setCertificate("models.corp.contoso.com", undefined);
    expect((await ask(network, HELLO)).status).toBe(200);
  });
});
