/**
 * Errors, opt-outs from security controls, and the date of a synthesis.
 *
 * @packageDocumentation
 */
export { checkedDay } from "./checked-day";
export { type EndDate, endDates, recordEndDate } from "./end-dates";
export { endOfDay } from "./end-of-day";
export { GUID, type NameRule, TOKEN_SCOPE } from "./name-rule";
export { Problems, ValidationError, type Problem } from "./problems";
export {
  securityExceptions,
  SECURITY_CONTROLS,
  type SecurityControl,
  type SecurityException,
  type SecurityOptOut,
} from "./security-opt-out";
export { SET_SYNTHESIS_DATE, SynthesisDate } from "./synthesis-date";
export { isTokenAudience } from "./token-audience";
export { SecurityOptOuts } from "./security-opt-out";
export { describeProblem } from "./problems";
