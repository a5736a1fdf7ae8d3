import type { ApiModel } from "../model";

/** What a request of an API has, wherever its operations are. */
export interface ApiAddress {
  /** Path with a leading slash and none at its end; empty for an API at the root. */
  readonly path: string;
  /** Parameters of the query by name: the API's version, where it stands there. */
  readonly query: Readonly<Record<string, string>>;
  /** The same for headers. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Where an API answers: its version is a segment of the path, a parameter of the query or a header, as its set says. An API
 * of the set without a version answers the requests that have none. A revision that is not current has its number behind the
 * path.
 *
 * Source: https://learn.microsoft.com/azure/api-management/api-management-versions and
 * https://learn.microsoft.com/azure/api-management/api-management-revisions
 */
export function apiAddress({ path, revision, isCurrent = true, version, versionSet }: ApiModel): ApiAddress {
  const base = path.replace(/^\/|\/$/g, "");
  const named = version === "" ? {} : { [versionSet?.parameterName ?? ""]: version };
  const segments = [base, ...(versionSet?.scheme === "Segment" ? [version] : [])].filter(
    (each) => each !== "",
  );
  const whole = segments.map((segment) => `/${segment}`).join("");
  return {
    path: isCurrent ? whole : `${whole || "/"};rev=${revision}`,
    query: versionSet?.scheme === "Query" ? named : {},
    headers: versionSet?.scheme === "Header" ? named : {},
  };
}
