import { App, Fn } from "cdktf";
import { Auth } from "../../lib/auth/auth";
import { ClientIdentity } from "../../lib/gateway/client-identity";
import { OpenAiAccount } from "../../lib/openai/openai-account";
import { simulate, type Simulation } from "../../simulator";
import { GatewayStack, PLACE, REASON } from "../lib/gateway/gateway-stack";

/** A gateway in front of an account with a model of OpenAI and one of another publisher. */
describe("models of other publishers", () => {
  let simulation: Simulation;

  beforeAll(async () => {
    const stack = new GatewayStack();
    const gateway = stack.gateway();
    const account = new OpenAiAccount(stack.stack, "foundry", {
      ...PLACE,
      name: "aif-weu",
      kind: "AIServices",
      allowedAddressRanges: [Fn.element(gateway.resource.publicIpAddresses, 0) as string],
      securityOptOuts: [{ control: "account-public-network", reason: REASON }],
    });
    account.addDeployment("chat", { model: "gpt-5.4", modelVersion: "2026-03-05", capacity: 50 });
    account.addDeployment("seek", {
      model: "DeepSeek-V3.2",
      modelVersion: "1",
      modelFormat: "DeepSeek",
      capacity: 50,
    });
    const api = stack.api(gateway, {
      backends: [account],
      auth: Auth.subscriptionKey(),
      securityOptOuts: [{ control: "api-key-alone-is-not-enough", reason: REASON }],
    });
    gateway.addClient("web", { api, identifiedBy: [ClientIdentity.subscriptionKey()] });
    stack.synthesize();
    simulation = await simulate(App.of(stack.stack).outdir);
  });

  afterAll(() => simulation.close());

  test.each(["chat", "seek"])("%s answers", async (deployment) => {
    const response = await simulation.call(
      `/claims/openai/deployments/${deployment}/chat/completions?api-version=2024-10-21`,
      {
        headers: { "api-key": simulation.subscriptionKey("claims-web") },
        body: { messages: [{ role: "user", content: "hello" }], max_completion_tokens: 10 },
      },
    );
    expect([response.status, await response.text()]).toEqual([
      200,
      expect.stringContaining("chat.completion"),
    ]);
  });
});
