import fc from "fast-check";

/**
 * Any code points, halves of surrogate pairs included: the unit `binary` of fast-check, which lists all of Unicode
 * before its first text, most of a second in each worker.
 */
export const anyText = fc.string({ unit: fc.nat(0x10ffff).map((code) => String.fromCodePoint(code)) });
