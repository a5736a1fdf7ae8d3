import fc from "fast-check";

/** Half of ASCII, where most characters are that mean something to somebody, and half of all code points. */
const CODE_POINT = fc.oneof(fc.nat(0x7f), fc.nat(0x10ffff));
/** Names that objects of JavaScript have before anybody gives them one. */
const AWKWARD = ["__proto__", "constructor", "hasOwnProperty", "toString", "valueOf"];

/**
 * Any code points, halves of surrogate pairs included. The unit `binary` of fast-check would do, and lists all of
 * Unicode before its first text: most of a second in each worker.
 */
export const anyText = fc.oneof(
  { arbitrary: fc.string({ unit: CODE_POINT.map((code) => String.fromCodePoint(code)) }), weight: 15 },
  { arbitrary: fc.constantFrom(...AWKWARD), weight: 1 },
);
