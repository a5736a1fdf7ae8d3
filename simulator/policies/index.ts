export * from "./policy";
export {
  defaultGlobalPolicy,
  effectiveSection,
  inheritingDocument,
  type PolicyDocument,
  PolicyDocumentCompiler,
  type SectionItem,
  sectionNames,
} from "./document";
export { type EffectiveElement, effectivePolicy, type PolicyScope } from "./effective-policy";
export { HeaderMap } from "./header-map";
export { NamedValues } from "./named-values";
export { describeProblem, PolicyDocumentError, type PolicyProblem } from "./policy-problem";
export { policyCompilers } from "./registry";
