import type { HttpRequest } from "../network";
import { datedVersionProblem, isDatedVersion, v1VersionProblem } from "./api-version";
import { audioSpeech, audioTranscriptions, audioTranslations } from "./audio";
import { chatCompletions } from "./chat-completions";
import { embeddings } from "./embeddings";
import { imageEdits, imageGenerations } from "./image-generations";
import type { InferenceOperation } from "./inference-operation";
import { responses } from "./responses";
import { textCompletions } from "./text-completions";

/** What a path asks for. */
export type AccountRoute = {
  readonly family: "dated" | "v1";
  readonly apiVersion: string;
  /** From the path; calls without one name it in the body. */
  readonly deployment?: string;
} & (
  | { readonly kind: "inference"; readonly operation: InferenceOperation }
  | { readonly kind: "models" }
  | { readonly kind: "model"; readonly id: string }
  | { readonly kind: "storedResponse"; readonly id: string }
  | { readonly kind: "unsupportedVersion"; readonly problem: string }
);

/** A path that runs a model. */
export type InferenceRoute = Extract<AccountRoute, { readonly kind: "inference" }>;

const onDeployments: readonly InferenceOperation[] = [
  chatCompletions,
  textCompletions,
  embeddings,
  imageGenerations,
  imageEdits,
  audioTranscriptions,
  audioTranslations,
  audioSpeech,
];
const inV1: readonly InferenceOperation[] = [...onDeployments, responses];

/** @returns nothing for a path that does not exist, or without what looks like an `api-version` */
export function routeOf(request: HttpRequest): AccountRoute | undefined {
  const { pathname, searchParams } = request.url;
  const version = searchParams.get("api-version");
  if (pathname.startsWith("/openai/v1/")) {
    const base = { family: "v1", apiVersion: version ?? "v1" } as const;
    const problem = v1VersionProblem(base.apiVersion);
    return problem === undefined
      ? shared(request.method, pathname.slice("/openai/v1/".length), base, inV1)
      : { ...base, kind: "unsupportedVersion", problem };
  }
  if (!pathname.startsWith("/openai/") || version === null || !isDatedVersion(version)) {
    return undefined;
  }
  const path = pathname.slice("/openai/".length);
  const base = { family: "dated", apiVersion: version } as const;
  const problem = datedVersionProblem(version, path);
  if (problem !== undefined) {
    return { ...base, kind: "unsupportedVersion", problem };
  }
  const match = /^deployments\/([^/]+)\/(.+)$/.exec(path);
  const segment = match?.[1];
  if (segment === undefined) {
    return shared(request.method, path, base, [responses]);
  }
  const operation = onDeployments.find((candidate) => candidate.path === match?.[2]);
  const deployment = decoded(segment);
  // ISO dates sort as text.
  const isTooNew = operation?.datedSince !== undefined && version < operation.datedSince;
  return operation === undefined || isTooNew || deployment === undefined || request.method !== "POST"
    ? undefined
    : { ...base, deployment, kind: "inference", operation };
}

function shared(
  method: string,
  path: string,
  base: { readonly family: "dated" | "v1"; readonly apiVersion: string },
  operations: readonly InferenceOperation[],
): AccountRoute | undefined {
  const operation = operations.find((candidate) => candidate.path === path);
  if (method === "POST" && operation !== undefined) {
    return { ...base, kind: "inference", operation };
  }
  if (method === "GET" && path === "models") {
    return { ...base, kind: "models" };
  }
  const model = decoded(/^models\/([^/]+)$/.exec(path)?.[1] ?? "");
  if (method === "GET" && model !== undefined && model !== "") {
    return { ...base, kind: "model", id: model };
  }
  const id = /^responses\/([^/]+)$/.exec(path)?.[1];
  return id !== undefined && (method === "GET" || method === "DELETE")
    ? { ...base, kind: "storedResponse", id }
    : undefined;
}

/** @returns nothing for a segment that is not properly encoded */
function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
