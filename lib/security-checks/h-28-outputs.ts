import type { HouseCheck } from "./house-check";

const SENSITIVE =
  /\.(primary|secondary)_(access_)?key|connection_string|instrumentation_key|\.secret_value|shared_key|azurerm_key_vault_secret\.[\w-]+\.value|password/;

export const outputs: HouseCheck = {
  id: "H-28",
  title: "no output exposes a key, and what derives from one is sensitive",
  check: (stack) =>
    Object.entries((stack.json.output ?? {}) as Record<string, { value: unknown; sensitive?: boolean }>)
      .filter(([, { value, sensitive }]) => SENSITIVE.test(JSON.stringify(value)) && sensitive !== true)
      .map(([name]) => `output.${name}: derives from a secret and is not sensitive`),
};
