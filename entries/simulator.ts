import "./installed-simulator";

export type * from "azure-apim-simulator";
// By name, so that Node.js finds them for an `import` before anything runs.
export {
  accessChanges,
  accessMarkdown,
  accessOf,
  CertificateAuthority,
  Clock,
  issueSelfSigned,
  NetworkError,
  PolicyCoverage,
  PolicyDocumentError,
  SimulatedAccount,
  SimulatedContainer,
  SimulatedModelEndpoint,
  SimulatedQueue,
  simulate,
  Simulation,
  StackLoadError,
  toLcov,
} from "azure-apim-simulator";
