import { literalNumber } from "../document/attribute-values";
import { measureBandwidth } from "../limits/bandwidth";
import { counterFingerprint } from "../limits/counter-key";
import { nestedLimitChildren, nestedLimits } from "../limits/nested-limit";
import { QuotaCounters } from "../limits/quota-counters";
import { type QuotaPeriod, renewalPeriod } from "../limits/quota-period";
import { quotaRefusal } from "../limits/quota-refusal";
import type { AttributeShape, PolicyCompiler } from "../policy-compiler";

const QUOTA_ATTRIBUTES: Readonly<Record<string, AttributeShape>> = {
  calls: { type: "integer", min: 1 },
  bandwidth: { type: "integer", min: 1 },
};

/**
 * Limits calls and kilobytes of a subscription in fixed periods from the day it was made; does nothing for a
 * call without a subscription. Children may leave out the period: then the policy's applies.
 * Source: https://learn.microsoft.com/azure/api-management/quota-policy
 */
export const quota: PolicyCompiler = {
  name: "quota",
  sections: ["inbound"],
  scopes: ["product"],
  once: "document",
  shape: {
    attributes: { ...QUOTA_ATTRIBUTES, "renewal-period": { required: true, type: "integer", min: 0 } },
    children: nestedLimitChildren({ ...QUOTA_ATTRIBUTES, "renewal-period": { type: "integer", min: 0 } }),
  },
  compile(element, compilation) {
    const renewal = literalNumber(element, "renewal-period") ?? 0;
    const limits = nestedLimits(element, compilation).map((limit) => {
      const calls = literalNumber(limit.node, "calls");
      const bandwidth = literalNumber(limit.node, "bandwidth");
      if (calls === undefined && bandwidth === undefined) {
        compilation.refuse("needs attribute 'calls' or 'bandwidth', or both", limit.node);
      }
      return { ...limit, calls, bandwidth, renewal: literalNumber(limit.node, "renewal-period") ?? renewal };
    });
    const { address } = compilation.position;

    return async (execution) => {
      const { subscription } = execution.context;
      if (subscription === null) {
        execution.trace({ inactive: "the call has no subscription" });
        return;
      }
      const now = execution.services.clock.now();
      const anchor = (subscription.startDate ?? subscription.createdDate).getTime();
      const counters = QuotaCounters.of(execution.services, "quota");
      const applicable = limits.filter((limit) => limit.appliesTo(execution));
      const keyOf = (name: string): string => JSON.stringify([address, name, subscription.id]);
      execution.trace({
        limits: applicable.map((limit) => ({
          calls: limit.calls,
          bandwidth: limit.bandwidth,
          renewalPeriod: limit.renewal,
          counter: counterFingerprint(keyOf(limit.name)),
        })),
      });
      const counted: { readonly key: string; readonly period: QuotaPeriod }[] = [];
      for (const { name, calls, bandwidth, renewal: seconds } of applicable) {
        const key = keyOf(name);
        const period = renewalPeriod(anchor, seconds, now);
        if (calls !== undefined && counters.used(`calls ${key}`, period) >= calls) {
          throw quotaRefusal("quota", "call volume", period, now);
        }
        if (bandwidth !== undefined && counters.used(`bandwidth ${key}`, period) >= bandwidth) {
          throw quotaRefusal("quota", "bandwidth", period, now);
        }
        counted.push({ key, period });
      }
      for (const { key, period } of counted) {
        counters.add(`calls ${key}`, period, 1);
      }
      if (limits.some(({ bandwidth }) => bandwidth !== undefined)) {
        await measureBandwidth(execution, (kilobytes) => {
          for (const { key, period } of counted) {
            counters.add(`bandwidth ${key}`, period, kilobytes);
          }
        });
      }
    };
  },
};
