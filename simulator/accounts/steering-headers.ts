import { headerValue, type HttpHeaders } from "../network";
import { unknownContentFilter } from "./account-error";

/** Headers of requests that the service acts on, beside credentials and those of the connection. */
const ACTED_ON = new Set([
  "authorization",
  "api-key",
  "content-type",
  "content-length",
  "transfer-encoding",
  "host",
  "connection",
  "x-policy-id",
  "azureml-model-deployment",
  "x-ms-client-request-id",
]);

/** Content filters that every account has. */
const BUILT_IN_FILTERS = ["Microsoft.Default", "Microsoft.DefaultV2"];

/** Deployment that a header names instead of the path or the body. */
export function steeredDeployment(headers: HttpHeaders): string | undefined {
  return headerValue(headers, "azureml-model-deployment");
}

/**
 * Content filter that a header chooses instead of the deployment's.
 *
 * @param own filters of the account
 * @throws AccountError (400) when the account has none of that name
 */
export function steeredContentFilter(headers: HttpHeaders, own: readonly string[]): string | undefined {
  const name = headerValue(headers, "x-policy-id");
  const known = [...BUILT_IN_FILTERS, ...own].find((each) => each.toLowerCase() === name?.toLowerCase());
  if (name !== undefined && known === undefined) {
    throw unknownContentFilter();
  }
  return known;
}

/** Names of headers that make no difference to the service. */
export function ignoredHeaders(headers: HttpHeaders): readonly string[] {
  return Object.keys(headers).filter((name) => !ACTED_ON.has(name.toLowerCase()));
}
