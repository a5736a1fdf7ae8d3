import { DeploymentBackends } from "../../../lib/gateway/deployment-backends";
import { EMBEDDINGS, GatewayStack } from "./gateway-stack";

function rules(stack: GatewayStack): readonly unknown[] {
  return stack
    .attributes("azurerm_api_management_backend")
    .map(({ circuit_breaker_rule: rule }) => (rule as { name: string }).name);
}

describe("DeploymentBackends", () => {
  it("are one for each deployment of each account, whatever the case of its name", () => {
    const stack = new GatewayStack();
    const gateway = stack.gateway();
    const account = stack.account("weu");
    account.addDeployment("embeddings", EMBEDDINGS);
    const backends = new DeploymentBackends(gateway, "Backends", gateway, {});
    const names = ["chat", "CHAT", "embeddings"].map(
      (deployment) => backends.of(account, deployment, { pooled: false, trustBoundary: "claims" }).name,
    );

    expect(names).toEqual(["claims-oai-weu-chat", "claims-oai-weu-chat", "claims-oai-weu-embeddings"]);
    expect(stack.attributes("azurerm_api_management_backend")).toHaveLength(2);
  });

  it("are apart for each trust boundary, however its name and the account's read together", () => {
    const stack = new GatewayStack();
    const gateway = stack.gateway();
    const backends = new DeploymentBackends(gateway, "Backends", gateway, {});
    const [short, long] = [stack.account("weu"), stack.account("x-oai-weu")];
    const names = [
      backends.of(short, "chat", { pooled: false, trustBoundary: "claims" }),
      backends.of(short, "chat", { pooled: false, trustBoundary: "claims-oai-x" }),
      backends.of(long, "chat", { pooled: false, trustBoundary: "claims" }),
    ].map(({ name }) => name);

    expect(names).toEqual([
      "claims-oai-weu-chat",
      "claims-oai-x-oai-weu-chat",
      expect.stringMatching(/^claims-oai-x-oai-weu-chat-[0-9a-f]{8}$/),
    ]);
  });

  it("are left alone while throttled once any API has another account, in whatever order the APIs are made", () => {
    for (const uses of [
      [true, false],
      [false, true],
    ]) {
      const stack = new GatewayStack();
      const gateway = stack.gateway();
      const account = stack.account("weu");
      const backends = new DeploymentBackends(gateway, "Backends", gateway, {});
      for (const pooled of uses) {
        backends.of(account, "chat", { pooled, trustBoundary: "claims" });
      }
      expect(rules(stack)).toEqual(["throttled-or-failing"]);
    }
  });

  it("of an imported gateway start with the team's prefix", () => {
    const stack = new GatewayStack();
    const gateway = stack.importedGateway();
    const backends = new DeploymentBackends(gateway, "Backends", gateway, {});

    expect(backends.of(stack.account("weu"), "chat", { pooled: false, trustBoundary: "claims" }).name).toBe(
      "claims-claims-oai-weu-chat",
    );
  });
});
