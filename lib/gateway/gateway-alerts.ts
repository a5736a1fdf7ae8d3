import { Construct } from "constructs";
import {
  type AlertProps,
  MetricAlert,
  type MetricAlertProps,
  QueryAlert,
  type QueryAlertProps,
} from "../observability";
import type { IOpenAiAccount } from "../openai";
import { withDefaults } from "../private";
import { Problems } from "../validation";
import type { IGatewayService } from "./gateway-service";
import { AUDIT_MESSAGE } from "./policy/audit-record";
import type { RefusalCode } from "./policy/refusal";

/** From when on somebody is told. */
export interface GatewayAlertThresholds {
  /** Requests without valid credentials or rights, of one API, in 5 minutes. @default 50 */
  readonly unauthorizedRequests?: number;
  /** Requests that one rule refuses, in 15 minutes, other than those of the other alerts. @default 100 */
  readonly refusedRequests?: number;
  /** Requests of one client above its limits or quota, in 15 minutes. @default 100 */
  readonly throttledRequests?: number;
  /** Requests that no account had room for, in 5 minutes. @default 20 */
  readonly overloadedRequests?: number;
  /** Requests that had to go to another account, or found all of them closed, in 5 minutes. @default 20 */
  readonly failedOverRequests?: number;
  /** Requests that no account answered usably or in time, in 5 minutes. @default 10 */
  readonly failedRequests?: number;
  /** Per cent of a deployment's provisioned throughput in use, on average of 15 minutes. @default 90 */
  readonly provisionedPercent?: number;
  /** Per cent of a deployment's requests that accounts without provisioned throughput answer, in an hour. @default 50 */
  readonly overflowPercent?: number;
  /** Per cent of the service's capacity in use, on average of 30 minutes. @default 70 */
  readonly capacityPercent?: number;
  /** Per cent of a queue's size in use, on average of 5 minutes. @default 50 */
  readonly queuePercent?: number;
}

/** A queue of Service Bus that may fill, and whose messages may fail for good: that of a `RequestQueue`, for example. */
export interface WatchedQueue {
  /** ARM id of its namespace. */
  readonly namespaceId: string;
  /** Its name in the namespace. */
  readonly queueName: string;
  /** Megabytes that it holds at most: `maxSizeInMegabytes` of the queue. @default - nobody is told that it fills */
  readonly maxSizeInMegabytes?: number;
  /**
   * Hours for which it keeps messages: somebody is told when it has not been empty for a third of that, up to a day.
   *
   * @default 72
   */
  readonly retentionHours?: number;
}

/** What somebody is told of a gateway. */
export interface GatewayAlertsProps extends Omit<AlertProps, "name">, GatewayAlertThresholds {
  /** Starts the name of each alert rule, since a resource group has each name once. @default "gateway" */
  readonly namePrefix?: string;
  /** Gateway whose capacity is watched, and whose audit records are searched. */
  readonly gateway: IGatewayService;
  /** Accounts behind it, for what concerns provisioned throughput. @default - none */
  readonly accounts?: readonly IOpenAiAccount[];
  /** Queues whose size, dead letters and backlog somebody must look at. @default - none */
  readonly queues?: readonly WatchedQueue[];
}

const DEFAULTS: Required<GatewayAlertThresholds> = {
  unauthorizedRequests: 50,
  refusedRequests: 100,
  throttledRequests: 100,
  overloadedRequests: 20,
  failedOverRequests: 20,
  failedRequests: 10,
  provisionedPercent: 90,
  overflowPercent: 50,
  capacityPercent: 70,
  queuePercent: 50,
};

const PERCENTAGES = ["provisionedPercent", "overflowPercent", "capacityPercent", "queuePercent"] as const;
const BYTES_PER_MEGABYTE = 1_048_576;
/** Windows of metric alerts with their hours, the longest first. */
const BACKLOG_WINDOWS = [
  ["P1D", 24],
  ["PT12H", 12],
  ["PT6H", 6],
] as const;
/** Fewer requests of a deployment say nothing about its overflow. */
const MIN_OVERFLOW_REQUESTS = 20;

