import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { TerraformStack, Testing } from "cdktf";
import { Auth } from "../../../lib/auth/auth";
import { ClientIdentity } from "../../../lib/gateway/client-identity";
import type { OpenAiApiOptions } from "../../../lib/gateway/openai-api-props";
import { WorkloadIdentity } from "../../../lib/identity/workload-identity";
import { RequestQueue } from "../../../lib/request-queue";
import { synthesizeStack } from "../../support/azure-stack";
import type { SynthesizedStack } from "../../support/synthesized-stack";
import { AUDIENCE, GatewayStack, PLACE, TENANT } from "./gateway-stack";

type Queued = Omit<NonNullable<OpenAiApiOptions["queued"]>, "queue">;

const ID = "55555555-5555-4555-8555-555555555555";

/** An API `claims`, which may queue, and another one that does not. */
function synthesized(queued?: Queued, options: Partial<OpenAiApiOptions> = {}): SynthesizedStack {
  const terraform = new TerraformStack(Testing.app(), "prod");
  new AzurermProvider(terraform, "azurerm", { features: [{ storage: [{ dataPlaneAvailable: false }] }] });
  const stack = new GatewayStack(terraform);
  const gateway = stack.gateway();
  const account = stack.account("weu");
  const queue =
    queued &&
    new RequestQueue(terraform, "queue", {
      ...PLACE,
      namespaceName: "sbns-test",
      storageAccountName: "stresults",
      worker: {
        identity: new WorkloadIdentity(terraform, "worker", { ...PLACE, name: "id-worker" }),
        tenantId: TENANT,
        audience: ID,
      },
    });
  const auth = Auth.entraId({ tenantId: TENANT, audiences: [AUDIENCE] });
  const claims = gateway.addOpenAiApi("claims", {
    path: "claims",
    auth,
    backends: [account],
    queued: queue && { ...queued, queue },
    ...options,
  });
  const other = gateway.addOpenAiApi("other", { path: "other", auth, backends: [account] });
  for (const api of [claims, other]) {
    gateway.addClient(`web-${api.apiName}`, {
      api,
      identifiedBy: [
        ClientIdentity.application(ID),
        ...(api.authenticators.length > 1 ? [ClientIdentity.subscriptionKey()] : []),
      ],
    });
  }
  return synthesizeStack(terraform);
}

const operations = (stack: SynthesizedStack): readonly string[] =>
  stack.resources
    .filter(
      ({ type, attributes }) =>
        type === "azurerm_api_management_api_operation" && String(attributes["api_name"]).includes("claims"),
    )
    .map(({ attributes }) => `${String(attributes["method"])} ${String(attributes["url_template"])}`);

describe("an API with a queue", () => {
  it("publishes what can wait once more, and what callers ask of their requests", () => {
    const before = operations(synthesized());
    expect(
      operations(synthesized({ tokensPerMinute: 100 })).filter((each) => !before.includes(each)),
    ).toEqual([
      "DELETE /queued/{request-id}",
      "GET /queued/{request-id}",
      "GET /queued",
      "POST /queued/deployments/{deployment-id}/chat/completions",
      "POST /queued/deployments/{deployment-id}/embeddings",
      "POST /queued/v1/chat/completions",
      "POST /queued/v1/embeddings",
    ]);
    expect(operations(synthesized({ tokensPerMinute: 100, operations: ["chat"] }))).not.toContain(
      "POST /queued/v1/embeddings",
    );
  });

  it("leaves every document of an API without one as it is", () => {
    const documents = (stack: SynthesizedStack): unknown =>
      stack.resources
        .filter(
          ({ type, address }) => type === "azurerm_api_management_api_policy" && address.includes("other"),
        )
        .map(({ attributes }) => attributes["xml_content"]);
    const without = synthesized();

    expect(documents(without)).toEqual([expect.stringContaining("<policies>")]);
    expect(documents(synthesized({ tokensPerMinute: 100 }))).toEqual(documents(without));
    for (const { attributes } of without.resources) {
      expect(JSON.stringify(attributes)).not.toMatch(/queue|on-behalf/i);
    }
  });

  it("requires no subscription of a worker, which has none", () => {
    const auth = Auth.allOf(
      Auth.entraId({ tenantId: TENANT, audiences: [AUDIENCE] }),
      Auth.subscriptionKey(),
    );
    const required = (queued?: Queued): unknown =>
      synthesized(queued, { auth }).resources.find(
        ({ type, address }) => type === "azurerm_api_management_api" && address.includes("claims"),
      )?.attributes["subscription_required"];

    expect([required(), required({ tokensPerMinute: 100 })]).toEqual([true, false]);
  });

  it.each<[Queued, Partial<OpenAiApiOptions>, RegExp]>([
    [{ tokensPerMinute: 0 }, {}, /queued.tokensPerMinute must be a whole number above 0/],
    [{ tokensPerMinute: 1, operations: ["responses"] }, {}, /must be published by the API: chat, embeddings/],
    [
      { tokensPerMinute: 1, operations: ["audio"] as never },
      { operations: ["chat", "audio"] },
      /queued.operations must be of chat, completions, embeddings, responses, got "audio"/,
    ],
    [{ tokensPerMinute: 1 }, { operations: ["images"] }, /must leave operations that can wait/],
  ])("is refused with %j", (queued, options, message) => {
    expect(() => synthesized(queued, options)).toThrow(message);
  });
});
