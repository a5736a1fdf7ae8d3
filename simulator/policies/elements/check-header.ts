import { isExpression } from "../../../expressions";
import { booleanAttribute, numberAttribute, textAttribute } from "../document/attribute-values";
import { headerNameProblem } from "../messages/header-field";
import type { PolicyCompiler } from "../policy-compiler";
import { PolicyError } from "../policy-error";

/**
 * Refuses a request whose header is missing or has none of the allowed values. A header that was sent more
 * than once matches nothing.
 * Source: https://learn.microsoft.com/azure/api-management/check-header-policy
 */
export const checkHeader: PolicyCompiler = {
  name: "check-header",
  sections: ["inbound"],
  shape: {
    attributes: {
      name: { required: true, expression: true },
      "failed-check-httpcode": { required: true, expression: true, type: "integer", min: 100, max: 599 },
      "failed-check-error-message": { required: true, expression: true },
      // Deployed policies leave it out, and compare letter by letter.
      "ignore-case": { required: "page", expression: true, type: "boolean" },
    },
    children: [{ name: "value", shape: { text: "required" } }],
  },
  compile(element, compilation) {
    const literalName = element.attributes.get("name") ?? "";
    const nameProblem = isExpression(literalName) ? undefined : headerNameProblem(literalName);
    if (nameProblem !== undefined) {
      compilation.refuse(nameProblem);
    }
    const name = textAttribute(element, "name", compilation);
    const status = numberAttribute(element, "failed-check-httpcode", compilation, { min: 100, max: 599 });
    const message = textAttribute(element, "failed-check-error-message", compilation);
    const ignoreCase = booleanAttribute(element, "ignore-case", compilation, false);
    const allowedValues = element.children.map((child) => compilation.text(child.text.trim(), child));

    return (execution) => {
      const header = name(execution);
      const sent = execution.request.headers.get(header);
      const fail = (reason: string, detail: string): never => {
        throw new PolicyError("check-header", reason, `${detail} Access denied.`, {
          status: status(execution),
          message: message(execution),
        });
      };
      if (sent === undefined) {
        fail("HeaderNotFound", `Header ${header} was not found in the request.`);
        return;
      }
      const fold = ignoreCase(execution)
        ? (text: string) => text.toLowerCase()
        : (text: string): string => text;
      const matches = (value: string): boolean =>
        allowedValues.some((allowed) => fold(allowed(execution)) === fold(value));
      const [only] = sent;
      if (allowedValues.length > 0 && (sent.length !== 1 || only === undefined || !matches(only))) {
        fail("HeaderValueNotAllowed", `Header ${header} value of ${sent.join(",")} is not allowed.`);
      }
    };
  },
};
