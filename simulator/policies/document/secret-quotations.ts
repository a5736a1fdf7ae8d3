import type { NamedValueModel } from "../../model";

/** A secret value, with the name that stands for it. */
export type Secret = Pick<NamedValueModel, "displayName" | "value">;

/** What is shorter may stand in a sentence by chance. */
const MIN_LENGTH = 4;
/** Characters in a row that only a quotation has, wherever they stand in the value. */
const PART_LENGTH = 8;

const QUOTES = ["'", "`", '"'];
const QUOTE = /['`"]/;

/**
 * Puts references in place of secret values, and of parts of them, that a problem quotes: whoever reads a build log is
 * not to know them. Letter case does not count, since some names are quoted in lower case.
 */
export function withoutSecrets(text: string, secrets: readonly Secret[]): string {
  const names = new Array<string | undefined>(text.length).fill(undefined);
  const ordered = [...secrets].sort((left, right) => right.value.length - left.value.length);
  const where = lowerCase(text);
  for (const { displayName, value } of ordered) {
    for (const what of quotedForms(lowerCase(value))) {
      for (const [start, end] of quotationsOf(what, where)) {
        for (let at = start; at < end; at++) {
          names[at] ??= displayName;
        }
      }
    }
  }
  return names
    .map((name, at) => {
      if (name === undefined) {
        return text[at];
      }
      return name === names[at - 1] ? "" : `{{${name}}}`;
    })
    .join("");
}

/** Of a value: as it is, and as JSON and XML have it. */
function quotedForms(value: string): ReadonlySet<string> {
  const xml = value
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
  return new Set(value.trim() === "" ? [] : [value, JSON.stringify(value).slice(1, -1), xml]);
}

type Range = readonly [start: number, end: number];

/** Where the text quotes what is secret, or parts of it. */
function quotationsOf(what: string, where: string): readonly Range[] {
  const [first, last] = [where.search(QUOTE), Math.max(...QUOTES.map((quote) => where.lastIndexOf(quote)))];
  const isQuoted = ([start, end]: Range): boolean => start > first && end <= last;
  // Numbers are quoted without marks, behind the name of their attribute.
  const whole = occurrences(what, where).filter(
    (range) => what.length >= MIN_LENGTH || (range[0] > first && standsAlone(where, range)),
  );
  // An expression is quoted by its words.
  const words = [...where.matchAll(/\w{4,}/g)]
    .map(rangeOf)
    .filter((range) => isQuoted(range) && what.includes(where.slice(...range)));
  const tokens = [...where.matchAll(/[^'`"\s]{2,}/g)]
    .map(rangeOf)
    .filter(
      (range) =>
        isBetweenQuotes(where, range) &&
        occurrences(where.slice(...range), what).some((found) => standsAlone(what, found)),
    );
  const parts = new Set<string>();
  for (let at = 0; at + PART_LENGTH <= what.length; at++) {
    parts.add(what.slice(at, at + PART_LENGTH));
  }
  const inside: Range[] = [];
  for (let at = 0; at + PART_LENGTH <= where.length; at++) {
    if (parts.has(where.slice(at, at + PART_LENGTH))) {
      inside.push([at, at + PART_LENGTH]);
    }
  }
  return [...whole, ...words, ...tokens, ...inside];
}

function rangeOf({ 0: found, index }: RegExpExecArray): Range {
  return [index, index + found.length];
}

function occurrences(what: string, where: string): readonly Range[] {
  const found: Range[] = [];
  for (let at = where.indexOf(what); at >= 0; at = where.indexOf(what, at + what.length)) {
    found.push([at, at + what.length]);
  }
  return found;
}

/** Whether no letter or digit stands beside it. */
function standsAlone(text: string, [start, end]: Range): boolean {
  return !/\w/.test(text[start - 1] ?? "") && !/\w/.test(text[end] ?? "");
}

function isBetweenQuotes(text: string, [start, end]: Range): boolean {
  return QUOTE.test(text[start - 1] ?? "") && QUOTE.test(text[end] ?? "");
}

/** Of the letters that names have: of others, lower case may be longer. */
function lowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
