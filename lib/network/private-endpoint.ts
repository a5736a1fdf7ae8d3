import { PrivateEndpoint as PrivateEndpointResource } from "@cdktf/provider-azurerm/lib/private-endpoint";
import { type ITerraformDependable, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { checkPlacement, type PlaceInGroup, type Placement, resolvedText, resourceInGroup } from "../private";
import { Problems } from "../validation";
import type { PrivateEndpointTarget } from "./private-endpoint-target";

/** A private endpoint, with its subnet and zones. */
export interface PrivateEndpointProps extends Placement {
  /** 2 to 64 letters, digits or -_., unique in the resource group. */
  readonly name: string;
  /** What it leads to. */
  readonly target: PrivateEndpointTarget;
  /** ARM id of the subnet in which it gets its address. */
  readonly subnetId: string;
  /** ARM ids of the private DNS zones that get its records: one for each of the target's zone names. */
  readonly privateDnsZoneIds: readonly string[];
  /** What must exist before names resolve to it. @default - nothing */
  readonly nameResolution?: readonly ITerraformDependable[];
}

/**
 * The way from a network to one resource that public networks cannot reach. It is approved at once: whoever
 * deploys needs the right to approve connections to the target.
 *
 * Source: https://learn.microsoft.com/azure/private-link/private-endpoint-overview
 */
export class PrivateEndpoint extends Construct {
  /** Address in the subnet. @returns a token */
  public readonly privateIpAddress: string;
  /** The endpoint itself, for what this class does not offer. */
  public readonly resource: PrivateEndpointResource;
  /**
   * What a resource that uses the target through this endpoint must depend on: the endpoint, and its names.
   */
  public readonly dependables: readonly ITerraformDependable[];

  /** @throws ValidationError with everything that is wrong with the props */
  public constructor(scope: Construct, id: string, props: PrivateEndpointProps) {
    super(scope, id);
    const { name, target, privateDnsZoneIds } = props;
    const problems = new Problems(this);
    checkPrivateEndpointName(problems, name);
    checkPlacement(problems, props);
    problems.check(privateDnsZoneIds.length === target.zoneNames.length, {
      rule: `privateDnsZoneIds must hold a zone for each of ${target.zoneNames.join(", ")}`,
      value: privateDnsZoneIds.length,
      remedy: "without them the target's names would still resolve to its public address",
    });
    problems.throwIfAny();

    this.resource = new PrivateEndpointResource(this, "Resource", {
      name,
      resourceGroupName: props.resourceGroupName,
      location: props.location,
      subnetId: props.subnetId,
      privateServiceConnection: {
        name,
        privateConnectionResourceId: target.resourceId,
        subresourceNames: [target.subresource],
        isManualConnection: false,
      },
      privateDnsZoneGroup: { name: "default", privateDnsZoneIds: [...privateDnsZoneIds] },
      tags: props.tags,
      provider: props.provider,
    });
    target.order(this.resource);
    this.privateIpAddress = this.resource.privateServiceConnection.privateIpAddress;
    this.dependables = [this.resource, ...(props.nameResolution ?? [])];
  }
}

/** @internal */
export function checkPrivateEndpointName(problems: Problems, name: string): void {
  problems.checkPattern(name, /^[a-zA-Z0-9][\w.-]{0,62}\w$/, {
    rule: "name must be 2 to 64 letters, digits or -_.",
    remedy: "shorten or change it",
  });
}

/**
 * @internal Adds what the resource group, or a zone, holds once and has already.
 *
 * @param zoneIfKnown ARM id of a zone that exists
 */
export function checkPrivateEndpointIsOnlyOne(
  problems: Problems,
  scope: Construct,
  place: PlaceInGroup,
  { resourceId, zoneNames }: PrivateEndpointTarget,
  zoneIfKnown: (name: string) => string | undefined,
): void {
  problems.check(!resourceInGroup(scope, PrivateEndpointResource, place), {
    rule: "a resource group takes one private endpoint of a name",
    value: place.name,
    remedy: "choose another name",
  });
  const text = (value: unknown): string => resolvedText(scope, value);
  for (const zone of zoneNames) {
    const id = zoneIfKnown(zone);
    if (id === undefined) {
      continue;
    }
    const other = TerraformStack.of(scope)
      .node.findAll()
      .filter((each) => each instanceof PrivateEndpointResource)
      .filter(
        ({ privateServiceConnectionInput: connection }) =>
          text(connection?.privateConnectionResourceId) === text(resourceId),
      )
      .find(({ privateDnsZoneGroupInput: group }) => group?.privateDnsZoneIds.map(text).includes(text(id)));
    problems.check(other === undefined, {
      rule: `zone '${zone}' of this resource group has the address of another endpoint of the resource`,
      value: other?.node.path,
      remedy: "peer the networks and use that endpoint, or give each network a resource group of its own",
    });
  }
}
