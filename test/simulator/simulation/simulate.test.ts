import { once } from "node:events";
import { connect } from "node:net";
import { Readable } from "node:stream";
import { ProxyAgent, request } from "undici";
import {
  Clock,
  PolicyDocumentError,
  simulate,
  type SimulateOptions,
  type Simulation,
} from "../../../simulator";
import { apiStack, type ApiStackProps } from "../support/api-stack";
import { policyXml } from "../support/gateway-models";
import { FixedBackend } from "../support/running-gateway";
import { PLACED } from "../terraform/stack-fixture";

const IDENTITY = "${azurerm_user_assigned_identity.gateway.client_id}";

/** A gateway in front of one account, to which its identity has the role. */
const OPEN_AI: ApiStackProps = {
  api: { path: "openai", service_url: "https://aoai-x.openai.azure.com/openai" },
  operations: ["POST /deployments/{deployment-id}/chat/completions"],
  apiPolicy: policyXml({
    inbound: `<base /><authentication-managed-identity resource="https://cognitiveservices.azure.com" client-id="${IDENTITY}" />`,
    backend: `<forward-request buffer-response="false" />`,
  }),
  resources: {
    azurerm_cognitive_account: {
      east: {
        ...PLACED,
        name: "aoai-x",
        kind: "OpenAI",
        sku_name: "S0",
        custom_subdomain_name: "aoai-x",
        local_auth_enabled: false,
      },
    },
    azurerm_cognitive_deployment: {
      chat: {
        name: "gpt-4o",
        cognitive_account_id: "${azurerm_cognitive_account.east.id}",
        model: { format: "OpenAI", name: "gpt-4o", version: "2024-08-06" },
        sku: { name: "GlobalStandard", capacity: 10 },
      },
    },
    azurerm_role_assignment: {
      gateway: {
        scope: "${azurerm_cognitive_account.east.id}",
        role_definition_name: "Cognitive Services OpenAI User",
        principal_id: "${azurerm_user_assigned_identity.gateway.principal_id}",
      },
    },
  },
};
const CHAT = "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21";
const PROMPT = { messages: [{ role: "user", content: "hello" }] };

/** Waits for what other connections do. @throws Error when it does not happen */
/** Other programs may take the ports after one that is free: then it is another one. */
async function onChosenPort(tries = 10): Promise<{ readonly running: Simulation; readonly port: number }> {
  const first = await simulate(apiStack());
  const port = Number(new URL(first.url).port);
  await first.close();
  try {
    return { running: await simulate(apiStack(), { port }), port };
  } catch (error) {
    if (tries > 1 && (error as NodeJS.ErrnoException).code === "EADDRINUSE") {
      return onChosenPort(tries - 1);
    }
    throw error;
  }
}

