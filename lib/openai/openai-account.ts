import { CognitiveAccount } from "@cdktf/provider-azurerm/lib/cognitive-account";
import {
  Annotations,
  dependable,
  type ITerraformDependable,
  type TerraformProvider,
  type TerraformResource,
  TerraformStack,
} from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { AzapiUpdateResource } from "../azapi";
import { BuiltInRole, type IPrincipal, type IWorkloadIdentity, RoleGrant } from "../identity";
import {
  checkAllowedAddressRanges,
  checkResourceGroupName,
  guardAgainstTemplates,
  NAME_RULES,
  REGION,
  resourceIdPattern,
} from "../private";
import { Problems, type SecurityControl, type SecurityOptOut, SecurityOptOuts } from "../validation";
import {
  checkContentFilter,
  ContentFilter,
  type ContentFilterOptions,
  type IContentFilter,
} from "./content-filter";
import { dataZoneOf } from "./data-zone";
import { type DeploymentSku, isGlobalSku, isProvisionedSku, skuWithoutDataZone } from "./deployment-sku";
import { FoundryModelsRole } from "./foundry-models-role";
import {
  checkModelDeployment,
  type IModelDeployment,
  ModelDeployment,
  type ModelDeploymentOptions,
  OPENAI_FORMAT,
} from "./model-deployment";
import { checkLifecycle, warnOfRetirement } from "./model-lifecycle";

/** An Azure OpenAI account (or Azure AI services account with OpenAI models). */
export interface IOpenAiAccount extends IConstruct {
  /** ARM id: scope of roles, target of private endpoints. @returns a token, unless imported */
  readonly id: string;
  /** Name in Azure. */
  readonly name: string;
  /** Data-plane URL as Azure reports it, with a slash at its end. @returns a token, unless imported */
  readonly endpoint: string;
  /**
   * URL below which the data-plane API lies, always a literal: `https://<subdomain>.openai.azure.com/openai`.
   * Scanners and route checks read it, which they could not in a token.
   */
  readonly openAiBaseUrl: string;
  /** Azure region, always a literal. */
  readonly location: string;
  /** Models that it serves, in the order in which they were added. */
  readonly deployments: readonly IModelDeployment[];

  /**
   * Lets `grantee` call the models: `Cognitive Services OpenAI User` on this account and nothing else. Models of other
   * publishers than OpenAI take a role beside it, which is made for this account and has the data actions of their
   * inference alone.
   *
   * @returns the grant, to make a workload wait for it
   */
  grantInvoke(grantee: IPrincipal): RoleGrant;

  /**
   * Creates `resources` only once the account and all its deployments exist, those added later included. A
   * private endpoint must wait like that: Azure refuses it while the account is still being written to.
   */
  deployBefore(...resources: TerraformResource[]): void;
}

/** An Azure OpenAI account. */
export interface OpenAiAccountProps {
  /** Name in Azure: 2 to 64 letters, digits or '-'. */
  readonly name: string;
  /** Name, not id, of an existing resource group. */
  readonly resourceGroupName: string;
  /** Azure region in its short form, such as `westeurope`; a literal. */
  readonly location: string;
  /**
   * `AIServices` also serves models of other publishers. It counts when the account is created; a plan shows no
   * later change, since Azure itself turns accounts of kind `OpenAI` into `AIServices`, and azurerm before 4.56
   * would replace them with everything in them. @default "OpenAI"
   */
  readonly kind?: "OpenAI" | "AIServices";
  /**
   * Whether Azure may turn the account into one of kind `AIServices` by itself. `Disabled` opts out and
   * `Enabled` takes that back; leaving it out later changes nothing. In preview at Azure; needs an
   * `AzapiProvider` in the stack.
   *
   * Source: https://learn.microsoft.com/azure/foundry/how-to/upgrade-azure-openai-auto
   *
   * @default - Azure decides, and tells the owner of the subscription before
   */
  readonly foundryAutoUpgrade?: "Enabled" | "Disabled";
  /**
   * First label of the account's host name, unique in Azure; a literal. Entra tokens and private endpoints
   * need it. A change replaces the account. @default - `name` in lower case
   */
  readonly customSubdomainName?: string;
  /**
   * Identity of the account itself, for its own access to keys and storage; not the identity that calls it.
   * @default - a system-assigned one
   */
  readonly identity?: IWorkloadIdentity;
  /**
   * Key Vault key that encrypts the account's data, by its versionless id. Needs `identity`, with rights on
   * the key. @default - a key that Microsoft manages
   */
  readonly customerManagedKeyId?: string;
  /**
   * Hosts that the account may call, for example for image URLs in prompts or data sources.
   * @default - its own host only, which is as good as none: the scanners' rule CKV_AZURE_247 refuses an empty
   * list
   */
  readonly allowedOutboundFqdns?: readonly string[];
  /**
   * Public IPv4 addresses and ranges (CIDR) that may connect. Required by, and only allowed with, the opt-out
   * `account-public-network`. @default - no public address; private endpoints only
   */
  readonly allowedAddressRanges?: readonly string[];
  /** Tags of the account. @default - no tags but those of the stack */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * Weakens `account-public-network`, `account-local-auth` (with `expires`), `account-outbound` or
   * `account-global-processing`. @default - every control holds
   */
  readonly securityOptOuts?: readonly SecurityOptOut[];
  /** Provider of the account's subscription. @default - the default azurerm provider of the stack */
  readonly provider?: TerraformProvider;
}

