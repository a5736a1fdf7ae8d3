import { Auth } from "../../../lib/auth/auth";
import { ClientIdentity } from "../../../lib/gateway/client-identity";
import { inService } from "../../../lib/gateway/gateway-service";
import { azureStack } from "../../support/azure-stack";
import { block } from "../../support/synthesized-stack";
import { GatewayStack, PUBLIC_WITHOUT_LOGS } from "./gateway-stack";

/** Children that azurerm finds by the name of the service, which stays when the service is replaced. */
const BY_NAME = [
  "azurerm_api_management_api",
  "azurerm_api_management_api_operation",
  "azurerm_api_management_api_policy",
  "azurerm_api_management_backend",
  "azurerm_api_management_subscription",
];

function published(gateway: ReturnType<GatewayStack["gateway"]> | undefined, stack: GatewayStack): void {
  const service = gateway ?? stack.importedGateway();
  const api = stack.api(service, {
    backends: ["weu", "swe"].map((name) => stack.account(name)),
    auth: Auth.subscriptionKey(),
    securityOptOuts: [{ control: "api-key-alone-is-not-enough", reason: PUBLIC_WITHOUT_LOGS[0].reason }],
  });
  service.addClient("web", { api, identifiedBy: [ClientIdentity.subscriptionKey()] });
}

describe("what is in a service", () => {
  it("is replaced with it, since Azure deletes it with the service and Terraform would keep it", () => {
    const stack = new GatewayStack();
    published(stack.gateway(), stack);
    const children = stack.synthesize().ofType(...BY_NAME);

    expect([...new Set(children.map(({ type }) => type))].sort()).toEqual(BY_NAME);
    expect(children.filter(({ attributes }) => !block(attributes.lifecycle)?.replace_triggered_by)).toEqual(
      [],
    );
    expect(new Set(children.map(({ attributes }) => JSON.stringify(attributes.lifecycle)))).toEqual(
      new Set(['{"replace_triggered_by":["azurerm_api_management.gateway_B15F83BA.id"]}']),
    );
  });

  it("stays as it is where the service is another team's, or of another stack", () => {
    const stack = new GatewayStack();
    const gateway = stack.gateway();

    expect(inService(gateway, azureStack()).lifecycle).toBeUndefined();
    expect(inService(new GatewayStack().importedGateway(), gateway).lifecycle).toBeUndefined();
  });

  it.each(["own", "imported"])("is destroyed before it is created again (%s service)", (kind) => {
    const stack = new GatewayStack();
    published(kind === "own" ? stack.gateway() : undefined, stack);
    const resources = stack.synthesize().resources;

    expect(resources.map(({ type }) => type)).toContain("azapi_resource");
    expect(
      resources.filter(({ attributes }) => block(attributes.lifecycle)?.create_before_destroy !== undefined),
    ).toEqual([]);
  });

  it.each([
    ["pool", "azapi_resource", 1],
    ["fragments", "azurerm_api_management_policy_fragment", 2],
  ])(
    "has another address under another name, so that policies can change over in between: %s",
    (_what, type, each) => {
      const addresses = ["claims", "fraud"].map((namePrefix) => {
        const stack = new GatewayStack();
        stack.api(stack.importedGateway({ namePrefix }), {
          backends: ["weu", "swe"].map((name) => stack.account(name)),
        });
        return stack
          .synthesize()
          .ofType(type)
          .map(({ address }) => address);
      });

      expect(addresses.map(({ length }) => length)).toEqual([each, each]);
      expect(new Set(addresses.flat()).size).toBe(2 * each);
    },
  );
});
