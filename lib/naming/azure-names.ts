import { NAME_RULES, REGION, shortenedName } from "../private";
import { type NameRule, Problems } from "../validation";

/** What every name of one environment is made of. */
export interface AzureNamesProps {
  /** What the resources are for: 2 to 20 lower-case letters, digits or single '-', starting with a letter. */
  readonly workload: string;
  /** Stage, such as `dev`, `test` or `prod`: 2 to 8 lower-case letters or digits. */
  readonly environment: string;
  /** Region in its short form, such as `westeurope`. */
  readonly region: string;
  /**
   * What makes names unique that all of Azure shares (API Management, accounts, vaults, storage): 2 to 6
   * lower-case letters or digits. A deleted vault, account or gateway keeps its name for days, so a stack
   * that must come back before that takes a new suffix.
   */
  readonly suffix: string;
}

interface NameKind {
  /**
   * Source:
   * https://learn.microsoft.com/azure/cloud-adoption-framework/ready/azure-best-practices/resource-abbreviations
   */
  readonly abbreviation: string;
  readonly limit: number;
  readonly rule?: NameRule;
  /** The name must be unique in all of Azure, so the suffix is part of it. */
  readonly global?: boolean;
  /** @default "-" */
  readonly separator?: "";
}

const KINDS = {
  resourceGroup: { abbreviation: "rg", limit: 90, rule: NAME_RULES.resourceGroup },
  userAssignedIdentity: { abbreviation: "id", limit: 128, rule: NAME_RULES.userAssignedIdentity },
  apiManagement: { abbreviation: "apim", limit: 50, rule: NAME_RULES.apiManagement, global: true },
  openAiAccount: { abbreviation: "oai", limit: 64, rule: NAME_RULES.customSubdomain, global: true },
  foundryAccount: { abbreviation: "aif", limit: 64, rule: NAME_RULES.customSubdomain, global: true },
  keyVault: { abbreviation: "kv", limit: 24, rule: NAME_RULES.keyVault, global: true },
  storageAccount: {
    abbreviation: "st",
    limit: 24,
    rule: NAME_RULES.storageAccount,
    global: true,
    separator: "",
  },
  eventHubsNamespace: { abbreviation: "evhns", limit: 50, global: true },
  serviceBusNamespace: {
    abbreviation: "sbns",
    limit: 50,
    rule: NAME_RULES.serviceBusNamespace,
    global: true,
  },
  containerAppsEnvironment: { abbreviation: "cae", limit: 60, rule: NAME_RULES.containerAppsEnvironment },
  containerApp: { abbreviation: "ca", limit: 32, rule: NAME_RULES.containerApp },
  managedRedis: { abbreviation: "amr", limit: 60, rule: NAME_RULES.managedRedis, global: true },
  logAnalyticsWorkspace: { abbreviation: "log", limit: 63, rule: NAME_RULES.logAnalyticsWorkspace },
  applicationInsights: { abbreviation: "appi", limit: 260 },
  privateLinkScope: { abbreviation: "ampls", limit: 255 },
  actionGroup: { abbreviation: "ag", limit: 260 },
  virtualNetwork: { abbreviation: "vnet", limit: 64, rule: NAME_RULES.virtualNetwork },
  subnet: { abbreviation: "snet", limit: 80, rule: NAME_RULES.subnet },
  networkSecurityGroup: { abbreviation: "nsg", limit: 80 },
  natGateway: { abbreviation: "ng", limit: 80 },
  publicIp: { abbreviation: "pip", limit: 80 },
  privateEndpoint: { abbreviation: "pep", limit: 64 },
} as const satisfies Record<string, NameKind>;

/**
 * Names of Azure resources, from one place: `<abbreviation>-<workload>-<environment>-<region>[-<purpose>]`,
 * and the suffix at the end of a name that is global. A name over its limit is cut and ends in a hash of the
 * whole name, so that it stays unique and the same on every synthesis.
 *
 * ```ts
 * const names = new AzureNames({
 *   workload: "aigw", environment: "prod", region: "westeurope", suffix: "7f3",
 * });
 * names.apiManagement();                        // apim-aigw-prod-westeurope-7f3
 * names.in("swedencentral").openAiAccount();    // oai-aigw-prod-swedencentral-7f3
 * ```
 *
 * Source: https://learn.microsoft.com/azure/cloud-adoption-framework/ready/azure-best-practices/resource-naming
 */
