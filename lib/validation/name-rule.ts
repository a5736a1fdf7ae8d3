/** A name as Azure takes it: the pattern and the same rule in words. */
export interface NameRule {
  /** Matches the whole name. */
  readonly pattern: RegExp;
  /** Completes "name must be …". */
  readonly words: string;
}

/** GUID as Azure writes it. Source: RFC 9562 section 4. */
export const GUID: NameRule = {
  pattern: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
  words: "a GUID",
};

/** Scope or app role of a token. Source: RFC 6749 appendix A.4, so no space, quotation mark or backslash. */
export const TOKEN_SCOPE: NameRule = {
  pattern: /^(?!\*$)[\x21\x23-\x5b\x5d-\x7e]+$/,
  words: "a single word",
};
