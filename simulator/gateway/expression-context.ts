import type {
  ApiInfo,
  BackendInfo,
  DeploymentInfo,
  LastError,
  OperationInfo,
  PolicyContext,
  PolicyRequest,
  PolicyResponse,
  ProductInfo,
  SubscriptionInfo,
  Url,
  X509Certificate2,
} from "../../expressions";
import type { ApiModel, OperationModel } from "../model";
import type { GatewayClock } from "../policies";
import type { Exchange } from "./exchange";
import { parseQuery } from "./gateway-message";
import { policyCertificate } from "./policy-certificate";

const HTTPS_PORT = 443;

/** What `context` shows beside the request. */
export interface ExpressionSurroundings {
  readonly deployment: DeploymentInfo;
  readonly backends: ReadonlyMap<string, BackendInfo>;
  readonly isStrict: boolean;
  readonly gateway: { readonly services: { readonly clock: GatewayClock } };
}

/**
 * `context.Response` in the backend section before anything was forwarded. By Microsoft's page it is null; deployed
 * failover policies read its status code there at each request, and work.
 */
const UNANSWERED: PolicyResponse = {
  csType: "IResponse",
  body: null,
  headers: { get: () => undefined, entries: () => [] },
  statusCode: 200,
  statusReason: "OK",
};

/** `context` of one request: a live, read-only view of its exchange. */
export class ExpressionContext implements PolicyContext {
  public readonly requestId: string;
  public readonly timestamp: Date;
  public readonly tracing = false;
  /** Subscriptions of a stack have no owner. */
  public readonly user = null;
  public readonly workspace = null;
  public readonly request: PolicyRequest;
  public readonly deployment: DeploymentInfo;
  private readonly clock: GatewayClock;

  public constructor(
    private readonly exchange: Exchange,
    private readonly surroundings: ExpressionSurroundings,
  ) {
    this.deployment = surroundings.deployment;
    this.clock = surroundings.gateway.services.clock;
    const { incoming } = exchange;
    this.requestId = incoming.id;
    this.timestamp = new Date(incoming.timestamp);
    this.request = new RequestView(exchange);
  }

  public get api(): ApiInfo | null {
    const { api } = this.exchange;
    return api === undefined ? null : shownApi(api);
  }

  public get operation(): OperationInfo | null {
    const { operation } = this.exchange;
    return operation === undefined ? null : shownOperation(operation);
  }

  public get product(): ProductInfo | null {
    const { product } = this.exchange;
    if (product === undefined) {
      return null;
    }
    return {
      id: product.productId,
      name: product.displayName,
      approvalRequired: product.approvalRequired,
      subscriptionRequired: product.subscriptionRequired,
      state: product.published ? "Published" : "NotPublished",
      subscriptionsLimit: product.subscriptionsLimit ?? null,
      groups: [],
    };
  }

  public get subscription(): SubscriptionInfo | null {
    const used = this.exchange.subscription;
    if (used === undefined) {
      return null;
    }
    const { subscriptionId, displayName, primaryKey, secondaryKey, createdDate } = used.subscription;
    return {
      id: subscriptionId,
      name: displayName,
      key: used.key,
      primaryKey,
      secondaryKey,
      createdDate: new Date(createdDate),
      startDate: null,
      endDate: null,
    };
  }

  public get lastError(): LastError | null {
    return this.exchange.lastError;
  }

  public get response(): PolicyResponse | null {
    const { response, section, backendCalls } = this.exchange;
    if (response === undefined) {
      const isBeforeForward = section === "backend" && backendCalls.length === 0;
      return isBeforeForward && !this.surroundings.isStrict ? UNANSWERED : null;
    }
    return {
      csType: "IResponse",
      body: response.content.view,
      headers: response.headers,
      statusCode: response.status,
      statusReason: response.reason,
    };
  }

  public get backend(): BackendInfo | null {
    const { backend } = this.exchange.request;
    const id = backend !== undefined && "backendId" in backend ? backend.backendId : undefined;
    return id === undefined ? null : (this.surroundings.backends.get(id) ?? null);
  }

  public parseCertificate(der: Uint8Array): X509Certificate2 {
    // No chain comes with it, so that none can be good.
    return policyCertificate(der, { valid: false, validWithoutRevocation: false });
  }