export class AzureNames {
  /** @throws ValidationError with everything that is wrong with the props */
  public constructor(private readonly props: AzureNamesProps) {
    const problems = new Problems("names");
    problems.checkPattern(props.workload, /^(?=.{2,20}$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, {
      rule: "workload must be 2 to 20 lower-case letters, digits or single '-', starting with a letter",
      remedy: "choose a short name, such as 'aigw'",
    });
    problems.checkPattern(props.environment, /^[a-z0-9]{2,8}$/, {
      rule: "environment must be 2 to 8 lower-case letters or digits",
      remedy: "choose a short stage name, such as 'prod'",
    });
    problems.checkPattern(props.region, REGION.pattern, {
      rule: `region must be ${REGION.words}`,
      remedy: "take the name column of 'az account list-locations'",
    });
    problems.checkPattern(props.suffix, /^[a-z0-9]{2,6}$/, {
      rule: "suffix must be 2 to 6 lower-case letters or digits",
      remedy: "choose any that no other environment has, such as '7f3'",
    });
    problems.throwIfAny();
  }

  /** Region in its short form. */
  public get region(): string {
    return this.props.region;
  }

  /** @returns the same names in another region, for what exists once for each region */
  public in(region: string): AzureNames {
    return new AzureNames({ ...this.props, region });
  }

  /** Up to 90 characters, unique in the subscription. */
  public resourceGroup(purpose?: string): string {
    return this.name(KINDS.resourceGroup, purpose);
  }

  /** Up to 128 characters, unique in the resource group. */
  public userAssignedIdentity(purpose?: string): string {
    return this.name(KINDS.userAssignedIdentity, purpose);
  }

  /** Up to 50 characters, unique in all of Azure; kept for 48 hours after deletion. */
  public apiManagement(purpose?: string): string {
    return this.name(KINDS.apiManagement, purpose);
  }

  /**
   * Up to 64 characters, unique in all of Azure: also the custom subdomain; kept for 48 hours after deletion.
   */
  public openAiAccount(purpose?: string): string {
    return this.name(KINDS.openAiAccount, purpose);
  }

  /** As {@link openAiAccount}, for an account of kind `AIServices`. */
  public foundryAccount(purpose?: string): string {
    return this.name(KINDS.foundryAccount, purpose);
  }

  /** Up to 24 characters, unique in all of Azure; kept for 90 days after deletion. */
  public keyVault(purpose?: string): string {
    return this.name(KINDS.keyVault, purpose);
  }

  /** Up to 24 lower-case letters and digits, unique in all of Azure. */
  public storageAccount(purpose?: string): string {
    return this.name(KINDS.storageAccount, purpose);
  }

  /** Up to 50 characters, unique in all of Azure. */
  public eventHubsNamespace(purpose?: string): string {
    return this.name(KINDS.eventHubsNamespace, purpose);
  }

  /** Up to 50 characters, unique in all of Azure. */
  public serviceBusNamespace(purpose?: string): string {
    return this.name(KINDS.serviceBusNamespace, purpose);
  }

  /** Up to 60 characters, unique in the resource group. */
  public containerAppsEnvironment(purpose?: string): string {
    return this.name(KINDS.containerAppsEnvironment, purpose);
  }

  /** Up to 32 characters, unique in the environment. */
  public containerApp(purpose?: string): string {
    return this.name(KINDS.containerApp, purpose);
  }

  /** Up to 60 characters, unique in the region. */
  public managedRedis(purpose?: string): string {
    return this.name(KINDS.managedRedis, purpose);
  }

  /** Up to 63 characters, unique in the resource group; a deleted workspace of that name is revived. */
  public logAnalyticsWorkspace(purpose?: string): string {
    return this.name(KINDS.logAnalyticsWorkspace, purpose);
  }

  /** Unique in the resource group. */
  public applicationInsights(purpose?: string): string {
    return this.name(KINDS.applicationInsights, purpose);
  }

  /** Azure Monitor private link scope: unique in the resource group. */
  public privateLinkScope(purpose?: string): string {
    return this.name(KINDS.privateLinkScope, purpose);
  }

  /** Unique in the resource group. */
  public actionGroup(purpose?: string): string {
    return this.name(KINDS.actionGroup, purpose);
  }

  /** Up to 64 characters, unique in the resource group. */
  public virtualNetwork(purpose?: string): string {
    return this.name(KINDS.virtualNetwork, purpose);
  }

  /** Up to 80 characters, unique in the virtual network. */
  public subnet(purpose?: string): string {
    return this.name(KINDS.subnet, purpose);
  }

  /** Up to 80 characters, unique in the resource group. */
  public networkSecurityGroup(purpose?: string): string {
    return this.name(KINDS.networkSecurityGroup, purpose);
  }

  /** Up to 80 characters, unique in the resource group. */
  public natGateway(purpose?: string): string {
    return this.name(KINDS.natGateway, purpose);
  }

  /** Up to 80 characters, unique in the resource group. */
  public publicIp(purpose?: string): string {
    return this.name(KINDS.publicIp, purpose);
  }

  /** Up to 64 characters, unique in the resource group. */
  public privateEndpoint(purpose?: string): string {
    return this.name(KINDS.privateEndpoint, purpose);
  }

  private name(kind: NameKind, purpose: string | undefined): string {
    const { workload, environment, region, suffix } = this.props;
    const problems = new Problems("names");
    if (purpose !== undefined) {
      problems.checkPattern(purpose, /^[a-z0-9]+(?:-[a-z0-9]+)*$/, {
        rule: "purpose must be lower-case letters, digits or single '-', with a letter or digit at both ends",
        remedy: "choose a short word, such as 'hub'",
      });
      problems.throwIfAny();
    }
    const separator = kind.separator ?? "-";
    const parts = [kind.abbreviation, workload, environment, region, purpose, kind.global && suffix];
    const whole = parts.filter(Boolean).join("-");
    const full = separator === "-" ? whole : whole.replaceAll("-", separator);
    // The hash is of the name before its separators go, so that `ab-c` and `a-bc` do not meet.
    const name = shortenedName(full, kind.limit, { separator, whole });
    if (kind.rule) {
      problems.checkPattern(name, kind.rule.pattern, {
        rule: `name must be ${kind.rule.words}`,
        remedy: "change the workload or the purpose",
      });
    }
    problems.throwIfAny();
    return name;
  }
}
