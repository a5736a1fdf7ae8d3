import type { HouseCheck } from "./house-check";
import { block, type SynthesizedStack } from "./synthesized-stack";

/** Answers that say something of the account, whatever it was asked. */
const OF_THE_ACCOUNT = [429, 502, 503, 504];

export const sharedFates: HouseCheck = {
  id: "H-47",
  title: "no request of one API's callers closes an account to those of another",
  check: (stack) => [...breakersOfRequests(stack), ...sharedBackends(stack)],
};

/** Breakers that a single body could open: those that count a 500 or a wait. */
function breakersOfRequests(stack: SynthesizedStack): readonly string[] {
  return stack.ofType("azurerm_api_management_backend").flatMap(({ address, attributes }) => {
    const condition = block(block(attributes.circuit_breaker_rule)?.failure_condition);
    const ranges = (condition?.status_code_range ?? []) as readonly { min: number; max: number }[];
    const counted = ranges.flatMap(({ min, max }) =>
      Array.from({ length: max - min + 1 }, (_, index) => min + index),
    );
    const reasons = (condition?.error_reasons ?? []) as readonly string[];
    return [
      ...counted.filter((status) => !OF_THE_ACCOUNT.includes(status)).map((status) => `counts ${status}`),
      ...reasons
        .filter((reason) => reason !== "BackendConnectionFailure")
        .map((reason) => `counts ${reason}`),
    ].map((problem) => `${address}: its circuit breaker ${problem}, which a request can bring about`);
  });
}

function sharedBackends(stack: SynthesizedStack): readonly string[] {
  const users = new Map<string, string[]>();
  for (const { address, attributes } of stack.ofType("azurerm_api_management_api_policy")) {
    for (const backend of backendsOf(stack, String(attributes.xml_content))) {
      users.set(backend, [...(users.get(backend) ?? []), address]);
    }
  }
  return [...users]
    .filter(([, policies]) => policies.length > 1)
    .map(([backend, policies]) => `${backend}: shared by ${policies.join(" and ")}`);
}

/** Addresses of all backends that a policy names, those behind pools included. */
function backendsOf(stack: SynthesizedStack, policy: string): ReadonlySet<string> {
  const names = new Set([...policy.matchAll(/backend-id="([^"]+)"/g)].map(([, name = ""]) => name));
  const pools = stack.ofType("azapi_resource").filter(({ attributes }) => names.has(String(attributes.name)));
  const members = JSON.stringify(pools.map(({ attributes }) => attributes.body ?? ""));
  const backends = stack.ofType("azurerm_api_management_backend");
  return new Set(
    backends
      .filter(
        ({ address, attributes }) =>
          names.has(String(attributes.name)) || members.includes(`\${${address}.id}`),
      )
      .map(({ address }) => address),
  );
}
