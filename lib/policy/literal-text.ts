import { Token } from "cdktf";

// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufffe\uffff]/;

const FORBIDDEN: readonly { readonly pattern: RegExp; readonly why: string }[] = [
  { pattern: /@[({]/, why: "must not hold '@(' or '@{', which start a policy expression" },
  { pattern: /\{\{|\}\}/, why: "must not hold '{{' or '}}', which enclose a named value" },
  { pattern: CONTROL, why: "must not hold control characters" },
  { pattern: /\p{Surrogate}/u, why: "must not hold half of a surrogate pair" },
  { pattern: /^\s|\s$/, why: "must not begin or end with white space, which XML parsers drop" },
];

/**
 * Why a text cannot stand in a policy as a literal.
 *
 * @returns a clause such as `must not hold control characters`, or `undefined` if it can
 */
export function literalProblem(text: string): string | undefined {
  if (Token.isUnresolved(text)) {
    return "must be known at synthesis, not a token";
  }
  return FORBIDDEN.find(({ pattern }) => pattern.test(text))?.why;
}
