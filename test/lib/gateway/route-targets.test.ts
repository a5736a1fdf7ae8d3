import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { Auth } from "../../../lib/auth/auth";
import { AzapiProvider } from "../../../lib/azapi/azapi-provider";
import { AiGateway } from "../../../lib/gateway/ai-gateway";
import { ClientIdentity } from "../../../lib/gateway/client-identity";
import type { ClientAccess } from "../../../lib/gateway/gateway-client";
import { GatewaySku } from "../../../lib/gateway/gateway-sku";
import type { OpenAiBackend } from "../../../lib/gateway/openai-backend";
import { WorkloadIdentity } from "../../../lib/identity/workload-identity";
import { type IOpenAiAccount, OpenAiAccount } from "../../../lib/openai/openai-account";
import { SynthesisDate } from "../../../lib/validation/synthesis-date";
import { simulate, type Simulation } from "../../../simulator";
import { azureStack } from "../../support/azure-stack";
import { readStacks, type SynthesizedStack } from "../../support/synthesized-stack";
import { AUDIENCE, CHAT, EMBEDDINGS, PLACE, PUBLIC_WITHOUT_LOGS, REASON, TENANT } from "./gateway-stack";

/** Clients of one API over three accounts, by the accounts that answer each: `undefined` has those of the API. */
const CLIENTS = {
  ordinary: { id: "00000000-0000-4000-8000-000000000001", backends: undefined },
  gold: { id: "00000000-0000-4000-8000-000000000002", backends: ["weu"] },
  batch: { id: "00000000-0000-4000-8000-000000000003", backends: ["swe", "fra"] },
  reports: { id: "00000000-0000-4000-8000-000000000004", backends: ["fra", "swe"] },
} as const;
type Name = keyof typeof CLIENTS;

const PROMPT = { messages: [{ role: "user", content: "hello" }] };
const deployments = (deployment: string, operation: string) =>
  `/claims/openai/deployments/${deployment}/${operation}?api-version=2024-10-21`;
const CHAT_TARGET = deployments("chat", "chat/completions");
const EMBEDDINGS_TARGET = deployments("embeddings", "embeddings");

let outdir: string;
let stack: SynthesizedStack;
let simulation: Simulation;

beforeAll(async () => {
  outdir = synthesized();
  stack = readStacks(outdir).get("prod") as SynthesizedStack;
  simulation = await simulate(outdir);
});

afterAll(() => simulation.close());

function synthesized(): string {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), "route-targets-")) });
  const prod = azureStack("prod", app);
  SynthesisDate.set(prod, new Date("2026-12-01"));
  new AzapiProvider(prod, "azapi");
  const gateway = new AiGateway(prod, "gateway", {
    ...PLACE,
    name: "apim-ai",
    publisherName: "Contoso",
    publisherEmail: "ai@contoso.com",
    sku: GatewaySku.developer(),
    identity: new WorkloadIdentity(prod, "identity", { ...PLACE, name: "id-ai" }),
    securityOptOuts: PUBLIC_WITHOUT_LOGS,
  });
  const accounts = new Map(
    ["weu", "swe", "fra"].map((name) => {
      const account = new OpenAiAccount(prod, name, {
        ...PLACE,
        name: `oai-${name}`,
        allowedAddressRanges: ["203.0.113.0/24"],
        securityOptOuts: [{ control: "account-public-network", reason: REASON }],
      });
      account.addDeployment("chat", CHAT);
      if (name !== "weu") {
        account.addDeployment("embeddings", EMBEDDINGS);
      }
      return [name, account];
    }),
  );
  const api = gateway.addOpenAiApi("claims", {
    path: "claims",
    auth: Auth.entraId({ tenantId: TENANT, audiences: [AUDIENCE] }),
    backends: [...accounts.values()],
    operations: ["chat", "embeddings", "models"],
  });
  for (const [name, { id, backends }] of Object.entries(CLIENTS)) {
    const own: ClientAccess["backends"] = backends?.map((account): IOpenAiAccount | OpenAiBackend => ({
      account: accounts.get(account) as IOpenAiAccount,
    }));
    gateway.addClient(name, { api, identifiedBy: [ClientIdentity.application(id)], backends: own });
  }
  app.synth();
  return app.outdir;
}

