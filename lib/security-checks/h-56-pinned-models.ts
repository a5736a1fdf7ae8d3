import type { HouseCheck } from "./house-check";
import { block } from "./synthesized-stack";

export const pinnedModels: HouseCheck = {
  id: "H-56",
  title: "no model changes but by a plan",
  check: (stack) =>
    stack.ofType("azurerm_cognitive_deployment").flatMap(({ address, attributes }) => {
      const model = block(attributes.model);
      return [
        // Left out means OnceNewDefaultVersionAvailable.
        ...(attributes.version_upgrade_option === "NoAutoUpgrade"
          ? []
          : [`${address}: version_upgrade_option must be NoAutoUpgrade`]),
        ...(typeof model?.version === "string" && model.version !== ""
          ? []
          : [`${address}: model.version must be set`]),
      ];
    }),
};
