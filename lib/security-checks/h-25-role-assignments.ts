import type { HouseCheck } from "./house-check";
import { blocks, type SynthesizedStack } from "./synthesized-stack";

/** Role by GUID → the resource types on which it may be granted. */
const ALLOWED: Readonly<Record<string, RegExp>> = {
  "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd": /^\$\{azurerm_cognitive_account\.[\w-]+\.id\}$/,
  "4633458b-17de-408a-b874-0445c86b69e6": /^\$\{azurerm_key_vault\.[\w-]+\.id\}$/,
  "db79e9a7-68ee-4b58-9aeb-b90e7c24fcba": /^\$\{azurerm_key_vault\.[\w-]+\.id\}$/,
  "3913510d-42f4-4e42-8a64-420c390055eb": /^\$\{azurerm_application_insights\.[\w-]+\.id\}$/,
  "73c42c96-874c-492b-b04d-ab87d138a893": /^\$\{azurerm_log_analytics_workspace\.[\w-]+\.id\}$/,
  "2b629674-e913-4c01-ae53-ef4638d8f975": /^\$\{azurerm_eventhub(_namespace)?\.[\w-]+\.id\}$/,
  "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39": /^\$\{azurerm_servicebus_queue\.[\w-]+\.id\}$/,
  "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0": /^\$\{azurerm_servicebus_queue\.[\w-]+\.id\}$/,
  "7f951dda-4ed3-4680-a7ca-43fe172d538d":
    /^(?:\$\{azurerm_container_registry\.[\w-]+\.id\}|\/subscriptions\/.*\/Microsoft\.ContainerRegistry\/registries\/\w+)$/,
  "ba92f5b4-2d11-453d-a403-e96b0029c9fe": /^\$\{azurerm_storage_(account|container)\.[\w-]+\.id\}/,
};

/** The one role that no built-in one stands for: inference on models of other publishers than OpenAI. */
const FOUNDRY_MODELS = ["Microsoft.CognitiveServices/accounts/MaaS/*"];
const ACCOUNT = ALLOWED["5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"];

/** @returns where the role may be granted; nothing for a role that is not on the list */
function allowedScope(stack: SynthesizedStack, roleDefinitionId: string): RegExp | undefined {
  const [, definition] =
    /\/\$\{(azurerm_role_definition\.[\w-]+)\.role_definition_id\}$/.exec(roleDefinitionId) ?? [];
  if (definition !== undefined) {
    const custom = stack.resources.find(({ address }) => address === definition);
    const { actions, data_actions, ...others } = blocks(custom?.attributes.permissions)[0] ?? {};
    const isLeast =
      JSON.stringify([actions, data_actions, others]) === JSON.stringify([[], FOUNDRY_MODELS, {}]);
    return isLeast ? ACCOUNT : undefined;
  }
  const guid = /([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i.exec(roleDefinitionId)?.[1];
  return guid === undefined ? undefined : ALLOWED[guid.toLowerCase()];
}

export const roleAssignments: HouseCheck = {
  id: "H-25",
  title: "roles are least privilege, on one resource, for service principals",
  check: (stack) =>
    stack.ofType("azurerm_role_assignment").flatMap(({ address, attributes }) => {
      const found: string[] = [];
      const scope = allowedScope(stack, String(attributes.role_definition_id));
      if (!scope) {
        found.push(
          `role ${String(attributes.role_definition_id ?? attributes.role_definition_name)} is not on the list`,
        );
      } else if (!scope.test(String(attributes.scope))) {
        found.push(`scope ${String(attributes.scope)} is not a resource for this role`);
      }
      if (attributes.principal_type !== "ServicePrincipal") {
        found.push(`principal_type is ${String(attributes.principal_type)}`);
      }
      return found.map((problem) => `${address}: ${problem}`);
    }),
};
