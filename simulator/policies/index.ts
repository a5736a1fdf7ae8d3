export { applyingDiagnostics } from "./applying-diagnostics";
export type * from "./gateway-services";
export type * from "./policy-compiler";
export { INTERNAL_SERVER_ERROR, PolicyError, type PreparedResponse } from "./policy-error";
export type * from "./policy-execution";
export { toLcov } from "./document/lcov";
export { type CoveredPlace, PolicyCoverage, type RecordedCoverage } from "./document/policy-coverage";
export {
  DEFAULT_GLOBAL_POLICY,
  effectiveSection,
  inheritingDocument,
  type PolicyDocument,
  PolicyDocumentCompiler,
  type SectionItem,
  SECTION_NAMES,
} from "./document/document";
export { type EffectiveElement, effectivePolicy, type PolicyScope } from "./document/effective-policy";
export { HeaderMap } from "./messages/header-map";
export { LanguageModelRequest } from "./language-models/language-model-request";
export {
  isEventStream,
  type LanguageModelUsage,
  streamUsageOf,
  usageOf,
} from "./language-models/language-model-usage";
export { tokenCounter } from "./language-models/token-count";
export { NamedValues } from "./document/named-values";
export {
  describeInDocument,
  describeProblem,
  PolicyDocumentError,
  type PolicyProblem,
} from "./document/policy-problem";
export { OPEN_ID_PROVIDERS } from "./tokens/open-id-configuration";
export { POLICY_COMPILERS } from "./policy-compilers";
