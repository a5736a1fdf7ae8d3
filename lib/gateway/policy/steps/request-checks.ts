import {
  type CSharp,
  csharp,
  csharpJoin,
  csharpStrings,
  type PolicyElement,
  rateLimitByKey,
  terraformText,
} from "../../../policy";
import { CALLER } from "../caller";
import type { OpenAiApiDescription } from "../openai-api-description";
import { QUEUE_GROUP, USAGE_GROUP } from "../openai-operation";
import { REFUSAL, refuseIf, verdict } from "../refusal";
import { requestBounds } from "../request-bounds";
import { IS_KNOWN_OPERATION, operationTrait } from "./operation-table";

/**
 * Segments of letters, digits and inner '.', '_', '-': nothing that could be decoded or resolved once more.
 */
const PATH = csharp`"^(?:/[A-Za-z0-9_-](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?)+/?\\z"`;
/** The same, with the number of a revision behind a segment. */
const PATH_WITH_REVISION = csharp`"^(?:/[A-Za-z0-9_-](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?(?:;rev=[0-9]{1,3})?)+/?\\z"`;
/** Media type with any parameters (RFC 9110 section 8.3.1). */
const JSON_TYPE = csharp`"^application/json[\u0020\\t]*(?:;[\u0020\\t]*(?:[^\u0020\\t;,=\"]+=(?:[^\u0020\\t;,=\"]+|\"(?:[^\"\\\\]|\\\\.)*\")[\u0020\\t]*)?)*\\z"`;
/** A text that the service, which reads UTF-8 (RFC 8259 section 8.1), would not read as the gateway does. */
const OTHER_CHARSET = csharp`";[\u0020\\t]*charset=(?!\"?utf-?8\"?[\u0020\\t]*(?:;|\\z))"`;
const MULTIPART_TYPE = csharp`"^multipart/form-data[\u0020\\t]*;"`;

/** Refuses what no caller may ask for: authentication needs an operation, and a host name that it was set up for. */
export function checkEntrance(api: OpenAiApiDescription): readonly PolicyElement[] {
  return refuseIf(
    api.refusalFragmentId,
    csharp`
      if (!(${IS_KNOWN_OPERATION})) {
        return ${verdict("not_found", "operation-unknown")};
      }
      ${csharpJoin([...hostCheck(api), csharp`return "";`], "\n")}
    `,
  );
}

/**
 * Refuses what is wrong with a request before its body is read. The caller is known, so that it is told why, and the
 * request counts like any other.
 */
export function checkRequest(api: OpenAiApiDescription): readonly PolicyElement[] {
  return refuseIf(
    api.refusalFragmentId,
    csharpJoin([urlChecks(api), contentChecks(api), csharp`return "";`], "\n"),
  );
}

/**
 * Slows down who fails to authenticate. Whoever succeeds has limits of its own and is not counted: the address may be a
 * proxy's, with a whole company behind it. The condition is evaluated when the request is over.
 */
export function limitAddresses(api: OpenAiApiDescription): readonly PolicyElement[] {
  return [
    rateLimitByKey({
      id: "limit-address",
      counterKey: csharp`${`address/${api.apiName}/`} + context.Request.IpAddress`,
      calls: requestBounds(api).failuresPerMinutePerAddress,
      renewalPeriodSeconds: 60,
      incrementCondition: csharp`!context.Variables.ContainsKey(${CALLER.clientId})`,
      retryAfterVariable: REFUSAL.retryAfter,
    }),
  ];
}

/**
 * Host names that do not negotiate client certificates would leave an API with certificates to its other
 * means.
 */
function hostCheck({ auth, hostNames }: OpenAiApiDescription): readonly CSharp[] {
  if (!auth.negotiatesClientCertificates || hostNames === undefined) {
    return [];
  }
  const names = csharpStrings(hostNames.map((name) => terraformText(name.toLowerCase())));
  return [
    csharp`
      if (!${names}.Contains(context.Request.OriginalUrl.Host.ToLowerInvariant())) {
        return ${verdict("forbidden", "host-name")};
      }
    `,
  ];
}

function urlChecks({
  apiVersions,
  v1ApiVersions = [],
  queue,
  spending,
  hasRevisions,
}: OpenAiApiDescription): CSharp {
  const parameters = csharp`
    if (!Regex.IsMatch(context.Request.OriginalUrl.Path, ${hasRevisions ? PATH_WITH_REVISION : PATH})) {
      return ${verdict("invalid_request", "path")};
    }
    var parameters = ${operationTrait("queryParameters")}.Split(',');
    if (context.Request.OriginalUrl.Query.Any(parameter =>
      !parameters.Contains(parameter.Key) || parameter.Value.Length != 1)) {
      return ${verdict("invalid_request", "query-parameter")};
    }
    var version = context.Request.OriginalUrl.Query.GetValueOrDefault("api-version", "");
    var versions = ${operationTrait("shape")} == "dated"
      ? ${csharpStrings(apiVersions)}
      : ${csharpStrings(["", ...v1ApiVersions])};
  `;
  // Asked by clients of both shapes.
  const ofBothShapes = (group: string): CSharp => csharp`
    if (${operationTrait("group")} == ${group}) {
      versions = ${csharpStrings(["", ...apiVersions, ...v1ApiVersions])};
    }
  `;
  const accepted = csharp`
    if (!versions.Contains(version)) {
      return ${verdict("invalid_request", "api-version")};
    }
  `;
  return csharpJoin(
    [
      parameters,
      ...(queue ? [ofBothShapes(QUEUE_GROUP)] : []),
      ...(spending ? [ofBothShapes(USAGE_GROUP)] : []),
      accepted,
    ],
    "\n",
  );
}

/** What can be known of a body before it is read; one that does not say how large it is, is measured when it is. */
function contentChecks(api: OpenAiApiDescription): CSharp {
  const { maxBodyBytes, maxMultipartBytes } = requestBounds(api);
  return csharp`
    var content = ${operationTrait("body")};
    var type = context.Request.Headers.GetValueOrDefault("Content-Type", "");
    var length = context.Request.Headers.GetValueOrDefault("Content-Length", "");
    if (context.Request.Headers.ContainsKey("Content-Encoding")
      || (content == "json" && (!Regex.IsMatch(type, ${JSON_TYPE}, RegexOptions.IgnoreCase)
        || Regex.IsMatch(type, ${OTHER_CHARSET}, RegexOptions.IgnoreCase)))
      || (content == "multipart" && !Regex.IsMatch(type, ${MULTIPART_TYPE}, RegexOptions.IgnoreCase))) {
      return ${verdict("unsupported_media_type", "content-type")};
    }
    if (length != "" && (!Regex.IsMatch(length, "^[0-9]{1,12}\\z")
      || Convert.ToInt64(length) > (content == "multipart" ? ${maxMultipartBytes} : ${maxBodyBytes}))) {
      return ${verdict("request_too_large", "content-length")};
    }
    if (length != "" && context.Request.Headers.ContainsKey("Transfer-Encoding")) {
      return ${verdict("invalid_request", "body-length")};
    }
    if (content == "none"
      && ((length != "" && length != "0") || context.Request.Headers.ContainsKey("Transfer-Encoding"))) {
      return ${verdict("invalid_request", "body-unexpected")};
    }
  `;
}
