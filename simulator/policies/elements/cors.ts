import { isExpression } from "../../../expressions";
import { booleanAttribute, numberAttribute } from "../document/attribute-values";
import { childOf } from "../document/element-children";
import { textListShape } from "../document/text-list-shape";
import type { PolicyCompilation, PolicyCompiler, PolicyElementNode, TextValue } from "../policy-compiler";
import type { PolicyExecution } from "../policy-execution";

/**
 * Answers preflight requests and adds the CORS headers to the others, errors included.
 * `terminate-unmatched-request` is true unless said otherwise, as the source's table has it; versions of the page
 * have said false. The table names preflights, GET and HEAD: what another method asks for goes on without CORS
 * headers, and the browser keeps the answer from the page.
 * Source: https://learn.microsoft.com/azure/api-management/cors-policy, https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export const cors: PolicyCompiler = {
  name: "cors",
  sections: ["inbound"],
  once: "section",
  shape: {
    attributes: {
      "allow-credentials": { expression: true, type: "boolean" },
      "terminate-unmatched-request": { expression: true, type: "boolean" },
    },
    children: [
      { name: "allowed-origins", min: 1, max: 1, shape: textListShape("origin") },
      {
        name: "allowed-methods",
        max: 1,
        shape: textListShape("method", {
          "preflight-result-max-age": { expression: true, type: "integer", min: 0 },
        }),
      },
      // Deployed policies leave it out: no header but the safe ones is allowed then.
      { name: "allowed-headers", pageMin: 1, max: 1, shape: textListShape("header") },
      { name: "expose-headers", max: 1, shape: textListShape("header") },
    ],
  },
  compile(element, compilation) {
    const child = (name: string): PolicyElementNode | undefined => childOf(element, name);
    const methodsNode = child("allowed-methods");
    const origins = texts(child("allowed-origins"), compilation);
    const methods = methodsNode === undefined ? [() => "GET", () => "POST"] : texts(methodsNode, compilation);
    const headers = texts(child("allowed-headers"), compilation);
    const exposed = texts(child("expose-headers"), compilation);
    const allowCredentials = booleanAttribute(element, "allow-credentials", compilation, false);
    const terminate = booleanAttribute(element, "terminate-unmatched-request", compilation, true);
    const maxAge =
      methodsNode === undefined
        ? (): number => 0
        : numberAttribute(methodsNode, "preflight-result-max-age", compilation, { min: 0, integer: true }, 0);
    refuseBadOrigins(child("allowed-origins"), compilation);

    return (execution) => {
      const origin = execution.request.headers.get("Origin")?.[0];
      if (origin === undefined) {
        return;
      }
      const allowedOrigins = origins.map((value) => value(execution));
      const anyOrigin = allowedOrigins.includes("*");
      const matches = anyOrigin || allowedOrigins.some((allowed) => sameOrigin(allowed, origin));
      execution.trace({ origin, matches });
      if (!matches) {
        const isSimple = ["GET", "HEAD"].includes(execution.request.method.toUpperCase());
        if ((execution.preflight || isSimple) && terminate(execution)) {
          execution.returnResponse(execution.createResponse(200, "OK"));
        }
        return;
      }
      const credentials = allowCredentials(execution);
      const fields: (readonly [string, string])[] = [
        // With credentials a browser accepts no wildcard (Fetch, section 3.2.5).
        ["Access-Control-Allow-Origin", anyOrigin && !credentials ? "*" : origin],
      ];
      if (credentials) {
        fields.push(["Access-Control-Allow-Credentials", "true"]);
      }
      if (execution.preflight) {
        answerPreflight(execution, [
          ...fields,
          ["Access-Control-Allow-Methods", methods.map((value) => value(execution)).join(",")],
          ["Access-Control-Allow-Headers", headers.map((value) => value(execution)).join(",")],
          ["Access-Control-Max-Age", String(maxAge(execution))],
        ]);
      }
      if (exposed.length > 0) {
        fields.push(["Access-Control-Expose-Headers", exposed.map((value) => value(execution)).join(",")]);
      }
      execution.afterPolicies(() => {
        for (const [name, value] of fields) {
          execution.response?.headers.set(name, [value]);
        }
        if (!anyOrigin) {
          execution.response?.headers.append("Vary", ["Origin"]);
        }
      });
    };
  },
};

function answerPreflight(execution: PolicyExecution, fields: readonly (readonly [string, string])[]): never {
  const response = execution.createResponse(200, "OK");
  for (const [name, value] of fields) {
    response.headers.set(name, [value]);
  }
  return execution.returnResponse(response);
}

function texts(node: PolicyElementNode | undefined, compilation: PolicyCompilation): readonly TextValue[] {
  return (node?.children ?? []).map((child) => compilation.text(child.text.trim(), child));
}

function refuseBadOrigins(node: PolicyElementNode | undefined, compilation: PolicyCompilation): void {
  const literals = (node?.children ?? []).filter(({ text }) => !isExpression(text));
  for (const origin of literals) {
    const text = origin.text.trim();
    if (text !== "*" && (!URL.canParse(text) || new URL(text).origin === "null")) {
      compilation.refuse(`'${text}' is not an origin: scheme, host and port, or '*'`, origin);
    }
  }
  const wildcard = literals.some(({ text }) => text.trim() === "*");
  if (wildcard && (node?.children.length ?? 0) > 1) {
    compilation.refuse("holds '*' beside other origins", node);
  }
}

/** Default ports are implied and a trailing slash in the policy does not matter. */
function sameOrigin(allowed: string, origin: string): boolean {
  return URL.canParse(allowed) && URL.canParse(origin) && new URL(allowed).origin === new URL(origin).origin;
}
