import { valueOfSchema } from "./schema-value";

/** A function of the client that the model wants called. */
export interface FunctionCall {
  readonly name: string;
  /** JSON text. */
  readonly arguments: string;
}

/**
 * The function that the model calls before it answers: the one whose name is in the last words of the user, and any if
 * the request demands a call. It gets arguments that its parameters take.
 *
 * @param tools of chat completions (`function` inside) or of responses
 * @param lastUserText nothing once somebody else, such as the function, has spoken
 */
export function functionCall(
  tools: unknown,
  choice: unknown,
  lastUserText: string | undefined,
): FunctionCall | undefined {
  if (!Array.isArray(tools) || choice === "none" || lastUserText === undefined) {
    return undefined;
  }
  const functions = tools
    .map((tool) => tool as { readonly type?: unknown; readonly function?: unknown } | null)
    .filter((tool) => tool?.type === "function")
    .map((tool) => (tool?.function ?? tool) as { readonly name?: unknown; readonly parameters?: unknown })
    .filter((each): each is { name: string; parameters?: unknown } => typeof each.name === "string");
  const named = functions.find(({ name }) => lastUserText.includes(name));
  const demanded = choice === "required" || typeof choice === "object" ? functions[0] : undefined;
  const called = named ?? demanded;
  return called && { name: called.name, arguments: JSON.stringify(valueOfSchema(called.parameters) ?? {}) };
}
