import {
  type CSharp,
  csharp,
  includeFragment,
  type PolicyElement,
  PolicyExpression,
  returnResponse,
  setHeader,
  setVariable,
} from "../../../policy";
import { CLIENT_AND_USER, QUEUED, variable } from "../caller";
import type { OpenAiApiDescription, QueueDescription } from "../openai-api-description";
import { QUEUE_SEGMENT } from "../queued-operation";
import { ANSWER_HEADERS } from "./response";

/** Tokens of the gateway's identity for what keeps requests and results. */
export const BLOB_STORAGE = "https://storage.azure.com/";
export const SERVICE_BUS = "https://servicebus.azure.net";

/** Variables with the folder of the caller's results, and with the token for them. */
export const CALLER_KEY = "queuedCallerKey";
export const STORAGE_TOKEN = "queuedStorageToken";

/** Ids of requests that wait: when they came, and what nobody can guess. */
export const QUEUED_ID = csharp`"^[0-9]{10}-[0-9a-f]{32}\\z"`;
/** C# `long`: seconds since 1970. */
export const NOW: CSharp = csharp`(context.Timestamp.Ticks / 10000000L - 62135596800L)`;
/** Seconds that Service Bus or Blob Storage may take. */
export const CALL_SECONDS = 10;
/** Seconds after which a caller may look again, or try again. */
export const RETRY_SECONDS = 10;

/** A version of Blob Storage that takes tokens and answers with what lists need. */
const BLOB_VERSION = "2023-11-03";

/**
 * C# `string`: folder of the caller's results: a hash of the API, since APIs name their callers each by itself, of the
 * client that was verified, and of the user with its issuer where a token names one. No caller can write it, so that no
 * path leads to another's.
 */
export function callerKey({ apiName }: OpenAiApiDescription): PolicyExpression {
  return PolicyExpression.block(csharp`
    var caller = Uri.EscapeDataString(${apiName}) + "/" + ${CLIENT_AND_USER};
    using (var sha = SHA256.Create()) {
      return BitConverter.ToString(sha.ComputeHash(Encoding.UTF8.GetBytes(caller))).Replace("-", "").ToLowerInvariant();
    }
  `);
}

/** C# `string`: URL of the result of the request {@link QUEUED.id}. */
export function blobUrl({ resultsUrl }: QueueDescription): PolicyExpression {
  return PolicyExpression.of(
    csharp`${`${resultsUrl}/`} + ${variable(CALLER_KEY)} + "/" + ${variable(QUEUED.id)}`,
  );
}

/** Headers of a call to Blob Storage, with {@link STORAGE_TOKEN}. */
export function blobHeaders(): readonly PolicyElement[] {
  return [
    setHeader("Authorization", PolicyExpression.of(csharp`"Bearer\u0020" + ${variable(STORAGE_TOKEN)}`)),
    setHeader("x-ms-version", BLOB_VERSION),
  ];
}

/** C# `int`: status of a response that was asked for, 0 if none came. */
export function statusOf(response: string): CSharp {
  return csharp`(context.Variables.GetValueOrDefault<IResponse>(${response}, null) == null
    ? 0 : context.Variables.GetValueOrDefault<IResponse>(${response}, null).StatusCode)`;
}

/** What a caller is told of the request {@link QUEUED.id}, which waits: JSON. */
export function waiting({ retentionSeconds }: QueueDescription): PolicyExpression {
  const id = variable(QUEUED.id);
  return PolicyExpression.of(csharp`new JObject(
    new JProperty("id", ${id}),
    new JProperty("status", "queued"),
    new JProperty("created_at", Convert.ToInt64(${id}.Split('-')[0])),
    new JProperty("expires_at", Convert.ToInt64(${id}.Split('-')[0]) + ${retentionSeconds})).ToString(Formatting.None)`);
}

/** Answers that the request {@link QUEUED.id} waits, when it is taken and whenever its caller asks. */
export function answerWaiting(queue: QueueDescription, auditFragmentId: string): readonly PolicyElement[] {
  return [
    setVariable(QUEUED.status, "202"),
    includeFragment(auditFragmentId),
    returnResponse({
      statusCode: 202,
      headers: [
        setHeader("Content-Type", "application/json"),
        setHeader(
          "Location",
          PolicyExpression.of(csharp`${`${queue.path}/${QUEUE_SEGMENT}/`} + ${variable(QUEUED.id)}`),
        ),
        setHeader("Retry-After", String(RETRY_SECONDS)),
        ...ANSWER_HEADERS,
      ],
      body: waiting(queue),
    }),
  ];
}
