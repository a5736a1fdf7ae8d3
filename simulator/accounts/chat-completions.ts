import { invalidRequest } from "./account-error";
import { type FunctionCall, functionCall } from "./function-call";
import { generateAnswer, spoken } from "./generated-answer";
import {
  completionUsage,
  DATA_ACTIONS,
  DEFAULT_ANSWER_TOKENS,
  filterResults,
  type InferenceContext,
  type InferenceOperation,
  isChatModel,
  MAX_ANSWER_TOKENS,
  type PreparedInference,
  servedModel,
} from "./inference-operation";
import { reasoningTokens } from "./reasoning";
import { contentText, type RequestBody } from "./request-body";
import { countMessageTokens } from "./tokenizer";

const ROLES = ["system", "developer", "user", "assistant", "tool", "function"];

/** Chat completions: `POST .../chat/completions`. */
export const chatCompletions: InferenceOperation = {
  operationId: "ChatCompletions_Create",
  name: "chatCompletion",
  path: "chat/completions",
  dataAction: DATA_ACTIONS.chat,
  supports: isChatModel,
  prepare,
};

function prepare(context: InferenceContext): PreparedInference {
  const { body, encoding, deployment, created } = context;
  const messages = readMessages(body);
  const choices = body.count("n") ?? 1;
  const reasoning = reasoningTokens(body, deployment.modelName, body.get("reasoning_effort"));
  const limit = body.count("max_completion_tokens") ?? body.count("max_tokens");
  const stream = body.flag("stream");
  const includeUsage = body.streamUsage();
  // Tool definitions are part of the prompt.
  const tools =
    body.get("tools") === undefined ? 0 : encoding.encode(JSON.stringify(body.get("tools"))).length;
  const promptTokens = countMessageTokens(encoding, messages) + tools;
  const format = body.get("response_format");
  const last = messages.at(-1);
  const call = functionCall(
    body.get("tools"),
    body.get("tool_choice"),
    last?.role === "user" ? last.text : undefined,
  );
  return {
    promptTokens,
    estimate: promptTokens + (limit ?? DEFAULT_ANSWER_TOKENS) * choices,
    stream,
    answer: (filtered) => {
      const prompt = JSON.stringify(messages);
      const lastText = messages.findLast(({ role }) => role === "user")?.text ?? "";
      const left = Math.max(0, (limit ?? MAX_ANSWER_TOKENS) - reasoning);
      const answer = call
        ? spoken(call.arguments, encoding, left)
        : generateAnswer(prompt, lastText, encoding, left, format);
      const pieces = filtered ? answer.pieces.slice(0, 1) : answer.pieces;
      const finishReason = filtered ? "content_filter" : answer.cut ? "length" : call ? "tool_calls" : "stop";
      const calls = call && { id: `call_${context.newId()}`, call };
      const hidden = Math.min(reasoning, limit ?? reasoning);
      const completionTokens = (hidden + (filtered ? pieces.length : answer.tokens)) * choices;
      const usage = completionUsage(promptTokens, completionTokens, hidden * choices);
      const common = { id: `chatcmpl-${context.newId()}`, created, model: servedModel(deployment) };
      const indexes = Array.from({ length: choices }, (_item, index) => index);
      return {
        completionTokens,
        json: {
          ...common,
          object: "chat.completion",
          choices: indexes.map((index) => ({
            index,
            finish_reason: finishReason,
            logprobs: null,
            message: {
              role: "assistant",
              content: calls ? null : pieces.join(""),
              refusal: null,
              annotations: [],
              ...(calls && { tool_calls: [toolCall(calls, pieces.join(""))] }),
            },
            content_filter_results: filterResults(filtered),
          })),
          prompt_filter_results: PROMPT_FILTER_RESULTS,
          usage,
          system_fingerprint: null,
        },
        events: stream
          ? chunks(common, indexes, deltas(pieces, calls), finishReason, includeUsage ? usage : undefined)
          : [],
      };
    },
  };
}

const PROMPT_FILTER_RESULTS = [{ prompt_index: 0, content_filter_results: filterResults(false) }];

interface IdentifiedCall {
  readonly id: string;
  readonly call: FunctionCall;
}

function toolCall({ id, call }: IdentifiedCall, text: string): object {
  return { id, type: "function", function: { name: call.name, arguments: text } };
}

/** What a stream says of an answer, bit by bit: a text, or a call. */
function deltas(pieces: readonly string[], call: IdentifiedCall | undefined): readonly object[] {
  if (!call) {
    return [{ role: "assistant", content: "", refusal: null }, ...pieces.map((content) => ({ content }))];
  }
  return [
    { role: "assistant", content: null, tool_calls: [{ index: 0, ...toolCall(call, "") }] },
    ...pieces.map((text) => ({ tool_calls: [{ index: 0, function: { arguments: text } }] })),
  ];
}

/** Chunks of a stream: Azure's own first, role, content, end, and usage when asked for. */
function chunks(
  common: { readonly id: string; readonly created: number; readonly model: string },
  indexes: readonly number[],
  deltas: readonly object[],
  finishReason: string,
  usage: object | undefined,
): readonly string[] {
  const first = {
    choices: [],
    created: 0,
    id: "",
    model: "",
    object: "",
    prompt_filter_results: PROMPT_FILTER_RESULTS,
  };
  const base = { ...common, object: "chat.completion.chunk", system_fingerprint: null };
  const choice = (index: number, delta: object, finish: string | null): object => ({
    ...base,
    choices: [
      {
        index,
        delta,
        finish_reason: finish,
        logprobs: null,
        ...("content" in delta ? { content_filter_results: filterResults(false) } : {}),
      },
    ],
    ...(usage === undefined ? {} : { usage: null }),
  });
  const list: object[] = [
    usage === undefined ? first : { ...first, usage: null },
    ...indexes.flatMap((index) => [
      ...deltas.map((delta) => choice(index, delta, null)),
      choice(index, {}, finishReason),
    ]),
    ...(usage === undefined ? [] : [{ ...base, choices: [], usage }]),
  ];
  return [...list.map((chunk) => `data: ${JSON.stringify(chunk)}`), "data: [DONE]"];
}

function readMessages(body: RequestBody): readonly { readonly role: string; readonly text: string }[] {
  const messages = body.get("messages");
  if (!Array.isArray(messages) || messages.length === 0) {
    throw invalidRequest("'messages' is a required property and must hold at least one message.", "messages");
  }
  return messages.map((message: unknown, index) => {
    const { role, content, tool_calls: calls } = (message ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof role !== "string" || !ROLES.includes(role)) {
      throw invalidRequest(
        `Invalid value for 'messages[${index}].role'.`,
        `messages[${index}].role`,
        "invalid_value",
      );
    }
    return { role, text: contentText(content) + (calls === undefined ? "" : JSON.stringify(calls)) };
  });
}
