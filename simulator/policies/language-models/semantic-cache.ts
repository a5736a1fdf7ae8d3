import { type CachedResponse, copyForCache, responseFromCache } from "../caching/cached-response";
import { ExpiringMap } from "../caching/expiring-map";
import {
  booleanAttribute,
  literalBoolean,
  literalNumber,
  numberAttribute,
} from "../document/attribute-values";
import type { PolicyServices } from "../gateway-services";
import type { PolicyCompiler } from "../policy-compiler";
import type { PolicyExecution } from "../policy-execution";
import { embedText } from "./embedding";
import { LanguageModelRequest } from "./language-model-request";
import { isJson } from "./language-model-usage";

/** Policies of one family share a cache: a store goes with the lookup of its own family. */
export interface SemanticCacheFamily {
  readonly lookup: string;
  readonly store: string;
}

interface SemanticEntry {
  readonly partition: string;
  readonly embedding: readonly number[];
  readonly response: CachedResponse;
}

interface SemanticPlace {
  readonly partition: string;
  readonly text: string;
  readonly embedding: readonly number[];
}

const MAX_ENTRIES = 10_000;
const places = new WeakMap<PolicyExecution["context"], Map<string, SemanticPlace>>();

/**
 * Answers a chat completion from the answer to a prompt that means nearly the same: the distance of the two
 * embeddings is at most `score-threshold`. The embeddings come from the backend named, by a call with the
 * system-assigned identity, as in Azure; the vector index is a scan in memory that stands in for Redis with
 * RediSearch. If no embedding can be had the request goes on without the cache. Streams are not cached.
 * `vary-by` values are joined without a separator, as the documentation does not promise one.
 * Source: https://learn.microsoft.com/azure/api-management/llm-semantic-cache-lookup-policy
 */
export function semanticCacheLookup(family: SemanticCacheFamily): PolicyCompiler {
  return {
    name: family.lookup,
    sections: ["inbound"],
    once: "section",
    shape: {
      attributes: {
        "score-threshold": { required: true, type: "number", min: 0, max: 1 },
        "embeddings-backend-id": { required: true },
        "embeddings-backend-auth": { required: true, values: ["system-assigned"] },
        "ignore-system-messages": { type: "boolean" },
        "max-message-count": { type: "integer", min: 1 },
      },
      children: [{ name: "vary-by", shape: { text: "required" } }],
    },
    compile(element, compilation) {
      if (compilation.model.externalCaches.length === 0) {
        compilation.refuse(
          "needs an external cache, and the service has none (azurerm_api_management_redis_cache)",
        );
      }
      const backendId = element.attributes.get("embeddings-backend-id") ?? "";
      if (
        !compilation.model.backends.some(({ name, single }) => name === backendId && single !== undefined)
      ) {
        compilation.refuse(`names backend '${backendId}', which does not exist or is a pool`);
      }
      const threshold = literalNumber(element, "score-threshold") ?? 0;
      const ignoresSystem = literalBoolean(element, "ignore-system-messages", false);
      const maxMessages = literalNumber(element, "max-message-count") ?? Infinity;
      const varyBy = element.children.map((child) => compilation.text(child.text.trim(), child));

      return async (execution) => {
        const request = await LanguageModelRequest.read(execution.request);
        const messages = (request?.messages ?? []).filter(
          ({ role }) => !(ignoresSystem && (role === "system" || role === "developer")),
        );
        if (request?.streams === true || messages.length === 0 || messages.length > maxMessages) {
          execution.trace({ inactive: "the request is not cached" });
          return;
        }
        const text = messages.map((message) => `${message.role}: ${message.text}`).join("\n");
        const embedding = await embedText(execution, backendId, text);
        if (embedding === undefined) {
          return;
        }
        const partition = varyBy.map((value) => value(execution)).join("");
        const nearest = findNearest(entriesOf(execution.services, family), partition, embedding);
        const hit = nearest !== undefined && nearest.distance <= threshold;
        execution.trace({ hit, distance: nearest?.distance, threshold });
        if (hit) {
          execution.answerFromCache(responseFromCache(execution, nearest.entry.response), family.store);
        }
        const pending = places.get(execution.context) ?? new Map<string, SemanticPlace>();
        places.set(execution.context, pending.set(family.store, { partition, text, embedding }));
      };
    },
  };
}

/**
 * Keeps a successful answer for `duration` seconds, if the family's lookup has looked for it; with `cache-response`
 * any answer.
 * Source: https://learn.microsoft.com/azure/api-management/llm-semantic-cache-store-policy
 */
export function semanticCacheStore(family: SemanticCacheFamily): PolicyCompiler {
  return {
    name: family.store,
    sections: ["outbound"],
    once: "section",
    shape: {
      attributes: {
        duration: { required: true, expression: true, type: "integer", min: 1 },
        "cache-response": { expression: true, type: "boolean" },
      },
    },
    compile(element, compilation) {
      const duration = numberAttribute(element, "duration", compilation, { min: 1, integer: true });
      const whateverStatus = booleanAttribute(element, "cache-response", compilation, false);
      return async (execution) => {
        const place = places.get(execution.context)?.get(family.store);
        const { response, services } = execution;
        const isStored = response?.status === 200 || whateverStatus(execution);
        const storable = response !== undefined && isStored && isJson(response.headers);
        const copy = place !== undefined && storable ? await copyForCache(response) : undefined;
        execution.trace({ stored: copy !== undefined });
        if (place !== undefined && copy !== undefined) {
          const { partition, text, embedding } = place;
          entriesOf(services, family).set(
            JSON.stringify([partition, text]),
            { partition, embedding, response: copy },
            services.clock.now() + duration(execution) * 1000,
          );
        }
      };
    },
  };
}

function entriesOf(services: PolicyServices, { store }: SemanticCacheFamily): ExpiringMap<SemanticEntry> {
  return services.state(`semantic cache: ${store}`, () => {
    return new ExpiringMap<SemanticEntry>(services.clock, { maxSize: MAX_ENTRIES });
  });
}

function findNearest(
  entries: ExpiringMap<SemanticEntry>,
  partition: string,
  embedding: readonly number[],
): { readonly entry: SemanticEntry; readonly distance: number } | undefined {
  let nearest: { readonly entry: SemanticEntry; readonly distance: number } | undefined;
  for (const entry of entries.values()) {
    if (entry.partition === partition) {
      const distance = cosineDistance(entry.embedding, embedding);
      if (nearest === undefined || distance < nearest.distance) {
        nearest = { entry, distance };
      }
    }
  }
  return nearest;
}

/** 0 for the same direction; rounding never makes it negative. Vectors of different models are far apart. */
function cosineDistance(left: readonly number[], right: readonly number[]): number {
  if (left.length !== right.length) {
    return 2;
  }
  let [dot, leftSquares, rightSquares] = [0, 0, 0];
  for (const [index, value] of left.entries()) {
    const other = right[index] ?? 0;
    dot += value * other;
    leftSquares += value * value;
    rightSquares += other * other;
  }
  const norm = Math.sqrt(leftSquares * rightSquares);
  return norm === 0 ? 2 : Math.max(0, 1 - dot / norm);
}
