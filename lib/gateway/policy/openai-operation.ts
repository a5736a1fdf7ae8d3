/**
 * What may be published of Azure OpenAI, in units that belong together. Groups whose name says `stored` or
 * that hold objects (files, batches, assistants, threads, vector stores) are stateful.
 */
export type OpenAiOperationGroup =
  | "chat"
  | "completions"
  | "embeddings"
  | "images"
  | "audio"
  | "responses"
  | "stored-responses"
  | "models"
  | "files"
  | "batches"
  | "assistants"
  | "threads"
  | "vector-stores";

/**
 * URL families of Azure OpenAI. `dated`: `/openai/deployments/{deployment-id}/…?api-version=2024-10-21`, for
 * the `AzureOpenAI` client classes. `v1`: `/openai/v1/…` with the deployment as `model` in the body, for
 * the `OpenAI` client classes.
 */
export type OpenAiUrlShape = "dated" | "v1";

/**
 * One operation of the Azure OpenAI data plane, as the gateway publishes it.
 *
 * Source: https://learn.microsoft.com/azure/ai-foundry/openai/reference (dated) and
 * https://learn.microsoft.com/azure/ai-foundry/openai/latest (v1)
 */
export interface OpenAiOperation {
  /** Operation id in API Management: what resource logs and traces show. */
  readonly id: string;
  /** Name for people. */
  readonly displayName: string;
  /** Unit in which it is published and granted. */
  readonly group: OpenAiOperationGroup;
  /** URL family that it belongs to. */
  readonly shape: OpenAiUrlShape;
  /** HTTP method. */
  readonly method: "GET" | "POST" | "DELETE";
  /** Below the API's path, which ends in `/openai`. */
  readonly urlTemplate: string;
  /** Names in braces of the template, in order. */
  readonly templateParameters: readonly string[];
  /** Query parameters that clients may send; every other one is refused. */
  readonly queryParameters: readonly OpenAiQueryParameter[];
  /** Media type of the request body. */
  readonly body: "json" | "multipart" | "none";
  /** Where a request names its model deployment. `none`: it names no deployment. */
  readonly deploymentIn: "path" | "body" | "none";
  /**
   * Reads or writes objects that live in the account. All clients reach the account as one identity, so
   * whoever knows an id reads the object of another client.
   */
  readonly stateful: boolean;
}

/** A query parameter of an operation. */
export interface OpenAiQueryParameter {
  /** Name in the query, case-sensitive. */
  readonly name: string;
  /** Whether a request must have it. */
  readonly required: boolean;
}

type Method = OpenAiOperation["method"];
interface Traits {
  readonly body?: OpenAiOperation["body"];
  readonly query?: readonly string[];
}

const JSON_BODY: Traits = { body: "json" };
const MULTIPART: Traits = { body: "multipart" };
const NO_BODY: Traits = {};
const PAGED: Traits = { query: ["limit", "order", "after", "before"] };

/** Groups in which every operation reads or writes objects kept in the account. */
const STATEFUL: ReadonlySet<OpenAiOperationGroup> = new Set([
  "stored-responses",
  "files",
  "batches",
  "assistants",
  "threads",
  "vector-stores",
]);

/**
 * Every operation this library publishes. Fine-tuning, evaluations and containers manage models: they are not
 * here.
 */
