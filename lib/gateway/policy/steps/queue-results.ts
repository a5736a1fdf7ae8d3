import {
  choose,
  type CSharp,
  csharp,
  includeFragment,
  managedIdentityToken,
  type PolicyElement,
  PolicyExpression,
  returnResponse,
  sendRequest,
  setHeader,
  setVariable,
  terraformText,
  when,
} from "../../../policy";
import { ON_BEHALF_HEADERS, QUEUED, variable } from "../caller";
import type { OpenAiApiDescription, QueueDescription } from "../openai-api-description";
import { QUEUE_GROUP } from "../openai-operation";
import { QUEUE_OPERATIONS, QUEUED_ID_PARAMETER } from "../queued-operation";
import { REFUSAL, refuse, refuseIf, verdict } from "../refusal";
import { operationTrait } from "./operation-table";
import {
  answerWaiting,
  BLOB_STORAGE,
  blobHeaders,
  blobUrl,
  CALL_SECONDS,
  CALLER_KEY,
  callerKey,
  NOW,
  QUEUED_ID,
  RETRY_SECONDS,
  statusOf,
  STORAGE_TOKEN,
} from "./queued-request";
import { ANSWER_HEADERS } from "./response";

const FOUND = "queuedFound";
/** JSON of a caller's list. */
const LIST = "queuedList";
/** Requests that a list names at most. */
const LISTED = 100;
/** Where a list goes on, as Blob Storage writes it. */
const MARKER = csharp`"^[A-Za-z0-9+/=_.!-]{1,512}\\z"`;

/**
 * Answers what callers ask of their requests: each sees its own, since the path of a result begins with who asks. What
 * is not there and what is another's get the same answer.
 */
export function answerFromQueue(api: OpenAiApiDescription): readonly PolicyElement[] {
  const { queue, refusalFragmentId, managedIdentityClientId } = api;
  if (!queue) {
    return [];
  }
  return [
    when(
      csharp`${operationTrait("group")} == ${QUEUE_GROUP}`,
      setVariable(
        QUEUED.id,
        PolicyExpression.of(
          csharp`context.Request.MatchedParameters.GetValueOrDefault(${QUEUED_ID_PARAMETER}, "")`,
        ),
      ),
      setVariable(CALLER_KEY, callerKey(api)),
      ...refuseIf(refusalFragmentId, identifierChecks(queue)),
      managedIdentityToken(BLOB_STORAGE, terraformText(managedIdentityClientId), STORAGE_TOKEN),
      choose(
        [
          { condition: csharp`context.Operation.Id == ${QUEUE_OPERATIONS.list}`, policies: list(api, queue) },
          {
            condition: csharp`context.Operation.Id == ${QUEUE_OPERATIONS.remove}`,
            policies: remove(api, queue),
          },
        ],
        get(api, queue),
      ),
    ),
  ];
}

/** An id says when its request came: what is past its time is gone, whether or not it was ever there. */
function identifierChecks({ retentionSeconds }: QueueDescription): CSharp {
  return csharp`
    if (context.Operation.Id == ${QUEUE_OPERATIONS.list}) {
      var after = context.Request.OriginalUrl.Query.GetValueOrDefault("after", "");
      return after == "" || Regex.IsMatch(after, ${MARKER}) ? "" : ${verdict("invalid_request", "queued-after")};
    }
    if (!Regex.IsMatch(${variable(QUEUED.id)}, ${QUEUED_ID})) {
      return ${verdict("not_found", "queued-unknown")};
    }
    var at = Convert.ToInt64(${variable(QUEUED.id)}.Split('-')[0]);
    return at + ${retentionSeconds} <= ${NOW} ? ${verdict("gone", "queued-expired")} : "";
  `;
}

function get(api: OpenAiApiDescription, queue: QueueDescription): readonly PolicyElement[] {
  const id = variable(QUEUED.id);
  const header = (name: string): CSharp =>
    csharp`((IResponse)context.Variables[${FOUND}]).Headers.GetValueOrDefault(${name}, "")`;
  return [
    sendRequest({
      responseVariable: FOUND,
      url: blobUrl(queue),
      method: "GET",
      headers: blobHeaders(),
      timeout: CALL_SECONDS,
    }),
    refuseIfMissing(api),
    ...refuseUnless(api, 200),
    when(csharp`${header("x-ms-meta-status")} == "queued"`, ...answerWaiting(queue, api.auditFragmentId)),
    setVariable(
      QUEUED.status,
      PolicyExpression.block(csharp`
        var status = ${header("x-ms-meta-http_status")};
        return Regex.IsMatch(status, "^[2-5][0-9][0-9]\\z") ? status : "200";
      `),
    ),
    includeFragment(api.auditFragmentId),
    returnResponse({
      statusCode: PolicyExpression.of(csharp`int.Parse(${variable(QUEUED.status)})`),
      headers: [
        setHeader("Content-Type", "application/json"),
        setHeader(ON_BEHALF_HEADERS.id, PolicyExpression.of(id)),
        ...ANSWER_HEADERS,
      ],
      body: PolicyExpression.of(
        csharp`((IResponse)context.Variables[${FOUND}]).Body.As<string>(preserveContent: true)`,
      ),
    }),
  ];
}

