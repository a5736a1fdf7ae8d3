import type { HouseCheck } from "./house-check";
import { block } from "./synthesized-stack";

const OPENAI_USER = /5e0bd9bd-7b93-4f28-af87-19fc36ad61bd$/;
const CUSTOM_ROLE = /^.*\/\$\{(azurerm_role_definition\.[\w-]+)\.role_definition_id\}$/;

export const modelFormats: HouseCheck = {
  id: "H-33",
  title: "who may call OpenAI's models of an account may call its other models, too",
  check: (stack) => {
    const assignments = stack.ofType("azurerm_role_assignment").map(({ attributes }) => attributes);
    const forFoundryModels = (role: unknown): boolean => {
      const address = CUSTOM_ROLE.exec(String(role))?.[1];
      const definition = stack.resources.find((resource) => resource.address === address);
      return JSON.stringify(definition?.attributes.permissions ?? null).includes("/accounts/MaaS/*");
    };
    return stack
      .ofType("azurerm_cognitive_deployment")
      .filter(({ attributes }) => block(attributes.model)?.format !== "OpenAI")
      .flatMap(({ address, attributes }) =>
        assignments
          .filter(({ scope }) => scope === attributes.cognitive_account_id)
          .filter(({ role_definition_id }) => OPENAI_USER.test(String(role_definition_id)))
          .filter(
            ({ scope, principal_id }) =>
              !assignments.some(
                (other) =>
                  other.scope === scope &&
                  other.principal_id === principal_id &&
                  forFoundryModels(other.role_definition_id),
              ),
          )
          .map(({ principal_id }) => `${address}: ${String(principal_id)} lacks the role for its format`),
      );
  },
};
