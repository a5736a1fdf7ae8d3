import { counterFingerprint } from "../limits/counter-key";
import { KeyedRateCounter } from "../limits/keyed-rate-counter";
import { nestedLimitChildren, nestedLimits } from "../limits/nested-limit";
import type { Rate } from "../limits/rate-counter";
import { RATE_LIMIT_REPORT_ATTRIBUTES, rateLimitMessage, rateLimitReport } from "../limits/rate-limit-report";
import type { AttributeShape, PolicyCompiler, PolicyElementNode } from "../policy-compiler";
import { PolicyError } from "../policy-error";

const RATE_ATTRIBUTES: Readonly<Record<string, AttributeShape>> = {
  calls: { required: true, type: "integer", min: 1 },
  "renewal-period": { required: true, type: "integer", min: 1, max: 300 },
};

/**
 * Limits the calls of a subscription; does nothing for a call without one. The limits of the policy, of an API
 * and of an operation count independently.
 * Source: https://learn.microsoft.com/azure/api-management/rate-limit-policy
 */
export const rateLimit: PolicyCompiler = {
  name: "rate-limit",
  sections: ["inbound"],
  scopes: ["product", "api", "operation"],
  once: "document",
  shape: {
    attributes: { ...RATE_ATTRIBUTES, ...RATE_LIMIT_REPORT_ATTRIBUTES },
    children: nestedLimitChildren(RATE_ATTRIBUTES),
  },
  compile(element, compilation) {
    const report = rateLimitReport(element, compilation);
    const limits = nestedLimits(element, compilation).map((limit) => ({
      ...limit,
      rate: rateOf(limit.node),
    }));
    const { address } = compilation.position;

    return (execution) => {
      const { subscription } = execution.context;
      if (subscription === null) {
        execution.trace({ inactive: "the call has no subscription" });
        return;
      }
      const applicable = limits
        .filter((limit) => limit.appliesTo(execution))
        .map(({ rate, name }) => {
          const key = JSON.stringify([address, name, subscription.id]);
          return { rate, key, counter: KeyedRateCounter.of(execution.services, "rate-limit", key) };
        });
      const waits = applicable.map(({ counter, rate }) => counter.secondsUntil(1, rate));
      const retryAfter = Math.max(...waits);
      const [own] = limits;
      const total = own?.rate.units ?? 0;
      const told = {
        limits: applicable.map(({ rate, key }) => ({
          calls: rate.units,
          renewalPeriod: rate.periodMs / 1000,
          counter: counterFingerprint(key),
        })),
      };
      if (retryAfter > 0) {
        execution.trace({ ...told, retryAfter });
        throw new PolicyError("rate-limit", "RateLimitExceeded", "Rate limit is exceeded", {
          status: 429,
          message: rateLimitMessage(retryAfter),
          headers: report.exceeded(execution, retryAfter, total),
        });
      }
      for (const { counter, rate } of applicable) {
        counter.take(1, rate);
      }
      const remaining = Math.min(...applicable.map(({ counter, rate }) => counter.remaining(rate)));
      execution.trace({ ...told, remaining });
      report.passed(execution, remaining, total);
    };
  },
};

function rateOf(node: PolicyElementNode): Rate {
  return {
    units: Number(node.attributes.get("calls")),
    periodMs: Number(node.attributes.get("renewal-period")) * 1000,
  };
}
