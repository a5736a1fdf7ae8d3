export * from "./policy";
export {
  effectiveSection,
  inheritingDocument,
  type PolicyDocument,
  PolicyDocumentCompiler,
  type SectionItem,
  sectionNames,
} from "./document";
export { HeaderMap } from "./header-map";
export { NamedValues } from "./named-values";
export { describeProblem, PolicyDocumentError, type PolicyProblem } from "./policy-problem";
export { policyCompilers } from "./registry";