/** Codes of refusals, by the alert that is about them. */
const UNAUTHORIZED: readonly RefusalCode[] = ["unauthorized", "forbidden", "insufficient_scope"];
const LIMITED: readonly RefusalCode[] = ["rate_limited", "quota_exceeded"];
const FAILED: readonly RefusalCode[] = ["upstream_error", "upstream_unavailable", "upstream_timeout"];
const DEFECT: RefusalCode = "internal_error";
const OVERLOADED = "backend-429";

/** Of each tier: what it calls the share of its capacity that is in use. */
const CAPACITY_METRICS = { classic: "Capacity", v2: "CpuPercent_Gateway", consumption: undefined } as const;

/** What an alert is besides its name and those who are told. */
type Alert = Pick<
  QueryAlertProps,
  | "displayName"
  | "description"
  | "anchor"
  | "severity"
  | "query"
  | "dimensions"
  | "threshold"
  | "evaluationFrequency"
  | "windowDuration"
>;

/**
 * Tells somebody what a gateway's audit records and metrics say about attacks, limits, accounts and capacity. Each
 * alert names the recipe that helps.
 *
 * ```ts
 * new GatewayAlerts(this, "alerts", { ...place, gateway, accounts: [openai], telemetry, actionGroup });
 * ```
 *
 * Source: https://learn.microsoft.com/azure/api-management/monitor-api-management
 */
export class GatewayAlerts extends Construct {
  /** @throws ValidationError with everything that is wrong with the props */
  public constructor(
    scope: Construct,
    id: string,
    private readonly props: GatewayAlertsProps,
  ) {
    super(scope, id);
    const problems = new Problems(this);
    const thresholds = withDefaults<GatewayAlertThresholds, typeof DEFAULTS>(props, DEFAULTS);
    for (const name of PERCENTAGES) {
      problems.checkRange(thresholds[name], 1, 100, {
        rule: `${name} must be a whole number from 1 to 100`,
        remedy: "say how much in use is still normal",
      });
    }
    problems.throwIfAny();

    for (const [name, alert] of Object.entries(queryAlerts(thresholds))) {
      this.addQuery(name, alert);
    }
    this.watchCapacity(thresholds.capacityPercent);
    const { accounts = [], queues = [] } = props;
    for (const queue of queues) {
      this.watchDeadLetters(queue);
      this.watchSize(queue, thresholds.queuePercent);
      this.watchBacklog(queue);
    }
    for (const account of accounts) {
      this.watchProvisioned(account, thresholds.provisionedPercent);
    }
    const overflowing = overflowingDeployments(accounts);
    if (overflowing.length > 0) {
      this.addQuery("overflow", overflowAlert(accounts, overflowing, thresholds.overflowPercent));
    }
  }

  private ruleName(name: string): string {
    return `${this.props.namePrefix ?? "gateway"}-${name}`;
  }

  private addQuery(id: string, alert: Alert): void {
    const { resourceGroupName, location, telemetry, actionGroup, page, tags, provider } = this.props;
    const shared = { resourceGroupName, location, telemetry, actionGroup, page, tags, provider };
    new QueryAlert(this, id, {
      ...shared,
      ...alert,
      name: this.ruleName(id),
      // The tables are made by the first record.
      skipQueryValidation: true,
    });
  }

  private addMetric(id: string, alert: Omit<MetricAlertProps, keyof GatewayAlertsProps | "name">): void {
    const { resourceGroupName, actionGroup, page, tags, provider } = this.props;
    const shared = { resourceGroupName, actionGroup, page, tags, provider };
    new MetricAlert(this, id, { ...shared, ...alert, name: this.ruleName(id) });
  }

  private watchCapacity(threshold: number): void {
    const { gateway } = this.props;
    const metricName = CAPACITY_METRICS[gateway.sku.rules.generation];
    if (metricName === undefined) {
      return;
    }
    this.addMetric("capacity", {
      description: "The gateway itself is nearly used up: its answers get slow before they fail.",
      anchor: "the-gateway-is-nearly-full",
      severity: 2,
      resourceId: gateway.id,
      metricNamespace: "Microsoft.ApiManagement/service",
      metricName,
      threshold,
      windowSize: "PT30M",
    });
  }

  private watchDeadLetters({ namespaceId, queueName }: WatchedQueue): void {
    this.addMetric(`dead-letters-${queueName}`, {
      description:
        "Requests that waited have failed for good: nobody answers them, and their prompts stay until they are deleted.",
      anchor: "requests-lie-in-the-dead-letters",
      severity: 2,
      resourceId: namespaceId,
      metricNamespace: "Microsoft.ServiceBus/namespaces",
      metricName: "DeadletteredMessages",
      threshold: 0,
      windowSize: "PT15M",
      dimension: { name: "EntityName", values: [queueName] },
    });
  }