export const OPENAI_OPERATIONS: readonly OpenAiOperation[] = [
  ...deploymentOperation("chat", "chat-completions-create", "/chat/completions", JSON_BODY, ["dated", "v1"]),
  ...deploymentOperation("completions", "completions-create", "/completions", JSON_BODY, ["dated"]),
  ...deploymentOperation("embeddings", "embeddings-create", "/embeddings", JSON_BODY, ["dated", "v1"]),
  ...deploymentOperation("images", "images-generate", "/images/generations", JSON_BODY, ["dated"]),
  ...deploymentOperation("audio", "audio-transcribe", "/audio/transcriptions", MULTIPART, ["dated"]),
  ...deploymentOperation("audio", "audio-translate", "/audio/translations", MULTIPART, ["dated"]),
  ...deploymentOperation("audio", "audio-speak", "/audio/speech", JSON_BODY, ["dated"]),

  ...bothShapes("responses", "responses-create", "POST", "/responses", JSON_BODY, "body"),
  ...bothShapes("stored-responses", "responses-get", "GET", "/responses/{response_id}", {
    query: ["include", "stream", "starting_after"],
  }),
  ...bothShapes("stored-responses", "responses-delete", "DELETE", "/responses/{response_id}", NO_BODY),
  ...bothShapes("stored-responses", "responses-cancel", "POST", "/responses/{response_id}/cancel", NO_BODY),
  ...bothShapes(
    "stored-responses",
    "responses-list-input-items",
    "GET",
    "/responses/{response_id}/input_items",
    {
      query: [...(PAGED.query ?? []), "include"],
    },
  ),

  ...bothShapes("models", "models-list", "GET", "/models", NO_BODY),
  ...bothShapes("models", "models-get", "GET", "/models/{model}", NO_BODY),

  ...bothShapes("files", "files-list", "GET", "/files", { query: ["purpose", "limit", "order", "after"] }),
  ...bothShapes("files", "files-upload", "POST", "/files", MULTIPART),
  ...bothShapes("files", "files-get", "GET", "/files/{file_id}", NO_BODY),
  ...bothShapes("files", "files-delete", "DELETE", "/files/{file_id}", NO_BODY),
  ...bothShapes("files", "files-get-content", "GET", "/files/{file_id}/content", NO_BODY),

  ...bothShapes("batches", "batches-list", "GET", "/batches", { query: ["limit", "after"] }),
  ...bothShapes("batches", "batches-create", "POST", "/batches", JSON_BODY),
  ...bothShapes("batches", "batches-get", "GET", "/batches/{batch_id}", NO_BODY),
  ...bothShapes("batches", "batches-cancel", "POST", "/batches/{batch_id}/cancel", NO_BODY),

  dated("assistants", "assistants-list", "GET", "/assistants", PAGED),
  dated("assistants", "assistants-create", "POST", "/assistants", JSON_BODY, "body"),
  dated("assistants", "assistants-get", "GET", "/assistants/{assistant_id}", NO_BODY),
  // The body may name another deployment or none, so the operation is not held to one.
  dated("assistants", "assistants-modify", "POST", "/assistants/{assistant_id}", JSON_BODY),
  dated("assistants", "assistants-delete", "DELETE", "/assistants/{assistant_id}", NO_BODY),

  dated("threads", "threads-create", "POST", "/threads", JSON_BODY),
  dated("threads", "threads-get", "GET", "/threads/{thread_id}", NO_BODY),
  dated("threads", "threads-modify", "POST", "/threads/{thread_id}", JSON_BODY),
  dated("threads", "threads-delete", "DELETE", "/threads/{thread_id}", NO_BODY),
  dated("threads", "messages-list", "GET", "/threads/{thread_id}/messages", {
    query: [...(PAGED.query ?? []), "run_id"],
  }),
  dated("threads", "messages-create", "POST", "/threads/{thread_id}/messages", JSON_BODY),
  dated("threads", "messages-get", "GET", "/threads/{thread_id}/messages/{message_id}", NO_BODY),
  dated("threads", "messages-modify", "POST", "/threads/{thread_id}/messages/{message_id}", JSON_BODY),
  dated("threads", "threads-create-and-run", "POST", "/threads/runs", JSON_BODY),
  dated("threads", "runs-list", "GET", "/threads/{thread_id}/runs", PAGED),
  dated("threads", "runs-create", "POST", "/threads/{thread_id}/runs", JSON_BODY),
  dated("threads", "runs-get", "GET", "/threads/{thread_id}/runs/{run_id}", NO_BODY),
  dated("threads", "runs-modify", "POST", "/threads/{thread_id}/runs/{run_id}", JSON_BODY),
  dated("threads", "runs-cancel", "POST", "/threads/{thread_id}/runs/{run_id}/cancel", NO_BODY),
  dated(
    "threads",
    "runs-submit-tool-outputs",
    "POST",
    "/threads/{thread_id}/runs/{run_id}/submit_tool_outputs",
    JSON_BODY,
  ),
  dated("threads", "run-steps-list", "GET", "/threads/{thread_id}/runs/{run_id}/steps", PAGED),
  dated("threads", "run-steps-get", "GET", "/threads/{thread_id}/runs/{run_id}/steps/{step_id}", NO_BODY),

  ...bothShapes("vector-stores", "vector-stores-list", "GET", "/vector_stores", PAGED),
  ...bothShapes("vector-stores", "vector-stores-create", "POST", "/vector_stores", JSON_BODY),
  ...bothShapes("vector-stores", "vector-stores-get", "GET", "/vector_stores/{vector_store_id}", NO_BODY),
  ...bothShapes(
    "vector-stores",
    "vector-stores-modify",
    "POST",
    "/vector_stores/{vector_store_id}",
    JSON_BODY,
  ),
  ...bothShapes(
    "vector-stores",
    "vector-stores-delete",
    "DELETE",
    "/vector_stores/{vector_store_id}",
    NO_BODY,
  ),
  ...bothShapes("vector-stores", "vector-store-files-list", "GET", "/vector_stores/{vector_store_id}/files", {
    query: [...(PAGED.query ?? []), "filter"],
  }),
  ...bothShapes(
    "vector-stores",
    "vector-store-files-create",
    "POST",
    "/vector_stores/{vector_store_id}/files",
    JSON_BODY,
  ),
  ...bothShapes(
    "vector-stores",
    "vector-store-files-get",
    "GET",
    "/vector_stores/{vector_store_id}/files/{file_id}",
    NO_BODY,
  ),
  ...bothShapes(
    "vector-stores",
    "vector-store-files-delete",
    "DELETE",
    "/vector_stores/{vector_store_id}/files/{file_id}",
    NO_BODY,
  ),
];

