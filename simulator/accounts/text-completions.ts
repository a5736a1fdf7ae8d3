import { invalidRequest } from "./account-error";
import { generateAnswer } from "./generated-answer";
import {
  completionUsage,
  DATA_ACTIONS,
  DEFAULT_ANSWER_TOKENS,
  filterResults,
  type InferenceContext,
  type InferenceOperation,
  isTextModel,
  type PreparedInference,
  servedModel,
} from "./inference-operation";

/** Completions of text: `POST .../completions`. */
export const textCompletions: InferenceOperation = {
  operationId: "Completions_Create",
  name: "completion",
  path: "completions",
  dataAction: DATA_ACTIONS.completions,
  supports: isTextModel,
  prepare,
};

function prepare(context: InferenceContext): PreparedInference {
  const { body, encoding, deployment, created } = context;
  const prompts = readPrompts(body.get("prompt") ?? "<|endoftext|>");
  const limit = body.count("max_tokens") ?? DEFAULT_ANSWER_TOKENS;
  const bestOf = body.count("best_of") ?? 1;
  const stream = body.flag("stream");
  const includeUsage = body.streamUsage();
  const promptTokens = prompts.reduce<number>(
    (sum, prompt) => sum + encoding.encode(String(prompt)).length,
    0,
  );
  return {
    promptTokens,
    estimate: promptTokens + limit * bestOf * prompts.length,
    stream,
    answer: (filtered) => {
      const answers = prompts.map((prompt) => generateAnswer(prompt, prompt, encoding, limit));
      const completionTokens = answers.reduce((sum, { tokens }) => sum + tokens, 0);
      const usage = completionUsage(promptTokens, completionTokens);
      const common = {
        id: `cmpl-${context.newId()}`,
        object: "text_completion",
        created,
        model: servedModel(deployment),
      };
      const choice = (index: number, text: string, finish: string | null): object => ({
        index,
        text,
        logprobs: null,
        finish_reason: finish,
        content_filter_results: filterResults(filtered && finish !== null),
      });
      const finish = (cut: boolean): string => (filtered ? "content_filter" : cut ? "length" : "stop");
      const chunks = [
        ...answers.flatMap(({ pieces, cut }, index) => [
          ...pieces.map((piece) => ({ ...common, choices: [choice(index, piece, null)] })),
          { ...common, choices: [choice(index, "", finish(cut))] },
        ]),
        ...(includeUsage ? [{ ...common, choices: [], usage }] : []),
      ];
      return {
        completionTokens,
        json: {
          ...common,
          choices: answers.map(({ text, cut }, index) => choice(index, text, finish(cut))),
          usage,
        },
        events: stream ? [...chunks.map((chunk) => `data: ${JSON.stringify(chunk)}`), "data: [DONE]"] : [],
      };
    },
  };
}

function readPrompts(value: unknown): readonly string[] {
  const prompts: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (prompts.length === 0 || !prompts.every((prompt) => typeof prompt === "string")) {
    throw invalidRequest("'prompt' must be a text or a list of texts.", "prompt");
  }
  return prompts;
}
