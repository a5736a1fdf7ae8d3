import type { PolicyStep, RequestTrace } from "../sinks";

/** A limit as one call met it. */
export interface EvaluatedLimit {
  /** What is limited: `requests per minute`. */
  readonly what: string;
  readonly amount: number;
  /** Tells its counter from others: the key, unreadable. */
  readonly counter: string;
  /** Element that counts: those of one kind have their counters in common. */
  readonly element: string;
  /** Which of the policies of a request it is. */
  readonly place: string;
  /** What is left, where it says so. */
  readonly remaining?: number;
}

const PERIODS: ReadonlyMap<number, string> = new Map([
  [1, "second"],
  [60, "minute"],
  [3_600, "hour"],
  [86_400, "day"],
  [604_800, "week"],
]);

const CALENDAR: Readonly<Record<string, string>> = {
  Hourly: "hour",
  Daily: "day",
  Weekly: "week",
  Monthly: "month",
  Yearly: "year",
};

/** All limits that the policies of a call evaluated, in their order. */
export function limitsIn({ steps }: Pick<RequestTrace, "steps">): readonly EvaluatedLimit[] {
  return steps.flatMap((step) => limitsOf(step));
}

function limitsOf({ element, position, detail }: PolicyStep): readonly EvaluatedLimit[] {
  const place = `${position.address} ${position.section} ${position.path}`;
  const at = (
    { counter }: Detail,
    what: string,
    amount: unknown,
    remaining?: unknown,
  ): readonly EvaluatedLimit[] =>
    typeof amount === "number" && typeof counter === "string"
      ? [{ what, amount, counter, element, place, remaining: typeof remaining === "number" ? remaining : undefined }]
      : [];
  switch (element) {
    case "rate-limit-by-key":
      return at(detail, `requests per ${periodOf(detail)}`, detail["calls"], detail["remaining"]);
    case "rate-limit":
      return nested(detail).flatMap((limit) =>
        at(limit, `requests per ${periodOf(limit)}`, limit["calls"], detail["remaining"]),
      );
    case "quota":
    case "quota-by-key":
      return [...nested(detail), ...("counter" in detail ? [detail] : [])].flatMap((limit) => [
        ...at(limit, `requests per ${periodOf(limit)}`, limit["calls"]),
        ...at(limit, `kilobytes per ${periodOf(limit)}`, limit["bandwidth"]),
      ]);
    case "llm-token-limit":
    case "azure-openai-token-limit":
      return [
        ...at(detail, "tokens per minute", detail["tokensPerMinute"], detail["tokens"]),
        ...at(
          detail,
          `tokens per ${CALENDAR[String(detail["tokenQuotaPeriod"])] ?? "period"}`,
          detail["tokenQuota"],
          detail["quotaTokens"],
        ),
      ];
    case "limit-concurrency":
      return at(detail, "requests at once", detail["maxCount"]);
    default:
      return [];
  }
}

type Detail = Readonly<Record<string, unknown>>;

function nested(detail: Detail): readonly Detail[] {
  return Array.isArray(detail["limits"]) ? (detail["limits"] as readonly Detail[]) : [];
}

function periodOf({ renewalPeriod }: Detail): string {
  const seconds = Number(renewalPeriod);
  return seconds === 0 ? "lifetime" : (PERIODS.get(seconds) ?? `${seconds} seconds`);
}
