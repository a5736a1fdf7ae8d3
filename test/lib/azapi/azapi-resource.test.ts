import { ApiManagement } from "@cdktf/provider-azurerm/lib/api-management";
import { Lazy, TerraformOutput, type TerraformStack } from "cdktf";
import { AzapiProvider } from "../../../lib/azapi/azapi-provider";
import { AzapiResource, type AzapiResourceProps } from "../../../lib/azapi/azapi-resource";
import { azureStack, synthesizeStack } from "../../support/azure-stack";
import type { Attributes } from "../../support/synthesized-stack";

const PROPS = {
  type: "Microsoft.ApiManagement/service/backends@2024-05-01",
  name: "pool",
  parentId: "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim",
};

function stackWithAzapi(): TerraformStack {
  const stack = azureStack();
  new AzapiProvider(stack, "azapi");
  return stack;
}

function attributes(overrides: Partial<AzapiResourceProps> = {}): Attributes | undefined {
  const stack = stackWithAzapi();
  new AzapiResource(stack, "pool", { ...PROPS, ...overrides });
  return synthesizeStack(stack).ofType("azapi_resource")[0]?.attributes;
}

describe("AzapiResource", () => {
  it("renders the required arguments, and nothing that was left out", () => {
    expect(attributes()).toEqual({ type: PROPS.type, name: PROPS.name, parent_id: PROPS.parentId });
  });

  it("renders all arguments", () => {
    expect(
      attributes({
        body: { properties: { type: "Pool" } },
        sensitiveBody: { properties: { password: "x" } },
        responseExportValues: ["properties.pool"],
        locks: [PROPS.parentId],
        retry: { errorMessageRegex: ["state Accepted"], intervalSeconds: 5, maxIntervalSeconds: 60 },
        schemaValidationEnabled: false,
        lifecycle: { preventDestroy: true },
      }),
    ).toEqual({
      type: PROPS.type,
      name: PROPS.name,
      parent_id: PROPS.parentId,
      body: { properties: { type: "Pool" } },
      sensitive_body: { properties: { password: "x" } },
      response_export_values: ["properties.pool"],
      locks: [PROPS.parentId],
      retry: { error_message_regex: ["state Accepted"], interval_seconds: 5, max_interval_seconds: 60 },
      schema_validation_enabled: false,
      lifecycle: { prevent_destroy: true },
    });
  });

  it("leaves null and undefined out of the body at every depth, and keeps other empty values", () => {
    const body = {
      properties: {
        title: null,
        url: undefined,
        type: "",
        weight: 0,
        enabled: false,
        pool: { services: [{ id: "a", priority: null }, null, undefined], sessionAffinity: undefined },
        credentials: {},
      },
    };

    expect(attributes({ body })?.body).toEqual({
      properties: {
        type: "",
        weight: 0,
        enabled: false,
        pool: { services: [{ id: "a" }] },
        credentials: {},
      },
    });
  });

  it("keeps ARM names and tokens in the body as they are", () => {
    const stack = stackWithAzapi();
    const apim = new ApiManagement(stack, "apim", {
      name: "apim",
      resourceGroupName: "rg",
      location: "westeurope",
      publisherName: "Contoso",
      publisherEmail: "ai@contoso.com",
      skuName: "StandardV2_1",
    });
    new AzapiResource(stack, "pool", {
      ...PROPS,
      parentId: apim.id,
      body: {
        properties: {
          gatewayUrl: apim.gatewayUrl,
          late: Lazy.anyValue({ produce: () => ({ priority: 1 }) }),
        },
      },
    });

    expect(synthesizeStack(stack).ofType("azapi_resource")[0]?.attributes).toMatchObject({
      parent_id: "${azurerm_api_management.apim.id}",
      body: {
        properties: { gatewayUrl: "${azurerm_api_management.apim.gateway_url}", late: { priority: 1 } },
      },
    });
  });

  it("is referred to by its id, name and exported values", () => {
    const stack = stackWithAzapi();
    const pool = new AzapiResource(stack, "pool", {
      ...PROPS,
      responseExportValues: ["properties.provisioningState"],
    });
    new TerraformOutput(stack, "pool-id", { value: pool.id });
    new TerraformOutput(stack, "pool-name", { value: pool.name });
    new TerraformOutput(stack, "pool-state", { value: pool.output("properties.provisioningState") });

    expect(synthesizeStack(stack).json.output).toEqual({
      "pool-id": { value: "${azapi_resource.pool.id}" },
      "pool-name": { value: "${azapi_resource.pool.name}" },
      "pool-state": { value: "${azapi_resource.pool.output.properties.provisioningState}" },
    });
  });

  it("refuses to read a value that is not exported", () => {
    const pool = new AzapiResource(stackWithAzapi(), "pool", PROPS);

    expect(() => pool.output("properties.pool")).toThrow(
      '[prod/pool] only values named in responseExportValues can be read, got "properties.pool"',
    );
  });

  it.each(["Microsoft.ApiManagement/service/backends", "service/backends@2024-05-01", "@2024-05-01"])(
    "refuses %s as type",
    (type) => {
      expect(() => attributes({ type })).toThrow(
        /\[prod\/pool\] type must be a resource type and API version/,
      );
    },
  );
});
