/**
 * Deployment types that azurerm accepts, by what they are billed for and where prompts may be processed.
 *
 * Source: https://learn.microsoft.com/azure/ai-foundry/foundry-models/concepts/deployment-types
 */
const DEPLOYMENT_SKUS = {
  Standard: { provisioned: false, processing: "geography" },
  DataZoneStandard: { provisioned: false, processing: "data zone" },
  GlobalStandard: { provisioned: false, processing: "global" },
  ProvisionedManaged: { provisioned: true, processing: "geography" },
  DataZoneProvisionedManaged: { provisioned: true, processing: "data zone" },
  GlobalProvisionedManaged: { provisioned: true, processing: "global" },
  DataZoneBatch: { provisioned: false, processing: "data zone" },
  GlobalBatch: { provisioned: false, processing: "global" },
} as const;

/**
 * - `Standard`, `ProvisionedManaged`: processed in the Azure geography of the account;
 * - `DataZone…`: in the data zone (EU or US) of the account's region; other regions do not offer it;
 * - `Global…`: in any geography; needs the account's opt-out `account-global-processing`.
 *
 * `…ProvisionedManaged` reserves throughput by the hour, `…Batch` answers within a day, the others bill
 * tokens.
 */
export type DeploymentSku = keyof typeof DEPLOYMENT_SKUS;

/** @internal */
export const DEPLOYMENT_SKU_NAMES = Object.keys(DEPLOYMENT_SKUS) as readonly DeploymentSku[];

/** @internal whether capacity is reserved (PTU) instead of billed by token */
export function isProvisionedSku(sku: DeploymentSku): boolean {
  return DEPLOYMENT_SKUS[sku].provisioned;
}

/** @internal whether prompts may leave the data zone; an unknown SKU is refused elsewhere */
export function isGlobalSku(sku: DeploymentSku): boolean {
  return sku in DEPLOYMENT_SKUS && DEPLOYMENT_SKUS[sku].processing === "global";
}