  private watchSize({ namespaceId, queueName, maxSizeInMegabytes }: WatchedQueue, percent: number): void {
    if (maxSizeInMegabytes === undefined) {
      return;
    }
    this.addMetric(`queue-size-${queueName}`, {
      description: "A queue fills: when it is full, requests that can wait are refused, whoever sends them.",
      anchor: "a-queue-fills",
      severity: 2,
      resourceId: namespaceId,
      metricNamespace: "Microsoft.ServiceBus/namespaces",
      metricName: "Size",
      threshold: Math.floor((maxSizeInMegabytes * BYTES_PER_MEGABYTE * percent) / 100),
      // A caller without a limit of its own fills the smallest one in minutes.
      windowSize: "PT5M",
      dimension: { name: "EntityName", values: [queueName] },
    });
  }

  /** What is past its time leaves a queue without a trace: this tells of it before. */
  private watchBacklog({ namespaceId, queueName, retentionHours = 72 }: WatchedQueue): void {
    const [windowSize] = BACKLOG_WINDOWS.find(([, hours]) => hours * 3 <= retentionHours) ?? ["PT1H"];
    this.addMetric(`backlog-${queueName}`, {
      description:
        "A queue does not get empty: requests are lost, without a trace, that wait beyond its time.",
      anchor: "a-queue-does-not-get-empty",
      severity: 2,
      resourceId: namespaceId,
      metricNamespace: "Microsoft.ServiceBus/namespaces",
      metricName: "ActiveMessages",
      aggregation: "Minimum",
      threshold: 0,
      windowSize,
      dimension: { name: "EntityName", values: [queueName] },
    });
  }

  private watchProvisioned(account: IOpenAiAccount, threshold: number): void {
    const values = account.deployments.filter(({ isProvisioned }) => isProvisioned).map(({ name }) => name);
    if (values.length === 0) {
      return;
    }
    this.addMetric(`provisioned-${account.node.id}`, {
      description:
        "Provisioned throughput is nearly used up: what comes next is billed by token, or refused.",
      anchor: "provisioned-throughput-is-nearly-full",
      severity: 3,
      resourceId: account.id,
      metricNamespace: "Microsoft.CognitiveServices/accounts",
      metricName: "AzureOpenAIProvisionedManagedUtilizationV2",
      threshold,
      windowSize: "PT15M",
      dimension: { name: "ModelDeploymentName", values },
    });
  }
}

function queryAlerts(thresholds: Required<GatewayAlertThresholds>): Readonly<Record<string, Alert>> {
  const soon = { evaluationFrequency: "PT5M", windowDuration: "PT5M" } as const;
  const later = { evaluationFrequency: "PT15M", windowDuration: "PT15M" } as const;
  return {
    unauthorized: {
      ...soon,
      displayName: "Many requests without valid credentials or rights",
      description: "Somebody tries to get in, or a client has lost its credentials.",
      anchor: "many-requests-without-valid-credentials",
      severity: 2,
      query: records(`Code in (${texts(UNAUTHORIZED)})`),
      dimensions: ["Api"],
      threshold: thresholds.unauthorizedRequests,
    },
    refusals: {
      ...later,
      displayName: "Many requests refused by one rule",
      description: "A client sends what an API does not take, often since its last release.",
      anchor: "many-requests-refused-by-one-rule",
      severity: 3,
      query: records(
        `Code !in (${texts(["none", ...UNAUTHORIZED, ...LIMITED, ...FAILED, DEFECT])}) and Rule != "${OVERLOADED}"`,
      ),
      dimensions: ["Api", "Rule"],
      threshold: thresholds.refusedRequests,
    },
    throttling: {
      ...later,
      displayName: "A client is above its limits",
      description: "Requests of a client are refused because of its own limits or quota.",
      anchor: "a-client-is-above-its-limits",
      severity: 3,
      query: records(`Code in (${texts(LIMITED)}) and Rule != "${OVERLOADED}"`),
      dimensions: ["Client", "Code"],
      threshold: thresholds.throttledRequests,
    },
    overload: {
      ...soon,
      displayName: "No account has room for a deployment's requests",
      description: "All accounts that host a deployment are throttled.",
      anchor: "no-account-has-room",
      severity: 2,
      query: records(`Rule == "${OVERLOADED}"`),
      dimensions: ["Deployment"],
      threshold: thresholds.overloadedRequests,
    },
    failover: {
      ...soon,
      displayName: "Accounts are left alone: circuit breakers are open",
      description: "Requests had to be sent to another account, or found all accounts closed.",
      anchor: "circuit-breakers-are-open",
      severity: 3,
      query: records(`Tries > 1 or Code == "${FAILED[1]}"`),
      dimensions: ["Deployment"],
      threshold: thresholds.failedOverRequests,
    },
    "backend-errors": {
      ...soon,
      displayName: "Models do not answer",
      description: "Accounts fail, do not answer in time or cannot be reached.",
      anchor: "models-do-not-answer",
      severity: 1,
      query: records(`Code in (${texts(FAILED)})`),
      dimensions: ["Deployment"],
      threshold: thresholds.failedRequests,
    },
    defects: {
      ...later,
      displayName: "The gateway itself failed",
      description: "A policy, an identity or a role of the gateway does not work.",
      anchor: "the-gateway-itself-fails",
      severity: 1,
      query: records(`Code == "${DEFECT}"`),
      dimensions: ["Api", "Rule"],
      threshold: 0,
    },
  };
}

