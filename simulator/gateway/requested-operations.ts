import type { ApiModel, GatewayModel, OperationModel } from "../model";
import { HeaderMap } from "../policies";
import { ApiRouter } from "./api-router";
import { parseQuery } from "./gateway-message";

/** What decides which operation a request is for. */
export interface RoutedRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** @default - none */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Which operation of a gateway a request is for, found without running it. */
export class RequestedOperations {
  private readonly router: ApiRouter;

  public constructor({ apis, revisions }: GatewayModel) {
    this.router = new ApiRouter(apis, revisions);
  }

  /** @returns nothing where no API has the path, or the API no such operation */
  public of({
    method,
    target,
    headers = {},
  }: RoutedRequest): { readonly api: ApiModel; readonly operation: OperationModel } | undefined {
    const [path = "/", ...rest] = target.split("?");
    const found = this.router.match(path, {
      headers: new HeaderMap(Object.entries(headers).map(([name, value]) => [name, [value]])),
      query: parseQuery(rest.join("?")),
    });
    const match = found?.find(method);
    return found === undefined || match === undefined
      ? undefined
      : { api: found.api, operation: match.operation };
  }
}
