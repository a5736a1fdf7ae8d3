import type * as liquidjs from "liquidjs";
import { type PolicyContext, toText } from "../../../expressions";

let engine: liquidjs.Liquid | undefined;

/** Loaded where a document has a template. */
function liquid(): liquidjs.Liquid {
  if (engine === undefined) {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- Jest runs no import() of a CommonJS package
    const { Liquid } = require("liquidjs") as typeof liquidjs;
    // A template includes no files of this machine.
    engine = new Liquid({ strictFilters: true, templates: {}, ownPropertyOnly: true });
  }
  return engine;
}

/** A Liquid template of `set-body`. */
export class LiquidBody {
  private readonly template: liquidjs.Template[];

  /** @throws Error for what is not Liquid, or a filter that it does not have */
  public constructor(source: string) {
    this.template = liquid().parse(source);
  }

  /** @param body - of the message, when it is JSON; else null */
  public render(context: PolicyContext, body: unknown): string {
    return String(liquid().renderSync(this.template, { body, context: liquidContext(context) }));
  }
}

function headersOf(headers: { entries(): Iterable<readonly [string, readonly string[]]> }): object {
  return Object.fromEntries([...headers.entries()].map(([name, values]) => [name, values.join(",")]));
}

function plain(value: unknown): unknown {
  if (value === null || value === undefined || typeof value === "boolean" || typeof value === "number") {
    return value ?? null;
  }
  return typeof value === "string" ? value : toText(value);
}

/** `context` as the page's table of Liquid has it. */
function liquidContext(context: PolicyContext): object {
  const { request, response, deployment } = context;
  const url = ({ scheme, host, port, path, queryString, query }: typeof request.url): object => ({
    Scheme: scheme,
    Host: host,
    Port: port,
    Path: path,
    QueryString: queryString,
    Query: Object.fromEntries(query),
  });
  const named = (item: { readonly id: string; readonly name: string } | null): object | null =>
    item === null ? null : { Id: item.id, Name: item.name };
  return {
    Request: {
      Url: url(request.url),
      OriginalUrl: url(request.originalUrl),
      Method: request.method,
      IpAddress: request.ipAddress,
      MatchedParameters: Object.fromEntries(request.matchedParameters),
      HasBody: request.body !== null,
      Headers: headersOf(request.headers),
    },
    Response:
      response === null
        ? null
        : {
            StatusCode: response.statusCode,
            StatusReason: response.statusReason,
            Headers: headersOf(response.headers),
          },
    Variables: Object.fromEntries([...context.variables].map(([name, value]) => [name, plain(value)])),
    Api: named(context.api),
    Operation: named(context.operation),
    Product: named(context.product),
    Subscription: named(context.subscription),
    LastError:
      context.lastError === null
        ? null
        : {
            Source: context.lastError.source,
            Reason: context.lastError.reason,
            Message: context.lastError.message,
            Section: context.lastError.section,
          },
    Deployment: {
      Region: deployment.region,
      ServiceName: deployment.serviceName,
      GatewayId: deployment.gatewayId,
    },
    RequestId: context.requestId,
    Timestamp: context.timestamp.toISOString(),
    Elapsed: context.elapsed,
  };
}
