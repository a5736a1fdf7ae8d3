import { METHODS } from "node:http";
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
import { type ApiAddress, apiAddress, RequestedOperations } from "../gateway";
import type { AccountModel, ApiModel, GatewayModel, OperationModel } from "../model";
import { filledTargets, isOpen, pathOf, pathPattern, queryWith } from "./operation-target";

/** A request that an operation can be called with. */
export interface SampleRequest {
  /** Id of the operation. */
  readonly operation: string;
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** Beside credentials: the version of the API, where it stands in a header. @default - none */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** What is sent as it stands, in the place of `body`: a form, where the operation takes one. */
  readonly form?: { readonly type: string; readonly content: string };
  /** Model deployment that it asks for, where it asks for one. */
  readonly deployment?: string;
  /** Whether its path is a guess of where a backend serves the model: of those for the same, the best answered counts. */
  readonly guess?: boolean;
  /** What people call the operation: that of several URLs. */
  readonly family: string;
  /** `dated`: with an `api-version` by date; `v1`: below `/openai/v1`; none where the URL is of neither kind. */
  readonly urls?: "dated" | "v1";
}

/** Whose operations are sampled. */
export interface SampledApi {
  /** With the API, and those beside it. */
  readonly gateway: GatewayModel;
  readonly api: ApiModel;
  /** Behind the gateway. */
  readonly accounts: readonly AccountModel[];
  /** What policies compare with: dates among them are API versions. */
  readonly texts: readonly string[];
}

/** Requests for the operations of an API. */
export interface ApiSamples {
  /** Those on models first, one for each deployment that can serve them. */
  readonly requests: readonly SampleRequest[];
  /** Operations without a request. */
  readonly untried: readonly UntriedOperation[];
}

/** An operation of which nobody can say who may call it. */
export interface UntriedOperation {
  /** `operation any (POST /*)` */
  readonly label: string;
  readonly reason: string;
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

/** What stands in the place of parameters, until a request is for its operation and no other. */
const FILLERS = ["sample", "another-sample", "a/sample"] as const;

/** Generally available version of the dated API that most stacks allow. */
const USUAL_VERSION = "2024-10-21";

/**
 * Requests for the operations of an API. Each of them is for its operation and for no other: where several templates fit,
 * the gateway chooses one.
 */
export function sampleRequests(sampled: SampledApi, options: SampleOptions = {}): ApiSamples {
  const samples = new OperationSamples(sampled, options);
  const ranked = sampled.api.operations.map((operation) => ({ operation, rank: rankOf(operation) }));
  const requests: SampleRequest[] = [];
  const untried: UntriedOperation[] = [];
  for (const { operation } of ranked.sort((left, right) => left.rank - right.rank)) {
    const { operationId, method, urlTemplate } = operation;
    const found = samples.of(operation);
    requests.push(...found);
    if (found.length === 0) {
      untried.push({
        label: `operation ${operationId} (${method} ${urlTemplate})`,
        reason: METHODS.includes(method.toUpperCase())
          ? "no request was found that this operation answers, and no other"
          : `no client sends the method '${method}', and Microsoft does not say that it stands for others`,
      });
    }
  }
  return { requests, untried };
}

function rankOf({ urlTemplate }: OperationModel): number {
  const index = SAMPLES.findIndex((sample) => isFor(sample, urlTemplate));
  return index < 0 ? SAMPLES.length : index;
}

function isFor({ operation }: Sample, urlTemplate: string): boolean {
  const path = pathOf(urlTemplate);
  return path.endsWith(`/${operation.path}`) && !(operation === textCompletions && path.includes("/chat/"));
}

/** Made once for each gateway, whose operations do not change. */
const ROUTES = new WeakMap<GatewayModel, RequestedOperations>();

class OperationSamples {
  private readonly address: ApiAddress;
  private readonly routes: RequestedOperations;
  /** Of the dated API. */
  private readonly version: string;
  private readonly samples: readonly (Sample | FormSample)[];
  /** Names of deployments. */
  private readonly known: readonly string[];
  /** Of the URLs behind which accounts are. */
  private readonly backendPaths: readonly string[];
  /** Models that are not deployments of an account. */
  private readonly others: readonly string[];
  /** Which operation a family of requests is of; others have their id behind it. */
  private readonly families = new Map<string, OperationModel>();

