import type { Encoding } from "../encodings";
import type { DeploymentModel } from "../model";
import type { RequestBody } from "./request-body";
import type { RequestForm } from "./request-form";

/** What an operation works with. */
export interface InferenceContext {
  /** Members of the JSON body, or texts of the form. */
  readonly body: RequestBody;
  /** None for a JSON body. */
  readonly form?: RequestForm;
  readonly deployment: DeploymentModel;
  readonly encoding: Encoding;
  /** Seconds since the epoch by the simulation's clock. */
  readonly created: number;
  /** Random letters for ids of objects. */
  newId(): string;
}

/** A checked request, ready to be answered once its tokens have been counted against the capacity. */
export interface PreparedInference {
  readonly promptTokens: number;
  /** Prompt and longest answer: what the rate limit counts at arrival. */
  readonly estimate: number;
  readonly stream: boolean;
  /** @param filtered whether the content filter stops the answer */
  answer(filtered: boolean): InferenceAnswer;
}

export interface InferenceAnswer {
  readonly completionTokens: number;
  readonly json: object;
  /** What is answered instead of JSON. */
  readonly media?: { readonly type: string; readonly bytes: Uint8Array };
  /** Server-sent events (without the blank lines between them), for a stream. */
  readonly events: readonly string[];
}

/** An operation of the data plane on a model deployment. */
export interface InferenceOperation {
  /** As in Azure's API description and in messages of the rate limit. */
  readonly operationId: string;
  /** As in messages about a model that lacks it. */
  readonly name: string;
  /** Path below the deployment, or below `/openai/v1`. */
  readonly path: string;
  /** Version of the dated API with which it came. @default - it has been there from the first */
  readonly datedSince?: string;
  /** The right that a principal needs. */
  readonly dataAction: string;
  /** Whether its body is a form. @default false */
  readonly takesForm?: boolean;
  supports(modelName: string): boolean;
  /** @throws AccountError for a wrong request */
  prepare(context: InferenceContext): PreparedInference;
}

const OPEN_AI = "Microsoft.CognitiveServices/accounts/OpenAI";

/** Data actions by operation. */
export const DATA_ACTIONS = {
  chat: `${OPEN_AI}/deployments/chat/completions/action`,
  completions: `${OPEN_AI}/deployments/completions/action`,
  embeddings: `${OPEN_AI}/deployments/embeddings/action`,
  images: `${OPEN_AI}/images/generations/action`,
  audio: `${OPEN_AI}/deployments/audio/action`,
  models: `${OPEN_AI}/models/read`,
  responsesRead: `${OPEN_AI}/responses/read`,
  responsesWrite: `${OPEN_AI}/responses/write`,
  responsesDelete: `${OPEN_AI}/responses/delete`,
} as const;

/**
 * What a principal needs beside the operation's own right for a model of another publisher than OpenAI. The role
 * Cognitive Services OpenAI User does not have it.
 *
 * Source: https://learn.microsoft.com/azure/foundry/foundry-models/how-to/configure-entra-id
 */
export function dataActionOfFormat(format: string, { path }: InferenceOperation): string | undefined {
  return format === "OpenAI" ? undefined : `Microsoft.CognitiveServices/accounts/MaaS/${path}/action`;
}

/** Tokens that the rate limit counts for an answer whose length the request leaves open. */
export const DEFAULT_ANSWER_TOKENS = 16;

/** Tokens after which an answer whose length the request leaves open would be cut. */
export const MAX_ANSWER_TOKENS = 4096;

/** `model` of responses: the underlying model, not the deployment. */
export function servedModel(deployment: DeploymentModel): string {
  return deployment.modelVersion === ""
    ? deployment.modelName
    : `${deployment.modelName}-${deployment.modelVersion}`;
}

export function isEmbeddingModel(modelName: string): boolean {
  return modelName.includes("embedding");
}

export function isImageModel(modelName: string): boolean {
  return /^(gpt-image|dall-e)/.test(modelName);
}

export function isTranscriptionModel(modelName: string): boolean {
  return /^whisper|-transcribe/.test(modelName);
}

export function isSpeechModel(modelName: string): boolean {
  return /^tts|-tts$/.test(modelName);
}

/** Models that chat: all that do nothing else. */
export function isChatModel(modelName: string): boolean {
  const others = [isEmbeddingModel, isTextModel, isImageModel, isTranscriptionModel, isSpeechModel];
  return !others.some((is) => is(modelName));
}

/** Models that complete text without a chat. */
export function isTextModel(modelName: string): boolean {
  return /^(gpt-35-turbo-instruct|gpt-3\.5-turbo-instruct|davinci|babbage)/.test(modelName);
}

/** What the content filter says about harmless and about stopped content. */
export function filterResults(filtered: boolean): object {
  const safe = { filtered: false, severity: "safe" };
  return {
    hate: filtered ? { filtered: true, severity: "high" } : safe,
    self_harm: safe,
    sexual: safe,
    violence: safe,
  };
}

/** Usage in the shape of chat and completions. @param reasoning tokens of the completion that nobody reads */
export function completionUsage(promptTokens: number, completionTokens: number, reasoning = 0): object {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}
