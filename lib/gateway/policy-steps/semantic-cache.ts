import { csharp, csharpStrings, type CSharp } from "../../policy/csharp";
import { when } from "../../policy/elements/choose";
import { llmSemanticCacheLookup, llmSemanticCacheStore } from "../../policy/elements/llm-semantic-cache";
import { setVariable } from "../../policy/elements/set-variable";
import type { PolicyElement } from "../../policy/policy-element";
import { PolicyExpression } from "../../policy/policy-expression";
import { CALLER, ROUTE, variable, variableOrEmpty } from "../caller";
import type { OpenAiApiDescription, SemanticCacheDescription } from "../openai-api-description";
import { operationTrait } from "./operation-table";
import { BODY } from "./request-body";

/** Partition of the cache that the request may read and write; set only for requests that are cached. */
const PARTITION = "callerCachePartition";

/**
 * Looks for an answer to a prompt that means the same, among answers that this caller may see. Chat requests
 * only, and no streams.
 */
export function lookUpAnswer({ semanticCache }: OpenAiApiDescription): readonly PolicyElement[] {
  if (!semanticCache) return [];
  const stream = csharp`((JObject)context.Variables[${BODY}])["stream"]`;
  return [
    when(
      csharp`${operationTrait("group")} == "chat" && (${stream} == null || ${stream}.ToString() == "False")`,
      setVariable(PARTITION, PolicyExpression.block(partition(semanticCache))),
      llmSemanticCacheLookup({
        scoreThreshold: semanticCache.scoreThreshold ?? 0.05,
        embeddingsBackendId: semanticCache.embeddingsBackendId,
        partition: variable(PARTITION),
      }),
    ),
  ];
}

/** Keeps an answer under the caller's partition. Stands after errors have been answered: none is kept. */
export function storeAnswer({ semanticCache }: OpenAiApiDescription): readonly PolicyElement[] {
  if (!semanticCache) return [];
  return [
    when(
      csharp`context.Response.StatusCode == 200 && context.Variables.ContainsKey(${PARTITION})`,
      llmSemanticCacheStore(semanticCache.durationSeconds ?? 300),
    ),
  ];
}

/**
 * One hash over who asks, what is asked of which deployment, and everything in the request but the dialog:
 * another temperature, tool or instruction is another answer. JSON keeps the parts apart.
 */
function partition({ sharedWithin = "user" }: SemanticCacheDescription): CSharp {
  const user = sharedWithin === "user" ? variableOrEmpty(CALLER.userId) : csharp`""`;
  return csharp`
    var request = (JObject)((JObject)context.Variables[${BODY}]).DeepClone();
    var instructions = new JArray();
    if (request["messages"] != null && request["messages"].Type == JTokenType.Array) {
      foreach (var message in (JArray)request["messages"]) {
        if (message.Type == JTokenType.Object && message["role"] != null
          && ${csharpStrings(["system", "developer"])}.Contains(message["role"].ToString())) {
          instructions.Add(message);
        }
      }
    }
    request.Remove("messages");
    var parts = new JArray();
    parts.Add(${variable(CALLER.clientId)});
    parts.Add(${user});
    parts.Add(${variable(ROUTE.deployment)});
    parts.Add(context.Request.OriginalUrl.Query.GetValueOrDefault("api-version", ""));
    parts.Add(instructions);
    parts.Add(request);
    var bytes = Encoding.UTF8.GetBytes(parts.ToString(Formatting.None));
    return Convert.ToBase64String(SHA256.Create().ComputeHash(bytes));
  `;
}
