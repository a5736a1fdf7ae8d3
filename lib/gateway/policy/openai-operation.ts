/**
 * What may be published of Azure OpenAI, in units that belong together. Groups whose name says `stored` or
 * that hold objects (files, batches, vector stores) are stateful.
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
  /**
   * Unit in which it is published and granted. `queue` and `usage`: what callers ask of the queue itself, and of their own
   * use, granted to each.
   */
  readonly group: OpenAiOperationGroup | typeof QUEUE_GROUP | typeof USAGE_GROUP;
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

/** Group of the operations that ask a queue, and no model. */
export const QUEUE_GROUP = "queue";

/** Group of the operation by which callers ask what they have used. */
export const USAGE_GROUP = "usage";

/** Groups that ask no model, granted to each caller, that come with a part of the API. */
export const GROUPS_OF_EVERYBODY: readonly string[] = [QUEUE_GROUP, USAGE_GROUP];

/** A query parameter of an operation. */
export interface OpenAiQueryParameter {
  /** Name in the query, case-sensitive. */
  readonly name: string;
  /** Whether a request must have it. */
  readonly required: boolean;
}

/**
 * Query: names of optional parameters, separated by blanks; `api-version` comes with every operation. Model: what names
 * the deployment. `url`: a segment of the dated path, and `model` of the body in v1. Shapes: URL families that have it.
 */
type OperationRow = readonly [
  group: OpenAiOperationGroup,
  id: string,
  method: OpenAiOperation["method"],
  path: string,
  body: OpenAiOperation["body"],
  query: string,
  model: "url" | "body" | "none",
  shapes: OpenAiUrlShape | "both",
];

/**
 * Every operation this library publishes. Fine-tuning, evaluations and containers manage models: they are not
 * here. Assistants and threads ended on 2026-08-26.
 */
// prettier-ignore
const CATALOGUE: readonly OperationRow[] = [
  // group               id                            method    path                                                body         query                               model   shapes
  ["chat",             "chat-completions-create",    "POST",   "/chat/completions",                                "json",      "",                                 "url",  "both"],
  ["completions",      "completions-create",         "POST",   "/completions",                                     "json",      "",                                 "url",  "both"],
  ["embeddings",       "embeddings-create",          "POST",   "/embeddings",                                      "json",      "",                                 "url",  "both"],
  ["images",           "images-generate",            "POST",   "/images/generations",                              "json",      "",                                 "url",  "both"],
  ["images",           "images-edit",                "POST",   "/images/edits",                                    "multipart", "",                                 "url",  "both"],
  ["audio",            "audio-transcribe",           "POST",   "/audio/transcriptions",                            "multipart", "",                                 "url",  "both"],
  ["audio",            "audio-translate",            "POST",   "/audio/translations",                              "multipart", "",                                 "url",  "both"],
  ["audio",            "audio-speak",                "POST",   "/audio/speech",                                    "json",      "",                                 "url",  "both"],
  ["responses",        "responses-create",           "POST",   "/responses",                                       "json",      "",                                 "body", "both"],
  ["stored-responses", "responses-get",              "GET",    "/responses/{response_id}",                         "none",      "include stream starting_after",    "none", "both"],
  ["stored-responses", "responses-delete",           "DELETE", "/responses/{response_id}",                         "none",      "",                                 "none", "both"],
  ["stored-responses", "responses-cancel",           "POST",   "/responses/{response_id}/cancel",                  "none",      "",                                 "none", "both"],
  ["stored-responses", "responses-list-input-items", "GET",    "/responses/{response_id}/input_items",             "none",      "limit order after before include", "none", "both"],
  ["models",           "models-list",                "GET",    "/models",                                          "none",      "",                                 "none", "both"],
  ["models",           "models-get",                 "GET",    "/models/{model}",                                  "none",      "",                                 "none", "both"],
  ["files",            "files-list",                 "GET",    "/files",                                           "none",      "purpose limit order after",        "none", "both"],
  ["files",            "files-upload",               "POST",   "/files",                                           "multipart", "",                                 "none", "both"],
  ["files",            "files-get",                  "GET",    "/files/{file_id}",                                 "none",      "",                                 "none", "both"],
  ["files",            "files-delete",               "DELETE", "/files/{file_id}",                                 "none",      "",                                 "none", "both"],
  ["files",            "files-get-content",          "GET",    "/files/{file_id}/content",                         "none",      "",                                 "none", "both"],
  ["batches",          "batches-list",               "GET",    "/batches",                                         "none",      "limit after",                      "none", "both"],
  ["batches",          "batches-create",             "POST",   "/batches",                                         "json",      "",                                 "none", "both"],
  ["batches",          "batches-get",                "GET",    "/batches/{batch_id}",                              "none",      "",                                 "none", "both"],
  ["batches",          "batches-cancel",             "POST",   "/batches/{batch_id}/cancel",                       "none",      "",                                 "none", "both"],
  ["vector-stores",    "vector-stores-list",         "GET",    "/vector_stores",                                   "none",      "limit order after before",         "none", "both"],
  ["vector-stores",    "vector-stores-create",       "POST",   "/vector_stores",                                   "json",      "",                                 "none", "both"],
  ["vector-stores",    "vector-stores-get",          "GET",    "/vector_stores/{vector_store_id}",                 "none",      "",                                 "none", "both"],
  ["vector-stores",    "vector-stores-modify",       "POST",   "/vector_stores/{vector_store_id}",                 "json",      "",                                 "none", "both"],
  ["vector-stores",    "vector-stores-delete",       "DELETE", "/vector_stores/{vector_store_id}",                 "none",      "",                                 "none", "both"],
  ["vector-stores",    "vector-store-files-list",    "GET",    "/vector_stores/{vector_store_id}/files",           "none",      "limit order after before filter",  "none", "both"],
  ["vector-stores",    "vector-store-files-create",  "POST",   "/vector_stores/{vector_store_id}/files",           "json",      "",                                 "none", "both"],
  ["vector-stores",    "vector-store-files-get",     "GET",    "/vector_stores/{vector_store_id}/files/{file_id}", "none",      "",                                 "none", "both"],
  ["vector-stores",    "vector-store-files-delete",  "DELETE", "/vector_stores/{vector_store_id}/files/{file_id}", "none",      "",                                 "none", "both"],
];

