import { optionalText } from "../document/attribute-values";
import type { AttributeShape, PolicyCompilation, PolicyElementNode, TextValue } from "../policy-compiler";
import type { PolicyExecution } from "../policy-execution";

/** Where the token may be; of these at most one. */
export const TOKEN_SOURCE_ATTRIBUTES: Readonly<Record<string, AttributeShape>> = {
  "header-name": { expression: true },
  "query-parameter-name": { expression: true },
  "token-value": { expression: true },
};

/** Finds the token of a request; none when there is none. */
export type TokenSource = (execution: PolicyExecution) => string | undefined;

export interface TokenSourceProps {
  /** Header to look in when the element names no place. @default - the shape demands a place */
  readonly defaultHeader?: string;
  /** Scheme that `Authorization` must have. @default - `Bearer ` is taken off if it is there */
  readonly requireScheme?: TextValue;
}

/**
 * Where `validate-jwt` and `validate-azure-ad-token` find the token: a header, a query parameter or a value.
 * A scheme is looked for in `Authorization` only; in any other header the token stands alone.
 * Several values of a header are joined, which makes no token: none of them is picked.
 */
export function tokenSource(
  element: PolicyElementNode,
  compilation: PolicyCompilation,
  { defaultHeader, requireScheme }: TokenSourceProps,
): TokenSource {
  const value = optionalText(element, "token-value", compilation);
  if (value !== undefined) {
    return (execution) => value(execution) || undefined;
  }
  const parameter = optionalText(element, "query-parameter-name", compilation);
  if (parameter !== undefined) {
    return (execution) => execution.request.query.get(parameter(execution))?.join(",") || undefined;
  }
  const header = optionalText(element, "header-name", compilation) ?? (() => defaultHeader ?? "");
  return (execution) => {
    const name = header(execution);
    const text = execution.request.headers.get(name)?.join(",").trim();
    if (text === undefined || text === "") {
      return undefined;
    }
    return name.toLowerCase() === "authorization" ? withoutScheme(text, requireScheme?.(execution)) : text;
  };
}

/** Schemes compare without case (RFC 9110, section 11.1). */
function withoutScheme(text: string, required: string | undefined): string | undefined {
  const space = text.indexOf(" ");
  const scheme = space < 0 ? "" : text.slice(0, space);
  const credentials = text.slice(space + 1).trim();
  if (required !== undefined) {
    return scheme.toLowerCase() === required.toLowerCase() ? credentials : undefined;
  }
  return scheme.toLowerCase() === "bearer" ? credentials : text;
}
