import { loadStacks } from "../../../simulator/terraform";
import { GATEWAY_RESOURCES, writeStack } from "./stack-fixture";

async function containerApps(properties: object): Promise<unknown> {
  const app = {
    type: "Microsoft.App/containerApps@2025-01-01",
    name: "ca-worker",
    parent_id: "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-test",
    body: { properties },
  };
  const directory = writeStack("apps", {
    resource: { ...GATEWAY_RESOURCES, azapi_resource: { worker: app } },
  });
  return (await loadStacks(directory)).containerApps;
}

describe("convertContainerApps", () => {
  it("reads what the program of a Container App is told, beside secrets", async () => {
    const environment = [
      { name: "QUEUE", value: "requests" },
      { name: "GATEWAY", value: "${azurerm_api_management.gateway.gateway_url}" },
      { name: "KEY", secretRef: "key" },
    ];
    expect(await containerApps({ template: { containers: [{ name: "worker", env: environment }] } })).toEqual(
      [
        {
          address: "azapi_resource.worker",
          name: "ca-worker",
          environment: { QUEUE: "requests", GATEWAY: expect.stringMatching(/^https:/) as string },
        },
      ],
    );
  });

  it.each([
    [{}],
    [{ template: { containers: "?" } }],
    [{ ingress: {}, template: { containers: [{ command: [] }] } }],
  ])("is stopped by nothing that no request of the gateway meets: %j", async (properties) => {
    expect(await containerApps(properties)).toEqual([
      { address: "azapi_resource.worker", name: "ca-worker", environment: {} },
    ]);
  });
});
