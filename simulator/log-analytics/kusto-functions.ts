import { KustoError } from "./kusto-error";

/** A value: `null`, or what is in a dynamic column. Spans of time are milliseconds. */
export type KustoValue = unknown;

type Scalar = (args: readonly KustoValue[], now: number) => KustoValue;

/** Scalar functions. Source: https://learn.microsoft.com/kusto/query/scalar-functions */
export const SCALARS: Readonly<Record<string, Scalar>> = {
  ago: ([span], now) => new Date(now - Number(span)),
  now: (_args, now) => new Date(now),
  base64_decode_tostring: ([text]) => Buffer.from(textOf(text), "base64").toString("utf8"),
  bin: ([value, size]) => {
    const floored = Math.floor(Number(value) / Number(size)) * Number(size);
    return value === null ? null : value instanceof Date ? new Date(floored) : floored;
  },
  case: (args) => {
    for (let index = 0; index + 1 < args.length; index += 2) {
      if (args[index] === true) {
        return args[index + 1];
      }
    }
    return args[args.length - 1];
  },
  coalesce: (args) => args.find((each) => each !== null && each !== "") ?? null,
  iff: ([condition, yes, no]) => (condition === true ? yes : no),
  iif: ([condition, yes, no]) => (condition === true ? yes : no),
  isempty: ([value]) => textOf(value) === "",
  isnotempty: ([value]) => textOf(value) !== "",
  isnotnull: ([value]) => value !== null,
  isnull: ([value]) => value === null,
  not: ([value]) => (value === null ? null : value !== true),
  parse_url: ([text]) => {
    const url = URL.canParse(textOf(text)) ? new URL(textOf(text)) : undefined;
    return url === undefined ? {} : { Scheme: url.protocol.slice(0, -1), Host: url.host, Path: url.pathname };
  },
  round: ([value, digits = 0]) => {
    const scale = 10 ** Number(digits);
    return value === null ? null : Math.round(Number(value) * scale) / scale;
  },
  split: ([text, separator]) => textOf(text).split(textOf(separator)),
  startofday: ([time]) =>
    startOf(time, (at) => Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate())),
  startofmonth: ([time]) => startOf(time, (at) => Date.UTC(at.getUTCFullYear(), at.getUTCMonth())),
  strcat: (args) => args.map(textOf).join(""),
  todecimal: ([value]) => numberOf(value),
  todouble: ([value]) => numberOf(value),
  toreal: ([value]) => numberOf(value),
  toint: ([value]) => wholeOf(value),
  tolong: ([value]) => wholeOf(value),
  tolower: ([text]) => textOf(text).toLowerCase(),
  toupper: ([text]) => textOf(text).toUpperCase(),
  tostring: ([value]) => textOf(value),
};

/** @param values the argument for each row of the group, and whether its row counts */
type Aggregate = (values: readonly (readonly KustoValue[])[]) => KustoValue;

/** Functions of groups. Source: https://learn.microsoft.com/kusto/query/aggregation-functions */
export const AGGREGATES: Readonly<Record<string, Aggregate>> = {
  avg: (rows) => {
    const numbers = numbersOf(rows);
    return numbers.length === 0 ? null : sumOf(numbers) / numbers.length;
  },
  count: (rows) => rows.length,
  countif: (rows) => rows.filter(([condition]) => condition === true).length,
  dcount: (rows) => new Set(rows.map(([value]) => keyOf(value))).size,
  max: (rows) => extreme(rows, 1),
  min: (rows) => extreme(rows, -1),
  percentile: (rows) => {
    const share = Number(rows[0]?.[1] ?? 0) / 100;
    const numbers = [...numbersOf(rows)].sort((left, right) => left - right);
    return numbers[Math.max(0, Math.ceil(numbers.length * share) - 1)] ?? null;
  },
  sum: (rows) => sumOf(numbersOf(rows)),
  sumif: (rows) => sumOf(numbersOf(rows.filter(([, condition]) => condition === true))),
  take_any: (rows) => rows[0]?.[0] ?? null,
};

/** A value as text: what `tostring` gives. */
export function textOf(value: KustoValue): string {
  if (value === null || value === undefined) {
    return "";
  }
  if (value instanceof Date) {
    return value.toISOString();
  }
  if (typeof value === "string") {
    return value;
  }
  return typeof value === "number" || typeof value === "boolean" ? String(value) : JSON.stringify(value);
}

/** A text by which equal values are equal, of whatever type. */
export function keyOf(value: KustoValue): string {
  return `${value === null ? "null" : value instanceof Date ? "datetime" : typeof value} ${textOf(value)}`;
}

/** A number by which values are put in an order. @throws KustoError for what has none */
export function orderOf(value: KustoValue): number {
  if (value instanceof Date) {
    return value.getTime();
  }
  if (typeof value === "number" || typeof value === "boolean") {
    return Number(value);
  }
  throw new KustoError(`'${textOf(value)}' has no order`);
}

function numberOf(value: KustoValue): number | null {
  const text = textOf(value).trim();
  return text === "" || Number.isNaN(Number(text)) ? null : Number(text);
}

function wholeOf(value: KustoValue): number | null {
  const number = numberOf(value);
  return number === null ? null : Math.trunc(number);
}

function startOf(time: KustoValue, start: (at: Date) => number): Date | null {
  return time instanceof Date ? new Date(start(time)) : null;
}

function numbersOf(rows: readonly (readonly KustoValue[])[]): readonly number[] {
  return rows.flatMap(([value]) => (typeof value === "number" ? [value] : []));
}

/** Amounts are added in the order of their size, so that cents do not get lost behind large sums. */
function sumOf(numbers: readonly number[]): number {
  return [...numbers]
    .sort((left, right) => Math.abs(left) - Math.abs(right))
    .reduce((sum, each) => sum + each, 0);
}

function extreme(rows: readonly (readonly KustoValue[])[], sign: 1 | -1): KustoValue {
  return rows.reduce<KustoValue>((found, [value = null]) => {
    if (value === null) {
      return found;
    }
    return found === null || sign * (orderOf(value) - orderOf(found)) > 0 ? value : found;
  }, null);
}
