import type { NamedValueModel } from "../../model";

/** A secret value, with the name that stands for it. */
export type Secret = Pick<NamedValueModel, "displayName" | "value">;

/** What is shorter may stand in a sentence by chance, unless no letter or digit stands beside it. */
const MIN_LENGTH = 4;
/** Characters in a row that only a quotation has, wherever they stand in the value. */
const PART_LENGTH = 8;

/**
 * Puts references in place of secret values, and of parts of them, that a problem quotes: whoever reads a build log is
 * not to know them. Letter case does not count, since some names are quoted in lower case.
 */
export function withoutSecrets(text: string, secrets: readonly Secret[]): string {
  const ordered = [...secrets].sort((left, right) => right.value.length - left.value.length);
  return ordered.reduce((rest, secret) => withoutSecret(rest, secret), text);
}

function withoutSecret(text: string, { displayName, value }: Secret): string {
  const [where, what] = [lowerCase(text), lowerCase(value)];
  if (what.trim() === "") {
    return text;
  }
  const hidden = new Array<boolean>(text.length).fill(false);
  const hide = (start: number, end: number): void => void hidden.fill(true, start, end);
  for (let at = where.indexOf(what); at >= 0; at = where.indexOf(what, at + what.length)) {
    const end = at + what.length;
    const isPartOfWord = /\w/.test(where[at - 1] ?? "") || /\w/.test(where[end] ?? "");
    if (what.length >= MIN_LENGTH || !isPartOfWord) {
      hide(at, end);
    }
  }
  // An expression is quoted by its words.
  const [start, end] = [where.search(QUOTE), Math.max(...QUOTES.map((quote) => where.lastIndexOf(quote)))];
  for (const { 0: word, index } of where.matchAll(/\w{4,}/g)) {
    if (index > start && index < end && what.includes(word)) {
      hide(index, index + word.length);
    }
  }
  const parts = new Set<string>();
  for (let at = 0; at + PART_LENGTH <= what.length; at++) {
    parts.add(what.slice(at, at + PART_LENGTH));
  }
  for (let at = 0; at + PART_LENGTH <= where.length; at++) {
    if (parts.has(where.slice(at, at + PART_LENGTH))) {
      hide(at, at + PART_LENGTH);
    }
  }
  let result = "";
  hidden.forEach((isHidden, at) => {
    if (!isHidden) {
      result += text[at];
    } else if (hidden[at - 1] !== true) {
      result += `{{${displayName}}}`;
    }
  });
  return result;
}

/** Of the letters that names have: of others, lower case may be longer. */
function lowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

const QUOTES = ["'", "`", '"'];
const QUOTE = /['`"]/;
