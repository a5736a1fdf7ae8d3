import { Lazy } from "cdktf";
import type { Construct, IConstruct } from "constructs";
import { checkedDay, type EndDate, endDates, Problems } from "../validation";
import { type AlertProps, checkAlert, QueryAlert } from "./query-alert";

/**
 * An alert before what the stack knows to end has ended.
 *
 * Source: https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-create-log-alert-rule
 */
export interface EndDateAlertProps extends AlertProps {
  /** Below what the ends are looked for, usually the stack. */
  readonly of: IConstruct;
  /**
   * What else ends: credentials of app registrations and certificates that others made.
   *
   * @default - none
   */
  readonly others?: readonly EndDate[];
}

const NOTICE_DAYS = 30;

/**
 * Tells somebody, once a day from 30 days before, of each thing that ends on a day that the stack knows: certificate
 * authorities, opt-outs, access of clients, and what it was told besides. It needs neither logs nor a vault, and goes
 * on when nobody synthesizes.
 *
 * Source: https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-create-log-alert-rule
 */
export class EndDateAlert extends QueryAlert {
  /** @throws ValidationError with everything that is wrong with the props */
  public constructor(scope: Construct, id: string, props: EndDateAlertProps) {
    const { of, others = [], ...alert } = props;
    const problems = new Problems(scope, id);
    checkAlert(problems, alert);
    for (const { what, endsOn } of others) {
      checkedDay(problems, `endsOn of '${what}'`, endsOn);
    }
    problems.throwIfAny();
    super(scope, id, {
      ...alert,
      displayName: "Something ends soon",
      description:
        "A certificate authority, an opt-out, a credential or a client's access ends within 30 days.",
      anchor: "something-ends-soon",
      severity: 2,
      query: Lazy.stringValue({ produce: () => ending([...endDates(of), ...others]) }),
      dimensions: ["What"],
      evaluationFrequency: "P1D",
      windowDuration: "P1D",
      muteActionsAfterAlertDuration: "P1D",
      // No table of the workspace is named.
      skipQueryValidation: true,
    });
  }
}

function ending(dates: readonly EndDate[]): string {
  const rows = dates.map(({ what, endsOn }) => `    ${JSON.stringify(what)}, datetime(${endsOn}),`);
  return [
    "datatable(What: string, EndsOn: datetime) [",
    ...rows,
    "]",
    `| where EndsOn < now() + ${NOTICE_DAYS}d`,
    "| project TimeGenerated = now(), What, EndsOn",
  ].join("\n");
}
