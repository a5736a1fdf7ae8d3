import { ManagementLock } from "@cdktf/provider-azurerm/lib/management-lock";
import { StorageAccount } from "@cdktf/provider-azurerm/lib/storage-account";
import { StorageContainer } from "@cdktf/provider-azurerm/lib/storage-container";
import type { TerraformProvider } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { BuiltInRole, type IPrincipal, RoleGrant } from "../identity";
import {
  checkAllowedAddressRanges,
  checkPlacement,
  guardAgainstTemplates,
  KEYLESS_STORAGE,
  NAME_RULES,
  type Placement,
  resourceIdPattern,
  storageProviderProblems,
} from "../private";
import { Problems, type SecurityControl, type SecurityOptOut, SecurityOptOuts } from "../validation";

const CONTROLS: readonly SecurityControl[] = ["state-public-network", "state-locally-redundant"];
const MIN_RETENTION_DAYS = 30;
const MAX_RETENTION_DAYS = 365;

/** Where Terraform keeps its state. */
export interface IStateStorage extends IConstruct {
  /** ARM id of the storage account. @returns a token, unless imported */
  readonly id: string;
  /** Name of the storage account, for the `azurerm` backend. */
  readonly storageAccountName: string;
  /** Name of the container, for the `azurerm` backend. */
  readonly containerName: string;
  /** Lets `principal` read, write and lock the states in the container (Storage Blob Data Contributor). */
  grantReadWrite(principal: IPrincipal): RoleGrant;
}

/** A storage account for the Terraform state. */
export interface StateStorageProps extends Placement {
  /** Name of the storage account: 3 to 24 lower-case letters or digits, unique in all of Azure. */
  readonly storageAccountName: string;
  /** 3 to 63 lower-case letters, digits or single '-'. @default "tfstate" */
  readonly containerName?: string;
  /** Days for which a deleted or overwritten state can be restored, 30 to 365. @default 30 */
  readonly retentionInDays?: number;
  /**
   * Public IPv4 addresses and ranges (CIDR) that may connect. Required by, and only allowed with, the opt-out
   * `state-public-network`. @default - no public address; private endpoints only
   */
  readonly allowedAddressRanges?: readonly string[];
  /**
   * `state-public-network`; `state-locally-redundant`: copies stay in the zones of one region.
   * @default - every control holds
   */
  readonly securityOptOuts?: readonly SecurityOptOut[];
}

/** What is known of a state account that another team owns. */
export interface StateStorageAttributes {
  /** ARM id of the storage account. */
  readonly id: string;
  /** Name of the storage account. */
  readonly storageAccountName: string;
  /** Name of the container. */
  readonly containerName: string;
  /** Provider of the account's subscription. @default - the default azurerm provider of the stack */
  readonly provider?: TerraformProvider;
}

abstract class StateStorageBase extends Construct implements IStateStorage {
  public abstract readonly id: string;
  public abstract readonly storageAccountName: string;
  public abstract readonly containerName: string;
  protected abstract readonly containerId: string;
  protected abstract readonly provider: TerraformProvider | undefined;

  public grantReadWrite(principal: IPrincipal): RoleGrant {
    return RoleGrant.assign({
      grantee: principal,
      role: BuiltInRole.STORAGE_BLOB_DATA_CONTRIBUTOR,
      resource: this,
      resourceId: this.containerId,
      provider: this.provider,
    });
  }
}

/**
 * A storage account for Terraform state, in a stack of its own: state holds secrets, and whoever can write it
 * can change everything that Terraform does. Entra ID only, no public network, every version kept for a
 * while, copies in a second region, and a lock against deletion, which also holds grants in place until it is
 * removed.
 *
 * The provider of the account needs `features: [{ storage: [{ dataPlaneAvailable: false }] }]`, since azurerm would ask
 * the data plane that is closed to it, and with the opt-out `state-public-network` at least `storageUseAzuread: true`,
 * since the account accepts no keys. Both are checked at synthesis.
 *
 * ```ts
 * const state = new StateStorage(this, "state", {
 *   ...place,
 *   storageAccountName: names.storageAccount("state"),
 * });
 * state.grantReadWrite(deployer);
 * ```
 *
 * Source: https://learn.microsoft.com/azure/developer/terraform/store-state-in-azure-storage
 */
export class StateStorage extends StateStorageBase {
  /**
   * A state account that another team owns. Creates no resource by itself.
   *
   * @throws ValidationError if a literal is not the ARM id or name that it should be
   */
  public static fromStateStorageAttributes(
    scope: Construct,
    id: string,
    attributes: StateStorageAttributes,
  ): IStateStorage {
    return new ImportedStateStorage(scope, id, attributes);
  }

