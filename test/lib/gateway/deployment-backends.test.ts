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
      (deployment) => backends.of(account, deployment, { pooled: false }).name,
    );

    expect(names).toEqual(["oai-weu-chat", "oai-weu-chat", "oai-weu-embeddings"]);
    expect(stack.attributes("azurerm_api_management_backend")).toHaveLength(2);
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
        backends.of(account, "chat", { pooled });
      }
      expect(rules(stack)).toEqual(["throttled-or-failing"]);
    }
  });

  it("of an imported gateway start with the team's prefix", () => {
    const stack = new GatewayStack();
    const gateway = stack.importedGateway();
    const backends = new DeploymentBackends(gateway, "Backends", gateway, {});

    expect(backends.of(stack.account("weu"), "chat", { pooled: false }).name).toBe("claims-oai-weu-chat");
  });
});
