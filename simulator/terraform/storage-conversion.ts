import type { StorageAccountModel } from "../model";
import { sameArmId } from "./arm-resource-id";
import type { Conversion } from "./conversion";
import { networkAccess } from "./network-access";

/** Storage accounts with their containers of blobs. */
export function convertStorageAccounts(conversion: Conversion): readonly StorageAccountModel[] {
  const containers = conversion.ofType("azurerm_storage_container");
  const separateRules = conversion.ofType("azurerm_storage_account_network_rules");
  return conversion.ofType("azurerm_storage_account").map(({ resource, reader }) => {
    const id = reader.string("id");
    const name = reader.string("name");
    const rules =
      reader.block("network_rules") ??
      separateRules.find((each) => sameArmId(each.reader.string("storage_account_id"), id))?.reader;
    return {
      address: resource.address,
      id,
      name,
      tenantId: conversion.stacks.tenantIdOf(resource),
      network: networkAccess(
        conversion,
        reader,
        reader.boolean("public_network_access_enabled", true),
        "virtual_network_subnet_ids",
        rules,
      ),
      containers: containers
        .filter((container) => {
          const accountId = container.reader.optionalString("storage_account_id");
          return accountId === undefined
            ? container.reader.string("storage_account_name") === name
            : sameArmId(accountId, id);
        })
        .map((container) => ({
          address: container.resource.address,
          name: container.reader.string("name"),
        })),
    };
  });
}