  public readonly id: string;
  public readonly storageAccountName: string;
  public readonly containerName: string;
  /** The account itself, for what this class does not offer. */
  public readonly resource: StorageAccount;

  protected readonly containerId: string;
  protected readonly provider: TerraformProvider | undefined;

  /** @throws ValidationError with everything that is wrong with the props */
  public constructor(scope: Construct, id: string, props: StateStorageProps) {
    super(scope, id);
    const { containerName = "tfstate", retentionInDays = MIN_RETENTION_DAYS, provider } = props;
    const problems = new Problems(this);
    const optOuts = new SecurityOptOuts(this, CONTROLS, props.securityOptOuts, problems);
    checkProps(problems, optOuts, { ...props, containerName, retentionInDays });
    problems.throwIfAny();
    guardAgainstTemplates(this);

    const isPublic = optOuts.has("state-public-network");
    this.node.addValidation({ validate: () => storageProviderProblems(this, isPublic, provider) });
    this.provider = provider;
    this.storageAccountName = props.storageAccountName;
    this.containerName = containerName;
    this.resource = new StorageAccount(this, "Resource", {
      name: props.storageAccountName,
      resourceGroupName: props.resourceGroupName,
      location: props.location,
      ...KEYLESS_STORAGE,
      accountReplicationType: optOuts.has("state-locally-redundant") ? "ZRS" : "GZRS",
      publicNetworkAccessEnabled: isPublic,
      // Written even while public access is off, so that switching it on by hand opens nothing.
      networkRules: {
        defaultAction: "Deny",
        bypass: ["None"],
        ipRules: [...(props.allowedAddressRanges ?? [])],
      },
      blobProperties: {
        versioningEnabled: true,
        changeFeedEnabled: true,
        deleteRetentionPolicy: { days: retentionInDays },
        containerDeleteRetentionPolicy: { days: retentionInDays },
      },
      tags: optOuts.tagged(props.tags),
      provider,
    });
    this.id = this.resource.id;
    const container = new StorageContainer(this, "Container", {
      name: containerName,
      storageAccountId: this.id,
      containerAccessType: "private",
      provider,
    });
    this.containerId = container.id;
    new ManagementLock(this, "Lock", {
      name: "terraform-state",
      scope: this.id,
      lockLevel: "CanNotDelete",
      notes: "Terraform state: without it, nothing that it describes can be changed safely",
      dependsOn: [container],
      provider,
    });
  }
}

class ImportedStateStorage extends StateStorageBase {
  public readonly id: string;
  public readonly storageAccountName: string;
  public readonly containerName: string;
  protected readonly containerId: string;
  protected readonly provider: TerraformProvider | undefined;

  public constructor(scope: Construct, id: string, attributes: StateStorageAttributes) {
    super(scope, id);
    const problems = new Problems(this);
    problems.checkPattern(attributes.id, resourceIdPattern("Microsoft.Storage/storageAccounts"), {
      rule: "id must be the ARM id of a storage account",
      remedy: "copy it from the account's properties",
    });
    checkNames(problems, attributes);
    problems.throwIfAny();
    this.id = attributes.id;
    this.storageAccountName = attributes.storageAccountName;
    this.containerName = attributes.containerName;
    this.containerId = `${attributes.id}/blobServices/default/containers/${attributes.containerName}`;
    this.provider = attributes.provider;
  }
}

function checkProps(
  problems: Problems,
  optOuts: SecurityOptOuts,
  props: StateStorageProps & { readonly containerName: string; readonly retentionInDays: number },
): void {
  checkNames(problems, props);
  checkPlacement(problems, props);
  problems.checkRange(props.retentionInDays, MIN_RETENTION_DAYS, MAX_RETENTION_DAYS, {
    rule: `retentionInDays must be ${MIN_RETENTION_DAYS} to ${MAX_RETENTION_DAYS}`,
    remedy: "leave time for a lost state to be noticed",
  });
  checkAllowedAddressRanges(problems, {
    allowedAddressRanges: props.allowedAddressRanges,
    control: "state-public-network",
    optOuts,
    max: 400,
  });
}

function checkNames(
  problems: Problems,
  names: { readonly storageAccountName: string; readonly containerName: string },
): void {
  problems.checkPattern(names.storageAccountName, NAME_RULES.storageAccount.pattern, {
    rule: `storageAccountName must be ${NAME_RULES.storageAccount.words}`,
    remedy: "shorten or change it",
  });
  problems.checkPattern(names.containerName, NAME_RULES.storageContainer.pattern, {
    rule: `containerName must be ${NAME_RULES.storageContainer.words}`,
    remedy: "shorten or change it",
  });
}
