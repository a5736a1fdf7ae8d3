import type { PolicyCompiler } from "./policy";

/**
 * Runs its policies at the same time, and goes on when all, or any, are done.
 * Source: https://learn.microsoft.com/azure/api-management/wait-policy
 */
export const wait: PolicyCompiler = {
  name: "wait",
  sections: ["inbound", "backend", "outbound"],
  shape: {
    attributes: { for: { expression: true, values: ["all", "any"] } },
    policies: true,
    policyNames: ["send-request", "cache-lookup-value", "choose"],
  },
  compile(element, compilation) {
    const mode = compilation.text(element.attributes.get("for") ?? "all", element);
    const policies = compilation.nested(element);
    if (policies.length === 0) {
      compilation.refuse("holds no policy to wait for");
    }
    return async (execution) => {
      const cancellation = new AbortController();
      const branch = execution.withSignal(AbortSignal.any([execution.signal, cancellation.signal]));
      const runs = policies.map(async (policy) => branch.withSignal(branch.signal).run([policy]));
      try {
        await (mode(execution) === "any" ? Promise.race(runs) : Promise.all(runs));
      } finally {
        cancellation.abort();
        await Promise.allSettled(runs);
      }
    };
  },
};
