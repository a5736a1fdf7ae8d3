import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { TerraformStack, Testing } from "cdktf";
import { GatewaySku } from "../../../lib/gateway/gateway-sku";
import type { OpenAiApiOptions } from "../../../lib/gateway/openai-api-props";
import { SemanticCache } from "../../../lib/gateway/semantic-cache";
import { WorkloadIdentity } from "../../../lib/identity/workload-identity";
import { EndpointCredential } from "../../../lib/model-endpoint/endpoint-credential";
import { ModelEndpoint } from "../../../lib/model-endpoint/model-endpoint";
import { PrivateNetwork } from "../../../lib/network/private-network";
import { OpenAiAccount } from "../../../lib/openai/openai-account";
import { RequestQueue } from "../../../lib/request-queue";
import { CHAT, EMBEDDINGS, ENTRA_ID, GatewayStack, PLACE, REASON, TENANT } from "./gateway-stack";

/** A stack with two APIs on one account, before they are made. */
class TwoApis extends GatewayStack {
  public readonly ai = this.gateway({ sku: GatewaySku.premium() });
  public readonly openai = new OpenAiAccount(this.stack, "openai", { ...PLACE, name: "oai-weu" });
  public readonly network = new PrivateNetwork(this.stack, "network", {
    ...PLACE,
    name: "vnet-ai",
    addressSpace: ["10.0.0.0/22"],
    privateEndpointSubnetPrefix: "10.0.1.0/24",
    gatewaySubnetPrefix: "10.0.0.0/24",
  });
}

type Feature = (stack: TwoApis) => Partial<OpenAiApiOptions>;

/** What an API may have beside accounts. */
const FEATURES: Readonly<Record<string, Feature>> = {
  "a queue": ({ stack }) => ({
    queued: {
      queue: new RequestQueue(stack, "queue", {
        ...PLACE,
        namespaceName: "sbns-test",
        storageAccountName: "stresults",
        worker: {
          identity: new WorkloadIdentity(stack, "worker", { ...PLACE, name: "id-worker" }),
          tenantId: TENANT,
          audience: "55555555-5555-4555-8555-555555555555",
        },
      }),
      tokensPerMinute: 100,
    },
  }),
  "a cache of answers": () => ({ cache: { kind: "exact", durationSeconds: 60 } }),
  "a cache of answers to similar questions": ({ stack, ai, network, openai }) => ({
    cache: {
      kind: "semantic",
      durationSeconds: 60,
      semanticCache: new SemanticCache(stack, "cache", {
        ...PLACE,
        name: "amr-ai",
        gateway: ai,
        network,
        embeddings: { account: openai, deployment: "embeddings" },
      }),
    },
  }),
  "a model endpoint": ({ stack, openai }) => {
    const endpoint = new ModelEndpoint(stack, "house", {
      url: "https://house.contoso.com",
      credential: EndpointCredential.managedIdentity({ audience: "api://house" }),
      securityOptOuts: [{ control: "model-endpoint-internet", reason: REASON }],
    });
    endpoint.addDeployment("small", { model: "a", contextTokens: 10 });
    return { backends: [openai, endpoint] };
  },
};

/** Every resource as Terraform gets it, by address. */
function resources(feature: Feature = () => ({})): ReadonlyMap<string, string> {
  const terraform = new TerraformStack(Testing.app(), "prod");
  new AzurermProvider(terraform, "azurerm", { features: [{ storage: [{ dataPlaneAvailable: false }] }] });
  const stack = new TwoApis(terraform);
  stack.openai.addDeployment("chat", CHAT);
  stack.openai.addDeployment("embeddings", EMBEDDINGS);
  stack.api(stack.ai, { backends: [stack.openai] });
  stack.ai.addOpenAiApi("rich", {
    path: "rich",
    auth: ENTRA_ID,
    backends: [stack.openai],
    ...feature(stack),
  });
  return new Map(
    stack.synthesize().resources.map(({ address, attributes }) => [address, JSON.stringify(attributes)]),
  );
}

/** @returns the name in a Terraform address, without its hash */
function nameIn(address: string): string {
  return address.replace(/^[^.]+\./, "").replace(/_[0-9A-F]{8}$/, "");
}

/** What the gateway has once for all its APIs, and has to know of a feature. */
const SHARED: Readonly<Record<string, readonly string[]>> = {
  "a queue": [
    // Made one after the other.
    "gateway_UnusedEntrances_PasswordSignIn",
    // `QueuedId`, and what callers are told of requests that cannot wait.
    "gateway_ai-gateway-audit",
    "gateway_ai-gateway-refusal",
  ],
  // Requests are forwarded in one place, for whichever API.
  "a model endpoint": ["gateway_UnusedEntrances_PasswordSignIn", "gateway_Policy"],
  // In the network it reaches Redis, which is there.
  "a cache of answers to similar questions": [
    "gateway",
    "network_Gateway_SecurityGroup",
    "network_PrivateEndpoints_SecurityGroup",
  ],
};

describe("who uses none of it pays nothing", () => {
  const plain = resources();

  it.each(Object.entries(FEATURES))(
    "%s of one API leaves the documents of another as they are, byte for byte",
    (name, feature) => {
      const after = resources(feature);
      const changed = [...plain.keys()].filter((address) => after.get(address) !== plain.get(address));
      expect(changed.length + after.size).toBeGreaterThan(plain.size);
      expect(changed.map(nameIn).filter((each) => !each.includes("_rich_"))).toEqual(SHARED[name] ?? []);
    },
  );

  it("has no trace of it", () => {
    const texts = [...plain].filter(([, text]) =>
      /servicebus|queued|on-behalf|cache-lookup|cache-store|semantic-cache|redis|x-ai-gateway-cache/i.test(
        text,
      ),
    );
    expect(texts.map(([address]) => address)).toEqual([]);
  });
});
