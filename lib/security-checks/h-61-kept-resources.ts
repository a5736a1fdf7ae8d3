import type { HouseCheck } from "./house-check";
import { block, type SynthesizedResource, type SynthesizedStack } from "./synthesized-stack";

/** What has something in it that cannot be made again, or a key or a name that others hold on to. */
const KEPT = [
  "azurerm_api_management",
  "azurerm_api_management_subscription",
  "azurerm_cognitive_account",
  "azurerm_key_vault",
  "azurerm_log_analytics_workspace",
  "azurerm_storage_account",
  "azurerm_storage_container",
];
const MIN_DAYS = 7;

export const keptResources: HouseCheck = {
  id: "H-61",
  title: "a stack that protects one resource from destruction protects all that cannot be made again",
  check: (stack) => {
    const kept = stack.ofType(...KEPT);
    return kept.some(isProtected)
      ? [
          ...kept
            .filter((each) => !isProtected(each))
            .map(({ address }) => `${address}: must have prevent_destroy, as others of the stack do`),
          ...stack
            .ofType("azurerm_storage_account")
            .flatMap((account) => unrestorable(stack, account).map((each) => `${account.address}: ${each}`)),
        ]
      : [];
  },
};

function isProtected({ attributes }: SynthesizedResource): boolean {
  return block(attributes.lifecycle)?.prevent_destroy === true;
}

/** Terraform destroys nothing that is protected: what is left is somebody else, and a faulty write. */
function unrestorable(
  stack: SynthesizedStack,
  { address, attributes }: SynthesizedResource,
): readonly string[] {
  const blobs = block(attributes.blob_properties);
  const isLocked = stack
    .ofType("azurerm_management_lock")
    .some(
      (lock) =>
        lock.attributes.scope === `\${${address}.id}` && lock.attributes.lock_level === "CanNotDelete",
    );
  return [
    ...(blobs?.versioning_enabled === true ? [] : ["blob_properties.versioning_enabled must be true"]),
    ...["delete_retention_policy", "container_delete_retention_policy"]
      .filter((name) => !(Number(block(blobs?.[name])?.days) >= MIN_DAYS))
      .map((name) => `blob_properties.${name}.days must be ${MIN_DAYS} at least`),
    ...(isLocked ? [] : ["no management lock CanNotDelete"]),
  ];
}
