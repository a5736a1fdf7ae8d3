/**
 * XML makes spaces of line breaks and tabs in attributes; API Management keeps them as they are written, and a C#
 * comment ends with its line. This puts characters in their place that no document has, one for one, so that offsets
 * stay, and takes them back out of the values.
 */
const STAND_INS: Readonly<Record<string, string>> = { "\n": "\ufdd0", "\t": "\ufdd1", "\r": "\ufdd2" };
const ORIGINALS = new Map(Object.entries(STAND_INS).map(([original, standIn]) => [standIn, original]));

/** What a document is made of: comments, CDATA, tags with their quoted values. */
const MARKUP = /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<[^<>"']*(?:(?:"[^"]*"|'[^']*')[^<>"']*)*>/g;

/** The document with a stand-in for each line break and tab in an attribute. */
export function maskAttributeWhitespace(text: string): string {
  return text.replace(MARKUP, (markup) =>
    markup.startsWith("<!")
      ? markup
      : markup.replace(/"[^"]*"|'[^']*'/g, (value) =>
          value.replace(/[\n\t\r]/g, (space) => STAND_INS[space] ?? space),
        ),
  );
}

/** An attribute's value as it was written. */
export function unmaskAttributeWhitespace(value: string): string {
  return value.replace(/[\ufdd0-\ufdd2]/g, (standIn) => ORIGINALS.get(standIn) ?? standIn);
}