/** Every group, in the order of the catalogue. */
export const OPENAI_OPERATION_GROUPS: readonly OpenAiOperationGroup[] = [
  ...new Set(OPENAI_OPERATIONS.map(({ group }) => group)),
];

/** Groups that need the opt-out `api-stateful-operations`. */
export const STATEFUL_OPERATION_GROUPS: readonly OpenAiOperationGroup[] = OPENAI_OPERATION_GROUPS.filter(
  (group) => STATEFUL.has(group),
);

/**
 * The operations of the given groups in the given URL shapes.
 *
 * @returns in the order of the catalogue, whatever the order asked in, so that a stack does not change with
 * it
 */
export function openAiOperations(
  groups: readonly OpenAiOperationGroup[],
  shapes: readonly OpenAiUrlShape[],
): readonly OpenAiOperation[] {
  return OPENAI_OPERATIONS.filter(({ group, shape }) => groups.includes(group) && shapes.includes(shape));
}

/**
 * An operation that runs a model: the deployment stands in the path of the dated shape, in the body of v1.
 */
function deploymentOperation(
  group: OpenAiOperationGroup,
  id: string,
  path: string,
  traits: Traits,
  shapes: readonly OpenAiUrlShape[],
): OpenAiOperation[] {
  return shapes.map((shape) =>
    shape === "dated"
      ? dated(group, id, "POST", `/deployments/{deployment-id}${path}`, traits, "path")
      : v1(group, id, "POST", path, traits, "body"),
  );
}

function bothShapes(
  ...operation: [OpenAiOperationGroup, string, Method, string, Traits, OpenAiOperation["deploymentIn"]?]
): OpenAiOperation[] {
  return [dated(...operation), v1(...operation)];
}

function dated(
  group: OpenAiOperationGroup,
  id: string,
  method: Method,
  urlTemplate: string,
  { body = "none", query = [] }: Traits,
  deploymentIn: OpenAiOperation["deploymentIn"] = "none",
): OpenAiOperation {
  return {
    id,
    displayName: displayName(id),
    group,
    shape: "dated",
    method,
    urlTemplate,
    templateParameters: [...urlTemplate.matchAll(/\{([^}]+)\}/g)].map(([, name = ""]) => name),
    queryParameters: [
      { name: "api-version", required: true },
      ...query.map((name) => ({ name, required: false })),
    ],
    body,
    deploymentIn,
    stateful: STATEFUL.has(group),
  };
}

function v1(
  group: OpenAiOperationGroup,
  id: string,
  method: Method,
  path: string,
  traits: Traits,
  deploymentIn: OpenAiOperation["deploymentIn"] = "none",
): OpenAiOperation {
  const operation = dated(group, `v1-${id}`, method, `/v1${path}`, traits, deploymentIn);
  return {
    ...operation,
    displayName: `${displayName(id)} (v1)`,
    shape: "v1",
    queryParameters: operation.queryParameters.map(({ name }) => ({ name, required: false })),
  };
}

/** `chat-completions-create` reads as `Chat completions create`. */
function displayName(id: string): string {
  return id.charAt(0).toUpperCase() + id.slice(1).replaceAll("-", " ");
}
