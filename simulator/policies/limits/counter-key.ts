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

/** Fingerprints by their keys: callers come again. */
const fingerprints = new Map<string, string>();
const MAX_FINGERPRINTS = 1_000;
/** Longer keys are not kept. */
const MAX_KEPT_LENGTH = 200;

/** Tells counters apart in traces; the key itself may hold what is secret. */
export function counterFingerprint(key: string): string {
  const known = fingerprints.get(key);
  if (known !== undefined) {
    return known;
  }
  const fingerprint = createHash("sha256").update(key).digest("hex").slice(0, 12);
  if (fingerprints.size >= MAX_FINGERPRINTS) {
    fingerprints.clear();
  }
  if (key.length <= MAX_KEPT_LENGTH) {
    fingerprints.set(key, fingerprint);
  }
  return fingerprint;
}
