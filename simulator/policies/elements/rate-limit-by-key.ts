import { isExpression } from "../../../expressions";
import { booleanAttribute, numberAttribute } from "../document/attribute-values";
import { counterFingerprint, counterKey } from "../limits/counter-key";
import { KeyedRateCounter } from "../limits/keyed-rate-counter";
import { RATE_LIMIT_REPORT_ATTRIBUTES, rateLimitMessage, rateLimitReport } from "../limits/rate-limit-report";
import type { PolicyCompiler } from "../policy-compiler";
import { PolicyError } from "../policy-error";

/**
 * Limits the calls of a key; one counter for each value of the key, whatever the scope. With an expression in
 * `increment-condition` or `increment-count` the call is counted after outbound, so that the limit is noticed
 * by the next call.
 * Source: https://learn.microsoft.com/azure/api-management/rate-limit-by-key-policy
 */
export const rateLimitByKey: PolicyCompiler = {
  name: "rate-limit-by-key",
  sections: ["inbound"],
  gateways: ["classic", "v2"],
  shape: {
    attributes: {
      calls: { required: true, expression: true, type: "integer", min: 1 },
      "renewal-period": { required: true, expression: true, type: "integer", min: 1, max: 300 },
      "counter-key": { required: true, expression: true },
      "increment-condition": { expression: true, type: "boolean" },
      "increment-count": { expression: true, type: "integer", min: 0 },
      ...RATE_LIMIT_REPORT_ATTRIBUTES,
    },
  },
  compile(element, compilation) {
    const report = rateLimitReport(element, compilation);
    const calls = numberAttribute(element, "calls", compilation, { min: 1, integer: true });
    const period = numberAttribute(element, "renewal-period", compilation, { min: 1, max: 300 });
    const key = counterKey(element, compilation);
    const condition = booleanAttribute(element, "increment-condition", compilation, true);
    const count = numberAttribute(element, "increment-count", compilation, { min: 0, integer: true }, 1);
    const countsAfterwards = ["increment-condition", "increment-count"].some((name) =>
      isExpression(element.attributes.get(name) ?? ""),
    );

    return (execution) => {
      const rate = { units: calls(execution), periodMs: period(execution) * 1000 };
      const name = key(execution);
      const counter = KeyedRateCounter.of(execution.services, "rate-limit-by-key", name);
      const { units } = rate;
      const renewalPeriod = rate.periodMs / 1000;
      const fingerprint = counterFingerprint(name);
      const retryAfter = counter.secondsUntil(1, rate);
      if (retryAfter > 0) {
        execution.trace({ calls: units, renewalPeriod, counter: fingerprint, retryAfter });
        throw new PolicyError("rate-limit-by-key", "RateLimitExceeded", "Rate limit is exceeded", {
          status: 429,
          message: rateLimitMessage(retryAfter),
          headers: report.exceeded(execution, retryAfter, rate.units),
        });
      }
      const countCall = (): void => {
        if (condition(execution)) {
          counter.take(count(execution), rate);
        }
      };
      if (countsAfterwards) {
        execution.afterPolicies(countCall);
      } else {
        countCall();
      }
      const remaining = Math.max(0, counter.remaining(rate));
      execution.trace({ calls: units, renewalPeriod, counter: fingerprint, remaining });
      report.passed(execution, remaining, units);
    };
  },
};