/** What is known of an account made elsewhere. */
export interface OpenAiAccountAttributes {
  /** ARM id of the account. */
  readonly id: string;
  /** Name in Azure. */
  readonly name: string;
  /** First label of the account's host name; a literal. */
  readonly customSubdomainName: string;
  /** Azure region in its short form; a literal. */
  readonly location: string;
  /** Its deployments: only those listed can be routed to. */
  readonly deployments: readonly Omit<IModelDeployment, "isProvisioned">[];
}

const CONTROLS: readonly SecurityControl[] = [
  "account-public-network",
  "account-local-auth",
  "account-outbound",
  "account-global-processing",
];
/**
 * What Azure sets when it upgrades an account. azurerm would replace the account to set it back.
 *
 * Source: https://learn.microsoft.com/azure/foundry/how-to/upgrade-azure-openai
 */
const SET_BY_UPGRADES = ["kind", "project_management_enabled"] as const;
const ACCOUNT_ID = resourceIdPattern("Microsoft.CognitiveServices/accounts");
/** Key of Key Vault or Managed HSM, without version: a new version of the key is then followed. */
const VERSIONLESS_KEY_ID =
  /^https:\/\/[a-z0-9-]+\.(?:vault|managedhsm)\.azure\.net\/keys\/[0-9a-zA-Z-]{1,127}$/;
/** Addresses and ranges that Azure lets one account name. */
const MAX_IP_RULES = 100;
const FQDN = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i;

abstract class OpenAiAccountBase extends Construct implements IOpenAiAccount {
  public abstract readonly id: string;
  public abstract readonly name: string;
  public abstract readonly endpoint: string;
  public abstract readonly openAiBaseUrl: string;
  public abstract readonly location: string;
  public abstract readonly deployments: readonly IModelDeployment[];
  /** Provider of the account, for what grants create in its stack. */
  protected readonly provider?: TerraformProvider;
  /** Name, unique in the tenant, of the role for models of other publishers. */
  protected abstract readonly foundryModelsRoleName: string;

  private readonly callers = new Set<IPrincipal>();
  private foundryModelsRole?: FoundryModelsRole;

  public grantInvoke(grantee: IPrincipal): RoleGrant {
    this.callers.add(grantee);
    const { assignments } = RoleGrant.assign({
      grantee,
      role: BuiltInRole.COGNITIVE_SERVICES_OPENAI_USER,
      resource: this,
      resourceId: this.id,
      provider: this.provider,
    });
    return RoleGrant.of(...assignments, ...this.grantOtherFormats(grantee));
  }

  /** For deployments that are added once callers have been let in. */
  protected grantOtherFormatsToCallers(): void {
    this.callers.forEach((caller) => this.grantOtherFormats(caller));
  }

  private grantOtherFormats(grantee: IPrincipal): readonly TerraformResource[] {
    if (this.deployments.every(({ modelFormat = OPENAI_FORMAT }) => modelFormat === OPENAI_FORMAT)) {
      return [];
    }
    this.foundryModelsRole ??= new FoundryModelsRole(this, "FoundryModelsRole", {
      accountId: this.id,
      name: this.foundryModelsRoleName,
      provider: this.provider,
    });
    return this.foundryModelsRole.assignTo(grantee, this).assignments;
  }