async function until(condition: () => boolean): Promise<void> {
  for (let round = 0; !condition(); round += 1) {
    if (round === 800) {
      throw new Error("it did not happen");
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe("simulate", () => {
  const running: Simulation[] = [];

  afterEach(async () => {
    await Promise.all(running.splice(0).map((simulation) => simulation.close()));
  });

  async function start(props: ApiStackProps, options?: SimulateOptions): Promise<Simulation> {
    const simulation = await simulate(apiStack(props), options);
    running.push(simulation);
    return simulation;
  }

  it("answers from an account of the stack, reached with the gateway's identity", async () => {
    const simulation = await start(OPEN_AI);
    const response = await simulation.call(CHAT, { body: PROMPT });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ object: "chat.completion" });
    expect(simulation.account("aoai-x").requests).toMatchObject([
      {
        path: "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21",
        status: 200,
        deployment: "gpt-4o",
      },
    ]);
  });

  it("gets nothing from an account to which the identity has no role", async () => {
    const simulation = await start({
      ...OPEN_AI,
      resources: { ...OPEN_AI.resources, azurerm_role_assignment: {} },
    });
    expect((await simulation.call(CHAT, { body: PROMPT })).status).toBe(401);
  });

  it("answers as the region that was chosen, with counters of its own", async () => {
    const regions = ["swedencentral", "France Central"].map((location) => ({ location, capacity: 1 }));
    const props: ApiStackProps = {
      service: { sku_name: "Premium_1", additional_location: regions },
      apiPolicy: policyXml({
        inbound:
          "<base /><return-response><set-body>@(context.Deployment.Region)</set-body></return-response>",
      }),
    };
    const served = async (region?: string) => {
      const simulation = await start(props, { region });
      return (await simulation.call("/api/ping")).text();
    };
    expect([await served(), await served("Sweden Central"), await served("francecentral")]).toEqual([
      "West Europe",
      "Sweden Central",
      "France Central",
    ]);
    await expect(served("eastus")).rejects.toThrow(
      "region must be one of a gateway: westeurope, swedencentral, France Central, got eastus",
    );
  });

  it("makes an account fail and recover", async () => {
    const simulation = await start(OPEN_AI);
    const account = simulation.account("aoai-x");
    account.fail({ status: 429, retryAfterSeconds: 7 });
    const limited = await simulation.call(CHAT, { body: PROMPT });
    expect([limited.status, limited.headers["retry-after"]]).toEqual([429, "7"]);
    account.recover();
    expect((await simulation.call(CHAT, { body: PROMPT })).status).toBe(200);
  });

  it("tells the account when the client leaves in the middle of a stream", async () => {
    const clock = new Clock({ running: false });
    const simulation = await start(OPEN_AI, { clock });
    const account = simulation.account("aoai-x");
    account.slow(0, 1000);
    const client = new AbortController();
    const call = simulation.call(CHAT, { body: { ...PROMPT, stream: true }, signal: client.signal });
    const stream = Readable.from((await call).body);
    stream.on("error", () => undefined);
    const arrived = once(stream, "data");
    // The account waits before each event: one is let through, the others never come.
    clock.advance(1000);
    await arrived;
    client.abort();
    await until(() => simulation.traces.length > 0);
    expect(account.requests).toMatchObject([{ status: 200, aborted: true }]);
    expect(simulation.traces).toMatchObject([{ outcome: "clientDisconnected", status: 200 }]);
  });

  it("runs several simulations side by side", async () => {
    const [first, second] = [await start(OPEN_AI), await start(OPEN_AI)];
    await first.call(CHAT, { body: PROMPT });
    expect([first.account("aoai-x").requests.length, second.account("aoai-x").requests.length]).toEqual([
      1, 0,
    ]);
  });

  it("lives by the clock it is given", async () => {
    const clock = new Clock({ at: new Date("2030-01-01T00:00:00Z"), running: false });
    const simulation = await start(OPEN_AI, { clock });
    await simulation.call(CHAT, { body: PROMPT });
    expect(simulation.traces[0]?.timestamp).toBe(Date.parse("2030-01-01T00:00:00Z"));
  });

  it("records each policy of a request with its place and outcome", async () => {
    const simulation = await start(OPEN_AI);
    await simulation.call(CHAT, { body: PROMPT });
    expect(simulation.traces[0]).toMatchObject({
      api: "api",
      operation: "operation-0",
      status: 200,
      outcome: "completed",
      steps: [
        {
          element: "authentication-managed-identity",
          outcome: "completed",
          position: { scope: "api", section: "inbound" },
        },
        { element: "forward-request", outcome: "completed", detail: { status: 200 } },
      ],
      backendCalls: [{ host: "aoai-x.openai.azure.com", status: 200 }],
    });
  });

  it("is reached under its real name through the proxy", async () => {
    const simulation = await start(OPEN_AI);
    const proxy = new ProxyAgent({ uri: simulation.proxyUrl, requestTls: { ca: simulation.caPem } });
    const response = await request(`https://apim-x.azure-api.net${CHAT}`, {
      dispatcher: proxy,
      method: "POST",
      body: JSON.stringify(PROMPT),
    });
    expect(response.statusCode).toBe(200);
    await response.body.dump();
    await proxy.close();
  });

  it("refuses to run a stack with a policy that it would have to skip", async () => {
    const start = simulate(
      apiStack({ apiPolicy: policyXml({ inbound: "<jsonp callback-parameter-name='cb' />" }) }),
    );
    await expect(start).rejects.toThrow(PolicyDocumentError);
  });

  it("names what there is when asked for what there is not", async () => {
    const simulation = await start(OPEN_AI);
    expect(() => simulation.account("other")).toThrow("no account 'other' in the stacks; there are: aoai-x");
    expect(() => simulation.subscriptionKey("other")).toThrow(
      "no subscription 'other' in the stacks; there are: none",
    );
    expect(() => simulation.urlOf("other")).toThrow("no gateway 'other' in the stacks; there are: apim-x");
  });

  it("names the port that was asked for when the ports after it are taken as well", async () => {
    const { running, port } = await onChosenPort();
    try {
      await expect(simulate(apiStack(), { port })).rejects.toMatchObject({ code: "EADDRINUSE", port });
    } finally {
      await running.close();
    }
  });

  it("has no port above 65535", async () => {
    const last = await simulate(apiStack(), { port: 65_535 }).catch((error: unknown) => error);
    expect(last).toMatchObject({ code: "ERR_SOCKET_BAD_PORT" });
  });

  it("closes its doors", async () => {
    const simulation = await simulate(apiStack());
    simulation.network.register("backend.example", new FixedBackend().handler);
    expect((await simulation.call("/api/ping")).status).toBe(200);
    const ports = [simulation.url, simulation.proxyUrl].map((url) => Number(new URL(url).port));
    await simulation.close();
    for (const port of ports) {
      await expect(once(connect(port, "127.0.0.1"), "connect")).rejects.toThrow("ECONNREFUSED");
    }
  });
});
