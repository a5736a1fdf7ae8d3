import { numberAttribute, optionalText } from "../document/attribute-values";
import type { AttributeShape, PolicyCompilation, PolicyElementNode } from "../policy-compiler";
import { PolicyError } from "../policy-error";
import type { PolicyExecution } from "../policy-execution";
import type { TokenRejection } from "./token-rejection";

/** What the caller gets for a token that does not pass; both token policies have these attributes. */
export const TOKEN_REFUSAL_ATTRIBUTES: Readonly<Record<string, AttributeShape>> = {
  "failed-validation-httpcode": { expression: true, type: "integer", min: 100, max: 599 },
  "failed-validation-error-message": { expression: true },
};

/**
 * Compiles the refusal: the configured status and text.
 * @returns makes the error; `message` is for `context.LastError`, and for the caller if no text is configured
 */
export function tokenRefusal(
  element: PolicyElementNode,
  compilation: PolicyCompilation,
): (execution: PolicyExecution, rejection: TokenRejection, message?: string) => PolicyError {
  const bounds = { min: 100, max: 599, integer: true };
  const status = numberAttribute(element, "failed-validation-httpcode", compilation, bounds, 401);
  const text = optionalText(element, "failed-validation-error-message", compilation);
  return (execution, rejection, message = rejection.message) =>
    new PolicyError(element.name, rejection.reason, message, {
      status: status(execution),
      message: text?.(execution) ?? message,
    });
}
