import { invalidRequest } from "./account-error";
import { FIRST_WITH_RESPONSES } from "./api-version";
import { functionCall } from "./function-call";
import { generateAnswer, spoken } from "./generated-answer";
import {
  DATA_ACTIONS,
  DEFAULT_ANSWER_TOKENS,
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

/** The Responses API: `POST .../responses`, with typed events. */
export const responses: InferenceOperation = {
  operationId: "Create_Response",
  name: "responses",
  path: "responses",
  datedSince: FIRST_WITH_RESPONSES,
  dataAction: DATA_ACTIONS.responsesWrite,
  supports: isChatModel,
  prepare,
};

function prepare(context: InferenceContext): PreparedInference {
  const { body, encoding, deployment, created } = context;
  const messages = readInput(body);
  const limit = body.count("max_output_tokens");
  const stream = body.flag("stream");
  const effort = (body.get("reasoning") as { readonly effort?: unknown } | undefined)?.effort ?? undefined;
  const reasoning = reasoningTokens(body, deployment.modelName, effort);
  const promptTokens = countMessageTokens(encoding, messages);
  const format = (body.get("text") as { readonly format?: unknown } | undefined)?.format;
  const last = messages.at(-1);
  const call = functionCall(
    body.get("tools"),
    body.get("tool_choice"),
    last?.role === "user" ? last.text : undefined,
  );
  const include = body.get("include");
  const encrypted = Array.isArray(include) && include.includes("reasoning.encrypted_content");
  return {
    promptTokens,
    estimate: promptTokens + (limit ?? DEFAULT_ANSWER_TOKENS),
    stream,
    answer: (filtered) => {
      const lastText = messages.findLast(({ role }) => role === "user")?.text ?? "";
      const left = Math.max(0, (limit ?? MAX_ANSWER_TOKENS) - reasoning);
      const answer = call
        ? spoken(call.arguments, encoding, left)
        : generateAnswer(JSON.stringify(messages), lastText, encoding, left, format);
      const pieces = filtered ? answer.pieces.slice(0, 1) : answer.pieces;
      const hidden = Math.min(reasoning, limit ?? reasoning);
      const tokens = hidden + (filtered ? pieces.length : answer.tokens);
      const incomplete = filtered ? "content_filter" : answer.cut ? "max_output_tokens" : undefined;
      const status = incomplete === undefined ? "completed" : "incomplete";
      const itemId = `${call ? "fc" : "msg"}_${context.newId()}`;
      const part = { type: "output_text", annotations: [], text: pieces.join("") };
      const item = call
        ? {
            id: itemId,
            type: "function_call",
            status,
            call_id: `call_${context.newId()}`,
            name: call.name,
            arguments: part.text,
          }
        : { id: itemId, type: "message", role: "assistant", status, content: [part] };
      const thought =
        reasoning === 0
          ? []
          : [
              {
                id: `rs_${context.newId()}`,
                type: "reasoning",
                summary: [] as unknown[],
                ...(encrypted && { encrypted_content: context.newId() }),
              },
            ];
      const response = (state: string, output: readonly object[], usage: object | null): object => ({
        id: responseId,
        object: "response",
        created_at: created,
        status: state,
        error: null,
        incomplete_details: state === "incomplete" ? { reason: incomplete } : null,
        instructions: body.get("instructions") ?? null,
        max_output_tokens: limit ?? null,
        metadata: body.get("metadata") ?? {},
        model: servedModel(deployment),
        output,
        parallel_tool_calls: true,
        previous_response_id: body.get("previous_response_id") ?? null,
        store: body.get("store") ?? true,
        temperature: body.get("temperature") ?? 1,
        text: body.get("text") ?? { format: { type: "text" } },
        tool_choice: body.get("tool_choice") ?? "auto",
        tools: body.get("tools") ?? [],
        top_p: body.get("top_p") ?? 1,
        truncation: "disabled",
        usage,
      });
      const responseId = `resp_${context.newId()}`;
      const final = response(status, [...thought, item], {
        input_tokens: promptTokens,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens: tokens,
        output_tokens_details: { reasoning_tokens: hidden },
        total_tokens: promptTokens + tokens,
      });
      const index = thought.length;
      const place = { item_id: itemId, output_index: index, content_index: 0 };
      const events = stream
        ? typedEvents([
            { type: "response.created", response: response("in_progress", [], null) },
            { type: "response.in_progress", response: response("in_progress", [], null) },
            ...thought.flatMap((each) => [
              { type: "response.output_item.added", output_index: 0, item: each },
              { type: "response.output_item.done", output_index: 0, item: each },
            ]),
            ...(call
              ? [
                  {
                    type: "response.output_item.added",
                    output_index: index,
                    item: { ...item, status: "in_progress", arguments: "" },
                  },
                  ...pieces.map((delta) => ({
                    type: "response.function_call_arguments.delta",
                    item_id: itemId,
                    output_index: index,
                    delta,
                  })),
                  {
                    type: "response.function_call_arguments.done",
                    item_id: itemId,
                    output_index: index,
                    name: call.name,
                    arguments: part.text,
                  },
                ]
              : [
                  {
                    type: "response.output_item.added",
                    output_index: index,
                    item: { ...item, status: "in_progress", content: [] },
                  },
                  { type: "response.content_part.added", ...place, part: { ...part, text: "" } },
                  ...pieces.map((delta) => ({ type: "response.output_text.delta", ...place, delta })),
                  { type: "response.output_text.done", ...place, text: part.text },
                  { type: "response.content_part.done", ...place, part },
                ]),
            { type: "response.output_item.done", output_index: index, item },
            { type: `response.${status}`, response: final },
          ])
        : [];
      return { completionTokens: tokens, json: final, events };
    },
  };
}

interface TypedEvent {
  readonly type: string;
  readonly [member: string]: unknown;
}

function typedEvents(events: readonly TypedEvent[]): readonly string[] {
  return events.map(
    (event, index) => `event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number: index })}`,
  );
}

function readInput(body: RequestBody): readonly { readonly role: string; readonly text: string }[] {
  const input = body.get("input");
  const instructions = body.text("instructions");
  const items: readonly unknown[] = Array.isArray(input) ? input : [{ role: "user", content: input }];
  if (input === undefined || (typeof input !== "string" && !Array.isArray(input)) || items.length === 0) {
    throw invalidRequest("'input' is a required property: a text or a list of items.", "input");
  }
  return [
    ...(instructions === undefined ? [] : [{ role: "system", text: instructions }]),
    ...items.map((item) => {
      const { role, content, output } = (item ?? {}) as Readonly<Record<string, unknown>>;
      return { role: typeof role === "string" ? role : "tool", text: contentText(content ?? output) };
    }),
  ];
}
