import { readFileSync } from "node:fs";
import { join } from "node:path";
import { environmentsFolder } from "../support/environments";

const AZURERM = { source: "azurerm", version: ">= 4.55.0, < 5.0.0" };
const AZUREAD = { source: "hashicorp/azuread", version: ">= 3.7.0, < 4.0.0" };
const AZAPI = { source: "Azure/azapi", version: "~> 2.7" };

test.each([
  ["dev", { azurerm: AZURERM, azuread: AZUREAD, azapi: AZAPI }],
  ["prod", { azurerm: AZURERM, azuread: AZUREAD, azapi: AZAPI }],
  ["prod-state", { azurerm: AZURERM }],
])("%s takes every version of its providers that the constructs are for", (name, providers) => {
  const path = join(environmentsFolder(), "stacks", name, "cdk.tf.json");
  const { terraform } = JSON.parse(readFileSync(path, "utf8")) as {
    readonly terraform: { readonly required_providers: unknown };
  };
  expect(terraform.required_providers).toEqual(providers);
});