/** @returns status of the answer, and names of the accounts that were asked */
async function call(name: Name, target = CHAT_TARGET, method = "POST"): Promise<[number, readonly string[]]> {
  const now = Math.floor(simulation.clock.now() / 1000);
  const issuer = `https://login.microsoftonline.com/${TENANT}/v2.0`;
  const token = await simulation.issueToken({
    issuer,
    claims: {
      iss: issuer,
      iat: now,
      nbf: now,
      exp: now + 600,
      aud: AUDIENCE,
      tid: TENANT,
      ver: "2.0",
      azp: CLIENTS[name].id,
      oid: "user-1",
      scp: "Chat.Read",
    },
  });
  const before = new Map(accountNames().map((each) => [each, simulation.account(each).requests.length]));
  const body = target === EMBEDDINGS_TARGET ? { input: "hello" } : PROMPT;
  const { status } = await simulation.call(target, {
    method,
    headers: { authorization: `Bearer ${token}` },
    body: method === "GET" ? undefined : body,
  });
  return [
    status,
    accountNames().filter((each) => simulation.account(each).requests.length > (before.get(each) ?? 0)),
  ];
}

function accountNames(): readonly string[] {
  return ["oai-weu", "oai-swe", "oai-fra"];
}

async function askedBy(name: Name, times: number, target?: string): Promise<readonly string[]> {
  const asked = new Set<string>();
  for (let time = 0; time < times; time++) {
    const [status, accounts] = await call(name, target);
    expect(status).toBe(200);
    accounts.forEach((account) => asked.add(account));
  }
  return [...asked].sort();
}

describe("a client with accounts of its own", () => {
  it("is answered by those alone", async () => {
    expect(await askedBy("gold", 6)).toEqual(["oai-weu"]);
    expect(await askedBy("batch", 6)).toEqual(["oai-fra", "oai-swe"]);
  });

  it("leaves those of the API to everybody else", async () => {
    expect(await askedBy("ordinary", 9)).toEqual(["oai-fra", "oai-swe", "oai-weu"]);
  });

  it("is refused a deployment that none of them hosts, as one that does not exist", async () => {
    expect(await call("gold", EMBEDDINGS_TARGET)).toEqual([403, []]);
    expect(await askedBy("batch", 4, EMBEDDINGS_TARGET)).toEqual(["oai-fra", "oai-swe"]);
  });

  it("is told of the models that they host, without a question to an account", async () => {
    const target = "/claims/openai/models?api-version=2024-10-21";
    expect(await call("gold", target, "GET")).toEqual([200, []]);
    expect(await call("gold", "/claims/openai/v1/models/chat", "GET")).toEqual([200, []]);
    expect(await call("gold", "/claims/openai/v1/models/embeddings", "GET")).toEqual([404, []]);
    expect(await call("batch", "/claims/openai/v1/models/embeddings", "GET")).toEqual([200, []]);
  });

  it("does not fall over to an account of others", async () => {
    simulation.account("oai-weu").fail({ status: 503, requests: 1 });
    expect(await call("gold")).toEqual([503, ["oai-weu"]]);
    simulation.clock.advance(11_000);
  });

  it("shares a pool with clients of the same accounts, in whatever order they are given", () => {
    const pools = stack.ofType("azapi_resource").map(({ attributes }) => attributes.name as string);
    expect(pools.filter((name) => name.includes("-pool")).sort()).toEqual([
      "claims-chat-pool",
      expect.stringMatching(/^claims-chat-pool-oai-fra-2-100-oai-swe-2-100-[0-9a-f]{8}$/),
      "claims-embeddings-pool",
    ]);
  });

  it("is routed only once its pools exist", () => {
    const own = stack
      .ofType("azapi_resource")
      .find(({ attributes }) => /pool-oai/.test(attributes.name as string))?.address;
    const dependencies = ["azurerm_api_management_api_policy", "azurerm_api_management_policy"].map(
      (type) => stack.ofType(type)[0]?.attributes.depends_on,
    );
    expect(own).toBeDefined();
    for (const each of dependencies) {
      expect(each).toContain(own);
    }
  });
});
