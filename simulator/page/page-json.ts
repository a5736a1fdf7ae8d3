import {
  type Access,
  type ApiAccess,
  apiAddress,
  describeCredential,
  type SampleRequest,
  type Trial,
} from "../access";
import type { AccountFault, AccountRequest } from "../accounts";
import type { ApiModel, DeploymentModel, GatewayModel, OperationModel } from "../model";
import {
  type CoveredPlace,
  type EffectiveElement,
  effectivePolicy,
  type PolicyCoverage,
  type ScopeName,
} from "../policies";
import type { Simulation } from "../simulation";
import { type EstablishedCaller, establishedCaller, type RequestTrace } from "../sinks";
import type { TestedLines } from "./tested-lines";

/** What runs, as the page shows it. */
export interface PageStack {
  readonly gateways: readonly PageGateway[];
}

export interface PageGateway {
  readonly name: string;
  readonly tier: string;
  readonly url: string;
  readonly hostNames: readonly string[];
  readonly products: readonly { readonly id: string; readonly displayName: string }[];
  readonly apis: readonly PageApi[];
}

export interface PageApi {
  readonly name: string;
  readonly displayName: string;
  readonly path: string;
  /** Ids of the products that hold it. */
  readonly products: readonly string[];
  readonly operations: readonly {
    readonly id: string;
    readonly method: string;
    readonly urlTemplate: string;
    /** Path and query of a request, with the parameters to be filled in. */
    readonly target: string;
  }[];
  /** Calls for the form. */
  readonly calls: readonly PageCall[];
  readonly unknown: readonly { readonly label: string; readonly reason: string }[];
}

/** A caller that the form can act as, and a request that suits it. */
export interface PageCall {
  readonly label: string;
  readonly request: SampleRequest;
}

/** An element of an effective policy. */
export interface PagePolicyElement {
  readonly name: string;
  readonly attributes: readonly (readonly [name: string, value: string])[];
  readonly text: string;
  readonly children: readonly PagePolicyElement[];
  readonly scope: ScopeName;
  readonly address: string;
  readonly line: number;
  /** Requests of this simulation that ran it. @default - nobody counts */
  readonly count?: number;
  /** Arms of it and branches of its C# that none of them took. @default - nobody counts */
  readonly untaken?: readonly string[];
  /** How often behaviour tests reached its line. @default - nothing is known of it */
  readonly tested?: number;
}

/** What is known of how often policies run. */
export interface PolicyCounts {
  /** Of this simulation. */
  readonly coverage?: PolicyCoverage;
  readonly tested?: TestedLines;
}

/** A request, with its caller worked out. */
export interface PageRequest extends RequestTrace {
  readonly caller?: EstablishedCaller;
}

/** An account with its latest requests, newest first; credentials are left out. */
export interface PageAccount {
  readonly name: string;
  readonly location: string;
  readonly hostNames: readonly string[];
  readonly deployments: readonly {
    readonly name: string;
    readonly model: string;
    /** With its unit. */
    readonly capacity: string;
  }[];
  /** Circuit breakers of the backends that lead to it. */
  readonly breakers: readonly { readonly backend: string; readonly openForSeconds: number }[];
  /** What was made to go wrong. */
  readonly faults: readonly AccountFault[];
  readonly requests: readonly Pick<
    AccountRequest,
    "time" | "method" | "path" | "status" | "callerObjectId" | "promptTokens" | "completionTokens" | "aborted"
  >[];
}

const ACCOUNT_REQUESTS_SHOWN = 50;

export function pageStack(simulation: Simulation, accesses: readonly ApiAccess[]): PageStack {
  return {
    gateways: simulation.model.gateways.map((gateway) => ({
      name: gateway.name,
      tier: gateway.tier,
      url: simulation.urlOf(gateway.name),
      hostNames: gateway.hostNames.map(({ hostName }) => hostName),
      products: gateway.products.map(({ productId, displayName }) => ({ id: productId, displayName })),
      apis: gateway.apis.map((api) =>
        pageApi(
          gateway,
          api,
          accesses.find((access) => access.gateway === gateway.name && access.api === api.name),
        ),
      ),
    })),
  };
}

function pageApi(gateway: GatewayModel, api: ApiModel, access: ApiAccess | undefined): PageApi {
  const { path, query } = apiAddress(api);
  return {
    name: api.name,
    displayName: api.displayName,
    path: path || "/",
    products: gateway.products
      .filter(({ apis }) => apis.includes(api.name))
      .map(({ productId }) => productId),
    operations: api.operations.map(({ operationId, method, urlTemplate }) => ({
      id: operationId,
      method,
      urlTemplate,
      target: `${path}${urlTemplate}${querySuffix(urlTemplate, query)}`,
    })),
    calls: callsOf(access).map((trial) => ({ label: labelOf(trial), request: trial.request })),
    unknown: access?.unknown ?? [],
  };
}