/** A message whose marker is gone is dropped by the worker, so that what was deleted is never asked. */
function remove(api: OpenAiApiDescription, queue: QueueDescription): readonly PolicyElement[] {
  return [
    sendRequest({
      responseVariable: FOUND,
      url: blobUrl(queue),
      method: "DELETE",
      headers: blobHeaders(),
      timeout: CALL_SECONDS,
    }),
    refuseIfMissing(api),
    ...refuseUnless(api, 202),
    setVariable(QUEUED.status, "204"),
    includeFragment(api.auditFragmentId),
    returnResponse({ statusCode: 204, headers: ANSWER_HEADERS }),
  ];
}

function list(api: OpenAiApiDescription, queue: QueueDescription): readonly PolicyElement[] {
  return [
    sendRequest({
      responseVariable: FOUND,
      url: PolicyExpression.block(csharp`
        var after = context.Request.OriginalUrl.Query.GetValueOrDefault("after", "");
        return ${`${queue.resultsUrl}?restype=container&comp=list&include=metadata&maxresults=${LISTED}&prefix=`}
          + ${variable(CALLER_KEY)} + "%2F" + (after == "" ? "" : "&marker=" + Uri.EscapeDataString(after));
      `),
      method: "GET",
      headers: blobHeaders(),
      timeout: CALL_SECONDS,
    }),
    ...refuseUnless(api, 200),
    setVariable(LIST, PolicyExpression.block(listOf(queue))),
    includeFragment(api.auditFragmentId),
    returnResponse({
      statusCode: 200,
      headers: [setHeader("Content-Type", "application/json"), ...ANSWER_HEADERS],
      body: PolicyExpression.of(variable(LIST)),
    }),
  ];
}

/** Blob Storage answers in XML, of which names and one member matter; neither was written by a caller. */
function listOf({ retentionSeconds }: QueueDescription): CSharp {
  return csharp`
    var text = ((IResponse)context.Variables[${FOUND}]).Body.As<string>(preserveContent: true);
    var data = new JArray();
    foreach (var blob in Regex.Split(text, "<Blob>").Skip(1)) {
      var name = Regex.Match(blob, "<Name>([0-9a-f]{64})/([0-9]{10}-[0-9a-f]{32})</Name>");
      var status = Regex.Match(blob, "<status>([a-z]{1,20})</status>");
      if (!name.Success || !status.Success || name.Groups[1].Value != ${variable(CALLER_KEY)}) {
        continue;
      }
      var id = name.Groups[2].Value;
      var at = Convert.ToInt64(id.Split('-')[0]);
      if (at + ${retentionSeconds} > ${NOW}) {
        data.Add(new JObject(
          new JProperty("id", id),
          new JProperty("status", status.Groups[1].Value),
          new JProperty("created_at", at),
          new JProperty("expires_at", at + ${retentionSeconds})));
      }
    }
    var next = Regex.Match(text, "<NextMarker>([^<]{1,512})</NextMarker>");
    var list = new JObject(new JProperty("object", "list"), new JProperty("data", data),
      new JProperty("has_more", next.Success));
    if (next.Success) {
      list.Add(new JProperty("next", next.Groups[1].Value));
    }
    return list.ToString(Formatting.None);
  `;
}

/** What is not there, or another caller's: the same answer for both. */
function refuseIfMissing({ refusalFragmentId }: OpenAiApiDescription): PolicyElement {
  return when(csharp`${statusOf(FOUND)} == 404`, ...refuse(refusalFragmentId, "not_found", "queued-unknown"));
}

function refuseUnless(
  { refusalFragmentId }: OpenAiApiDescription,
  expected: number,
): readonly PolicyElement[] {
  return [
    when(
      csharp`${statusOf(FOUND)} != ${expected}`,
      setVariable(REFUSAL.retryAfter, String(RETRY_SECONDS)),
      ...refuse(refusalFragmentId, "queue_unavailable", "queue-results"),
    ),
  ];
}