  public abstract deployBefore(...resources: TerraformResource[]): void;
}

/**
 * An account that accepts Entra tokens only, from private networks only, and whose models are pinned and
 * filtered.
 *
 * ```ts
 * const openai = new OpenAiAccount(this, "openai", { ...place, name: "oai-claims-prod" });
 * openai.addDeployment("chat", { model: "gpt-5.4", modelVersion: "2026-03-05", capacity: 50 });
 * openai.grantInvoke(app);
 * ```
 *
 * Source: https://learn.microsoft.com/azure/ai-foundry/openai/how-to/managed-identity
 */
export class OpenAiAccount extends OpenAiAccountBase {
  /**
   * An account made elsewhere. Creates no resource.
   *
   * @throws ValidationError if the subdomain, region or a deployment is not one that Azure takes, or a model is retired
   */
  public static fromOpenAiAccountAttributes(
    scope: Construct,
    id: string,
    attributes: OpenAiAccountAttributes,
  ): IOpenAiAccount {
    const problems = new Problems(scope, id);
    problems.checkPattern(attributes.id, ACCOUNT_ID, {
      rule: "id must be the ARM id of a Cognitive Services account",
      remedy: "copy it from the account's properties",
    });
    checkPlace(problems, attributes);
    for (const deployment of attributes.deployments) {
      checkModelDeployment(problems, deployment);
      checkLifecycle(problems, scope, deployment);
    }
    checkUnique(
      problems,
      attributes.deployments.map(({ name }) => name),
    );
    problems.throwIfAny();
    const account = new ImportedOpenAiAccount(scope, id, attributes);
    attributes.deployments.forEach((deployment) => warnOfRetirement(account, deployment));
    return account;
  }

  public readonly id: string;
  public readonly name: string;
  public readonly endpoint: string;
  public readonly openAiBaseUrl: string;
  public readonly location: string;
  /** The account itself, for what this class does not offer. */
  public readonly resource: CognitiveAccount;

  protected override readonly provider?: TerraformProvider;
  protected override readonly foundryModelsRoleName: string;
  private readonly kind: NonNullable<OpenAiAccountProps["kind"]>;
  private readonly optOuts: SecurityOptOuts;
  private readonly modelDeployments: ModelDeployment[] = [];
  private readonly waiting: TerraformResource[] = [];
  private strictContentFilter?: IContentFilter;
  private warnedOfRegion = false;
  private readonly upgradeSetting?: AzapiUpdateResource;
  /** The last of the account's children: the next one waits for it. */
  private lastWrite?: TerraformResource;

  /** @throws ValidationError with everything that is wrong with `props` */
  public constructor(scope: Construct, id: string, props: OpenAiAccountProps) {
    super(scope, id);
    const { kind = "OpenAI", customSubdomainName = props.name.toLowerCase() } = props;
    const problems = new Problems(this);
    this.optOuts = new SecurityOptOuts(this, CONTROLS, props.securityOptOuts, problems);
    checkProps(problems, this.optOuts, { ...props, customSubdomainName });
    problems.throwIfAny();
    guardAgainstTemplates(this);

    this.kind = kind;
    this.provider = props.provider;
    this.location = props.location;
    this.openAiBaseUrl = openAiBaseUrl(customSubdomainName);
    this.foundryModelsRoleName = `Foundry models of ${customSubdomainName}`;
    const isPublic = this.optOuts.has("account-public-network");
    const isOutboundOpen = this.optOuts.has("account-outbound");
    this.resource = new CognitiveAccount(this, "Resource", {
      name: props.name,
      resourceGroupName: props.resourceGroupName,
      location: props.location,
      kind,
      skuName: "S0",
      customSubdomainName,
      localAuthEnabled: this.optOuts.has("account-local-auth"),
      publicNetworkAccessEnabled: isPublic,
      // Written even while public access is off, so that switching it on by hand opens nothing.
      networkAcls: { defaultAction: "Deny", ipRules: [...(props.allowedAddressRanges ?? [])] },
      outboundNetworkAccessRestricted: !isOutboundOpen,
      fqdns: isOutboundOpen
        ? undefined
        : [...(props.allowedOutboundFqdns ?? [`${customSubdomainName}.openai.azure.com`])],
      identity: props.identity
        ? { type: "UserAssigned", identityIds: [props.identity.id] }
        : { type: "SystemAssigned" },
      customerManagedKey: props.customerManagedKeyId
        ? { keyVaultKeyId: props.customerManagedKeyId, identityClientId: props.identity?.clientId }
        : undefined,
      tags: this.optOuts.tagged(props.tags),
      provider: props.provider,
      lifecycle: { ignoreChanges: [...SET_BY_UPGRADES] },
    });
    this.id = this.resource.id;
    this.name = props.name;
    this.endpoint = this.resource.endpoint;
    if (props.foundryAutoUpgrade) {
      this.upgradeSetting = new AzapiUpdateResource(this, "FoundryAutoUpgrade", {
        type: "Microsoft.CognitiveServices/accounts@2026-01-15-preview",
        resourceId: this.id,
        body: { properties: { foundryAutoUpgrade: { mode: props.foundryAutoUpgrade } } },
      });
      this.lastWrite = this.upgradeSetting;
    }
  }

