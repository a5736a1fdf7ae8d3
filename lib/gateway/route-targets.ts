import type { Construct } from "constructs";
import { BackendPool } from "./backend-pool";
import { childName } from "./child-name";
import type { DeploymentRoute, RouteMember } from "./deployment-route";
import type { IGatewayService, RouteTarget } from "./gateway-service";

/**
 * The backends and pools that one API routes to. Routes with the same members share a pool, whoever they are for:
 * a thousand clients of two kinds make two pools for each deployment.
 */
export class RouteTargets {
  private readonly pools = new Map<string, BackendPool>();

  /**
   * @param scope the API's construct, below which pools are made
   * @param apiName starts the names of pools
   * @param trustBoundary of the API: backends are shared within it
   */
  public constructor(
    private readonly scope: Construct,
    private readonly gateway: IGatewayService,
    private readonly apiName: string,
    private readonly trustBoundary: string,
  ) {}

  /** The target of a route of the API: the backend of its only member, or a pool. */
  public ofApi(route: DeploymentRoute): RouteTarget {
    return this.target(route, []);
  }

  /** As {@link ofApi}, of a route that some clients have for themselves. */
  public ofClients(route: DeploymentRoute): RouteTarget {
    return this.target(route, [describeMembers(route.members)]);
  }

  private target({ deployment, members }: DeploymentRoute, distinction: readonly string[]): RouteTarget {
    const pooled = members.map(({ account, priority, weight }) => ({
      backend: this.gateway.backendOf(account, deployment, {
        pooled: members.length > 1,
        trustBoundary: this.trustBoundary,
      }),
      priority,
      weight,
    }));
    const [first] = pooled;
    if (pooled.length === 1 && first) {
      return first.backend;
    }
    const key = `${deployment.toLowerCase()} ${describeMembers(members)}`;
    const name = childName(this.apiName, deployment, "pool", ...distinction);
    // Another name is another resource: one that is replaced would be destroyed while policies still name it.
    const pool =
      this.pools.get(key) ??
      new BackendPool(this.scope, name, { service: this.gateway, name, members: pooled });
    this.pools.set(key, pool);
    return pool;
  }
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
