export { Gateway, type GatewayAnswer, type GatewayCall, type GatewayWorld } from "./gateway";
export { gatewayHost } from "./gateway-host";
export {
  type ConnectionTimeouts,
  GatewayListener,
  type GatewayListenerProps,
  type ServerIdentity,
} from "./gateway-listener";
export { seededRandom } from "./seeded-random";