  public get variables(): ReadonlyMap<string, unknown> {
    return this.exchange.variables;
  }

  public get elapsed(): number {
    return this.clock.now() - this.exchange.incoming.timestamp;
  }

  public trace(message: string): void {
    this.exchange.messages.push(message);
  }

  public now(): Date {
    return new Date(this.clock.now());
  }
}

/** `context.Request`: a live view as well. A class, because objects with accessors of their own are slow to make. */
class RequestView implements PolicyRequest {
  public readonly headers: PolicyRequest["headers"];
  public readonly ipAddress: string;
  public readonly privateEndpointConnection = null;
  private shownOriginalUrl: Url | undefined;

  public constructor(private readonly exchange: Exchange) {
    this.headers = exchange.request.headers;
    this.ipAddress = exchange.incoming.ipAddress;
  }

  public get body(): PolicyRequest["body"] {
    return this.exchange.request.content.view;
  }

  public get certificate(): X509Certificate2 | null {
    return this.exchange.certificate;
  }

  public get foundry(): PolicyRequest["foundry"] {
    return foundryOf(this.exchange.incoming.path);
  }

  public get matchedParameters(): ReadonlyMap<string, string> {
    return this.exchange.matchedParameters;
  }

  public get method(): string {
    return this.exchange.request.method;
  }

  public get originalUrl(): Url {
    this.shownOriginalUrl ??= originalUrl(this.exchange);
    return this.shownOriginalUrl;
  }

  /** The host is the one the request would go to without a policy's choice; the path is below the API's. */
  public get url(): Url {
    const { request, incoming, api } = this.exchange;
    const backend =
      request.backend !== undefined && "baseUrl" in request.backend ? request.backend.baseUrl : undefined;
    const target = backend ?? api?.serviceUrl;
    const base = target !== undefined && URL.canParse(target) ? new URL(target) : undefined;
    return {
      scheme: base?.protocol.slice(0, -1) ?? "https",
      host: base?.hostname ?? incoming.hostName,
      port: base === undefined || base.port === "" ? HTTPS_PORT : Number(base.port),
      path: request.path,
      queryString: request.queryString,
      query: request.query,
    };
  }
}

/** The deployment in the path of a call, as Foundry's APIs name it. */
function foundryOf(path: string): { readonly deployment: string } | null {
  const deployment = /\/deployments\/([^/]+)\//.exec(path)?.[1];
  return deployment === undefined ? null : { deployment: decoded(deployment) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function originalUrl({ incoming }: Exchange): Url {
  return {
    scheme: "https",
    host: incoming.hostName,
    port: HTTPS_PORT,
    path: incoming.path,
    queryString: incoming.queryString,
    query: incoming.query,
  };
}

/** What is shown of models, which do not change. */
const apis = new WeakMap<ApiModel, ApiInfo>();
const operations = new WeakMap<OperationModel, OperationInfo>();

function shownApi(api: ApiModel): ApiInfo {
  let info = apis.get(api);
  if (info === undefined) {
    info = apiInfo(api);
    apis.set(api, info);
  }
  return info;
}

function shownOperation(operation: OperationModel): OperationInfo {
  let info = operations.get(operation);
  if (info === undefined) {
    const { operationId, displayName, method, urlTemplate } = operation;
    info = { id: operationId, name: displayName, method, urlTemplate };
    operations.set(operation, info);
  }
  return info;
}

function apiInfo(api: ApiModel): ApiInfo {
  return {
    id: api.name,
    name: api.displayName,
    path: api.path,
    revision: api.revision,
    version: api.version,
    isCurrentRevision: api.isCurrent ?? true,
    serviceUrl: api.serviceUrl === undefined ? null : urlOf(api.serviceUrl),
    protocols: api.protocols,
    subscriptionKeyParameterNames: api.subscriptionKeyParameterNames,
  };
}

function urlOf(text: string): Url | null {
  if (!URL.canParse(text)) {
    return null;
  }
  const url = new URL(text);
  return {
    scheme: url.protocol.slice(0, -1),
    host: url.hostname,
    port: url.port === "" ? (url.protocol === "https:" ? HTTPS_PORT : 80) : Number(url.port),
    path: url.pathname,
    queryString: url.search,
    query: parseQuery(url.search.slice(1)),
  };
}
