import { ANYWHERE, PolicyElement } from "../policy-element";
import type { PolicyExpression } from "../policy-expression";

/** Attributes and children of `<trace>`. */
export interface TraceProps {
  /** Says who writes. */
  readonly source: string;
  /** Written where a diagnostic's verbosity is this, or more verbose. */
  readonly severity: "verbose" | "information" | "error";
  /** What happened. */
  readonly message: string;
  /** Properties of the record, by name. Never a credential, an address or a text of a prompt. */
  readonly metadata: Readonly<Record<string, string | PolicyExpression>>;
}

/**
 * `<trace>`: writes a record to the Application Insights that the gateway logs to, table `AppTraces`. Sampling leaves
 * none out.
 *
 * Source: https://learn.microsoft.com/azure/api-management/trace-policy
 */
export function trace({ source, severity, message, metadata }: TraceProps): PolicyElement {
  return new PolicyElement({
    name: "trace",
    attributes: { source, severity },
    children: [
      new PolicyElement({ name: "message", text: message }),
      ...Object.entries(metadata).map(
        ([name, value]) => new PolicyElement({ name: "metadata", attributes: { name, value } }),
      ),
    ],
    placement: ANYWHERE,
  });
}