/** Groups in which every operation reads or writes objects kept in the account. */
const STATEFUL: ReadonlySet<OpenAiOperationGroup> = new Set([
  "stored-responses",
  "files",
  "batches",
  "vector-stores",
]);

/** {@link CATALOGUE}, an operation for each URL family. */
export const OPENAI_OPERATIONS: readonly OpenAiOperation[] = CATALOGUE.flatMap((row) => {
  const [, , , , , , , shapes] = row;
  return (["dated", "v1"] as const)
    .filter((shape) => shapes === "both" || shapes === shape)
    .map((shape) => operationOf(row, shape));
});

/** Every group, in the order of the catalogue. */
export const OPENAI_OPERATION_GROUPS: readonly OpenAiOperationGroup[] = [
  ...new Set(CATALOGUE.map(([group]) => group)),
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
  const wanted: readonly string[] = groups;
  return OPENAI_OPERATIONS.filter(({ group, shape }) => wanted.includes(group) && shapes.includes(shape));
}

function operationOf(
  [group, id, method, path, body, query, model]: OperationRow,
  shape: OpenAiUrlShape,
): OpenAiOperation {
  const dated = shape === "dated";
  const deploymentIn = model === "url" ? (dated ? "path" : "body") : model;
  const urlTemplate = `${dated ? (deploymentIn === "path" ? "/deployments/{deployment-id}" : "") : "/v1"}${path}`;
  // `chat-completions-create` reads as `Chat completions create`.
  const displayName = id.charAt(0).toUpperCase() + id.slice(1).replaceAll("-", " ");
  return {
    id: dated ? id : `v1-${id}`,
    displayName: dated ? displayName : `${displayName} (v1)`,
    group,
    shape,
    method,
    urlTemplate,
    templateParameters: [...urlTemplate.matchAll(/\{([^}]+)\}/g)].map(([, name = ""]) => name),
    queryParameters: [
      { name: "api-version", required: dated },
      ...query
        .split(" ")
        .filter(Boolean)
        .map((name) => ({ name, required: false })),
    ],
    body,
    deploymentIn,
    stateful: STATEFUL.has(group),
  };
}