  public get deployments(): readonly IModelDeployment[] {
    return [...this.modelDeployments];
  }

  /**
   * Deploys a model.
   *
   * @param name name of the deployment, which clients and routes use: 2 to 64 letters, digits, '-', '_' or
   * '.'
   * @throws ValidationError if the name is taken, the model is retired or of another publisher than the account's kind
   * serves, the SKU is global without the opt-out or not offered in the region, or a value is not one that Azure takes
   */
  public addDeployment(name: string, options: ModelDeploymentOptions): ModelDeployment {
    const id = `deployment-${name}`;
    const { sku = "DataZoneStandard", modelFormat = OPENAI_FORMAT } = options;
    const problems = new Problems(this, id);
    checkModelDeployment(problems, { ...options, name, sku });
    checkLifecycle(problems, this, { ...options, name });
    checkUnique(problems, [...this.modelDeployments.map((deployment) => deployment.name), name]);
    problems.check(this.kind === "AIServices" || modelFormat === OPENAI_FORMAT, {
      rule: "an account of kind OpenAI serves models of format OpenAI only",
      value: modelFormat,
      remedy: 'set kind: "AIServices" on the account',
    });
    problems.check(!isGlobalSku(sku) || this.optOuts.has("account-global-processing"), {
      rule: "prompts must be processed in the data zone of the account's region",
      value: sku,
      remedy: "choose a DataZone SKU, or give the account the opt-out 'account-global-processing'",
    });
    checkDataZone(problems, this.location, sku);
    const filterAccount = options.contentFilter?.node.scope;
    problems.check(filterAccount === undefined || filterAccount === this, {
      rule: "contentFilter must be one of the same account",
      value: options.contentFilter?.node.path,
      remedy: "add one to this account with addContentFilter",
    });
    problems.throwIfAny();
    this.warnOfUnknownRegion(sku);
    warnOfRetirement(this, { ...options, name });

    const contentFilter = options.contentFilter ?? this.strictFilter();
    const deployment = new ModelDeployment(this, id, {
      ...options,
      name,
      contentFilter,
      cognitiveAccountId: this.id,
      dependsOn: this.previousWrites(),
      provider: this.provider,
    });
    this.modelDeployments.push(deployment);
    this.grantOtherFormatsToCallers();
    this.lastWrite = deployment.resource;
    this.waiting.forEach((resource) => waitFor(resource, deployment.resource));
    return deployment;
  }

  /**
   * Adds a content filter for deployments of this account. Without one, deployments get a filter named
   * `strict` that blocks harm from medium severity on, attacks and protected material.
   *
   * @param name name of the filter, which is taken by one filter only
   * @throws ValidationError if the name is taken or not one that Azure takes
   */
  public addContentFilter(name: string, options: ContentFilterOptions = {}): ContentFilter {
    const id = `content-filter-${name}`;
    const problems = new Problems(this, id);
    checkContentFilter(problems, name, options);
    problems.check(this.node.tryFindChild(id) === undefined, {
      rule: "names of content filters must be unique on an account",
      value: name,
      remedy: "choose another name, or use the filter that exists",
    });
    problems.throwIfAny();
    const filter = new ContentFilter(this, id, {
      ...options,
      name,
      cognitiveAccountId: this.id,
      dependsOn: this.previousWrites(),
      provider: this.provider,
    });
    this.lastWrite = filter.resource;
    return filter;
  }

