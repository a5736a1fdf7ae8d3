import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { simulate } from "../../../simulator";
import { IRRELEVANT_TYPES } from "../../../simulator/terraform";
import { MODELLED_TYPES } from "../../../simulator/terraform/resource-types";
import { GATEWAY_RESOURCES, PLACED, writeStack } from "./stack-fixture";

/**
 * Types that are refused: each could change what a request meets, and none is modelled. As the provider's package
 * names its folders.
 */
const REFUSED =
  /^(?:ai-foundry|api-management|cognitive-account|custom-provider|key-vault-managed|pim|resource-deployment-script|role-management-policy|.*template-deployment)/;

/** Folders of the provider's package that are no resource. */
const OTHER_FOLDERS = /^(?:data-azurerm-|provider$)/;

function catalogue(): readonly string[] {
  const folder = join(dirname(require.resolve("@cdktf/provider-azurerm/package.json")), "lib");
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !OTHER_FOLDERS.test(entry.name))
    .map(({ name }) => name);
}

test("every resource type of the provider is modelled, known to be beside the gateway, or refused for a reason", () => {
  const known = new Set(
    [...MODELLED_TYPES.keys(), ...IRRELEVANT_TYPES.keys()]
      .filter((type) => type.startsWith("azurerm_"))
      .map((type) => type.replace("azurerm_", "").replaceAll("_", "-")),
  );
  const unknown = catalogue().filter((name) => !known.has(name));
  expect(unknown.length).toBeLessThan(60);
  expect(unknown.filter((name) => !REFUSED.test(name))).toEqual([]);
});

test("a stack with hosts beside the gateway starts", async () => {
  const environment = "${azurerm_container_app_environment.this.id}";
  const directory = writeStack("hosts", {
    resource: {
      ...GATEWAY_RESOURCES,
      azurerm_container_app_environment: { this: { ...PLACED, name: "cae" } },
      azurerm_container_app: {
        this: {
          name: "ca",
          resource_group_name: "rg",
          container_app_environment_id: environment,
          revision_mode: "Single",
          template: {
            container: { name: "app", image: "registry.example/app:1", cpu: 0.25, memory: "0.5Gi" },
          },
        },
      },
      azurerm_linux_web_app: { this: { ...PLACED, name: "web", service_plan_id: "/plan", site_config: {} } },
      azurerm_linux_function_app: {
        this: { ...PLACED, name: "f", service_plan_id: "/plan", site_config: {} },
      },
      azurerm_kubernetes_cluster: { this: { ...PLACED, name: "aks", dns_prefix: "aks" } },
      azurerm_linux_virtual_machine: { this: { ...PLACED, name: "vm", size: "Standard_B1s" } },
    },
  });
  const simulation = await simulate(directory);
  try {
    expect(simulation.model.irrelevant).toEqual(
      expect.arrayContaining(["azurerm_container_app.this", "azurerm_kubernetes_cluster.this"]),
    );
  } finally {
    await simulation.close();
  }
});
