import { loadStacks } from "../../../simulator/terraform";
import { writeStack } from "./stack-fixture";

const SERVICE = { api_management_name: "apim-platform", resource_group_name: "rg-platform" };
const CLIENT_ID = "22222222-2222-4222-8222-222222222222";
const PRINCIPAL_ID = "33333333-3333-4333-8333-333333333333";

/** An API on a service that is another team's. */
function teamStack(service: Readonly<Record<string, string>> = SERVICE): string {
  return writeStack("team", {
    resource: {
      azurerm_api_management_api: {
        api: {
          ...service,
          name: "models",
          revision: "1",
          display_name: "models",
          path: "models",
          protocols: ["https"],
        },
      },
      azurerm_api_management_api_policy: {
        api: {
          ...service,
          api_name: "${azurerm_api_management_api.api.name}",
          xml_content: `<policies><inbound><authentication-managed-identity resource="https://cognitiveservices.azure.com" client-id="${CLIENT_ID}" /></inbound><backend><base /></backend><outbound /><on-error /></policies>`,
        },
      },
      azurerm_role_assignment: {
        gateway: {
          scope: "/subscriptions/sub-1/resourceGroups/rg",
          role_definition_name: "Cognitive Services OpenAI User",
          principal_id: PRINCIPAL_ID,
        },
      },
    },
  });
}

test("a service that no stack has is assumed, with the identity that policies and role assignments name", async () => {
  const model = await loadStacks(teamStack(), { assumeGateways: true });
  expect(model.gateways).toMatchObject([
    {
      name: "apim-platform",
      identities: [{ kind: "UserAssigned", clientId: CLIENT_ID, principalId: PRINCIPAL_ID }],
      apis: [{ name: "models" }],
    },
  ]);
  expect(model.assumptions).toEqual([expect.stringContaining("'apim-platform' is not in the stacks")]);
});

test("without that, the error says which service is missing, and which there are", async () => {
  await expect(loadStacks(teamStack())).rejects.toThrow(
    "its API Management service 'apim-platform' in resource group 'rg-platform' is not in the loaded stacks, which have " +
      "none; load the stack that creates it too, or have it assumed ('--assume-gateway', in a test 'assumeGateways')",
  );
});
