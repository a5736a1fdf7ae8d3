export type { AccountFault, AccountRequest } from "./accounts";
export {
  CertificateAuthority,
  type CertificateAuthorityProps,
  type CertificateProps,
  type ClientCertificateProps,
  type EndEntityProps,
  type IssuedCertificate,
  issueSelfSigned,
} from "./certificates";
export { Clock, type ClockProps } from "./clock";
export type { CallOptions, CallResponse, ClientCertificate } from "./simulation/gateway-connection";
export type { TokenProps } from "./identity";
export { type HttpHandler, type HttpRequest, type HttpResponse, NetworkError } from "./network";
export { PolicyDocumentError, type PolicyProblem } from "./policies";
export { SimulatedAccount } from "./simulation/simulated-account";
export { simulate, type SimulateOptions } from "./simulation/simulate";
export { Simulation } from "./simulation/simulation";
export type { BackendCall, PolicyStep, RequestTrace, StepOutcome } from "./sinks";
export { StackLoadError, type StackProblem } from "./terraform";
