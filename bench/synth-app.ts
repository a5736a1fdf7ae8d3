import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { App, TerraformStack } from "cdktf";
import {
  AiGateway,
  Auth,
  ClientIdentity,
  GatewaySku,
  OpenAiAccount,
  type SecurityOptOut,
  SynthesisDate,
  WorkloadIdentity,
} from "../lib";
import { AzapiProvider } from "../lib/azapi";

const clients = Number(process.env.BENCH_CLIENTS ?? 1);
const accounts = Number(process.env.BENCH_ACCOUNTS ?? 1);
const start = performance.now();

const optOut = (control: SecurityOptOut["control"]): SecurityOptOut => ({
  control,
  reason: "The benchmark measures synthesis; nothing of it is deployed.",
  expires: "2099-12-31",
});
const app = new App();
const stack = new TerraformStack(app, "bench");
SynthesisDate.set(stack, new Date("2026-12-01"));
new AzurermProvider(stack, "azurerm", { features: [{}] });
new AzapiProvider(stack, "azapi");
const PLACE = { location: "westeurope", resourceGroupName: "rg-bench" };
const identity = new WorkloadIdentity(stack, "identity", { ...PLACE, name: "id-bench" });
const gateway = new AiGateway(stack, "gateway", {
  ...PLACE,
  name: "apim-bench",
  publisherName: "Bench",
  publisherEmail: "bench@contoso.com",
  sku: GatewaySku.premium(),
  identity,
  securityOptOuts: [optOut("gateway-private-network"), optOut("gateway-audit-logs")],
});
// An API pools at most 30 accounts, so more of them serve two APIs.
const made = Array.from({ length: accounts }, (_, index) => {
  const account = new OpenAiAccount(stack, `account-${index}`, { ...PLACE, name: `oai-bench-${index}` });
  account.addDeployment("chat", { model: "gpt-5.4", modelVersion: "2026-03-05", capacity: 10 });
  return account;
});
const TENANT_ID = "11111111-1111-4111-8111-111111111111";
const apis = [made.slice(0, 25), made.slice(25)]
  .filter((backends) => backends.length > 0)
  .map((backends, index) =>
    gateway.addOpenAiApi(`api-${index}`, {
      path: `bench-${index}`,
      backends,
      auth: Auth.anyOf(
        Auth.entraId({ tenantId: TENANT_ID, audiences: ["55555555-5555-4555-8555-555555555555"] }),
        Auth.subscriptionKey(),
      ),
      securityOptOuts: [optOut("api-key-alone-is-not-enough")],
    }),
  );
// Four tiers of limits, as a platform team would offer them.
const TIERS = [10_000, 20_000, 50_000, 100_000];
for (let index = 0; index < clients; index++) {
  gateway.addClient(`client-${index}`, {
    api: apis[index % apis.length]!,
    identifiedBy: [
      index % 2 === 0
        ? ClientIdentity.subscriptionKey()
        : ClientIdentity.application(`66666666-6666-4666-8666-${String(index).padStart(12, "0")}`),
    ],
    tokensPerMinute: TIERS[index % TIERS.length],
  });
}
app.synth();

const seconds = (performance.now() - start) / 1000;
const megabytes = process.resourceUsage().maxRSS / 1024;
if (process.env.BENCH_REPORT) {
  console.log(JSON.stringify({ seconds, megabytes, clients, accounts }));
}