  public constructor(
    private readonly sampled: SampledApi,
    private readonly options: SampleOptions,
  ) {
    const { gateway, api, accounts, texts } = sampled;
    const versions = texts.filter((text) => /^\d{4}-\d{2}-\d{2}(-preview)?$/.test(text));
    this.version = versions.includes(USUAL_VERSION) ? USUAL_VERSION : (versions[0] ?? USUAL_VERSION);
    this.address = apiAddress(api);
    this.routes = ROUTES.get(gateway) ?? new RequestedOperations(gateway);
    ROUTES.set(gateway, this.routes);
    this.samples = [...SAMPLES, ...(options.complete === true ? FORM_SAMPLES : [])];
    const deployments = accounts.flatMap((account) => account.deployments.map(({ name }) => name));
    this.known = [...new Set(deployments)];
    this.others = (options.names ?? []).filter((name) => !this.known.includes(name));
    this.backendPaths = backendPaths(sampled);
    for (const operation of api.operations) {
      const { method, urlTemplate, operationId } = operation;
      this.families.set(
        this.sampleFor(operation)?.family ?? familyOf(method, pathOf(urlTemplate), operationId),
        operation,
      );
    }
  }

  /** Requests that this operation answers. */
  public of(operation: OperationModel): readonly SampleRequest[] {
    if (!METHODS.includes(operation.method.toUpperCase())) {
      return [];
    }
    const sample = this.sampleFor(operation);
    const requests =
      sample === undefined
        ? [...(isOpen(operation) ? this.guesses(operation) : []), ...this.plain(operation)]
        : this.named(operation, sample);
    return requests.filter((request) => this.isFor(request, operation));
  }

  private sampleFor({ method, urlTemplate }: OperationModel): Sample | FormSample | undefined {
    return method.toUpperCase() === "POST" ? this.samples.find((each) => isFor(each, urlTemplate)) : undefined;
  }

  private isFor(request: SampleRequest, operation: OperationModel): boolean {
    const found = this.routes.of(request);
    return found?.api === this.sampled.api && found.operation === operation;
  }

  /** What runs a model, by its own path: on each deployment that can, or on one that cannot. */
  private named(operation: OperationModel, sample: Sample | FormSample): readonly SampleRequest[] {
    const { operationId, method, urlTemplate } = operation;
    const path = pathOf(urlTemplate);
    // The same operation a second time, where something else becomes of it.
    const [, prefix] = /^(?:\/openai)?\/(?!openai\/)([a-z-]+)\/(?:deployments|v1)\//.exec(path) ?? [];
    return this.deploymentsFor(sample).flatMap((deployment) => {
      const body = path.includes("{") ? sample.body : { model: deployment, ...sample.body };
      return this.targets(operation, [deployment], sample.operation.datedSince).map((target) => ({
        operation: operationId,
        family: prefix === undefined ? sample.family : `${sample.family}, ${prefix}`,
        urls: this.urlsOf(path),
        method,
        target,
        headers: this.address.headers,
        deployment,
        ...contentOf(sample, body),
      }));
    });
  }

  /** Without more than the template demands. */
  private plain(operation: OperationModel): readonly SampleRequest[] {
    const { operationId, method, urlTemplate } = operation;
    const path = pathOf(urlTemplate);
    const request = {
      operation: operationId,
      family: familyOf(method, path, operationId),
      urls: this.urlsOf(path),
      method,
      headers: this.address.headers,
      body: ["POST", "PUT", "PATCH"].includes(method.toUpperCase()) ? {} : undefined,
    };
    if (this.options.complete === true && path.includes("{model}")) {
      return [...this.known, ...this.others].flatMap((deployment) =>
        this.targets(operation, [deployment]).map((target) => ({ ...request, target, deployment })),
      );
    }
    const [target] = this.targets(operation, [...this.known.slice(0, 1), ...FILLERS]).filter((each) =>
      this.isFor({ ...request, target: each }, operation),
    );
    return target === undefined ? [] : [{ ...request, target }];
  }

