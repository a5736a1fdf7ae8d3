import { isExpression } from "../../../expressions";
import { booleanAttribute, literalNumber, numberAttribute } from "../document/attribute-values";
import { measureBandwidth } from "../limits/bandwidth";
import { counterFingerprint, counterKey } from "../limits/counter-key";
import { QuotaCounters } from "../limits/quota-counters";
import { renewalPeriod } from "../limits/quota-period";
import { quotaRefusal } from "../limits/quota-refusal";
import type { PolicyCompiler } from "../policy-compiler";
import type { PolicyExecution } from "../policy-execution";

const MIN_RENEWAL_SECONDS = 300;
/** .NET's `DateTime.MinValue`. */
const DEFAULT_FIRST_PERIOD = "0001-01-01T00:00:00Z";

/** What a request has added to each counter: a key counts once per request, however many policies name it. */
const ownCounts = new WeakMap<PolicyExecution["context"], Map<string, number>>();

/**
 * Limits calls and kilobytes of a key in fixed periods; one counter for each value of the key, whatever the
 * scope. With an expression in `increment-condition` or `increment-count` the call is counted after outbound.
 * Source: https://learn.microsoft.com/azure/api-management/quota-by-key-policy
 */
export const quotaByKey: PolicyCompiler = {
  name: "quota-by-key",
  sections: ["inbound"],
  gateways: ["classic"],
  shape: {
    attributes: {
      "counter-key": { required: true, expression: true },
      calls: { type: "integer", min: 1 },
      bandwidth: { type: "integer", min: 1 },
      "renewal-period": { required: true, type: "integer", min: 0 },
      "increment-condition": { expression: true, type: "boolean" },
      "increment-count": { expression: true, type: "integer", min: 0 },
      "first-period-start": {},
    },
  },
  compile(element, compilation) {
    const renewal = literalNumber(element, "renewal-period") ?? 0;
    const firstPeriod = element.attributes.get("first-period-start") ?? DEFAULT_FIRST_PERIOD;
    const calls = literalNumber(element, "calls");
    const bandwidth = literalNumber(element, "bandwidth");
    if (calls === undefined && bandwidth === undefined) {
      compilation.refuse("needs attribute 'calls' or 'bandwidth', or both");
    }
    if (renewal !== 0 && renewal < MIN_RENEWAL_SECONDS) {
      compilation.refuse(`attribute 'renewal-period' is ${renewal}; allowed: 0, or 300 and more`);
    }
    if (
      !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(firstPeriod) ||
      Number.isNaN(Date.parse(firstPeriod))
    ) {
      compilation.refuse(
        `attribute 'first-period-start' is '${firstPeriod}'; the form is yyyy-MM-ddTHH:mm:ssZ`,
      );
    }
    const anchor = Date.parse(firstPeriod);
    const key = counterKey(element, compilation);
    const condition = booleanAttribute(element, "increment-condition", compilation, true);
    const count = numberAttribute(element, "increment-count", compilation, { min: 0, integer: true }, 1);
    const countsAfterwards = ["increment-condition", "increment-count"].some((name) =>
      isExpression(element.attributes.get(name) ?? ""),
    );

    return async (execution) => {
      const counter = key(execution);
      const now = execution.services.clock.now();
      const period = renewalPeriod(anchor, renewal, now);
      const counters = QuotaCounters.of(execution.services, "quota-by-key");
      execution.trace({ calls, bandwidth, renewalPeriod: renewal, counter: counterFingerprint(counter) });
      const own = ownCounts.get(execution.context)?.get(`calls ${counter}`) ?? 0;
      if (calls !== undefined && counters.used(`calls ${counter}`, period) - own >= calls) {
        throw quotaRefusal("quota-by-key", "call volume", period, now);
      }
      if (bandwidth !== undefined && counters.used(`bandwidth ${counter}`, period) >= bandwidth) {
        throw quotaRefusal("quota-by-key", "bandwidth", period, now);
      }
      const add = (name: string, amount: number): void => {
        if (noteOwnCount(execution, name, amount)) {
          counters.add(name, period, amount);
        }
      };
      const countCall = (): void => {
        if (condition(execution)) {
          add(`calls ${counter}`, count(execution));
        }
      };
      if (countsAfterwards) {
        execution.afterPolicies(countCall);
      } else {
        countCall();
      }
      if (bandwidth !== undefined) {
        await measureBandwidth(execution, (kilobytes) => add(`bandwidth ${counter}`, kilobytes));
      }
    };
  },
};

/** @returns whether the request had not counted under this name before */
function noteOwnCount({ context }: PolicyExecution, name: string, amount: number): boolean {
  const counts = ownCounts.get(context) ?? new Map<string, number>();
  ownCounts.set(context, counts);
  const isFirst = !counts.has(name);
  if (isFirst) {
    counts.set(name, amount);
  }
  return isFirst;
}
