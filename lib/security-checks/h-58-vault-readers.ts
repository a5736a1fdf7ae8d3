import type { HouseCheck } from "./house-check";

const SERVICES = ["enabled_for_deployment", "enabled_for_disk_encryption", "enabled_for_template_deployment"];

export const vaultReaders: HouseCheck = {
  id: "H-58",
  title: "no service of Azure reads a vault but by a role",
  check: (stack) =>
    stack
      .ofType("azurerm_key_vault")
      .flatMap(({ address, attributes }) =>
        SERVICES.filter((name) => ![undefined, false].includes(attributes[name] as undefined | false)).map(
          (name) => `${address}: ${name} must be false`,
        ),
      ),
};
