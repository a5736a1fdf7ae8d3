import { armSegment, sameName } from "./arm-resource-id";

/** A revision of an API, as an argument or an ARM id names it. */
export interface NamedRevision {
  readonly api: string;
  /** What stands behind `;rev=`. @default - the current revision */
  readonly revision?: string;
}

/**
 * What the name of an API, or an ARM id of it or of something in it, says of its revision.
 *
 * Source: https://azure.microsoft.com/blog/managing-versions-and-revisions-using-the-http-api/
 */
export function namedRevision(idOrName: string): NamedRevision {
  const name = armSegment(idOrName, "apis") ?? idOrName;
  const [, api = name, revision] = /^(.*?);rev=([^;]*)$/i.exec(name) ?? [];
  return revision === undefined ? { api } : { api, revision };
}

/** The last segment of its ARM id. */
export function writtenName({ api, revision }: NamedRevision): string {
  return revision === undefined ? api : `${api};rev=${revision}`;
}

/** The API that an ARM id or argument names, whatever the revision. */
export function apiName(idOrName: string): string {
  return namedRevision(idOrName).api;
}

/**
 * The same of a child of an API: where the provider has read its `api_name` back, it lacks the revision, and the id has
 * it.
 */
export function revisionOfChild(apiArgument: string, id: string | undefined): NamedRevision {
  const named = namedRevision(apiArgument);
  const byId = namedRevision(id ?? "");
  return named.revision === undefined && sameName(named.api, byId.api) ? { ...byId, api: named.api } : named;
}
