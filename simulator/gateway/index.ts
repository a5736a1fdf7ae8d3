export { type ApiAddress, apiAddress } from "./api-address";
export { Gateway, type GatewayCall, type GatewayEnvironment } from "./gateway";
export { gatewayHost } from "./gateway-host";
export {
  type ConnectionTimeouts,
  GatewayListener,
  type GatewayListenerProps,
  type ServerIdentity,
} from "./gateway-listener";
export { RequestedOperations, type RoutedRequest } from "./requested-operations";
export { seededRandom } from "./seeded-random";
export { covers, productOf } from "./subscription-scope";
