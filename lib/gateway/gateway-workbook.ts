import { ApplicationInsightsWorkbook } from "@cdktf/provider-azurerm/lib/application-insights-workbook";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { type ITelemetry, workbookDocument } from "../observability";
import { checkPlacement, guardAgainstTemplates, type Placement } from "../private";
import { GUID, Problems } from "../validation";
import { AUDIT_MESSAGE } from "./policy/audit-record";

/** A page of charts about a gateway. */
export interface GatewayWorkbookProps extends Placement {
  /** Its name in Azure: a GUID that stays, in lower case. */
  readonly name: string;
  /** What it is called in the portal: 1 to 200 characters. @default "AI gateway" */
  readonly displayName?: string;
  /** Whose workspace is asked. */
  readonly telemetry: ITelemetry;
}

interface Chart {
  readonly title: string;
  readonly visualization: "table" | "timechart" | "barchart";
  readonly query: readonly string[];
}

const RECORDS = ["AppTraces", `| where Message has "${AUDIT_MESSAGE}"`] as const;

const CHARTS: readonly Chart[] = [
  {
    title: "Requests by status",
    visualization: "timechart",
    query: [
      ...RECORDS,
      "| summarize Requests = count() by tostring(Properties.Status), bin(TimeGenerated, 5m)",
    ],
  },
  {
    title: "Requests by client",
    visualization: "table",
    query: [
      ...RECORDS,
      '| summarize Requests = count(), Refused = countif(tostring(Properties.Code) != "none"),',
      "    P95Milliseconds = percentile(toint(Properties.Milliseconds), 95)",
      "    by Client = tostring(Properties.Client), Api = tostring(Properties.Api)",
      "| order by Requests desc",
    ],
  },
  {
    title: "Refusals by rule",
    visualization: "barchart",
    query: [
      ...RECORDS,
      '| where tostring(Properties.Code) != "none"',
      "| summarize Refused = count() by Rule = tostring(Properties.Rule)",
      "| order by Refused desc",
    ],
  },
  {
    title: "Latency by deployment",
    visualization: "timechart",
    query: [
      ...RECORDS,
      '| where tostring(Properties.Deployment) != "none"',
      "| summarize P95Milliseconds = percentile(toint(Properties.Milliseconds), 95)",
      "    by Deployment = tostring(Properties.Deployment), bin(TimeGenerated, 5m)",
    ],
  },
  {
    title: "Requests that were sent again, by deployment",
    visualization: "timechart",
    query: [
      ...RECORDS,
      "| where toint(Properties.Tries) > 1",
      "| summarize Requests = count() by Deployment = tostring(Properties.Deployment), bin(TimeGenerated, 5m)",
    ],
  },
  {
    title: "Who answers",
    visualization: "barchart",
    query: [
      "ApiManagementGatewayLogs",
      "| where isnotempty(BackendUrl)",
      '| summarize Requests = count() by Host = tostring(split(BackendUrl, "/")[2])',
    ],
  },
];

/**
 * A workbook with what operators look at first: who calls, who is refused, how long answers take, who answers. Its hours
 * are chosen in the portal.
 *
 * Source: https://learn.microsoft.com/azure/azure-monitor/visualize/workbooks-overview
 */
export class GatewayWorkbook extends Construct {
  /** The workbook itself, for what this class does not offer. */
  public readonly resource: ApplicationInsightsWorkbook;

  /** @throws ValidationError with everything that is wrong with the props */
  public constructor(scope: Construct, id: string, props: GatewayWorkbookProps) {
    super(scope, id);
    const { displayName = "AI gateway", telemetry } = props;
    const problems = new Problems(this);
    problems.checkPattern(props.name, GUID.pattern, {
      rule: `name must be ${GUID.words}`,
      remedy: "make one once, and keep it: another name is another workbook",
    });
    problems.checkPattern(displayName, /^.{1,200}$/, {
      rule: "displayName must be 1 to 200 characters",
      remedy: "shorten it",
    });
    checkPlacement(problems, props);
    problems.throwIfAny();
    guardAgainstTemplates(this);

    this.resource = new ApplicationInsightsWorkbook(this, "Resource", {
      name: props.name.toLowerCase(),
      resourceGroupName: props.resourceGroupName,
      location: props.location,
      displayName,
      // azurerm takes it in lower case only.
      sourceId: Fn.lower(telemetry.logAnalyticsWorkspaceId),
      dataJson: workbookDocument({
        timeName: "hours",
        durationsMs: [3_600_000, 14_400_000, 86_400_000, 604_800_000],
        durationMs: 86_400_000,
        charts: CHARTS.map(({ title, visualization, query }) => ({
          name: title,
          title,
          visualization,
          query: query.join("\n"),
        })),
      }),
      tags: props.tags,
      provider: props.provider,
    });
  }
}
