import { validateHeaderName, validateHeaderValue } from "node:http";
import { isExpression } from "../../../expressions";
import type { PolicyCompilation, PolicyElementNode } from "../policy-compiler";

/** Fields that belong to the connection: the gateway alone writes them. */
const CONNECTION_FIELDS = new Set(["connection", "content-length", "keep-alive", "transfer-encoding"]);

/** Why a policy may not write a header of this name; none if it may. */
export function headerNameProblem(name: string): string | undefined {
  if (CONNECTION_FIELDS.has(name.toLowerCase())) {
    return `header '${name}' belongs to the connection and cannot be set or deleted`;
  }
  try {
    validateHeaderName(name);
    return undefined;
  } catch {
    return `'${name}' is not a header name (RFC 9110, section 5.1)`;
  }
}

/** Why a text may not be the value of a header, such as a line break in it; none if it may. */
export function headerValueProblem(name: string, value: string): string | undefined {
  try {
    validateHeaderValue(name, value);
    return undefined;
  } catch {
    return `the value for header '${name}' holds a character that no header may carry (RFC 9110, section 5.5)`;
  }
}

/** Refuses literal attributes that name a response header and could never be one. */
export function refuseBadHeaderNames(
  element: PolicyElementNode,
  attributes: readonly string[],
  compilation: PolicyCompilation,
): void {
  for (const attribute of attributes) {
    const name = element.attributes.get(attribute);
    const problem = name === undefined || isExpression(name) ? undefined : headerNameProblem(name);
    if (problem !== undefined) {
      compilation.refuse(`attribute '${attribute}': ${problem}`, element);
    }
  }
}
