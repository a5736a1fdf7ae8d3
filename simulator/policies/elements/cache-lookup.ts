import { rememberCachePlace } from "../caching/cache-place";
import { type CachedResponse, responseFromCache } from "../caching/cached-response";
import { CACHING_TYPE_ATTRIBUTE, cachingTypeOf, openCache } from "../caching/gateway-cache";
import { booleanAttribute } from "../document/attribute-values";
import type { PolicyCompiler, PolicyElementNode } from "../policy-compiler";

/**
 * Answers a GET from the cache. A request with `Authorization` is left alone unless private responses may be
 * cached. Downstream caching is refused: which `Cache-Control` APIM then sends is not documented.
 * Source: https://learn.microsoft.com/azure/api-management/cache-lookup-policy
 */
export const cacheLookup: PolicyCompiler = {
  name: "cache-lookup",
  sections: ["inbound"],
  once: "section",
  allowedInFragment: false,
  shape: {
    attributes: {
      "vary-by-developer": { required: true, expression: true, type: "boolean" },
      "vary-by-developer-groups": { required: true, expression: true, type: "boolean" },
      ...CACHING_TYPE_ATTRIBUTE,
      "downstream-caching-type": { values: ["none", "private", "public"] },
      "must-revalidate": { expression: true, type: "boolean" },
      "allow-private-response-caching": { expression: true, type: "boolean" },
    },
    children: [
      { name: "vary-by-header", shape: { text: "required" } },
      { name: "vary-by-query-parameter", shape: { text: "required" } },
    ],
  },
  compile(element, compilation) {
    const downstream = element.attributes.get("downstream-caching-type") ?? "none";
    if (downstream !== "none") {
      compilation.refuse(`attribute 'downstream-caching-type': '${downstream}' is not simulated; use none`);
    }
    const cachingType = cachingTypeOf(element);
    const variesByDeveloper = booleanAttribute(element, "vary-by-developer", compilation, true);
    const variesByGroups = booleanAttribute(element, "vary-by-developer-groups", compilation, true);
    const allowsPrivate = booleanAttribute(element, "allow-private-response-caching", compilation, false);
    const headerNames = names(element, "vary-by-header");
    const parameterNames = names(element, "vary-by-query-parameter");

    return (execution) => {
      const { request, context, services } = execution;
      const isPrivate = request.headers.get("Authorization") !== undefined && !allowsPrivate(execution);
      const cache = openCache<CachedResponse>(services, "responses", cachingType);
      if (request.method !== "GET" || isPrivate || cache === undefined) {
        execution.trace({ inactive: "the request is not cached" });
        return;
      }
      const query = [...request.query].filter(
        ([name]) => parameterNames.length === 0 || parameterNames.includes(name),
      );
      const key = JSON.stringify([
        context.api?.id,
        request.path,
        query.sort(([left], [right]) => (left < right ? -1 : 1)),
        headerNames.map((name) => request.headers.get(name) ?? []),
        variesByDeveloper(execution) ? (context.user?.id ?? "") : null,
        variesByGroups(execution) ? (context.user?.groups ?? []).map(({ id }) => id).sort() : null,
      ]);
      const cached = cache.get(key);
      execution.trace({ hit: cached !== undefined });
      if (cached !== undefined) {
        execution.answerFromCache(responseFromCache(execution, cached), "cache-store");
      }
      rememberCachePlace(execution, { cache, key });
    };
  },
};

/** Each element names one or several, separated by semicolons. */
function names(element: PolicyElementNode, child: string): readonly string[] {
  return element.children
    .filter(({ name }) => name === child)
    .flatMap(({ text }) => text.split(";"))
    .map((name) => name.trim())
    .filter((name) => name !== "");
}
