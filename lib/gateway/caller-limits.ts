import type { Problems } from "../private/problems";
import type { GatewaySku } from "./gateway-sku";
import type { CallerLimits, TokenQuotaPeriod } from "./openai-api-description";

const PERIODS: readonly TokenQuotaPeriod[] = ["Hourly", "Daily", "Weekly", "Monthly", "Yearly"];

/** Reports limits that cannot be counted, or that the tier does not enforce. */
export function checkCallerLimits(limits: CallerLimits, sku: GatewaySku, problems: Problems): void {
  const kinds = [
    { name: "requestsPerMinute", enforced: sku.rules.rateLimitByKey },
    { name: "tokensPerMinute", enforced: sku.rules.tokenLimit },
    { name: "tokenQuota", enforced: sku.rules.tokenLimit },
  ] as const;
  for (const { name, enforced } of kinds) {
    const value = limits[name];
    if (value === undefined) continue;
    problems.check(Number.isSafeInteger(value) && value > 0, {
      rule: `${name} must be a whole number above 0`,
      value,
      remedy: "give the number that one caller may use, or leave it out",
    });
    problems.check(enforced, {
      rule: `${name} is not enforced on tier ${sku.tier}`,
      value,
      remedy: "choose another tier, or leave it out",
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
