import { PolicyError } from "../policy-error";
import { type QuotaPeriod, secondsUntilEnd, timeSpanText } from "./quota-period";

/** The refusal of `quota` and `quota-by-key`, as APIM words it. */
export function quotaRefusal(
  policy: string,
  kind: "call volume" | "bandwidth",
  period: QuotaPeriod,
  now: number,
): PolicyError {
  const seconds = secondsUntilEnd(period, now);
  const replenished = seconds === undefined ? "" : ` Quota will be replenished in ${timeSpanText(seconds)}.`;
  const message = `Out of ${kind} quota.${replenished}`;
  return new PolicyError(policy, "QuotaExceeded", message, {
    status: 403,
    message,
    headers: seconds === undefined ? {} : { "Retry-After": String(seconds) },
  });
}
