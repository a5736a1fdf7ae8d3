import type { HouseCheck } from "./house-check";
import { block } from "./synthesized-stack";

const SECRET_LIKE = /secret|password|passwd|token|credential|connection-?string|(^|[-_.])key($|[-_.])/i;

export const namedValues: HouseCheck = {
  id: "H-07",
  title: "secret named values come from Key Vault without a version; the others are plain text",
  check: (stack) =>
    stack.ofType("azurerm_api_management_named_value").flatMap(({ address, attributes }) => {
      const found: string[] = [];
      const vault = block(attributes.value_from_key_vault);
      const secret = attributes.secret === true || SECRET_LIKE.test(String(attributes.display_name));
      if (secret && !vault) {
        found.push("a secret must come from Key Vault");
      }
      const id = (vault?.secret_id ?? "") as string;
      if (vault && (/\/secrets\/[^/]+\/[^/]+$/.test(id) || /\.(id|secret_id)\}$/.test(id))) {
        found.push("secret_id must be versionless");
      }
      if (!vault && /@\(|@\{|\{\{/.test(String(attributes.value))) {
        found.push("value contains policy syntax");
      }
      return found.map((problem) => `${address}: ${problem}`);
    }),
};
