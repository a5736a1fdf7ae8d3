export type * from "./gateway-services";
export type * from "./policy-compiler";
export { internalServerError, PolicyError, type PreparedResponse } from "./policy-error";
export type * from "./policy-execution";
export {
  defaultGlobalPolicy,
  effectiveSection,
  inheritingDocument,
  type PolicyDocument,
  PolicyDocumentCompiler,
  type SectionItem,
  sectionNames,
} from "./document/document";
export { type EffectiveElement, effectivePolicy, type PolicyScope } from "./document/effective-policy";
export { HeaderMap } from "./messages/header-map";
export { NamedValues } from "./document/named-values";
export { describeProblem, PolicyDocumentError, type PolicyProblem } from "./document/policy-problem";
export { policyCompilers } from "./policy-compilers";
