import { ApplicationInsights } from "@cdktf/provider-azurerm/lib/application-insights";
import { LogAnalyticsWorkspace } from "@cdktf/provider-azurerm/lib/log-analytics-workspace";
import { MonitorPrivateLinkScopedService } from "@cdktf/provider-azurerm/lib/monitor-private-link-scoped-service";
import { type TerraformProvider, Token } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { BuiltInRole, type IPrincipal, RoleGrant } from "../identity";
import {
  checkPlacement,
  guardAgainstTemplates,
  NAME_RULES,
  type Placement,
  resourceIdPattern,
  subscriptionProblem,
} from "../private";
import { describeProblem, GUID, Problems, type SecurityOptOut, SecurityOptOuts } from "../validation";
import { DiagnosticSetting } from "./diagnostic-setting";
import type { DiagnosticTarget } from "./diagnostic-target";
import { type IPrivateLinkScope, PrivateLinkScope } from "./private-link-scope";

const MIN_RETENTION_DAYS = 90;
const MAX_RETENTION_DAYS = 730;

/** Where logs, metrics and traces go, and who may send them. */
export interface ITelemetry extends IConstruct {
  /** ARM id of the Log Analytics workspace. @returns a token, unless imported */
  readonly logAnalyticsWorkspaceId: string;
  /** Workspace id, the GUID by which the workspace is queried. @default - not known */
  readonly workspaceGuid?: string;
  /** ARM id of the Application Insights component. @returns a token, unless imported */
  readonly applicationInsightsId: string;
  /**
   * Where a sender finds the component. Names no credential that would be accepted, because local
   * authentication is off: the sender needs {@link grantPublishMetrics}. @returns a token that Terraform
   * treats as sensitive
   */
  readonly applicationInsightsConnectionString: string;
  /** Lets `principal` query the workspace, all of its tables (Log Analytics Reader). */
  grantQuery(principal: IPrincipal): RoleGrant;
  /** Lets `principal` send traces and metrics to Application Insights (Monitoring Metrics Publisher). */
  grantPublishMetrics(principal: IPrincipal): RoleGrant;
  /**
   * Sends what `target` logs to the workspace.
   *
   * @param id construct id, below this construct
   */
  addDiagnosticSetting(id: string, target: DiagnosticTarget): DiagnosticSetting;
}

/** A Log Analytics workspace, and Application Insights on top of it. */
export interface TelemetryProps extends Placement {
  /** Log Analytics workspace: 4 to 63 letters, digits or '-'. */
  readonly workspaceName: string;
  /** Application Insights component: 1 to 260 characters. */
  readonly applicationInsightsName: string;
  /**
   * Scope through which private networks reach it. Networks that share DNS share one scope: where the hub has
   * one, give it.
   *
   * @default - a scope of its own, of the workspace's name; none with opt-out `telemetry-public-network`
   */
  readonly privateLinkScope?: IPrivateLinkScope;
  /** Days for which logs are kept, 90 to 730. @default 90 */
  readonly retentionInDays?: number;
  /**
   * GB a day after which the workspace stops taking logs and traces, audit records included: without it, whoever sends
   * requests decides what they cost. Choose more than clients at their limits make, and add a `DailyQuotaAlert`: a
   * quota is also a way to switch the audit trail off from outside.
   *
   * @default - no limit
   */
  readonly dailyQuotaGb?: number;
  /**
   * `telemetry-public-network`: ingestion and queries are possible from public networks, still with Entra ID
   * only.
   *
   * @default - none
   */
  readonly securityOptOuts?: readonly SecurityOptOut[];
}

/** What is known of telemetry that another team owns. */
export interface TelemetryAttributes {
  /** ARM id of the Log Analytics workspace. */
  readonly logAnalyticsWorkspaceId: string;
  /** Workspace id, the GUID by which the workspace is queried. @default - nothing can ask what was spent */
  readonly workspaceGuid?: string;
  /** ARM id of the Application Insights component. */
  readonly applicationInsightsId: string;
  /** Connection string of the component: better a data source's token than a literal. */
  readonly applicationInsightsConnectionString: string;
  /** Provider for the diagnostic settings. @default - the default azurerm provider of the stack */
  readonly provider?: TerraformProvider;
}

abstract class TelemetryBase extends Construct implements ITelemetry {
  public abstract readonly logAnalyticsWorkspaceId: string;
  public abstract readonly workspaceGuid?: string;
  public abstract readonly applicationInsightsId: string;
  public abstract readonly applicationInsightsConnectionString: string;
  protected abstract readonly provider: TerraformProvider | undefined;

