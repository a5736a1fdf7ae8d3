import { BackendPool } from "../../../lib/gateway/backend-pool";
import { GatewayStack } from "./gateway-stack";

describe("BackendPool", () => {
  it("names its members with their priority and weight", () => {
    const stack = new GatewayStack();
    const gateway = stack.gateway();
    const backends = ["weu", "swe"].map((name) =>
      gateway.backendOf(stack.account(name), "chat", { pooled: true, trustBoundary: "claims" }),
    );
    const pool = new BackendPool(gateway, "pool", {
      service: gateway,
      name: "claims-chat-pool",
      members: backends.map((backend, index) => ({ backend, priority: index + 1, weight: 50 })),
    });

    expect(pool.name).toBe("claims-chat-pool");
    expect(stack.attributes("azapi_resource")).toEqual([
      {
        type: "Microsoft.ApiManagement/service/backends@2024-05-01",
        name: "claims-chat-pool",
        parent_id: "${azurerm_api_management.gateway_B15F83BA.id}",
        body: {
          properties: {
            type: "Pool",
            pool: {
              services: [
                { id: expect.stringMatching(/oai-weu-chat_\w+\.id\}$/) as string, priority: 1, weight: 50 },
                { id: expect.stringMatching(/oai-swe-chat_\w+\.id\}$/) as string, priority: 2, weight: 50 },
              ],
            },
          },
        },
      },
    ]);
  });
});
