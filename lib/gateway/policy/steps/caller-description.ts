import { csharp, type PolicyElement, PolicyExpression, setHeader } from "../../../policy";
import { CALLER, CALLER_HEADERS, variable, variableOrEmpty } from "../caller";

/** Application id URI of Azure OpenAI, as tokens for it name their audience. */
export const AZURE_OPENAI = "https://cognitiveservices.azure.com";

/**
 * Tells logs behind the gateway whose request this is. Ids are encoded: what an issuer wrote may be anything.
 */
export function describeCaller(): readonly PolicyElement[] {
  return [
    setHeader(
      CALLER_HEADERS.clientId,
      PolicyExpression.of(csharp`Uri.EscapeDataString(${variable(CALLER.clientId)})`),
    ),
    setHeader(
      CALLER_HEADERS.userId,
      PolicyExpression.of(csharp`Uri.EscapeDataString(${variableOrEmpty(CALLER.userId)})`),
    ),
    setHeader(CALLER_HEADERS.method, PolicyExpression.of(variable(CALLER.method))),
    setHeader(CALLER_HEADERS.requestId, PolicyExpression.of(csharp`context.RequestId.ToString()`)),
  ];
}
