import { isExpression } from "../../../expressions";
import { booleanAttribute, invalidValue, textAttribute } from "../document/attribute-values";
import type { PolicyCompiler } from "../policy-compiler";
import type { PolicyExecution } from "../policy-execution";

const PLACEHOLDER = /\{([^{}]+)\}/g;

/**
 * Replaces the path below the backend's URL. `{name}` in the template stands for a parameter of the
 * operation's own template; query parameters that neither template names are kept unless
 * `copy-unmatched-params` is false.
 * Source: https://learn.microsoft.com/azure/api-management/rewrite-uri-policy
 */
export const rewriteUri: PolicyCompiler = {
  name: "rewrite-uri",
  sections: ["inbound"],
  shape: {
    attributes: {
      template: { required: true, expression: true },
      "copy-unmatched-params": { expression: true, type: "boolean" },
    },
  },
  compile(element, compilation) {
    const literal = element.attributes.get("template") ?? "";
    if (!isExpression(literal) && !literal.startsWith("/")) {
      compilation.refuse(`attribute 'template' is '${literal}'; it must begin with '/'`);
    }
    const template = textAttribute(element, "template", compilation);
    const copyUnmatched = booleanAttribute(element, "copy-unmatched-params", compilation, true);
    return (execution) => {
      const text = template(execution);
      if (!text.startsWith("/")) {
        throw invalidValue("rewrite-uri", `Template '${text}' does not begin with '/'.`);
      }
      const [path = "", query = ""] = splitAtQuery(text);
      const { request } = execution;
      const incoming = [...request.query];
      request.path = fill(execution, path, encodePathParameter);
      request.query.clear();
      for (const [name, value] of new URLSearchParams(query)) {
        request.query.set(name, [...(request.query.get(name) ?? []), fill(execution, value, String)]);
      }
      if (copyUnmatched(execution)) {
        const matched = new Set(queryNames(execution.context.operation?.urlTemplate ?? ""));
        for (const [name, values] of incoming) {
          if (!matched.has(name) && !request.query.has(name)) {
            request.query.set(name, values);
          }
        }
      }
      execution.trace({ path: request.path });
    };
  },
};

function splitAtQuery(template: string): readonly string[] {
  const mark = template.indexOf("?");
  return mark < 0 ? [template] : [template.slice(0, mark), template.slice(mark + 1)];
}

function queryNames(urlTemplate: string): readonly string[] {
  return [...new URLSearchParams(splitAtQuery(urlTemplate)[1] ?? "").keys()];
}

function fill(execution: PolicyExecution, template: string, encode: (value: string) => string): string {
  return template.replace(PLACEHOLDER, (_, name: string) => {
    const value = execution.context.request.matchedParameters.get(name);
    if (value === undefined) {
      throw invalidValue("rewrite-uri", `The operation has no template parameter '${name}'.`);
    }
    return encode(value);
  });
}

/** A wildcard's value keeps its slashes; a matched value must not bring a query or a fragment with it. */
function encodePathParameter(value: string): string {
  return value.split("/").map(encodeURIComponent).join("/");
}
