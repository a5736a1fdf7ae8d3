import { isExpression } from "../../../expressions";
import type { PolicyCompiler } from "../policy-compiler";

/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * Changes the request's method.
 * Source: https://learn.microsoft.com/azure/api-management/set-method-policy
 */
export const setMethod: PolicyCompiler = {
  name: "set-method",
  sections: ["inbound", "on-error"],
  shape: { text: "required" },
  compile(element, compilation) {
    const method = element.text.trim();
    if (isExpression(method)) {
      compilation.refuse("takes no policy expression");
    } else if (!TOKEN.test(method)) {
      compilation.refuse(`'${method}' is not an HTTP method`);
    }
    return (execution) => {
      execution.request.method = method;
      execution.trace({ method });
    };
  },
};
