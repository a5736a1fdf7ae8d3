import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Sections of a `cdk.tf.json`. */
export interface StackFixture {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, object>>>>;
  readonly data?: Readonly<Record<string, Readonly<Record<string, object>>>>;
  readonly [section: string]: unknown;
}

/** Writes a stack as cdktf would. @returns its directory */
export function writeStack(name: string, sections: StackFixture): string {
  const directory = mkdtempSync(join(tmpdir(), "stack-"));
  const document = {
    "//": { metadata: { stackName: name } },
    terraform: { backend: { local: { path: `/state/${name}.tfstate` } } },
    provider: { azurerm: [{ features: [{}], subscription_id: "sub-1", tenant_id: "tenant-1" }] },
    ...sections,
  };
  writeFileSync(join(directory, "cdk.tf.json"), JSON.stringify(document));
  return directory;
}

/** Arguments that every resource of a group has. */
export const PLACED = { location: "westeurope", resource_group_name: "rg" };

/** Arguments of a child of the gateway `azurerm_api_management.gateway`. */
export const OF_GATEWAY = {
  api_management_name: "${azurerm_api_management.gateway.name}",
  resource_group_name: "${azurerm_api_management.gateway.resource_group_name}",
};

/** A Developer-tier service with a user-assigned identity. */
export const GATEWAY_RESOURCES = {
  azurerm_user_assigned_identity: { gateway: { ...PLACED, name: "id-gateway" } },
  azurerm_api_management: {
    gateway: {
      ...PLACED,
      name: "apim-x",
      publisher_name: "P",
      publisher_email: "a@b.co",
      sku_name: "Developer_1",
      identity: { type: "UserAssigned", identity_ids: ["${azurerm_user_assigned_identity.gateway.id}"] },
    },
  },
};
