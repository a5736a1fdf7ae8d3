import { createHash } from "node:crypto";
import { invalidValue, textAttribute } from "../document/attribute-values";
import type { PolicyCompilation, PolicyElementNode, TextValue } from "../policy-compiler";

/**
 * The `counter-key` of a limit. An empty key would put unrelated callers on one counter, or on none: the
 * request fails instead.
 */
export function counterKey(element: PolicyElementNode, compilation: PolicyCompilation): TextValue {
  if (element.attributes.get("counter-key") === "") {
    compilation.refuse("attribute 'counter-key' is empty");
  }
  const value = textAttribute(element, "counter-key", compilation);
  return (execution) => {
    const key = value(execution);
    if (key === "") {
      throw invalidValue(element.name, "Attribute 'counter-key' evaluated to an empty text.");
    }
    return key;
  };
}

/** Tells counters apart in traces; the key itself may hold what is secret. */
export function counterFingerprint(key: string): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 12);
}
