import { deleteHeader } from "../../../policy/elements/set-header";
import { deleteQueryParameter } from "../../../policy/elements/set-query-parameter";
import type { PolicyElement } from "../../../policy/policy-element";
import { CALLER_HEADERS } from "../caller";

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

/** Header names are compared without regard to case. */
function withoutRepetition(names: readonly string[]): readonly string[] {
  const lowerCase = names.map((name) => name.toLowerCase());
  return names.filter((_, index) => lowerCase.indexOf(lowerCase[index] ?? "") === index);
}
