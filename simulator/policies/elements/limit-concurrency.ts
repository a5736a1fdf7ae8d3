import { counterFingerprint } from "../limits/counter-key";
import type { PolicyCompiler } from "../policy-compiler";
import { PolicyError } from "../policy-error";

/**
 * Lets at most `max-count` requests of a key into the enclosed policies; the next one gets 429 at once.
 * The text of the refusal is not documented.
 * Source: https://learn.microsoft.com/azure/api-management/limit-concurrency-policy
 */
export const limitConcurrency: PolicyCompiler = {
  name: "limit-concurrency",
  sections: ["inbound", "backend", "outbound", "on-error"],
  shape: {
    attributes: {
      key: { required: true, expression: true },
      "max-count": { required: true, type: "integer", min: 1 },
    },
    policies: true,
  },
  compile(element, compilation) {
    const key = compilation.text(element.attributes.get("key") ?? "", element);
    const maxCount = Number(element.attributes.get("max-count"));
    const policies = compilation.nested(element);
    return async (execution) => {
      const running = execution.services.state("limit-concurrency", () => new Map<string, number>());
      const name = key(execution);
      const count = running.get(name) ?? 0;
      execution.trace({ running: count, maxCount, counter: counterFingerprint(name) });
      if (count >= maxCount) {
        const message = `Number of concurrent requests exceeded the limit of ${maxCount}.`;
        throw new PolicyError("limit-concurrency", "ConcurrencyLimitExceeded", message, {
          status: 429,
          message,
        });
      }
      running.set(name, count + 1);
      try {
        await execution.run(policies);
      } finally {
        const left = (running.get(name) ?? 1) - 1;
        if (left > 0) {
          running.set(name, left);
        } else {
          running.delete(name);
        }
      }
    };
  },
};
