import {
  chatCompletions,
  embeddings,
  imageGenerations,
  type InferenceOperation,
  responses,
  textCompletions,
} from "../accounts";
import type { AccountModel, ApiModel, OperationModel } from "../model";

/** A request that an operation can be called with. */
export interface SampleRequest {
  /** Id of the operation. */
  readonly operation: string;
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly body?: Readonly<Record<string, unknown>>;
  /** Model deployment that it asks for, where it asks for one. */
  readonly deployment?: string;
}

interface Sample {
  readonly operation: InferenceOperation;
  readonly body: Readonly<Record<string, unknown>>;
}

const SAMPLES: readonly Sample[] = [
  { operation: chatCompletions, body: { messages: [{ role: "user", content: "Hello" }] } },
  { operation: embeddings, body: { input: "Hello" } },
  { operation: responses, body: { input: "Hello", store: false } },
  { operation: textCompletions, body: { prompt: "Hello" } },
  { operation: imageGenerations, body: { prompt: "A lighthouse" } },
];

/** Generally available version of the dated API that most stacks allow. */
const USUAL_VERSION = "2024-10-21";

/**
 * Requests for the operations of an API, those on models first, one for each deployment that can serve them.
 * @param accounts behind the gateway
 * @param texts that policies compare with: dates among them are API versions
 */
export function sampleRequests(
  api: ApiModel,
  accounts: readonly AccountModel[],
  texts: readonly string[],
): readonly SampleRequest[] {
  const versions = texts.filter((text) => /^\d{4}-\d{2}-\d{2}(-preview)?$/.test(text));
  const version = versions.includes(USUAL_VERSION) ? USUAL_VERSION : (versions[0] ?? USUAL_VERSION);
  const ranked = api.operations.map((operation) => ({ operation, rank: rankOf(operation) }));
  return ranked
    .sort((left, right) => left.rank - right.rank)
    .flatMap(({ operation }) => requestsFor(operation, api, accounts, version));
}

function rankOf({ urlTemplate }: OperationModel): number {
  const index = SAMPLES.findIndex((sample) => isFor(sample, urlTemplate));
  return index < 0 ? SAMPLES.length : index;
}

function isFor({ operation }: Sample, urlTemplate: string): boolean {
  const path = urlTemplate.replace(/\?.*$/s, "");
  return path.endsWith(`/${operation.path}`) && !(operation === textCompletions && path.includes("/chat/"));
}

function requestsFor(
  operation: OperationModel,
  api: ApiModel,
  accounts: readonly AccountModel[],
  version: string,
): readonly SampleRequest[] {
  const { operationId, method, urlTemplate } = operation;
  const base = api.path === "" ? "" : `/${api.path}`;
  const path = urlTemplate.replace(/\?.*$/s, "");
  const isV1 = `${base}${path}`.includes("/v1/");
  const isOpenAi = `${base}${path}`.includes("/openai/") || path.includes("/deployments/");
  const query = isOpenAi && !isV1 ? `?api-version=${version}` : "";
  const target = (values: (parameter: string) => string): string =>
    `${base}${path.replace(/\{([^{}]+)\}/g, (_, name: string) => encodeURIComponent(values(name)))}${query}`;
  const sample = SAMPLES.find((candidate) => isFor(candidate, urlTemplate));
  const deployments = accounts.flatMap((account) => account.deployments);
  if (sample === undefined || method !== "POST") {
    const name = deployments[0]?.name ?? "sample";
    const body = ["POST", "PUT", "PATCH"].includes(method) ? {} : undefined;
    return [{ operation: operationId, method, target: target(() => name), body }];
  }
  const able = deployments.filter(({ modelName }) => sample.operation.supports(modelName));
  return [...new Set(able.map(({ name }) => name))].map((deployment) => ({
    operation: operationId,
    method,
    target: target(() => deployment),
    deployment,
    body: path.includes("{") ? sample.body : { model: deployment, ...sample.body },
  }));
}
