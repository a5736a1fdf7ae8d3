export * from "./auth";
export * from "./azapi";
export * from "./gateway";
export * from "./identity";
export * from "./key-vault";
export * from "./naming";
export * from "./network";
export * from "./observability";
export * from "./openai";
export * from "./policy";
export * from "./state";
export { GUID, type NameRule } from "./private/name-rules";
export { Problems, ValidationError, type Problem } from "./private/problems";
export {
  securityExceptions,
  SECURITY_CONTROLS,
  type SecurityControl,
  type SecurityException,
  type SecurityOptOut,
} from "./private/security-opt-out";
export { SynthesisDate } from "./private/synthesis-date";
