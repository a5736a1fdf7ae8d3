import type { HouseCheck } from "./house-check";
import { block, blocks } from "./synthesized-stack";

/** More failures than this in its interval, and callers wait for an account that is gone. */
const MAX_FAILURES = 100;

export const openBreakers: HouseCheck = {
  id: "H-60",
  title: "an account that throttles or is gone is left alone, as long as it asks for",
  check: (stack) => {
    const pools = JSON.stringify(
      stack.ofType("azapi_resource").map(({ attributes }) => attributes.body ?? ""),
    );
    return stack.ofType("azurerm_api_management_backend").flatMap(({ address, attributes }) => {
      // Whoever has one account only waits for it: closing it would help nobody.
      const expected = pools.includes(`\${${address}.id}`) ? [429, 503] : [503];
      const breaker = block(attributes.circuit_breaker_rule);
      const condition = block(breaker?.failure_condition);
      const ranges = blocks(condition?.status_code_range);
      const counts = (status: number): boolean =>
        ranges.some(({ min, max }) => Number(min) <= status && status <= Number(max));
      return [
        ...(breaker?.accept_retry_after_enabled === true ? [] : ["must accept Retry-After"]),
        ...(Number(condition?.count) <= MAX_FAILURES ? [] : [`must open after ${MAX_FAILURES} failures`]),
        ...expected.filter((status) => !counts(status)).map((status) => `must count ${status}`),
      ].map((problem) => `${address}: its circuit breaker ${problem}`);
    });
  },
};
