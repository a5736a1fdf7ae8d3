import {
  csharp,
  csharpStrings,
  deleteHeader,
  deleteQueryParameter,
  type PolicyElement,
  PolicyExpression,
  setVariable,
  when,
} from "../../../policy";
import { CALLER_HEADERS, variable } from "../caller";
import type { OpenAiApiDescription } from "../openai-api-description";
import { refuse } from "../refusal";

/**
 * Request headers that go on to the model account, in lower case; every other one ends at the gateway. The service acts
 * on headers that no list could keep up with: `x-policy-id` chooses the content filter, `azureml-model-deployment` the
 * deployment, `extra-parameters` what becomes of unknown members. What the policy of the service has added to a request
 * before ends here, too.
 */
export const FORWARDED_HEADERS = {
  accept: "whether the client reads a stream",
  "content-type": "written by the gateway for JSON; the boundary of a form",
  "user-agent": "tells the service's logs which SDK asks",
  "x-ms-client-request-id": "ties the client's log to the service's",
  traceparent: "distributed traces (W3C Trace Context)",
  tracestate: "distributed traces (W3C Trace Context)",
  host: "replaced by the account's when the request is forwarded",
  connection: "of the connection: API Management keeps policies from it",
  "keep-alive": "of the connection",
  "content-length": "of the connection",
  "transfer-encoding": "of the connection",
} as const;

/** Chooses the deployment that the tool `image_generation` spends at: goes on where the API lets that tool in. */
const IMAGE_DEPLOYMENT = "x-ms-oai-image-generation-deployment";

/** Names of headers that are not forwarded, with `:` after each, and {@link NONE} after the last. */
const UNLISTED = "unlistedHeaders";
/** A name that no request has: deleting it does nothing. */
const NONE = "-";
/** More than any SDK behind any proxy sends; what a policy deletes must be counted when it is written. */
const MAX_UNLISTED_HEADERS = 32;
/** Few clients send more than these, so that the rest is not run for them. */
const DELETED_AT_ONCE = 8;

/**
 * Headers that a proxy in front, or the gateway itself, would set. From a client they are a pretence: a
 * certificate without its key, an identity, another address, path, method or host.
 */
const PRETENDED_HEADERS = [
  ...Object.values(CALLER_HEADERS),
  "X-ARR-ClientCert",
  "X-Azure-ClientCertificate",
  "X-Client-Cert",
  "X-SSL-Client-Cert",
  "X-Forwarded-Client-Cert",
  "Client-Cert",
  "Client-Cert-Chain",
  "X-MS-CLIENT-PRINCIPAL",
  "X-MS-CLIENT-PRINCIPAL-ID",
  "X-MS-CLIENT-PRINCIPAL-NAME",
  "Forwarded",
  "X-Forwarded-Host",
  "X-Original-Host",
  "X-Original-URL",
  "X-Rewrite-URL",
  "X-HTTP-Method",
  "X-HTTP-Method-Override",
  "X-Method-Override",
  "Ocp-Apim-Trace",
  "Apim-Debug-Authorization",
] as const;

/** Credentials of the client, which end at the gateway. */
const CREDENTIAL_HEADERS = [
  "Authorization",
  "api-key",
  "Ocp-Apim-Subscription-Key",
  "Proxy-Authorization",
  "Cookie",
];
const CREDENTIAL_PARAMETERS = ["subscription-key", "api-key"];

/** Deletes what a client has no business to send. */
export function deletePretendedHeaders(): readonly PolicyElement[] {
  return PRETENDED_HEADERS.map(deleteHeader);
}

/**
 * Deletes every credential that the model account must not see.
 *
 * @param keyHeader header in which the API takes keys
 * @param keyParameter query parameter in which API Management would take keys
 */
export function deleteCredentials(keyHeader: string, keyParameter: string): readonly PolicyElement[] {
  return [
    ...withoutRepetition([...CREDENTIAL_HEADERS, keyHeader]).map(deleteHeader),
    ...withoutRepetition([...CREDENTIAL_PARAMETERS, keyParameter]).map(deleteQueryParameter),
  ];
}

/**
 * Deletes every header that is not of {@link FORWARDED_HEADERS}. A policy has no "all but": the names are listed once,
 * and deleted by their number.
 */
export function deleteUnlistedHeaders({
  refusalFragmentId,
  optOuts,
}: Pick<OpenAiApiDescription, "refusalFragmentId" | "optOuts">): readonly PolicyElement[] {
  const forwarded = [
    ...Object.keys(FORWARDED_HEADERS),
    ...(optOuts.has("api-hosted-tools") ? [IMAGE_DEPLOYMENT] : []),
  ];
  const none = `:${NONE}`.repeat(MAX_UNLISTED_HEADERS + 1);
  const isThere = (number: number) => csharp`${nameOf(number)} != ${number === 0 ? "" : NONE}`;
  const blocks = (first: number): readonly PolicyElement[] =>
    first >= MAX_UNLISTED_HEADERS
      ? []
      : [
          when(
            isThere(first),
            ...Array.from({ length: DELETED_AT_ONCE }, (_, index) =>
              deleteHeader(PolicyExpression.of(nameOf(first + index))),
            ),
            ...blocks(first + DELETED_AT_ONCE),
          ),
        ];
  return [
    setVariable(
      UNLISTED,
      PolicyExpression.block(csharp`
        return string.Join(":", context.Request.Headers.Select(header => header.Key)
          .Where(name => !${csharpStrings(forwarded)}.Contains(name.ToLowerInvariant())))
          + ${none};
      `),
    ),
    when(isThere(MAX_UNLISTED_HEADERS), ...refuse(refusalFragmentId, "invalid_request", "header-count")),
    ...blocks(0),
  ];
}

function nameOf(number: number) {
  return csharp`${variable(UNLISTED)}.Split(':')[${number}]`;
}

/** Header names are compared without regard to case. */
function withoutRepetition(names: readonly string[]): readonly string[] {
  const lowerCase = names.map((name) => name.toLowerCase());
  return names.filter((_, index) => lowerCase.indexOf(lowerCase[index] ?? "") === index);
}
