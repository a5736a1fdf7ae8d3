import { TerraformStack, Testing } from "cdktf";
import { AzapiProvider } from "../../../lib/azapi/azapi-provider";
import { AzapiResource } from "../../../lib/azapi/azapi-resource";
import { synthesizeStack } from "../../support/azure-stack";

const TYPE = "Microsoft.ApiManagement/service/backends@2024-05-01";

function provider(stack: TerraformStack): unknown {
  return synthesizeStack(stack).json.provider;
}

describe("AzapiProvider", () => {
  it("takes everything from the environment by default", () => {
    const stack = new TerraformStack(Testing.app(), "prod");
    new AzapiProvider(stack, "azapi");

    expect(provider(stack)).toEqual({ azapi: [{}] });
    expect(synthesizeStack(stack).json.terraform).toMatchObject({
      required_providers: { azapi: { source: "Azure/azapi" } },
    });
  });

  it("takes all props", () => {
    const stack = new TerraformStack(Testing.app(), "prod");
    new AzapiProvider(stack, "azapi", {
      alias: "hub",
      subscriptionId: "subscription",
      tenantId: "tenant",
      useOidc: true,
      useMsi: false,
      useCli: false,
    });

    expect(provider(stack)).toEqual({
      azapi: [
        {
          alias: "hub",
          subscription_id: "subscription",
          tenant_id: "tenant",
          use_oidc: true,
          use_msi: false,
          use_cli: false,
        },
      ],
    });
  });

  it("can be chosen by a resource", () => {
    const stack = new TerraformStack(Testing.app(), "prod");
    const hub = new AzapiProvider(stack, "azapi", { alias: "hub" });
    new AzapiResource(stack, "pool", { type: TYPE, name: "pool", parentId: "apim", provider: hub });

    expect(synthesizeStack(stack).ofType("azapi_resource")[0]?.attributes.provider).toBe("azapi.hub");
  });

  it("is missed at synthesis by a stack that needs it", () => {
    const stack = new TerraformStack(Testing.app(), "prod");
    new AzapiResource(stack, "pool", { type: TYPE, name: "pool", parentId: "apim" });

    expect(() => synthesizeStack(stack)).toThrow(/azapi/);
  });
});
