import type { Problems } from "../validation";
import type { CallerLimits, TokenQuotaPeriod } from "./policy/openai-api-description";

const PERIODS: readonly TokenQuotaPeriod[] = ["Hourly", "Daily", "Weekly", "Monthly", "Yearly"];

const PER_USER = ["requestsPerMinutePerUser", "tokensPerMinutePerUser"] as const;

/** Reports limits that cannot be counted. */
export function checkCallerLimits(limits: CallerLimits, problems: Problems): void {
  const names = [
    "requestsPerMinute",
    "tokensPerMinute",
    "reservedTokensPerMinute",
    "tokenQuota",
    ...PER_USER,
  ] as const;
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
  for (const name of ["requestsPerMinute", "tokensPerMinute"] as const) {
    const { [name]: ofCaller, [`${name}PerUser` as const]: ofUser } = limits;
    problems.check(ofCaller === undefined || ofUser === undefined || ofUser <= ofCaller, {
      rule: `${name}PerUser must not be above ${name}, ${ofCaller}, which all users of the caller share`,
      value: ofUser,
      remedy: "lower it, raise the caller's, or leave it out for half of that",
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

/** @returns the limits alone, of options that hold more */
export function limitsOf({
  requestsPerMinute,
  tokensPerMinute,
  reservedTokensPerMinute,
  requestsPerMinutePerUser,
  tokensPerMinutePerUser,
  tokenQuota,
  tokenQuotaPeriod,
}: CallerLimits): CallerLimits {
  return {
    requestsPerMinute,
    tokensPerMinute,
    reservedTokensPerMinute,
    requestsPerMinutePerUser,
    tokensPerMinutePerUser,
    tokenQuota,
    tokenQuotaPeriod,
  };
}

/**
 * What each of several regions may let through. API Management counts in each region for itself, quotas of tokens, too:
 * the whole in each would be that many times the limit.
 *
 * Source: https://learn.microsoft.com/azure/api-management/llm-token-limit-policy
 */
export function limitsOfRegion(limits: CallerLimits, regions: number): CallerLimits {
  const share = (limit: number | undefined): number | undefined =>
    limit === undefined ? undefined : Math.ceil(limit / regions);
  return {
    requestsPerMinute: share(limits.requestsPerMinute),
    tokensPerMinute: share(limits.tokensPerMinute),
    reservedTokensPerMinute: share(limits.reservedTokensPerMinute),
    requestsPerMinutePerUser: share(limits.requestsPerMinutePerUser),
    tokensPerMinutePerUser: share(limits.tokensPerMinutePerUser),
    tokenQuota: share(limits.tokenQuota),
    tokenQuotaPeriod: limits.tokenQuotaPeriod,
  };
}
