import { isDeepStrictEqual } from "node:util";
import type { Construct } from "constructs";
import { BackendPool } from "./backend-pool";
import { childName } from "./child-name";
import {
  type DeploymentRoute,
  type EndpointMember,
  nearestFirst,
  type RouteMember,
} from "./deployment-route";
import type { IGatewayService, RouteTarget } from "./gateway-service";
import type { PlannedTarget, RoutePlan } from "./policy/openai-api-description";
import type { OpenAiUrlShape } from "./policy/openai-operation";

/** What a route leads to. */
export interface RoutedDeployment {
  /** Backends and pools that policies name, at least one. */
  readonly targets: readonly RouteTarget[];
  /** In which order they are tried. @default - the only target is asked, however often */
  readonly plan?: RoutePlan;
  /** What it leads to in further regions of the gateway, by region, where that is something else. @default - nothing is */
  readonly elsewhere?: Readonly<Record<string, RoutedDeployment>>;
}

export interface RouteTargetsProps {
  readonly gateway: IGatewayService;
  /** Starts the names of pools. */
  readonly apiName: string;
  /** Of the API: backends are shared within it. */
  readonly trustBoundary: string;
  /** URL families that the API publishes. */
  readonly shapes: readonly OpenAiUrlShape[];
}

/** Backends of one order of preference, or of several where accounts alone are preferred to each other. */
interface PreferenceLevel {
  readonly members: readonly RouteMember[];
  readonly endpoints: readonly EndpointMember[];
}

/**
 * The backends and pools that one API routes to. Routes with the same members share a pool, whoever they are for:
 * a thousand clients of two kinds make two pools for each deployment.
 */
export class RouteTargets {
  private readonly pools = new Map<string, BackendPool>();

  /** @param scope the API's construct, below which pools are made */
  public constructor(
    private readonly scope: Construct,
    private readonly props: RouteTargetsProps,
  ) {}

  /** What a route of the API leads to: the backend of its only member, or a pool; several where endpoints are among them. */
  public ofApi(route: DeploymentRoute): RoutedDeployment {
    return this.routed(route, []);
  }

  /** As {@link ofApi}, of a route that some clients have for themselves. */
  public ofClients(route: DeploymentRoute): RoutedDeployment {
    return this.routed(route, [describeMembers(route.members)]);
  }

  private routed(route: DeploymentRoute, distinction: readonly string[]): RoutedDeployment {
    const [own, ...others] = this.props.gateway.locations;
    if (own === undefined || others.length === 0) {
      return this.routedAlike(route, distinction);
    }
    const first = this.routedAlike(nearestFirst(route, own), distinction);
    const elsewhere = others.flatMap((location) => {
      const there = this.routedAlike(nearestFirst(route, location), [...distinction, location]);
      return isDeepStrictEqual(describeTargets(there), describeTargets(first))
        ? []
        : [[location, there] as const];
    });
    return elsewhere.length === 0 ? first : { ...first, elsewhere: Object.fromEntries(elsewhere) };
  }

  private routedAlike(route: DeploymentRoute, distinction: readonly string[]): RoutedDeployment {
    return (route.endpoints ?? []).length > 0
      ? this.planned(route)
      : { targets: [this.target(route, distinction)] };
  }

  private planned(route: DeploymentRoute): RoutedDeployment {
    const { members, endpoints = [], deployment } = route;
    const { gateway, trustBoundary, shapes } = this.props;
    const pooled = members.length + endpoints.length > 1;
    const targets: RouteTarget[] = [];
    const ofAccounts = (accounts: readonly RouteMember[]): PlannedTarget => {
      const ids = shapes.map((shape) => {
        const part = { deployment, members: accounts };
        const target = this.target(part, [describeMembers(accounts), shape], { pooled, shape });
        targets.push(target);
        return [shape, target.name] as const;
      });
      const weight = accounts.reduce((sum, member) => sum + member.weight, 0);
      return { ids: Object.fromEntries(ids), weight, members: accounts.length };
    };
    const ofEndpoint = ({ endpoint, weight }: EndpointMember): PlannedTarget => {
      const target = gateway.endpointBackendOf(endpoint, deployment, { pooled, trustBoundary });
      targets.push(target);
      const ids = shapes.map((shape) => [shape, target.name] as const);
      return { ids: Object.fromEntries(ids), weight, members: 1 };
    };
    const levels = preferenceLevels(route).map((level) => [
      ...(level.members.length > 0 ? [ofAccounts(level.members)] : []),
      ...level.endpoints.map(ofEndpoint),
    ]);
    return { targets, plan: { levels } };
  }

  private target(
    { deployment, members }: DeploymentRoute,
    distinction: readonly string[],
    {
      pooled = members.length > 1,
      shape,
    }: { readonly pooled?: boolean; readonly shape?: OpenAiUrlShape } = {},
  ): RouteTarget {
    const { gateway, apiName, trustBoundary } = this.props;
    const backends = members.map(({ account, priority, weight }) => ({
      backend: gateway.backendOf(account, deployment, { pooled, trustBoundary, shape }),
      priority,
      weight,
    }));
    const [first] = backends;
    if (backends.length === 1 && first) {
      return first.backend;
    }
    const key = [deployment.toLowerCase(), describeMembers(members), ...(shape ? [shape] : [])].join(" ");
    const name = childName(apiName, deployment, "pool", ...distinction);
    // Another name is another resource: one that is replaced would be destroyed while policies still name it.
    const pool =
      this.pools.get(key) ?? new BackendPool(this.scope, name, { service: gateway, name, members: backends });
    this.pools.set(key, pool);
    return pool;
  }
}

function describeTargets({ targets, plan }: RoutedDeployment): unknown {
  return { names: targets.map(({ name }) => name), plan };
}

/** Accounts that no endpoint stands between are one level: their pool has their order of preference. */
function preferenceLevels({ members, endpoints = [] }: DeploymentRoute): readonly PreferenceLevel[] {
  const priorities = [...new Set([...members, ...endpoints].map(({ priority }) => priority))];
  const levels: PreferenceLevel[] = [];
  for (const priority of priorities.sort((a, b) => a - b)) {
    const level: PreferenceLevel = {
      members: members.filter((member) => member.priority === priority),
      endpoints: endpoints.filter((member) => member.priority === priority),
    };
    const before = levels.at(-1);
    if (before && before.endpoints.length === 0 && level.endpoints.length === 0) {
      levels[levels.length - 1] = { members: [...before.members, ...level.members], endpoints: [] };
    } else {
      levels.push(level);
    }
  }
  return levels;
}

/** What tells two pools of one deployment apart: `oai-weu:1:100,oai-swe:2:100`. */
function describeMembers(members: readonly RouteMember[]): string {
  return members
    .map(({ account, priority, weight }) => {
      const [subdomain = ""] = new URL(account.openAiBaseUrl).hostname.split(".");
      return [subdomain, priority, weight].join(":");
    })
    .sort()
    .join(",");
}
