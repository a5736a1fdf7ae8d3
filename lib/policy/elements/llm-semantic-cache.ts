import { PolicyElement } from "../policy-element";
import { PolicyExpression } from "../policy-expression";
import type { CallerCacheKey } from "./caller-cache-key";

/** Which kept answers are given to a question that is only similar. */
export interface LlmSemanticCacheLookupProps {
  /** Whose answers, and to what beside the messages: answers under other keys are not looked at. */
  readonly key: CallerCacheKey;
  /** How far the meaning of a kept question may be: a cosine distance of 0, the same, to 1. */
  readonly maxDistance: number;
  /** Backend whose URL is that of the `embeddings` operation of a deployment. */
  readonly embeddingsBackendId: string;
}

/**
 * `<llm-semantic-cache-lookup>` in the external cache of the gateway. Embeddings are made with the service's
 * system-assigned identity: API Management offers no other. System messages are not compared; they belong to the key.
 * A hit ends inbound, and outbound resumes after the store.
 *
 * Source: https://learn.microsoft.com/azure/api-management/llm-semantic-cache-lookup-policy
 */
export function llmSemanticCacheLookup(props: LlmSemanticCacheLookupProps): PolicyElement {
  const { key, maxDistance, embeddingsBackendId } = props;
  return new PolicyElement({
    name: "llm-semantic-cache-lookup",
    attributes: {
      "score-threshold": maxDistance,
      "embeddings-backend-id": embeddingsBackendId,
      "embeddings-backend-auth": "system-assigned",
      "ignore-system-messages": true,
    },
    // One: several are concatenated, and nothing says by what.
    children: [new PolicyElement({ name: "vary-by", text: PolicyExpression.of(key.value) })],
    placement: { sections: ["inbound"], tiers: ["classic", "v2"] },
    problems: [
      maxDistance >= 0 && maxDistance <= 1
        ? undefined
        : {
            rule: "score-threshold of <llm-semantic-cache-lookup> must be 0 to 1",
            value: maxDistance,
            remedy: "use a small one: it is a distance",
          },
    ],
  });
}

/** How long an answer is kept. */
export interface LlmSemanticCacheStoreProps {
  /** After so many seconds it is gone. */
  readonly durationSeconds: number;
}

/**
 * `<llm-semantic-cache-store>`: keeps the answer under the question and the key of the lookup before it.
 *
 * Source: https://learn.microsoft.com/azure/api-management/llm-semantic-cache-store-policy
 */
export function llmSemanticCacheStore({ durationSeconds }: LlmSemanticCacheStoreProps): PolicyElement {
  return new PolicyElement({
    name: "llm-semantic-cache-store",
    attributes: { duration: durationSeconds },
    placement: { sections: ["outbound"], tiers: ["classic", "v2"] },
  });
}
