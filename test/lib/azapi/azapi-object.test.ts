import { AzapiProvider } from "../../../lib/azapi/azapi-provider";
import { AzapiResource } from "../../../lib/azapi/azapi-resource";
import { AzapiUpdateResource } from "../../../lib/azapi/azapi-update-resource";
import { azureStack, synthesizeStack } from "../../support/azure-stack";

const SERVICE =
  "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim";

describe("an object written through azapi", () => {
  it.each([
    "Microsoft.ApiManagement/service/backends",
    "Microsoft.ApiManagement/service/backends@latest",
    "ApiManagement/service@2024-05-01",
    "Microsoft.ApiManagement@2024-05-01",
  ])("is refused with type %s", (type) => {
    const stack = azureStack();
    expect(() => new AzapiResource(stack, "pool", { type, name: "pool", parentId: SERVICE })).toThrow(
      `[prod/pool] type must be a resource type and API version, got "${type}": write it as in ` +
        "Microsoft.ApiManagement/service/backends@2024-05-01",
    );
    expect(() => new AzapiUpdateResource(stack, "closed", { type, resourceId: SERVICE, body: {} })).toThrow(
      "[prod/closed] type must be a resource type",
    );
    expect(stack.node.tryFindChild("pool")).toBeUndefined();
  });

  it("needs the provider in its stack", () => {
    const stack = azureStack();
    new AzapiUpdateResource(stack, "closed", {
      type: "Microsoft.ApiManagement/service@2024-05-01-preview",
      resourceId: SERVICE,
      body: {},
    });
    expect(() => synthesizeStack(stack)).toThrow(/azapi/);

    new AzapiProvider(stack, "azapi");
    expect(synthesizeStack(stack).ofType("azapi_update_resource")).toHaveLength(1);
  });
});
