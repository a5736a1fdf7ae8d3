import { GatewaySku } from "../../../lib/gateway/gateway-sku";
import type { Attributes } from "../../support/synthesized-stack";
import { GatewayStack } from "./gateway-stack";

function update(stack: GatewayStack, type: string): Attributes | undefined {
  return stack.attributes("azapi_update_resource").find((attributes) => attributes.type === type);
}

describe("UnusedEntrances", () => {
  it("closes both portals, and the trust of other services in the gateway", () => {
    const stack = new GatewayStack();
    stack.gateway();

    expect(update(stack, "Microsoft.ApiManagement/service@2024-05-01")).toEqual({
      type: "Microsoft.ApiManagement/service@2024-05-01",
      resource_id: expect.stringMatching(/^\$\{azurerm_api_management\.gateway_\w+\.id\}$/) as string,
      body: {
        properties: {
          developerPortalStatus: "Disabled",
          legacyPortalStatus: "Disabled",
          customProperties: {
            "Microsoft.WindowsAzure.ApiManagement.Gateway.ManagedIdentity.DisableOverPrivilegedAccess":
              "True",
          },
        },
      },
      depends_on: [expect.stringMatching(/^azapi_update_resource\.gateway_UnusedEntrances_PasswordSignIn_/)],
      lifecycle: {
        replace_triggered_by: [expect.stringMatching(/^azurerm_api_management\.gateway_\w+$/)],
      },
    });
  });

  it("closes signing in with a password before that, once everything else is written to the service", () => {
    const stack = new GatewayStack();
    stack.api(stack.gateway());
    const written = stack
      .synthesize()
      .resources.filter(({ type }) => type.startsWith("azurerm_api_management_"))
      .map(({ address }) => address);

    const passwords = update(stack, "Microsoft.ApiManagement/service/portalconfigs@2024-05-01");
    expect(passwords).toMatchObject({
      resource_id: expect.stringMatching(
        /^\$\{azurerm_api_management\.gateway_\w+\.id\}\/portalconfigs\/default$/,
      ) as string,
      body: { properties: { enableBasicAuth: false } },
      update_headers: { "If-Match": "*" },
    });
    expect(written.length).toBeGreaterThan(5);
    expect([...(passwords?.depends_on as readonly string[])].sort()).toEqual(written.sort());
  });

  it("leaves Consumption alone, which has neither", () => {
    const stack = new GatewayStack();
    stack.gateway({ sku: GatewaySku.consumption() });

    expect(stack.attributes("azapi_update_resource")).toEqual([]);
  });
});
