import { synthesized } from "../support/simulation";
import type { Json } from "./mutant";
import { terraformRefusals } from "./terraform-refusals";

const VAULT = {
  location: "westeurope",
  name: "kv",
  resource_group_name: "rg",
  sku_name: "standard",
  tenant_id: "t",
};

function refusalsOf(resources: Record<string, Json>): readonly string[] {
  return terraformRefusals({ resource: resources });
}

test.each(["dev", "test", "prod"] as const)("Terraform has nothing against %s", (name) => {
  expect(terraformRefusals(synthesized(name).json)).toEqual([]);
});

test("a stack lacks what a provider demands, in its blocks as well", () => {
  expect(
    refusalsOf({
      azurerm_key_vault: {
        one: VAULT,
        two: { ...VAULT, tenant_id: undefined },
        three: { ...VAULT, network_acls: { default_action: "Deny" } },
      },
    }),
  ).toEqual(["azurerm_key_vault.two: tenant_id", "azurerm_key_vault.three: network_acls.bypass"]);
});

test("a list of blocks without an item is one that is not there", () => {
  const alert = { criteria: [], name: "a", location: "l", scopes: ["s"], severity: 1 };
  expect(
    refusalsOf({ azurerm_monitor_scheduled_query_rules_alert_v2: { one: alert } }).map((line) =>
      line.replace(/^.*: /, ""),
    ),
  ).toContain("criteria");
});

test("a reference to what is not there", () => {
  expect(
    refusalsOf({
      azurerm_key_vault: {
        one: { ...VAULT, name: "${azurerm_resource_group.gone.name}" },
        two: { ...VAULT, depends_on: ["azurerm_key_vault.one", "azurerm_subnet.gone"] },
      },
    }),
  ).toEqual([
    "azurerm_resource_group.gone: named, and not there",
    "azurerm_subnet.gone: named, and not there",
  ]);
});