  /** What accounts offer that a template takes beside other things: below where the backends lead. */
  private guesses(operation: OperationModel): readonly SampleRequest[] {
    const { operationId, method } = operation;
    const { path, headers } = this.address;
    const pattern = pathPattern(operation);
    const requests: SampleRequest[] = [];
    const add = (family: string, place: AccountPlace, rest: Partial<SampleRequest>): void => {
      const { urls } = place;
      const query = queryWith({ ...this.versionQuery(place), ...this.address.query });
      const below = this.backendPaths.filter((base) => place.path.startsWith(`${base}/`));
      for (const own of below.map((base) => place.path.slice(base.length)).filter((each) => pattern.test(each))) {
        const request = { operation: operationId, family, urls, method, target: `${path}${own}${query}`, headers };
        if (this.isFor(request, operation)) {
          const owner = this.families.get(family) ?? operation;
          this.families.set(family, owner);
          const name = owner === operation ? family : `${family}, ${operationId}`;
          requests.push({ ...request, ...rest, family: name, guess: true });
        }
      }
    };
    if (method.toUpperCase() === "GET") {
      MODEL_LISTS.forEach((place) => add("models", place, {}));
    }
    for (const sample of method.toUpperCase() === "POST" ? this.samples : []) {
      for (const deployment of this.able(sample)) {
        for (const place of placesOf(sample, deployment)) {
          const body = place.isOnDeployment ? sample.body : { model: deployment, ...sample.body };
          add(sample.family, place, { deployment, ...contentOf(sample, body) });
        }
      }
    }
    return requests;
  }

  private deploymentsFor(sample: Sample): readonly string[] {
    const able = this.able(sample);
    // Whoever is let through gets an error of the account, and is let through.
    return able.length > 0 ? able : [this.known[0] ?? FILLERS[0]];
  }

  private able({ operation }: Sample): readonly string[] {
    const deployments = this.sampled.accounts.flatMap((account) => account.deployments);
    const able = deployments.filter(({ modelName }) => operation.supports(modelName));
    return [...new Set([...able.map(({ name }) => name), ...this.others])];
  }

  private targets(operation: OperationModel, fillers: readonly string[], since = ""): readonly string[] {
    const { path, query } = this.address;
    const urls = this.urlsOf(pathOf(operation.urlTemplate));
    const added = { ...(urls === "dated" ? { "api-version": this.versionSince(since) } : {}), ...query };
    return filledTargets(operation, fillers, { path, query: added });
  }

  private versionQuery({ urls, since }: AccountPlace): Readonly<Record<string, string>> {
    return urls === "dated" ? { "api-version": this.versionSince(since) } : {};
  }

  /** ISO dates sort as text. */
  private versionSince(since: string): string {
    return since > this.version ? since : this.version;
  }

  private urlsOf(path: string): SampleRequest["urls"] {
    const whole = `${this.address.path}${path}`;
    const isOnDeployment = path.includes("/deployments/");
    if (!isOnDeployment && !whole.includes("/openai/")) {
      return undefined;
    }
    // A version of the API may be called v1, too.
    return !isOnDeployment && whole.includes("/v1/") ? "v1" : "dated";
  }
}

/** Paths of the URLs behind which accounts are; all that there may be, where none is known. */
function backendPaths({ gateway, api, accounts }: SampledApi): readonly string[] {
  const hosts = accounts.flatMap(({ hostNames }) => hostNames);
  const urls = [api.serviceUrl ?? "", ...gateway.backends.map(({ single }) => single?.url ?? "")];
  const paths = urls
    .filter((url) => URL.canParse(url))
    .map((url) => new URL(url))
    .filter(({ hostname }) => hosts.includes(hostname))
    .map(({ pathname }) => pathname.replace(/\/$/, ""));
  return paths.length === 0 ? ["", "/openai", "/openai/v1"] : [...new Set(paths)];
}

/** Where an account offers something. */
interface AccountPlace {
  readonly path: string;
  readonly urls: "dated" | "v1";
  readonly isOnDeployment: boolean;
  /** First version of the dated API that has it. */
  readonly since: string;
}

const MODEL_LISTS: readonly AccountPlace[] = [
  { path: "/openai/models", urls: "dated", isOnDeployment: false, since: "" },
  { path: "/openai/v1/models", urls: "v1", isOnDeployment: false, since: "" },
];

function placesOf({ operation }: Sample, deployment: string): readonly AccountPlace[] {
  const { path, datedSince: since = "" } = operation;
  const isOnDeployment = operation !== responses;
  const below = isOnDeployment ? `deployments/${encodeURIComponent(deployment)}/` : "";
  return [
    { path: `/openai/${below}${path}`, urls: "dated", isOnDeployment, since },
    { path: `/openai/v1/${path}`, urls: "v1", isOnDeployment: false, since: "" },
  ];
}

function contentOf(
  sample: Sample | FormSample,
  body: Readonly<Record<string, unknown>>,
): Pick<SampleRequest, "body" | "form"> {
  return isForm(sample) ? { form: formOf(body, sample.file) } : { body };
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
