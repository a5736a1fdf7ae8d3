import type { HouseCheck } from "./house-check";
import { block, blocks } from "./synthesized-stack";

export const closedStorage: HouseCheck = {
  id: "H-34",
  title: "the data plane of a storage account that is closed is not asked when it is created",
  check: (stack) => {
    const providers = blocks((stack.json.provider as Record<string, unknown> | undefined)?.azurerm);
    return stack
      .ofType("azurerm_storage_account")
      .filter(({ attributes }) => block(attributes.network_rules)?.default_action === "Deny")
      .filter(({ attributes }) => {
        const alias = /^azurerm\.([\w-]+)$/.exec(String(attributes.provider))?.[1];
        const provider = providers.find((each) => each.alias === alias);
        const storage = block(block(provider?.features)?.storage);
        return storage?.data_plane_available !== false;
      })
      .map(({ address }) => `${address}: its provider asks the data plane, which answers 403`);
  },
};
