import { type CSharp, csharp } from "../../policy";

/** In no name of a client, deployment, backend, operation or rule. */
const SEPARATOR = ":";

/**
 * An entry of a constant table of a policy, and a key of several parts: fields in a row. What is between them is not
 * white space, without which azurerm compares policies: `1 11` and `11 1` would be "No changes" to it.
 *
 * @throws Error if a field could be read as two
 */
export function tableEntry(...fields: readonly (string | number)[]): string {
  const texts = fields.map(String);
  const ambiguous = texts.find((text) => text.includes(SEPARATOR) || /\s/.test(text));
  if (ambiguous !== undefined) {
    throw new Error(
      `a field of a policy's table must not hold '${SEPARATOR}' or white space, got '${ambiguous}'`,
    );
  }
  return texts.join(SEPARATOR);
}

/** What entries that begin with a field begin with. */
export function entryStart(field: string): string {
  return tableEntry(field, "");
}

/** C# `string`: a field of an entry, counted from 0. */
export function entryField(entry: CSharp, index: number): CSharp {
  return csharp`${entry}.Split(':')[${index}]`;
}

/** C# `string`: two parts as {@link tableEntry} has them, made while a request runs. */
export function entryOf(first: CSharp, second: CSharp): CSharp {
  return csharp`${first} + ${SEPARATOR} + ${second}`;
}
