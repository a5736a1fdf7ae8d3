import type { TerraformStack } from "cdktf";
import { WorkloadIdentity } from "../../../lib/identity/workload-identity";
import { OpenAiAccount } from "../../../lib/openai/openai-account";
import { azureStack, synthesizeStack } from "../../support/azure-stack";

const PLACE = { resourceGroupName: "rg-claims", location: "swedencentral" };
const PROPS = { ...PLACE, name: "oai-Claims-prod" };
const DEEP_SEEK = {
  model: "DeepSeek-V3.2",
  modelVersion: "1",
  modelFormat: "DeepSeek",
  sku: "DataZoneStandard",
  capacity: 10,
} as const;

function roles(stack: TerraformStack): Readonly<Record<string, unknown>> {
  const synthesized = synthesizeStack(stack);
  return {
    definitions: synthesized.ofType("azurerm_role_definition").map(({ attributes }) => attributes),
    assigned: synthesized
      .ofType("azurerm_role_assignment")
      .map(({ attributes }) => String(attributes.role_definition_id).split("/").at(-1)),
  };
}

describe("FoundryModelsRole", () => {
  it("gives a role more for models of other publishers, which OpenAI User does not cover", () => {
    const stack = azureStack();
    const openai = new OpenAiAccount(stack, "openai", { ...PROPS, kind: "AIServices" });
    openai.addDeployment("chat", DEEP_SEEK);
    const identity = new WorkloadIdentity(stack, "app", { ...PLACE, name: "id-app" });

    const grant = openai.grantInvoke(identity);
    openai.grantInvoke(identity);

    expect(grant.dependables).toHaveLength(2);
    const group = expect.stringMatching(
      /^\$\{element\(split\("\/providers\/", azurerm_cognitive_account\.\w+\.id\), 0\)\}$/,
    ) as string;
    expect(roles(stack)).toEqual({
      definitions: [
        {
          name: "Foundry models of oai-claims-prod",
          description: "Calls models of other publishers than OpenAI",
          scope: group,
          assignable_scopes: [group],
          permissions: [{ actions: [], data_actions: ["Microsoft.CognitiveServices/accounts/MaaS/*"] }],
        },
      ],
      assigned: [
        "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd",
        expect.stringMatching(/^\$\{azurerm_role_definition\.\w+\.role_definition_id\}$/),
      ],
    });
  });

  it("gives it to callers that were let in before such a model was deployed", () => {
    const stack = azureStack();
    const openai = new OpenAiAccount(stack, "openai", { ...PROPS, kind: "AIServices" });
    openai.grantInvoke(new WorkloadIdentity(stack, "app", { ...PLACE, name: "id-app" }));
    openai.addDeployment("chat", DEEP_SEEK);
    openai.addDeployment("reasoning", DEEP_SEEK);

    expect(roles(stack).assigned).toHaveLength(2);
    expect(roles(stack).definitions).toHaveLength(1);
  });

  it("gives it on an account made elsewhere, by a role of the stack's own", () => {
    const stack = azureStack();
    const openai = OpenAiAccount.fromOpenAiAccountAttributes(stack, "shared", {
      id: "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-ai/providers/Microsoft.CognitiveServices/accounts/aif-shared",
      name: "aif-shared",
      customSubdomainName: "aif-shared",
      location: "swedencentral",
      deployments: [{ ...DEEP_SEEK, name: "chat" }],
    });
    openai.grantInvoke(new WorkloadIdentity(stack, "app", { ...PLACE, name: "id-app" }));

    expect(roles(stack)).toMatchObject({
      definitions: [{ name: "Foundry models of aif-shared for prod" }],
      assigned: [expect.any(String), expect.any(String)],
    });
  });
});
