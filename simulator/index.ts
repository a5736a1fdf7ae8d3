/**
 * Runs synthesized stacks on this machine. Import it from `azure-apim-simulator`, or from
 * `cdktf-azure-openai-gateway/simulator` where that is installed.
 *
 * @packageDocumentation
 */
export {
  type AccessChange,
  accessChanges,
  type AccessEffect,
  type AccessFact,
  accessMarkdown,
  accessOf,
  type AccessOptions,
  type AccessReport,
  type AccessTopic,
  type AccessVerdict,
  type AlikeCaller,
  type ApiReport,
  type CallerReport,
  type TokenUse,
  type WayReport,
} from "./access";
export type { AccountFault, AccountRequest } from "./accounts";
export type { StoredBlob } from "./blob-storage";
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
export type { CredentialCheck, EndpointRequest } from "./model-endpoints";
export type { TokenProps } from "./identity";
export { type HttpHandler, type HttpRequest, type HttpResponse, NetworkError } from "./network";
export {
  type CoveredPlace,
  PolicyCoverage,
  PolicyDocumentError,
  type PolicyProblem,
  type RecordedCoverage,
  toLcov,
} from "./policies";
export type { QueuedMessage } from "./service-bus";
export {
  type CallOptions,
  type CallResponse,
  type ClientCertificate,
  simulate,
  type ServerCertificateProps,
  SimulatedAccount,
  SimulatedContainer,
  SimulatedModelEndpoint,
  SimulatedQueue,
  type SimulateOptions,
  Simulation,
} from "./simulation";
export type { BackendCall, PolicyStep, RequestTrace, StepOutcome } from "./sinks";
export { StackLoadError, type StackProblem } from "./terraform";