/** Audit records that fulfil a condition, by the members that conditions and dimensions name. */
function records(condition: string): string {
  return [
    "AppTraces",
    `| where Message has "${AUDIT_MESSAGE}"`,
    "| extend RequestId = tostring(Properties.RequestId), Client = tostring(Properties.Client),",
    "    Api = tostring(Properties.Api), Deployment = tostring(Properties.Deployment),",
    "    Code = tostring(Properties.Code), Rule = tostring(Properties.Rule), Tries = toint(Properties.Tries)",
    `| where ${condition}`,
    "| project TimeGenerated, RequestId, Client, Api, Deployment, Code, Rule",
  ].join("\n");
}

/** Deployments that have provisioned throughput at one account and none at another. */
function overflowingDeployments(accounts: readonly IOpenAiAccount[]): readonly string[] {
  const names = (isProvisioned: boolean): readonly string[] =>
    accounts.flatMap(({ deployments }) =>
      deployments
        .filter((each) => each.isProvisioned === isProvisioned)
        .map(({ name }) => name.toLowerCase()),
    );
  const others = names(false);
  return [...new Set(names(true))].filter((name) => others.includes(name));
}

function overflowAlert(
  accounts: readonly IOpenAiAccount[],
  deployments: readonly string[],
  percent: number,
): Alert {
  const hosts = accounts
    .filter((account) => account.deployments.some(({ isProvisioned }) => isProvisioned))
    .map(({ openAiBaseUrl }) => new URL(openAiBaseUrl).hostname);
  return {
    displayName: "Much is answered beside provisioned throughput",
    description:
      "A deployment's requests go to accounts that bill by token, although throughput is paid for.",
    anchor: "much-is-answered-beside-provisioned-throughput",
    severity: 3,
    query: [
      "AppTraces",
      `| where Message has "${AUDIT_MESSAGE}"`,
      "| project RequestId = tostring(Properties.RequestId), Deployment = tolower(tostring(Properties.Deployment))",
      `| where Deployment in (${texts(deployments)})`,
      "| join kind=inner (",
      "    ApiManagementGatewayLogs",
      "    | where isnotempty(BackendUrl)",
      "    | project CorrelationId, BackendUrl",
      "    ) on $left.RequestId == $right.CorrelationId",
      `| extend Overflow = ${hosts.map((host) => `not(BackendUrl has "${host}")`).join(" and ")}`,
      "| summarize Requests = count(), Overflow = countif(Overflow) by Deployment",
      `| where Requests >= ${MIN_OVERFLOW_REQUESTS} and Overflow * 100 > Requests * ${percent}`,
    ].join("\n"),
    dimensions: ["Deployment"],
    evaluationFrequency: "PT1H",
    windowDuration: "PT1H",
  };
}

function texts(values: readonly string[]): string {
  return values.map((value) => `"${value}"`).join(", ");
}
