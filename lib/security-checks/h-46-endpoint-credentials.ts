import type { Element } from "@xmldom/xmldom";
import type { HouseCheck } from "./house-check";
import { credentialValues, modelEndpointBackends } from "./model-endpoint-backends";
import { allElements, block } from "./synthesized-stack";

const REFERENCE = /^\{\{([\w.-]+)\}\}$/;

export const endpointCredentials: HouseCheck = {
  id: "H-46",
  title: "keys of model endpoints are named values of Key Vault, which only their backend adds",
  check: (stack) => {
    const named = stack.ofType("azurerm_api_management_named_value").map(({ attributes }) => attributes);
    const fromVault = new Set(
      named.filter((each) => block(each.value_from_key_vault)).map((each) => String(each.display_name)),
    );
    const used = modelEndpointBackends(stack).flatMap(({ address, attributes }) =>
      credentialValues(attributes).map((value) => ({ address, name: REFERENCE.exec(value)?.[1] })),
    );
    const names = used.flatMap(({ name }) => name ?? []);
    return [
      ...used
        .filter(({ name }) => name === undefined || !fromVault.has(name))
        .map(({ address }) => `${address}: a credential does not come from Key Vault`),
      ...stack.policies.flatMap(({ address, document }) =>
        names
          .filter((name) => allElements(document, "*").some((each) => textOf(each).includes(`{{${name}}}`)))
          .map((name) => `${address}: names '${name}', which is for its backend alone`),
      ),
    ];
  },
};

function textOf(element: Element): string {
  const values = Array.from(element.attributes).map(({ value }) => value);
  return [...values, element.textContent ?? ""].join(" ");
}