  public deployBefore(...resources: TerraformResource[]): void {
    for (const resource of resources) {
      const upgrade = this.upgradeSetting ? [this.upgradeSetting] : [];
      const deployments = this.modelDeployments.map((deployment) => deployment.resource);
      [this.resource, ...upgrade, ...deployments].forEach((earlier) => waitFor(resource, earlier));
      this.waiting.push(resource);
    }
  }

  /** Once for an account: all its deployments are in its region. */
  private warnOfUnknownRegion(sku: DeploymentSku): void {
    const known = skuWithoutDataZone(sku) === undefined || dataZoneOf(this.location) !== "unknown";
    if (known || this.warnedOfRegion) {
      return;
    }
    this.warnedOfRegion = true;
    Annotations.of(this).addWarning(
      `region '${this.location}' is not known here, and ${sku} exists in the EU and the US only: check the region with ` +
        `'az account list-locations', or choose ${String(skuWithoutDataZone(sku))}`,
    );
  }

  private strictFilter(): IContentFilter {
    this.strictContentFilter ??= this.addContentFilter("strict");
    return this.strictContentFilter;
  }

  /**
   * Children of an account are created one after another. Azure answers 409 to concurrent writes on one
   * account; azurerm waits for its own lock on it, but a waiting deployment uses up its time limit meanwhile,
   * and the order would differ from run to run. Other stacks and azapi do not know that lock: make them wait
   * with {@link deployBefore}.
   */
  private previousWrites(): ITerraformDependable[] {
    return this.lastWrite ? [this.lastWrite] : [];
  }
}

class ImportedOpenAiAccount extends OpenAiAccountBase {
  public readonly id: string;
  public readonly name: string;
  public readonly endpoint: string;
  public readonly openAiBaseUrl: string;
  public readonly location: string;
  public readonly deployments: readonly IModelDeployment[];
  protected readonly foundryModelsRoleName: string;

  public constructor(scope: Construct, id: string, attributes: OpenAiAccountAttributes) {
    super(scope, id);
    // Each stack that lets callers in makes a role of its own.
    this.foundryModelsRoleName = `Foundry models of ${attributes.customSubdomainName} for ${TerraformStack.of(this).node.id}`;
    this.id = attributes.id;
    this.name = attributes.name;
    this.location = attributes.location;
    this.openAiBaseUrl = openAiBaseUrl(attributes.customSubdomainName);
    this.endpoint = this.openAiBaseUrl.replace(/openai$/, "");
    this.deployments = attributes.deployments.map((deployment) => ({
      ...deployment,
      isProvisioned: isProvisionedSku(deployment.sku),
    }));
  }

  /** Does nothing: the account exists, with its deployments, before any resource of this app. */
  public deployBefore(): void {
    return;
  }
}

/** Both kinds of account answer the OpenAI API at this host. */
function openAiBaseUrl(customSubdomainName: string): string {
  return `https://${customSubdomainName}.openai.azure.com/openai`;
}

function waitFor(resource: TerraformResource, earlier: TerraformResource): void {
  const stack = TerraformStack.of(resource);
  const earlierStack = TerraformStack.of(earlier);
  if (stack === earlierStack) {
    resource.dependsOn = [...(resource.dependsOn ?? []), dependable(earlier)];
  } else {
    stack.addDependency(earlierStack);
  }
}

