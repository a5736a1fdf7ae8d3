import type { ApiModel, OperationModel } from "../model";
import type { MutableRequest } from "../policies";
import { apiAddress } from "./api-address";
import { segmentsOf, UrlTemplate } from "./url-template";

/** An operation found for a request. */
export interface OperationMatch {
  readonly operation: OperationModel;
  readonly parameters: ReadonlyMap<string, string>;
}

/** An API found for a request. */
export interface ApiMatch {
  readonly api: ApiModel;
  /** Path below the API's path, as sent, with a leading slash. */
  readonly path: string;
  /** Operation for the method, if the API has one. */
  find(method: string): OperationMatch | undefined;
}

/** What routing looks at besides the path. */
export type RoutedMessage = Pick<MutableRequest, "headers" | "query">;

interface Route {
  readonly operation: OperationModel;
  readonly template: UrlTemplate;
}

interface ApiEntry {
  readonly api: ApiModel;
  readonly segments: readonly string[];
  readonly routes: readonly Route[];
}

/**
 * Finds API and operation. The API with the longest matching path is chosen; no other is tried when it has no
 * operation for the request. Dot segments are not resolved: they match no literal, and a parameter takes them
 * as they are.
 */
export class ApiRouter {
  private readonly entries: readonly ApiEntry[];

  /**
   * @param apis current revisions, which answer at their path and at that with `;rev=` and their number
   * @param revisions others, which answer at `;rev=` only
   */
  public constructor(apis: readonly ApiModel[], revisions: readonly ApiModel[] = []) {
    const entries = (api: ApiModel, isCurrent: boolean): readonly ApiEntry[] => {
      const routes = api.operations
        .map((operation) => ({ operation, template: templateOf(operation) }))
        .sort((a, b) => a.template.compare(b.template));
      const { path } = apiAddress({ ...api, isCurrent: true });
      return [...(isCurrent ? [path] : []), `${path};rev=${api.revision}`].map((each) => ({
        api,
        segments: segmentsOf(each).map((segment) => segment.toLowerCase()),
        routes,
      }));
    };
    const current = apis.map((api) => [api, true] as const);
    this.entries = [...current, ...revisions.map((api) => [api, false] as const)]
      .filter(([{ protocols }]) => protocols.includes("https"))
      .flatMap(([api, isCurrent]) => entries(api, isCurrent))
      .sort((a, b) => b.segments.length - a.segments.length);
  }

  /** @param path as sent; @param message the request's headers and decoded query parameters */
  public match(path: string, message: RoutedMessage): ApiMatch | undefined {
    const { query } = message;
    const segments = segmentsOf(path);
    const entry = this.entries.find(
      ({ api, segments: prefix }) =>
        prefix.every((segment, index) => segments[index]?.toLowerCase() === segment) &&
        hasVersion(api, message),
    );
    if (entry === undefined) {
      return undefined;
    }
    const rest = segments.slice(entry.segments.length);
    return {
      api: entry.api,
      path: `/${rest.join("/")}`,
      find: (method) => findOperation(entry.routes, method, rest, query),
    };
  }
}

function templateOf({ urlTemplate, optionalParameters }: OperationModel): UrlTemplate {
  return new UrlTemplate(urlTemplate, optionalParameters);
}

/** Whether header or query ask for the API's version; an API of the set without a version answers the rest. */
function hasVersion({ version, versionSet }: ApiModel, { headers, query }: RoutedMessage): boolean {
  if (versionSet === undefined || versionSet.scheme === "Segment") {
    return true;
  }
  const name = versionSet.parameterName ?? "";
  const asked = versionSet.scheme === "Header" ? headers.get(name) : query.get(name);
  return (asked?.join(",") ?? "") === version;
}

function findOperation(
  routes: readonly Route[],
  method: string,
  segments: readonly string[],
  query: ReadonlyMap<string, readonly string[]>,
): OperationMatch | undefined {
  const wanted = method.toUpperCase();
  for (const { operation, template } of routes) {
    if (template.mayHave(segments.length) && operation.method.toUpperCase() === wanted) {
      const parameters = template.match(segments, query);
      if (parameters !== undefined) {
        return { operation, parameters };
      }
    }
  }
  return undefined;
}