/** What the version of an API adds to the query of a template, as it is. */
function querySuffix(urlTemplate: string, query: Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(query).toString();
  return text === "" ? "" : `${urlTemplate.includes("?") ? "&" : "?"}${text}`;
}

/** The calls of an API in the order in which the form offers them. */
export function callsOf(access: ApiAccess | undefined): readonly Trial[] {
  const ofAccess = ({ admitted, refused }: Access): readonly Trial[] => [...admitted, ...refused];
  return [
    ...(access?.accesses ?? []).flatMap(ofAccess),
    ...(access?.anonymous === undefined ? [] : [access.anonymous]),
  ];
}

function labelOf({ credentials, client, status }: Trial): string {
  const what = credentials.map(describeCredential).join(" and ") || "no credential";
  return status < 300 && client !== undefined ? `${client}: ${what}` : what;
}

/** @returns nothing for a gateway, API, operation or product that does not exist */
export function pagePolicy(
  simulation: Simulation,
  names: {
    readonly gateway: string;
    readonly api: string;
    readonly operation: string;
    readonly product: string;
  },
  { coverage, tested }: PolicyCounts = {},
): Readonly<Record<string, readonly PagePolicyElement[]>> | undefined {
  const gateway = simulation.model.gateways.find(({ name }) => name === names.gateway);
  const api = gateway?.apis.find(({ name }) => name === names.api);
  const operation = api?.operations.find(({ operationId }) => operationId === names.operation);
  const product = gateway?.products.find(({ productId }) => productId === names.product);
  if (gateway === undefined || api === undefined || !isKnown(names.operation, operation)) {
    return undefined;
  }
  if (names.product !== "" && product === undefined) {
    return undefined;
  }
  const sections = effectivePolicy(gateway, { api, operation, product });
  const places = new Map<string, CoveredPlace[]>();
  for (const place of coverage?.places ?? []) {
    const key = `${place.address} ${place.line}`;
    places.set(key, [...(places.get(key) ?? []), place]);
  }
  const counted = ({ address, line, name }: EffectiveElement): Counted => {
    const here = places.get(`${address} ${line}`) ?? [];
    const own = here.filter(({ kind, what }) => kind === "policy" && what === name);
    return {
      count: own.length === 0 ? undefined : Math.max(...own.map(({ count }) => count)),
      untaken:
        coverage &&
        here.filter(({ kind, count }) => kind !== "policy" && count === 0).map(({ what }) => what),
      tested: tested?.(address, line),
    };
  };
  return Object.fromEntries(
    Object.entries(sections).map(([section, elements]) => [
      section,
      elements.map((each) => pageElement(each, counted)),
    ]),
  );
}

type Counted = Pick<PagePolicyElement, "count" | "untaken" | "tested">;

function isKnown(name: string, operation: OperationModel | undefined): boolean {
  return name === "" || operation !== undefined;
}

function pageElement(
  element: EffectiveElement,
  counted: (element: EffectiveElement) => Counted,
): PagePolicyElement {
  const { name, attributes, text, children, scope, address, line } = element;
  return {
    name,
    attributes: [...attributes],
    text: text.trim(),
    scope,
    address,
    line,
    ...counted(element),
    children: children.map((child) => pageElement(child, counted)),
  };
}

export function pageRequest(trace: RequestTrace): PageRequest {
  return { ...trace, caller: establishedCaller(trace) };
}

/** Azure counts the capacity of standard deployments in thousands of tokens per minute. */
function capacityText({ capacity, sku }: DeploymentModel): string {
  return /provisioned/i.test(sku)
    ? `${capacity} provisioned units`
    : `${String(capacity * 1000).replace(/\B(?=(\d{3})+$)/g, ",")} tokens a minute`;
}

export function pageAccounts(simulation: Simulation): readonly PageAccount[] {
  const breakers = simulation.model.gateways.flatMap(({ name }) => simulation.breakers(name));
  return simulation.model.accounts.map(({ name, location, hostNames, deployments }) => ({
    name,
    location,
    hostNames,
    breakers: breakers
      .filter(({ url }) => URL.canParse(url) && hostNames.includes(new URL(url).hostname))
      .map(({ backend, openForSeconds }) => ({ backend, openForSeconds })),
    faults: simulation.account(name).faults,
    deployments: deployments.map((deployment) => ({
      name: deployment.name,
      model: deployment.modelName,
      capacity: capacityText(deployment),
    })),
    requests: [...simulation.account(name).requests]
      .slice(-ACCOUNT_REQUESTS_SHOWN)
      .reverse()
      .map(({ time, method, path, status, callerObjectId, promptTokens, completionTokens, aborted }) => ({
        time,
        method,
        path,
        status,
        callerObjectId,
        promptTokens,
        completionTokens,
        aborted,
      })),
  }));
}
