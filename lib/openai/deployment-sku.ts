interface DeploymentSkuRules {
  readonly provisioned: boolean;
  readonly processing: "geography" | "data zone" | "global";
  /** SKU for regions without a data zone, billed in the same way. */
  readonly elsewhere?: string;
}

/**
 * Deployment types that azurerm accepts, by what they are billed for and where prompts may be processed.
 *
 * Source: https://learn.microsoft.com/azure/ai-foundry/foundry-models/concepts/deployment-types
 */
const DEPLOYMENT_SKUS = {
  Standard: { provisioned: false, processing: "geography" },
  DataZoneStandard: { provisioned: false, processing: "data zone", elsewhere: "Standard" },
  GlobalStandard: { provisioned: false, processing: "global" },
  ProvisionedManaged: { provisioned: true, processing: "geography" },
  DataZoneProvisionedManaged: {
    provisioned: true,
    processing: "data zone",
    elsewhere: "ProvisionedManaged",
  },
  GlobalProvisionedManaged: { provisioned: true, processing: "global" },
  // No batch is processed in the region of its account.
  DataZoneBatch: { provisioned: false, processing: "data zone", elsewhere: "GlobalBatch" },
  GlobalBatch: { provisioned: false, processing: "global" },
} as const satisfies Record<string, DeploymentSkuRules>;

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

/** Whether capacity is reserved (PTU) instead of billed by token. */
export function isProvisionedSku(sku: DeploymentSku): boolean {
  return DEPLOYMENT_SKUS[sku].provisioned;
}

/** @internal whether prompts may leave the data zone; an unknown SKU is refused elsewhere */
export function isGlobalSku(sku: DeploymentSku): boolean {
  return sku in DEPLOYMENT_SKUS && DEPLOYMENT_SKUS[sku].processing === "global";
}

/** @internal SKU for regions without a data zone, if `sku` needs one; an unknown SKU is refused elsewhere */
export function skuWithoutDataZone(sku: DeploymentSku): string | undefined {
  const rules: DeploymentSkuRules | undefined = DEPLOYMENT_SKUS[sku];
  return rules?.elsewhere;
}
