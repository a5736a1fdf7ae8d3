import {
  csharp,
  managedIdentityToken,
  type PolicyElement,
  PolicyExpression,
  sendRequest,
  setHeader,
  setVariable,
  terraformText,
  when,
} from "../../../policy";
import { CALLER, QUEUED, variable, variableOrEmpty } from "../caller";
import type { OpenAiApiDescription, QueueDescription } from "../openai-api-description";
import { QUEUE_SEGMENT, WAITS } from "../queued-operation";
import { REFUSAL, refuse, refuseIf, verdict } from "../refusal";
import { checkQueuedPrompt } from "./limits";
import { MAX_NAMES } from "./on-behalf-of";
import {
  answerWaiting,
  BLOB_STORAGE,
  blobHeaders,
  blobUrl,
  CALL_SECONDS,
  CALLER_KEY,
  callerKey,
  NOW,
  RETRY_SECONDS,
  SERVICE_BUS,
  statusOf,
  STORAGE_TOKEN,
  waiting,
} from "./queued-request";
import { BODY } from "./request-body";

const MESSAGE = "queuedMessage";
const QUEUE_TOKEN = "queuedQueueToken";
const MARKED = "queuedMarked";
const SENT = "queuedSent";
const UNMARKED = "queuedUnmarked";

/**
 * Takes a request that is to wait: after everything that could refuse it, and before what it would spend. First a
 * marker is written where the result will be, then the message; what cannot be sent is refused, and its marker is taken
 * away, in two tries. Whoever is refused learns no id, so that nobody waits for a request that nobody has: where storage
 * fails as well, a marker stays that only a list shows, until its time is over.
 *
 * The message goes by Service Bus's HTTP interface: `send-service-bus-message` is a preview of classic tiers.
 *
 * Source: https://learn.microsoft.com/rest/api/servicebus/send-message-to-queue
 */
export function acceptForQueue(api: OpenAiApiDescription): readonly PolicyElement[] {
  const { queue, refusalFragmentId, auditFragmentId, managedIdentityClientId } = api;
  if (!queue) {
    return [];
  }
  const identity = terraformText(managedIdentityClientId);
  const id = variable(QUEUED.id);
  const url = blobUrl(queue);
  const unmark = sendRequest({
    responseVariable: UNMARKED,
    url,
    method: "DELETE",
    headers: blobHeaders(),
    timeout: CALL_SECONDS,
  });
  const later = setVariable(REFUSAL.retryAfter, String(RETRY_SECONDS));
  return [
    when(
      WAITS,
      setVariable(
        QUEUED.id,
        PolicyExpression.of(csharp`${NOW}.ToString() + "-" + Guid.NewGuid().ToString("N")`),
      ),
      setVariable(CALLER_KEY, callerKey(api)),
      setVariable(MESSAGE, PolicyExpression.block(message(queue))),
      ...refuseIf(
        refusalFragmentId,
        csharp`
          var stream = ((JObject)context.Variables[${BODY}])["stream"];
          if (stream != null && stream.ToString() == "True") {
            return ${verdict("invalid_request", "queued-stream")};
          }
          if (Uri.EscapeDataString(${variable(CALLER.clientId)}).Length > ${MAX_NAMES.client}
            || Uri.EscapeDataString(${variableOrEmpty(CALLER.user)}).Length > ${MAX_NAMES.user}) {
            return ${verdict("invalid_request", "queued-user")};
          }
          return Encoding.UTF8.GetByteCount(${variable(MESSAGE)}) > ${queue.maxMessageBytes}
            ? ${verdict("request_too_large", "queued-size")} : "";
        `,
      ),
      ...checkQueuedPrompt(api),
      managedIdentityToken(BLOB_STORAGE, identity, STORAGE_TOKEN),
      managedIdentityToken(SERVICE_BUS, identity, QUEUE_TOKEN),
      sendRequest({
        responseVariable: MARKED,
        url,
        method: "PUT",
        headers: [
          ...blobHeaders(),
          setHeader("x-ms-blob-type", "BlockBlob"),
          setHeader("x-ms-meta-status", "queued"),
          setHeader("If-None-Match", "*"),
          setHeader("Content-Type", "application/json"),
        ],
        body: waiting(queue),
        timeout: CALL_SECONDS,
      }),
      when(
        csharp`${statusOf(MARKED)} != 201`,
        later,
        ...refuse(refusalFragmentId, "queue_unavailable", "queue-results"),
      ),
      sendRequest({
        responseVariable: SENT,
        url: queue.messagesUrl,
        method: "POST",
        headers: [
          setHeader("Authorization", PolicyExpression.of(csharp`"Bearer\u0020" + ${variable(QUEUE_TOKEN)}`)),
          setHeader("Content-Type", "application/json"),
          setHeader(
            "BrokerProperties",
            PolicyExpression.of(csharp`new JObject(
              new JProperty("MessageId", ${id}),
              new JProperty("TimeToLive", ${queue.retentionSeconds})).ToString(Formatting.None)`),
          ),
        ],
        body: PolicyExpression.of(variable(MESSAGE)),
        timeout: CALL_SECONDS,
      }),
      when(
        csharp`${statusOf(SENT)} != 201`,
        unmark,
        when(csharp`${statusOf(UNMARKED)} != 202 && ${statusOf(UNMARKED)} != 404`, unmark),
        later,
        // Service Bus says 403 of a queue that is full; a missing role is a 401.
        when(
          csharp`${statusOf(SENT)} == 403 || ${statusOf(SENT)} == 429`,
          ...refuse(refusalFragmentId, "queue_unavailable", "queue-full"),
        ),
        ...refuse(refusalFragmentId, "queue_unavailable", "queue-send"),
      ),
      ...answerWaiting(queue, auditFragmentId),
    ),
  ];
}

/** C# statements that return what the worker gets: the request, and for whom it is. Written by the gateway alone. */
function message({ path, retentionSeconds }: QueueDescription) {
  const start = `${path}/${QUEUE_SEGMENT}`;
  return csharp`
    var user = ${variableOrEmpty(CALLER.user)};
    var version = context.Request.OriginalUrl.Query.GetValueOrDefault("api-version", "");
    var at = Convert.ToInt64(${variable(QUEUED.id)}.Split('-')[0]);
    return new JObject(
      new JProperty("version", 1),
      new JProperty("id", ${variable(QUEUED.id)}),
      new JProperty("callerKey", ${variable(CALLER_KEY)}),
      new JProperty("client", ${variable(CALLER.clientId)}),
      new JProperty("user", user == "" ? null : user),
      new JProperty("path", ${path} + context.Request.OriginalUrl.Path.Substring(${start.length})
        + (version == "" ? "" : "?api-version=" + version)),
      new JProperty("acceptedAt", at),
      new JProperty("expiresAt", at + ${retentionSeconds}),
      new JProperty("body", context.Request.Body.As<string>(preserveContent: true))).ToString(Formatting.None);
  `;
}
