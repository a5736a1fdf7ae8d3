export { Cancellation, type CancellationSignal } from "./cancellation";
export {
  addField,
  bearerToken,
  bytesResponse,
  headerValue,
  type HttpHandler,
  type HttpHeaders,
  type HttpRequest,
  type HttpResponse,
  jsonResponse,
  type NetworkOrigin,
  type OutboundRequest,
  readBytes,
  readText,
  reasonPhrase,
  singleChunk,
  WholeBody,
} from "./http-message";
export { Listener, type ServerCertificates, type UpgradeHandler } from "./listener";
export { Network, type RouteOptions, type ServerCertificateFault } from "./network";
export { NetworkError, type NetworkErrorCode } from "./network-error";
export { NetworkRules } from "./network-rules";
export { endToEndFields, isHopByHop, namedByConnection } from "./hop-by-hop-fields";