  public grantPublishMetrics(principal: IPrincipal): RoleGrant {
    return RoleGrant.assign({
      grantee: principal,
      role: BuiltInRole.MONITORING_METRICS_PUBLISHER,
      resource: this,
      resourceId: this.applicationInsightsId,
      provider: this.provider,
    });
  }

  public grantQuery(principal: IPrincipal): RoleGrant {
    return RoleGrant.assign({
      grantee: principal,
      role: BuiltInRole.LOG_ANALYTICS_READER,
      resource: this,
      resourceId: this.logAnalyticsWorkspaceId,
      provider: this.provider,
    });
  }

  public addDiagnosticSetting(id: string, target: DiagnosticTarget): DiagnosticSetting {
    return new DiagnosticSetting(this, id, {
      target,
      logAnalyticsWorkspaceId: this.logAnalyticsWorkspaceId,
      provider: this.provider,
    });
  }
}

/**
 * Log Analytics and Application Insights without keys: senders and readers prove themselves with Entra ID,
 * from private networks only. Resource logs of Azure services arrive over Azure's own network either way.
 *
 * ```ts
 * const telemetry = new Telemetry(this, "telemetry", {
 *   ...place,
 *   workspaceName: names.logAnalyticsWorkspace(),
 *   applicationInsightsName: names.applicationInsights(),
 * });
 * telemetry.addDiagnosticSetting("vault", DiagnosticTarget.keyVault(vault));
 * telemetry.grantPublishMetrics(gatewayIdentity);
 * ```
 *
 * Source: https://learn.microsoft.com/azure/azure-monitor/fundamentals/private-link-security
 */
export class Telemetry extends TelemetryBase {
  /**
   * Telemetry that another team owns. Creates no resource by itself.
   *
   * @throws ValidationError if a literal is not the ARM id that it should be
   */
  public static fromTelemetryAttributes(
    scope: Construct,
    id: string,
    attributes: TelemetryAttributes,
  ): ITelemetry {
    return new ImportedTelemetry(scope, id, attributes);
  }

  public readonly logAnalyticsWorkspaceId: string;
  public readonly workspaceGuid: string;
  public readonly applicationInsightsId: string;
  public readonly applicationInsightsConnectionString: string;
  /** The workspace itself, for what this class does not offer. */
  public readonly workspace: LogAnalyticsWorkspace;
  /** The component itself, for what this class does not offer. */
  public readonly applicationInsights: ApplicationInsights;
  /**
   * Target of the private endpoint through which networks send and query.
   *
   * @default - none: public networks are let in, which takes an opt-out
   */
  public readonly privateLinkScope?: IPrivateLinkScope;

  protected readonly provider: TerraformProvider | undefined;

  /** @throws ValidationError with everything that is wrong with the props */
  public constructor(scope: Construct, id: string, props: TelemetryProps) {
    super(scope, id);
    const problems = new Problems(this);
    const optOuts = new SecurityOptOuts(this, ["telemetry-public-network"], props.securityOptOuts, problems);
    checkProps(problems, props);
    const publicNetwork = optOuts.has("telemetry-public-network");
    problems.check(!publicNetwork || !props.privateLinkScope, {
      rule: "a private link scope has no effect together with opt-out 'telemetry-public-network'",
      remedy: "remove one of them",
    });
    problems.throwIfAny();
    guardAgainstTemplates(this);

    const { resourceGroupName, location, tags, provider } = props;
    this.provider = provider;
    // Left out where it would say what holds anyway: azurerm 5 has other names for these arguments.
    const closed = publicNetwork ? undefined : false;
    this.workspace = new LogAnalyticsWorkspace(this, "Workspace", {
      name: props.workspaceName,
      resourceGroupName,
      location,
      sku: "PerGB2018",
      retentionInDays: props.retentionInDays ?? MIN_RETENTION_DAYS,
      dailyQuotaGb: props.dailyQuotaGb,
      localAuthenticationEnabled: false,
      internetIngestionEnabled: closed,
      internetQueryEnabled: closed,
      tags,
      provider,
    });
    this.applicationInsights = new ApplicationInsights(this, "ApplicationInsights", {
      name: props.applicationInsightsName,
      resourceGroupName,
      location,
      applicationType: "web",
      workspaceId: this.workspace.id,
      localAuthenticationDisabled: true,
      internetIngestionEnabled: closed,
      internetQueryEnabled: closed,
      tags,
      provider,
    });
    this.logAnalyticsWorkspaceId = this.workspace.id;
    this.workspaceGuid = this.workspace.workspaceId;
    this.applicationInsightsId = this.applicationInsights.id;
    this.applicationInsightsConnectionString = this.applicationInsights.connectionString;
    if (!publicNetwork) {
      this.privateLinkScope =
        props.privateLinkScope ??
        new PrivateLinkScope(this, "PrivateLinkScope", {
          name: props.workspaceName,
          resourceGroupName,
          tags,
          provider,
        });
      this.joinPrivateLinkScope(this.privateLinkScope, props);
    }
  }

