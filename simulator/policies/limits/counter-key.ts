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
