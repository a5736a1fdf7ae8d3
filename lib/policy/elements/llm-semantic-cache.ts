import type { CSharp } from "../csharp";
import { INBOUND, PolicyElement } from "../policy-element";
import { PolicyExpression } from "../policy-expression";

export interface LlmSemanticCacheLookupProps {
  /** Greatest distance of two prompts that get one answer, 0 to 1: smaller is stricter. */
  readonly scoreThreshold: number;
  /** Backend whose URL is an embeddings deployment. */
  readonly embeddingsBackendId: string;
  /**
   * Answers are found again under an equal value only. One value: Azure promises no separator between
   * several.
   */
  readonly partition: CSharp;
}

/**
 * `<llm-semantic-cache-lookup>`: needs an external cache with vector search, and the service's
 * system-assigned identity to call the embeddings deployment.
 *
 * Source: https://learn.microsoft.com/azure/api-management/llm-semantic-cache-lookup-policy
 */
export function llmSemanticCacheLookup(props: LlmSemanticCacheLookupProps): PolicyElement {
  const { scoreThreshold, embeddingsBackendId, partition } = props;
  return new PolicyElement({
    name: "llm-semantic-cache-lookup",
    attributes: {
      "score-threshold": scoreThreshold,
      "embeddings-backend-id": embeddingsBackendId,
      "embeddings-backend-auth": "system-assigned",
      "ignore-system-messages": false,
    },
    children: [new PolicyElement({ name: "vary-by", text: PolicyExpression.of(partition) })],
    placement: { ...INBOUND, allowedInFragment: false },
    problems: [
      scoreThreshold >= 0 && scoreThreshold <= 1
        ? undefined
        : {
            rule: "score-threshold of <llm-semantic-cache-lookup> must be from 0 to 1",
            value: scoreThreshold,
            remedy: "start with 0.05: it is a distance, so that smaller is stricter",
          },
    ],
  });
}

/**
 * `<llm-semantic-cache-store>`: keeps a successful answer for the lookup of the same document.
 *
 * Source: https://learn.microsoft.com/azure/api-management/llm-semantic-cache-store-policy
 */
export function llmSemanticCacheStore(durationSeconds: number): PolicyElement {
  return new PolicyElement({
    name: "llm-semantic-cache-store",
    attributes: { duration: durationSeconds },
    placement: { sections: ["outbound"], allowedInFragment: false },
    problems: [
      Number.isInteger(durationSeconds) && durationSeconds >= 1
        ? undefined
        : {
            rule: "duration of <llm-semantic-cache-store> must be a whole number of seconds above 0",
            value: durationSeconds,
            remedy: "use 300",
          },
    ],
  });
}
