import {
  audioSpeech,
  audioTranscriptions,
  audioTranslations,
  chatCompletions,
  embeddings,
  imageEdits,
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
  /** What is sent as it stands, in the place of `body`: a form, where the operation takes one. */
  readonly form?: { readonly type: string; readonly content: string };
  /** Model deployment that it asks for, where it asks for one. */
  readonly deployment?: string;
  /** What people call the operation: that of several URLs. */
  readonly family: string;
  /** `dated`: with an `api-version` by date; `v1`: below `/openai/v1`; none where the URL is of neither kind. */
  readonly urls?: "dated" | "v1";
}

/** What is asked for beside the usual. */
export interface SampleOptions {
  /** Models that are asked for beside those of the accounts. @default - none */
  readonly names?: readonly string[];
  /** Whether operations that take forms get them, and those on one model of many one request each. @default false */
  readonly complete?: boolean;
}

interface Sample {
  readonly family: string;
  readonly operation: InferenceOperation;
  readonly body: Readonly<Record<string, unknown>>;
}

interface FormSample extends Sample {
  /** Name of the part that holds a file. */
  readonly file: string;
}

const SAMPLES: readonly Sample[] = [
  {
    family: "chat",
    operation: chatCompletions,
    body: { messages: [{ role: "user", content: "Hello" }] },
  },
  { family: "embeddings", operation: embeddings, body: { input: "Hello" } },
  { family: "responses", operation: responses, body: { input: "Hello", store: false } },
  { family: "completions", operation: textCompletions, body: { prompt: "Hello" } },
  { family: "images", operation: imageGenerations, body: { prompt: "A lighthouse" } },
  { family: "speech", operation: audioSpeech, body: { input: "Hello", voice: "alloy" } },
];

const FORM_SAMPLES: readonly FormSample[] = [
  { family: "image edits", operation: imageEdits, body: { prompt: "A lighthouse" }, file: "image" },
  { family: "transcriptions", operation: audioTranscriptions, body: {}, file: "file" },
  { family: "translations", operation: audioTranslations, body: {}, file: "file" },
];

const BOUNDARY = "simulated-form-boundary";

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
  options: SampleOptions = {},
): readonly SampleRequest[] {
  const versions = texts.filter((text) => /^\d{4}-\d{2}-\d{2}(-preview)?$/.test(text));
  const version = versions.includes(USUAL_VERSION) ? USUAL_VERSION : (versions[0] ?? USUAL_VERSION);
  const ranked = api.operations.map((operation) => ({ operation, rank: rankOf(operation) }));
  return ranked
    .sort((left, right) => left.rank - right.rank)
    .flatMap(({ operation }) => requestsFor(operation, api, accounts, { ...options, version }));
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
  { version, names = [], complete = false }: SampleOptions & { readonly version: string },
): readonly SampleRequest[] {
  const { operationId, method, urlTemplate } = operation;
  const base = api.path === "" ? "" : `/${api.path}`;
  const path = urlTemplate.replace(/\?.*$/s, "");
  // The same operation a second time, where something else becomes of it.
  const [, prefix] = /^(?:\/openai)?\/(?!openai\/)([a-z-]+)\/(?:deployments|v1)\//.exec(path) ?? [];
  const isV1 = `${base}${path}`.includes("/v1/");
  const isOpenAi = `${base}${path}`.includes("/openai/") || path.includes("/deployments/");
  const sample: Sample | FormSample | undefined = [...SAMPLES, ...(complete ? FORM_SAMPLES : [])].find((each) =>
    isFor(each, urlTemplate),
  );
  const { datedSince = "" } = sample?.operation ?? {};
  // ISO dates sort as text.
  const dated = isOpenAi && !isV1 ? (datedSince > version ? datedSince : version) : undefined;
  const urls: SampleRequest["urls"] = isOpenAi ? (isV1 ? "v1" : "dated") : undefined;
  const target = (values: (parameter: string) => string): string =>
    `${base}${path.replace(/\{([^{}]+)\}/g, (_, name: string) => encodeURIComponent(values(name)))}` +
    queryFor(urlTemplate, dated, values);
  const deployments = accounts.flatMap((account) => account.deployments);
  const known = new Set(deployments.map(({ name }) => name));
  const others = names.filter((name) => !known.has(name));
  if (sample === undefined || method !== "POST") {
    const body = ["POST", "PUT", "PATCH"].includes(method) ? {} : undefined;
    const family = familyOf(method, path, operationId);
    const request = { operation: operationId, family, urls, method, body };
    if (complete && path.includes("{model}")) {
      return [...known, ...others].map((deployment) => ({
        ...request,
        target: target(() => deployment),
        deployment,
      }));
    }
    return [{ ...request, target: target(() => deployments[0]?.name ?? "sample") }];
  }
  const able = deployments.filter(({ modelName }) => sample.operation.supports(modelName));
  return [...new Set([...able.map(({ name }) => name), ...others])].map(
    (deployment) => {
      const body = path.includes("{") ? sample.body : { model: deployment, ...sample.body };
      return {
        operation: operationId,
        family: prefix === undefined ? sample.family : `${sample.family}, ${prefix}`,
        urls,
        method,
        target: target(() => deployment),
        deployment,
        ...(isForm(sample) ? { form: formOf(body, sample.file) } : { body }),
      };
    },
  );
}

/** What the URL template demands, and the API version where the URL is a dated one. */
function queryFor(
  urlTemplate: string,
  version: string | undefined,
  values: (parameter: string) => string,
): string {
  const [, template = ""] = urlTemplate.split("?", 2);
  const query = new URLSearchParams();
  for (const [name, value] of new URLSearchParams(template)) {
    query.append(
      name,
      value.replace(/^\{(.+)\}$/, (_, parameter: string) => values(parameter)),
    );
  }
  if (version !== undefined) {
    query.set("api-version", version);
  }
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

function familyOf(method: string, path: string, operationId: string): string {
  if (method === "GET" && /\/models(\/\{model\})?$/.test(path)) {
    return path.endsWith("}") ? "the description" : "models";
  }
  return operationId.replace(/^v1-/, "");
}

function isForm(sample: Sample | FormSample): sample is FormSample {
  return "file" in sample;
}

/** As RFC 7578 has it, with a file of a few bytes. */
function formOf(texts: Readonly<Record<string, unknown>>, file: string): SampleRequest["form"] {
  const parts = [
    ...Object.entries(texts).map(
      ([name, value]) => `Content-Disposition: form-data; name="${name}"\r\n\r\n${String(value)}`,
    ),
    `Content-Disposition: form-data; name="${file}"; filename="sample.bin"\r\n` +
      `Content-Type: application/octet-stream\r\n\r\nsample`,
  ];
  return {
    type: `multipart/form-data; boundary=${BOUNDARY}`,
    content: `${parts.map((part) => `--${BOUNDARY}\r\n${part}\r\n`).join("")}--${BOUNDARY}--\r\n`,
  };
}