function checkProps(
  problems: Problems,
  optOuts: SecurityOptOuts,
  props: OpenAiAccountProps & { readonly customSubdomainName: string },
): void {
  checkResourceGroupName(problems, props.resourceGroupName);
  checkPlace(problems, props);
  checkNetwork(problems, optOuts, props);
  const localAuth = props.securityOptOuts?.find(({ control }) => control === "account-local-auth");
  problems.check(localAuth === undefined || localAuth.expires !== undefined, {
    rule: "opt-out 'account-local-auth' must end",
    remedy: "set expires: keys that open the account to everyone who reads them are a stopgap",
  });
  const { kind = "OpenAI", foundryAutoUpgrade } = props;
  problems.check(foundryAutoUpgrade === undefined || ["Enabled", "Disabled"].includes(foundryAutoUpgrade), {
    rule: "foundryAutoUpgrade must be Enabled or Disabled",
    value: foundryAutoUpgrade,
    remedy: "leave it out to let Azure decide",
  });
  problems.check(foundryAutoUpgrade === undefined || kind === "OpenAI", {
    rule: "foundryAutoUpgrade is for accounts of kind OpenAI",
    value: kind,
    remedy: "leave it out: an account of this kind is what the upgrade would make of it",
  });
  problems.check(props.customerManagedKeyId === undefined || props.identity !== undefined, {
    rule: "customerManagedKeyId needs identity",
    remedy: "give a WorkloadIdentity with rights on the key: a system-assigned one would exist too late",
  });
  if (props.customerManagedKeyId === undefined) {
    return;
  }
  problems.checkPattern(props.customerManagedKeyId, VERSIONLESS_KEY_ID, {
    rule: "customerManagedKeyId must be the id of a key without its version",
    remedy: "write it as in https://<vault>.vault.azure.net/keys/<key>",
  });
}

function checkNetwork(problems: Problems, optOuts: SecurityOptOuts, props: OpenAiAccountProps): void {
  const { allowedAddressRanges, allowedOutboundFqdns } = props;
  checkAllowedAddressRanges(problems, {
    allowedAddressRanges,
    control: "account-public-network",
    optOuts,
    max: MAX_IP_RULES,
  });
  if (allowedOutboundFqdns === undefined) {
    return;
  }
  problems.check(!optOuts.has("account-outbound"), {
    rule: "allowedOutboundFqdns has no effect with the opt-out 'account-outbound'",
    value: allowedOutboundFqdns,
    remedy: "remove the opt-out to restrict outbound calls to these hosts",
  });
  problems.check(allowedOutboundFqdns.length > 0, {
    rule: "allowedOutboundFqdns must not be empty",
    remedy: "leave it out: then the account may call its own host only",
  });
  for (const fqdn of allowedOutboundFqdns) {
    problems.checkPattern(fqdn, FQDN, {
      rule: "allowedOutboundFqdns must be host names",
      remedy: "name one host, without scheme, port, path or wildcard",
    });
  }
}

/** What must be known at synthesis: the URL and region from which routes are built. */
function checkPlace(
  problems: Problems,
  {
    name,
    customSubdomainName,
    location,
  }: Pick<OpenAiAccountAttributes, "name" | "customSubdomainName" | "location">,
): void {
  problems.checkPattern(name, NAME_RULES.cognitiveAccount.pattern, {
    rule: `name must be ${NAME_RULES.cognitiveAccount.words}`,
    remedy: "shorten or change it",
  });
  problems.checkLiteral(customSubdomainName, NAME_RULES.customSubdomain.pattern, {
    rule: `customSubdomainName must be a literal of ${NAME_RULES.customSubdomain.words}`,
    remedy: "set customSubdomainName: it becomes part of URLs that are checked at synthesis",
  });
  problems.checkLiteral(location, REGION.pattern, {
    rule: `location must be a literal: ${REGION.words}`,
    remedy: "write it in lower case without blanks",
  });
}

/** Azure says so only once the account exists: some 40 minutes into the deployment. */
function checkDataZone(problems: Problems, location: string, sku: DeploymentSku): void {
  const elsewhere = skuWithoutDataZone(sku);
  problems.check(elsewhere === undefined || dataZoneOf(location) !== "none", {
    rule: `region '${location}' lies in no data zone: those exist in the EU and the US only`,
    value: sku,
    remedy: `set sku: "${elsewhere}", or move the account to a region of a data zone`,
  });
}

function checkUnique(problems: Problems, names: readonly string[]): void {
  const lowerCase = names.map((name) => name.toLowerCase());
  for (const name of names.filter((_, index) => lowerCase.indexOf(lowerCase[index] ?? "") !== index)) {
    problems.add({
      rule: "names of deployments must be unique on an account, without regard to case",
      value: name,
      remedy: "give each deployment its own name",
    });
  }
}
