import type { Problems } from "../validation/problems";
import type { CallerLimits, TokenQuotaPeriod } from "./policy/openai-api-description";

const PERIODS: readonly TokenQuotaPeriod[] = ["Hourly", "Daily", "Weekly", "Monthly", "Yearly"];

/** Reports limits that cannot be counted. */
export function checkCallerLimits(limits: CallerLimits, problems: Problems): void {
  const names = ["requestsPerMinute", "tokensPerMinute", "reservedTokensPerMinute", "tokenQuota"] as const;
  for (const name of names) {
    const value = limits[name];
    if (value === undefined) {
      continue;
    }
    problems.check(Number.isSafeInteger(value) && value > 0, {
      rule: `${name} must be a whole number above 0`,
      value,
      remedy: "give the number that one caller may use, or leave it out",
    });
  }
  const { tokenQuota, tokenQuotaPeriod } = limits;
  problems.check((tokenQuota === undefined) === (tokenQuotaPeriod === undefined), {
    rule: "tokenQuota and tokenQuotaPeriod go together",
    value: tokenQuota ?? tokenQuotaPeriod,
    remedy: "give both or neither",
  });
  problems.check(tokenQuotaPeriod === undefined || PERIODS.includes(tokenQuotaPeriod), {
    rule: `tokenQuotaPeriod must be one of ${PERIODS.join(", ")}`,
    value: tokenQuotaPeriod,
    remedy: "choose the period after which the quota is full again",
  });
}