  /** A scope takes one change at a time and answers 409 to a second: one link waits for the other. */
  private joinPrivateLinkScope(scope: IPrivateLinkScope, props: TelemetryProps): void {
    this.node.addValidation({
      validate: () => {
        const problem = subscriptionProblem(this, {
          what: "the private link scope",
          id: scope.id,
          provider: this.provider,
          remedy: "name a scope of the subscription of the telemetry, or leave privateLinkScope out",
        });
        return problem ? [describeProblem(problem)] : [];
      },
    });
    const target = {
      scopeName: scope.name,
      resourceGroupName: scope.resourceGroupName,
      provider: this.provider,
    };
    const workspaceLink = new MonitorPrivateLinkScopedService(this, "WorkspaceLink", {
      ...target,
      name: `${props.workspaceName}-workspace`,
      linkedResourceId: this.workspace.id,
    });
    new MonitorPrivateLinkScopedService(this, "ApplicationInsightsLink", {
      ...target,
      name: `${props.applicationInsightsName}-component`,
      linkedResourceId: this.applicationInsights.id,
      dependsOn: [workspaceLink],
    });
  }
}

class ImportedTelemetry extends TelemetryBase {
  public readonly logAnalyticsWorkspaceId: string;
  public readonly workspaceGuid?: string;
  public readonly applicationInsightsId: string;
  public readonly applicationInsightsConnectionString: string;
  protected readonly provider: TerraformProvider | undefined;

  public constructor(scope: Construct, id: string, attributes: TelemetryAttributes) {
    super(scope, id);
    const problems = new Problems(this);
    problems.checkPattern(
      attributes.logAnalyticsWorkspaceId,
      resourceIdPattern("Microsoft.OperationalInsights/workspaces"),
      {
        rule: "logAnalyticsWorkspaceId must be the ARM id of a Log Analytics workspace",
        remedy: "give its resource id, not the workspace id (a GUID) that its overview shows",
      },
    );
    problems.checkPattern(
      attributes.applicationInsightsId,
      resourceIdPattern("Microsoft.Insights/components"),
      {
        rule: "applicationInsightsId must be the ARM id of an Application Insights component",
        remedy: "give its resource id, not its application id",
      },
    );
    if (attributes.workspaceGuid !== undefined) {
      problems.checkPattern(attributes.workspaceGuid, GUID.pattern, {
        rule: `workspaceGuid must be ${GUID.words}`,
        remedy: "copy the workspace id from the overview of the workspace",
      });
    }
    problems.throwIfAny();
    this.workspaceGuid = attributes.workspaceGuid;
    this.logAnalyticsWorkspaceId = attributes.logAnalyticsWorkspaceId;
    this.applicationInsightsId = attributes.applicationInsightsId;
    this.applicationInsightsConnectionString = attributes.applicationInsightsConnectionString;
    this.provider = attributes.provider;
  }
}

function checkProps(problems: Problems, props: TelemetryProps): void {
  problems.checkPattern(props.workspaceName, NAME_RULES.logAnalyticsWorkspace.pattern, {
    rule: `workspaceName must be ${NAME_RULES.logAnalyticsWorkspace.words}`,
    remedy: "shorten or change it",
  });
  problems.checkPattern(props.applicationInsightsName, /^[^%&\\?/]{0,259}[^%&\\?/. ]$/, {
    rule: "applicationInsightsName must be 1 to 260 characters without %&\\?/, not ending in '.' or a blank",
    remedy: "shorten or change it",
  });
  checkPlacement(problems, props);
  problems.checkRange(props.retentionInDays ?? MIN_RETENTION_DAYS, MIN_RETENTION_DAYS, MAX_RETENTION_DAYS, {
    rule: `retentionInDays must be ${MIN_RETENTION_DAYS} to ${MAX_RETENTION_DAYS}`,
    remedy: "keep audit records for at least 90 days",
  });
  const quota = props.dailyQuotaGb;
  problems.check(quota === undefined || Token.isUnresolved(quota) || quota > 0, {
    rule: "dailyQuotaGb must be above 0",
    value: quota,
    remedy: "leave it out for no limit",
  });
}
