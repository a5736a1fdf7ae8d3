import { csharp, type PolicyElement, PolicyExpression, setVariable, when } from "../../../policy";
import { ROUTE } from "../caller";
import type { OpenAiApiDescription } from "../openai-api-description";
import { operationTrait } from "./operation-table";
import { SPENDS_TOKENS } from "./routing";

/**
 * Reads from an answer how many tokens of the prompt the model still knew, for the audit record: they cost less, and the
 * log of tokens has them with the others. A stream says so when its record is written.
 */
export function readCachedTokens({
  spending,
}: Pick<OpenAiApiDescription, "spending">): readonly PolicyElement[] {
  if (!spending) {
    return [];
  }
  return [
    when(
      csharp`${SPENDS_TOKENS} && ${operationTrait("group")} != "embeddings"
        && context.Response.Headers.GetValueOrDefault("Content-Type", "").StartsWith("application/json")`,
      setVariable(
        ROUTE.cachedTokens,
        PolicyExpression.block(csharp`
          try {
            var usage = context.Response.Body.As<JObject>(preserveContent: true)["usage"];
            var details = usage["prompt_tokens_details"] ?? usage["input_tokens_details"];
            return ((int)details["cached_tokens"]).ToString();
          } catch (Exception) {
            return "";
          }
        `),
      ),
    ),
  ];
}
