import { setImmediate } from "node:timers/promises";
import { ExpressionUnsupportedError } from "../../../expressions";
import { booleanAttribute, MAX_WAIT, numberAttribute } from "../document/attribute-values";
import type { NumberValue, PolicyCompiler } from "../policy-compiler";
import type { PolicyExecution } from "../policy-execution";

const NUMBER = { expression: true, type: "number" } as const;
const SECONDS = { min: 0, max: MAX_WAIT.seconds } as const;
const TIMES = { min: 1, max: 50, integer: true } as const;

/**
 * Runs its policies once, and again while the condition holds, at most `count` more times.
 * Source: https://learn.microsoft.com/azure/api-management/retry-policy
 */
export const retry: PolicyCompiler = {
  name: "retry",
  sections: ["inbound", "backend", "outbound", "on-error"],
  shape: {
    attributes: {
      condition: { required: true, expression: true, type: "boolean" },
      count: { required: true, expression: true, type: "integer", ...TIMES },
      interval: { ...NUMBER, ...SECONDS, required: true },
      "max-interval": { ...NUMBER, ...SECONDS },
      delta: { ...NUMBER, ...SECONDS },
      "first-fast-retry": { expression: true, type: "boolean" },
    },
    policies: true,
  },
  compile(element, compilation) {
    const optional = (name: string): NumberValue | undefined =>
      element.attributes.has(name) ? numberAttribute(element, name, compilation, SECONDS) : undefined;
    if (element.attributes.has("max-interval") && !element.attributes.has("delta")) {
      compilation.refuse("has 'max-interval' without 'delta', which gives no growing interval");
    }
    const condition = compilation.boolean(element.attributes.get("condition") ?? "", element);
    const count = numberAttribute(element, "count", compilation, TIMES);
    const interval = numberAttribute(element, "interval", compilation, SECONDS);
    const maxInterval = optional("max-interval");
    const delta = optional("delta");
    const firstFast = booleanAttribute(element, "first-fast-retry", compilation, false);
    const policies = compilation.nested(element);

    const waitSeconds = (execution: PolicyExecution, attempt: number): number => {
      if (attempt === 1 && firstFast(execution)) {
        return 0;
      }
      const step = delta?.(execution);
      const base = interval(execution);
      if (step === undefined) {
        return base;
      }
      if (maxInterval === undefined) {
        return base + (attempt - 1) * step;
      }
      const jitter = 0.8 + 0.4 * execution.services.random();
      return Math.min(base + 2 ** (attempt - 1) * jitter * step, maxInterval(execution));
    };

    return async (execution) => {
      for (let attempt = 0; ; attempt += 1) {
        const limit = count(execution);
        if (await runOnce(execution, attempt, limit)) {
          execution.trace({ attempts: attempt + 1 });
          return;
        }
        await execution.services.clock.sleep(waitSeconds(execution, attempt + 1) * 1000, execution.signal);
        // Without a pause between them, retries inside retries would keep every other request waiting.
        await setImmediate();
      }
    };

    /** @returns whether this was the last run; a failure that is not retried is thrown on. */
    async function runOnce(execution: PolicyExecution, attempt: number, limit: number): Promise<boolean> {
      const mayRetry = attempt < limit;
      try {
        await execution.run(policies);
      } catch (failure) {
        const again = await execution.duringFailure(
          failure,
          async () => mayRetry && holds(execution, failure),
        );
        if (!again) {
          throw failure;
        }
        return false;
      }
      if (!mayRetry) {
        return true;
      }
      await execution.bufferBodies();
      return !condition(execution);
    }

    /** A condition that cannot be evaluated after a failure must not hide the failure. */
    async function holds(execution: PolicyExecution, failure: unknown): Promise<boolean> {
      try {
        await execution.bufferBodies();
        return condition(execution);
      } catch (error) {
        throw error instanceof ExpressionUnsupportedError ? error : failure;
      }
    }
  },
};
