import { checkCallerLimits } from "../../../lib/gateway/caller-limits";
import type { CallerLimits, TokenQuotaPeriod } from "../../../lib/gateway/policy/openai-api-description";
import { Problems } from "../../../lib/validation/problems";

function check(limits: CallerLimits): void {
  const problems = new Problems("api");
  checkCallerLimits(limits, problems);
  problems.throwIfAny();
}

describe("limits of callers", () => {
  it("may all be given, or none", () => {
    expect(() => {
      check({});
      check({ requestsPerMinute: 1, tokensPerMinute: 1, tokenQuota: 1, tokenQuotaPeriod: "Monthly" });
    }).not.toThrow();
  });

  it.each<[string, CallerLimits, string]>([
    [
      "negative",
      { requestsPerMinute: -1 },
      "requestsPerMinute must be a whole number above 0, got -1: give the number that one caller may use, or leave it out",
    ],
    [
      "larger than can be counted",
      { tokenQuota: 2 ** 53, tokenQuotaPeriod: "Daily" },
      "tokenQuota must be a whole number above 0, got 9007199254740992: give the number that one caller may use, or leave " +
        "it out",
    ],
    [
      "more for one user than for all",
      { tokensPerMinute: 100, tokensPerMinutePerUser: 101 },
      "tokensPerMinutePerUser must not be above tokensPerMinute, 100, which all users of the caller share, got 101: lower " +
        "it, raise the caller's, or leave it out for half of that",
    ],
    [
      "a period without its quota",
      { tokenQuotaPeriod: "Daily" },
      'tokenQuota and tokenQuotaPeriod go together, got "Daily": give both or neither',
    ],
    [
      "for a period that API Management does not know",
      { tokenQuota: 5, tokenQuotaPeriod: "Fortnightly" as TokenQuotaPeriod },
      'tokenQuotaPeriod must be one of Hourly, Daily, Weekly, Monthly, Yearly, got "Fortnightly": choose the period after ' +
        "which the quota is full again",
    ],
  ])("cannot be %s", (_, limits, message) => {
    expect(() => {
      check(limits);
    }).toThrow(`[api] ${message}`);
  });
});
