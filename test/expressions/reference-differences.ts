import type { ComparedOutcome, ReferenceRow } from "./reference-table";

/** A kind of difference from the reference that is meant to be. */
export interface ReferenceDifference {
  readonly reason: string;
  /** Which expressions it is about. */
  readonly expression: RegExp;
  /** What they give here, with the message if they are refused. */
  readonly here: RegExp;
}

export const REFERENCE_DIFFERENCES: readonly ReferenceDifference[] = [
  {
    reason: "texts of exceptions: Azure uses two runtimes of .NET, which word them differently",
    expression: /catch \(Exception e\) \{ return e\.Message; \}/,
    here: /^String /,
  },
  {
    reason: "types that API Management does not allow",
    expression:
      /\b(?:System\.Globalization|NormalizationForm|UriBuilder|HttpUtility|Version|DayOfWeek\.|InvalidOperationException|dynamic|Func<|Action<)/,
    here: /^refused .*(?:not among the types|neither a variable nor a type)/,
  },
  {
    reason: "members that API Management does not allow",
    expression:
      /\.(?:Kind|ToLocalTime|HostNameType|GetType)\b|Regex\.Escape|DateTime\.(?:TryParse|ParseExact)/,
    here: /^refused .*that expressions may use/,
  },
  {
    reason: "an enumerator without a type argument is not allowed",
    expression: /\.GetEnumerator\(\)/,
    here: /^refused .*GetEnumerator/,
  },
  {
    reason: "allowed, and used by no policy that is known: refused by name",
    expression:
      /ToLookup|\bfrom x in\b|TimeZoneInfo|\btypeof\(|new\[,\]|\(a: 1, b: "x"\)|\(a, b\) = \(b, a\)/,
    here: /^refused .*(?:ToLookup|query|TimeZoneInfo|typeof|dimension|tuple)/,
  },
  {
    reason: "'==' of objects compares references; what it gives depends on how the runtime made them",
    expression: /==/,
    here: /^refused '==' on 'object' compares references/,
  },
  {
    reason: "'case … when' is C# 7, which the recording compiler lacks",
    expression: /case int i when/,
    here: /^String str4/,
  },
  {
    reason: "what stands in double braces is a named value; the reference put one in",
    expression: /\{\{x\}\}/,
    here: /^String 2026-03-04 \{x\}/,
  },
  {
    reason: "relative and file addresses are those of the recording machine, a Linux",
    expression: /new Uri\("(?:\/rel\/path|file:)/,
    here: /^(?:! System\.UriFormatException|String \/c:\/x)/,
  },
  {
    reason: "addresses of mail have no authority here",
    expression: /new Uri\("mailto:/,
    here: /^(?:Int32 -1|String ) $/,
  },
  {
    reason: "of an ordinal comparison only the sign is defined",
    expression: /string\.Compare\([^)]*StringComparison\.Ordinal\)/,
    here: /^Int32 -2/,
  },
];

/** Why a row may differ; undefined if there is no reason. */
export function differenceReason(row: ReferenceRow, here: ComparedOutcome): string | undefined {
  return REFERENCE_DIFFERENCES.find(
    ({ expression, here: wanted }) =>
      expression.test(row.expression) && wanted.test(`${here.text} ${here.detail ?? ""}`),
  )?.reason;
}
