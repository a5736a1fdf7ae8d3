import { KustoError } from "./kusto-error";

/** What a piece of a query is. */
export type KustoToken =
  | { readonly kind: "name"; readonly text: string; readonly at: number }
  | { readonly kind: "symbol"; readonly text: string; readonly at: number }
  | { readonly kind: "value"; readonly value: string | number | boolean | Date | null; readonly at: number };

const MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const PIECES =
  /(?<space>\s+|\/\/[^\n]*)|(?<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?<typed>\b(?:bool|datetime|decimal|double|int|long|real|timespan)\s*\(\s*(?<raw>[^()]*)\))|(?<number>\d+(?:\.\d+)?)(?<unit>ms|[smhd])?(?![\w.])|(?<name>\$?[A-Za-z_]\w*~?)|(?<symbol>==|!=|<=|>=|=~|!~|\.\.|[-+*/%<>=|,;:.()[\]!])/gy;

/**
 * Pieces of a query. Typed literals (`datetime(2027-01-01)`, `decimal(null)`) are values; a span of time is its
 * milliseconds.
 *
 * @throws KustoError at the first thing that is none
 */
export function kustoTokens(query: string): readonly KustoToken[] {
  const tokens: KustoToken[] = [];
  for (let at = 0; at < query.length; at = PIECES.lastIndex) {
    PIECES.lastIndex = at;
    const groups = PIECES.exec(query)?.groups;
    if (groups === undefined) {
      throw new KustoError(`cannot be read at '${query.slice(at, at + 20)}'`);
    }
    const { space, text, typed, raw = "", number, unit, name, symbol } = groups;
    if (space !== undefined) {
      continue;
    }
    if (text !== undefined) {
      tokens.push({ kind: "value", value: unescaped(text.slice(1, -1)), at });
    } else if (typed !== undefined) {
      tokens.push({ kind: "value", value: typedValue(typed, raw.trim()), at });
    } else if (number !== undefined) {
      tokens.push({ kind: "value", value: Number(number) * (unit === undefined ? 1 : (MS[unit] ?? 1)), at });
    } else if (name === "true" || name === "false") {
      tokens.push({ kind: "value", value: name === "true", at });
    } else if (name !== undefined) {
      tokens.push({ kind: "name", text: name, at });
    } else {
      tokens.push({ kind: "symbol", text: symbol ?? "", at });
    }
  }
  return tokens;
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_all, character: string) => ESCAPES[character] ?? character);
}

function typedValue(typed: string, raw: string): number | boolean | Date | null {
  if (raw === "null") {
    return null;
  }
  if (typed.startsWith("datetime")) {
    const time = new Date(/^\d{4}-\d{2}-\d{2}$/.test(raw) ? `${raw}T00:00:00Z` : raw);
    if (Number.isNaN(time.getTime())) {
      throw new KustoError(`'${typed}' is no time`);
    }
    return time;
  }
  if (typed.startsWith("bool")) {
    return raw === "true";
  }
  const span = /^(\d+(?:\.\d+)?)(ms|[smhd])$/.exec(raw);
  const value = span === null ? Number(raw) : Number(span[1]) * (MS[span[2] ?? ""] ?? 1);
  if (raw === "" || Number.isNaN(value)) {
    throw new KustoError(`'${typed}' is no number`);
  }
  return value;
}
