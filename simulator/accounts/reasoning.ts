import { invalidRequest } from "./account-error";
import type { RequestBody } from "./request-body";

/** Hidden tokens that a model spends before it answers, by effort: of the order of a short question. */
const REASONING_TOKENS = { none: 0, minimal: 0, low: 32, medium: 64, high: 256, xhigh: 512 } as const;

type Effort = keyof typeof REASONING_TOKENS;

/**
 * Families of models that reason, with the effort that a request gets which asks for none in particular. The first
 * family that fits counts.
 *
 * Sources: https://learn.microsoft.com/azure/foundry/openai/how-to/reasoning and
 * https://developers.openai.com/api/docs/guides/latest-model
 */
const FAMILIES: readonly (readonly [family: RegExp, usualEffort: Effort | undefined])[] = [
  [/-chat\b|^gpt-chat/, undefined],
  [/^(gpt-5|o\d).*-pro$/, "high"],
  [/^(gpt-5.*-codex|codex)/, "medium"],
  [/^gpt-5\.[1-4]/, "none"],
  [/^(gpt-5|o\d)/, "medium"],
];

/** Sampling that a model does not offer while it reasons, with the one value that it takes. */
const FIXED = { temperature: 1, top_p: 1, presence_penalty: 0, frequency_penalty: 0 } as const;
const NOT_WHILE_REASONING = ["logprobs", "top_logprobs", "logit_bias"] as const;

/**
 * Hidden tokens of an answer: part of what a request may spend, and of what it is charged for.
 *
 * @param effort what the request says, where its operation says it
 * @throws AccountError (400) for what the model does not take because it reasons
 */
export function reasoningTokens(body: RequestBody, modelName: string, effort: unknown): number {
  const [, usual] = FAMILIES.find(([family]) => family.test(modelName)) ?? [];
  if (usual === undefined) {
    if (effort !== undefined) {
      throw invalidRequest("Unrecognized request argument supplied: reasoning_effort");
    }
    return 0;
  }
  if (body.get("max_tokens") !== undefined) {
    throw unsupportedParameter("max_tokens", " Use 'max_completion_tokens' instead.");
  }
  const asked = effort ?? usual;
  if (typeof asked !== "string" || !Object.hasOwn(REASONING_TOKENS, asked)) {
    throw invalidRequest("Invalid value for 'reasoning_effort'.", "reasoning_effort", "invalid_value");
  }
  if (asked !== "none") {
    refuseSampling(body);
  }
  return REASONING_TOKENS[asked as Effort];
}

function refuseSampling(body: RequestBody): void {
  for (const [name, only] of Object.entries(FIXED)) {
    const value = body.get(name) ?? only;
    if (value !== only) {
      throw invalidRequest(
        `Unsupported value: '${name}' does not support ${JSON.stringify(value)} with this model. ` +
          `Only the default (${only}) value is supported.`,
        name,
        "unsupported_value",
      );
    }
  }
  const given = NOT_WHILE_REASONING.find((name) => ![undefined, false].includes(body.get(name) as undefined));
  if (given !== undefined) {
    throw unsupportedParameter(given);
  }
}

function unsupportedParameter(name: string, remedy = ""): Error {
  return invalidRequest(
    `Unsupported parameter: '${name}' is not supported with this model.${remedy}`,
    name,
    "unsupported_parameter",
  );
}
