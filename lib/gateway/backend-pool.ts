import { Construct } from "constructs";
import { AzapiResource } from "../azapi";
import type { DeploymentBackend, IGatewayService, RouteTarget } from "./gateway-service";

/** Members that API Management accepts in one pool. */
export const MAX_POOL_MEMBERS = 30;

/** A backend in a pool. */
export interface PoolMember {
  readonly backend: DeploymentBackend;
  /** 0 to 100, lower first. */
  readonly priority: number;
  /** 1 to 100, among members of the same priority. */
  readonly weight: number;
}

export interface BackendPoolProps {
  readonly service: IGatewayService;
  /** Literal name, unique among backends and pools of the service. */
  readonly name: string;
  /** At most {@link MAX_POOL_MEMBERS}. */
  readonly members: readonly PoolMember[];
}

/**
 * A load-balanced pool of backends. Through azapi, because azurerm has no argument for `type` and `pool`.
 *
 * Source: https://learn.microsoft.com/azure/api-management/backends#load-balanced-pool
 */
export class BackendPool extends Construct implements RouteTarget {
  public readonly name: string;
  /** The pool itself, for what this class does not offer. */
  public readonly resource: AzapiResource;

  public constructor(scope: Construct, id: string, { service, name, members }: BackendPoolProps) {
    super(scope, id);
    this.name = name;
    this.resource = new AzapiResource(this, "Resource", {
      type: "Microsoft.ApiManagement/service/backends@2024-05-01",
      name,
      parentId: service.id,
      body: {
        properties: {
          type: "Pool",
          pool: {
            services: members.map(({ backend, priority, weight }) => ({ id: backend.id, priority, weight })),
          },
        },
      },
    });
  }
}
