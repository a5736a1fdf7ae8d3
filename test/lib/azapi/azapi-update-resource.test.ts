import { TerraformOutput } from "cdktf";
import { AzapiProvider } from "../../../lib/azapi/azapi-provider";
import { AzapiUpdateResource } from "../../../lib/azapi/azapi-update-resource";
import { azureStack, synthesizeStack } from "../../support/azure-stack";

const PROPS = {
  type: "Microsoft.ApiManagement/service/loggers@2024-05-01",
  resourceId:
    "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim/loggers/azuremonitor",
  body: { properties: { loggerType: "azureMonitor", description: undefined } },
};

describe("AzapiUpdateResource", () => {
  it("sets properties of a resource that exists, under one lock and with headers if asked to", () => {
    const stack = azureStack();
    new AzapiProvider(stack, "azapi");
    const logger = new AzapiUpdateResource(stack, "logger", {
      ...PROPS,
      locks: ["apim"],
      updateHeaders: { "If-Match": "*" },
    });
    new TerraformOutput(stack, "logger-id", { value: logger.id });

    const synthesized = synthesizeStack(stack);
    expect(synthesized.ofType("azapi_update_resource")[0]?.attributes).toEqual({
      type: PROPS.type,
      resource_id: PROPS.resourceId,
      body: { properties: { loggerType: "azureMonitor" } },
      locks: ["apim"],
      update_headers: { "If-Match": "*" },
    });
    expect(synthesized.json.output).toEqual({
      "logger-id": { value: "${azapi_update_resource.logger.id}" },
    });
  });

  it("refuses a type without API version", () => {
    expect(
      () =>
        new AzapiUpdateResource(azureStack(), "logger", {
          ...PROPS,
          type: "Microsoft.ApiManagement/service",
        }),
    ).toThrow(/\[prod\/logger\] type must be a resource type and API version/);
  });
});
