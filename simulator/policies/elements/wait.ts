import { Cancellation } from "../../network";
import { choiceAttribute } from "../document/attribute-values";
import type { PolicyCompiler } from "../policy-compiler";

const MODES = ["all", "any"] as const;

/**
 * Runs its policies at the same time, and goes on when all, or any, are done.
 * Source: https://learn.microsoft.com/azure/api-management/wait-policy
 */
export const wait: PolicyCompiler = {
  name: "wait",
  sections: ["inbound", "backend", "outbound"],
  shape: {
    attributes: { for: { expression: true, values: MODES } },
    policies: true,
    policyNames: ["send-request", "cache-lookup-value", "choose"],
  },
  compile(element, compilation) {
    const mode = choiceAttribute(element, "for", compilation, MODES, "all");
    const policies = compilation.nested(element);
    if (policies.length === 0) {
      compilation.refuse("holds no policy to wait for");
    }
    return async (execution) => {
      const first = mode(execution) === "any";
      const cancellation = new Cancellation(execution.signal);
      const branch = execution.withSignal(cancellation);
      const runs = policies.map(async (policy) => branch.withSignal(branch.signal).run([policy]));
      try {
        await (first ? Promise.race(runs) : Promise.all(runs));
      } finally {
        cancellation.abort(new DOMException("This branch is needed no more.", "AbortError"));
        await Promise.allSettled(runs);
      }
    };
  },
};
