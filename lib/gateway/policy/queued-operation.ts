import { type CSharp, csharp } from "../../policy";
import { type OpenAiOperation, type OpenAiOperationGroup, QUEUE_GROUP } from "./openai-operation";

/** Operations that can wait: JSON goes in, JSON comes out, and nothing is streamed. */
export type QueuedOperationGroup = Extract<
  OpenAiOperationGroup,
  "chat" | "completions" | "embeddings" | "responses"
>;

/** Every {@link QueuedOperationGroup}. */
export const QUEUED_OPERATION_GROUPS: readonly QueuedOperationGroup[] = [
  "chat",
  "completions",
  "embeddings",
  "responses",
];

/** Segment after the API's path, below which the queue is. */
export const QUEUE_SEGMENT = "queued";
/** Starts the operation ids of requests that wait. */
const PREFIX = "queued-";

/** Operations of the queue itself, by what they do. */
export const QUEUE_OPERATIONS = { list: "queue-list", get: "queue-get", remove: "queue-delete" } as const;
/** Name of the id in URL templates. */
export const QUEUED_ID_PARAMETER = "request-id";

/**
 * What a queue adds to the operations of an API: each that can wait, once more below `/queued`, and what callers ask of
 * their requests.
 */
export function queueOperations(
  published: readonly OpenAiOperation[],
  groups: readonly QueuedOperationGroup[],
): readonly OpenAiOperation[] {
  const accepting = published
    .filter(({ group }) => (groups as readonly string[]).includes(group))
    .map((operation): OpenAiOperation => {
      const { id, displayName, urlTemplate } = operation;
      return {
        ...operation,
        id: `${PREFIX}${id}`,
        displayName: `${displayName}, queued`,
        urlTemplate: `/${QUEUE_SEGMENT}${urlTemplate}`,
      };
    });
  const ofQueue = {
    group: QUEUE_GROUP,
    shape: "v1",
    body: "none",
    deploymentIn: "none",
    // Clients of the dated shape send it with whatever they ask.
    queryParameters: [{ name: "api-version", required: false }],
    stateful: false,
  } as const;
  const ofRequest = {
    ...ofQueue,
    urlTemplate: `/${QUEUE_SEGMENT}/{${QUEUED_ID_PARAMETER}}`,
    templateParameters: [QUEUED_ID_PARAMETER],
  };
  return [
    ...accepting,
    {
      ...ofQueue,
      id: QUEUE_OPERATIONS.list,
      displayName: "List queued requests",
      method: "GET",
      urlTemplate: `/${QUEUE_SEGMENT}`,
      templateParameters: [],
      queryParameters: [...ofQueue.queryParameters, { name: "after", required: false }],
    },
    { ...ofRequest, id: QUEUE_OPERATIONS.get, displayName: "Get a queued request", method: "GET" },
    { ...ofRequest, id: QUEUE_OPERATIONS.remove, displayName: "Delete a queued request", method: "DELETE" },
  ];
}

/** C# `bool`: whether the request is to wait. */
export const WAITS: CSharp = csharp`context.Operation.Id.StartsWith(${PREFIX})`;
