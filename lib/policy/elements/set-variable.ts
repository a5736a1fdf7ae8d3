import type { NamedValueReference } from "../named-value-reference";
import { ANYWHERE, PolicyElement } from "../policy-element";
import type { PolicyExpression } from "../policy-expression";

/**
 * `<set-variable>`: an expression keeps its type, a literal and a named value become a string.
 *
 * Source: https://learn.microsoft.com/azure/api-management/set-variable-policy
 */
export function setVariable(
  name: string,
  value: string | PolicyExpression | NamedValueReference,
): PolicyElement {
  return new PolicyElement({ name: "set-variable", attributes: { name, value }, placement: ANYWHERE });
}
