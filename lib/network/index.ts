/**
 * The private network of a gateway: subnets, private endpoints, their names.
 *
 * @packageDocumentation
 */
export { AddressPrefix } from "./address-prefix";
export { FlowLog, type FlowLogProps } from "./flow-log";
export type { GatewayPlacement } from "./gateway-placement";
export { PrivateEndpoint, type PrivateEndpointProps } from "./private-endpoint";
export {
  PrivateEndpointTarget,
  type PrivateLinkAccount,
  type PrivateLinkResource,
} from "./private-endpoint-target";
export {
  PrivateNetwork,
  type GatewaySubnet,
  type IPrivateNetwork,
  type WorkerSubnet,
  type PrivateEndpointOptions,
  type PrivateHostOptions,
} from "./private-network";
export type { PrivateNetworkAttributes, PrivateNetworkProps } from "./private-network-props";
