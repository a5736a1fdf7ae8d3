import { KustoError } from "./kusto-error";
import { AGGREGATES, keyOf, type KustoValue, orderOf, SCALARS, textOf } from "./kusto-functions";
import { parseKusto } from "./kusto-parser";
import type {
  KustoColumn,
  KustoExpression,
  KustoOperator,
  KustoQuery,
  KustoScript,
  KustoSource,
} from "./kusto-syntax";

/** A row by the names of its columns. */
export type KustoRow = Readonly<Record<string, KustoValue>>;

/** Rows, with their columns in order. */
export interface KustoTable {
  readonly columns: readonly string[];
  readonly rows: readonly KustoRow[];
}

/** A query with parameters that has a name. */
export interface KustoFunction {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly query: string;
}

/** What queries can name. */
export interface KustoDatabase {
  readonly tables: Readonly<Record<string, KustoTable>>;
  readonly functions: readonly KustoFunction[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Runs a query over rows in memory.
 *
 * Decimal numbers are computed as numbers of JavaScript: sums of money are right to far below a cent.
 *
 * @throws KustoError for what is wrong with it, and for what of Kusto is not simulated
 */
export function runKusto(query: string, database: KustoDatabase): KustoTable {
  return new Evaluation(database, new Map(), new Map()).script(query);
}

/** Where an expression is evaluated: in a row, or in a group of rows. */
interface Place {
  readonly row: KustoRow;
  /** @default - not in a `summarize` */
  readonly group?: readonly KustoRow[];
}

const NOWHERE: Place = { row: {} };

class Evaluation {
  public constructor(
    private readonly database: KustoDatabase,
    private readonly values: Map<string, KustoValue>,
    private readonly named: Map<string, KustoTable>,
  ) {}

  public script(text: string): KustoTable {
    const { tables, functions } = this.database;
    const known = [...Object.keys(tables), ...functions.map(({ name }) => name)];
    const script: KustoScript = parseKusto(text, known);
    for (const { name, value, query } of script.lets) {
      if (query !== undefined) {
        this.named.set(name, this.query(query));
      } else if (value !== undefined) {
        this.values.set(name, this.value(value, NOWHERE));
      }
    }
    return this.query(script.query);
  }

  private query({ source, operators }: KustoQuery): KustoTable {
    return operators.reduce((table, operator) => this.apply(table, operator), this.source(source));
  }

  private source(source: KustoSource): KustoTable {
    switch (source.kind) {
      case "table":
        return this.table(source.name);
      case "function":
        return this.function(source.name, source.args);
      case "query":
        return this.query(source.query);
      case "union":
        return union(source.queries.map((each) => this.query(each)));
      case "print":
        return this.projected([{}], source.columns);
      case "datatable": {
        const { columns } = source;
        const values = source.values.map((each) => this.value(each, NOWHERE));
        const rows = Array.from({ length: Math.floor(values.length / columns.length) }, (_row, index) =>
          Object.fromEntries(
            columns.map((column, place) => [column, values[index * columns.length + place] ?? null]),
          ),
        );
        return { columns, rows };
      }
    }
  }

  private table(name: string): KustoTable {
    const found = this.named.get(name) ?? this.database.tables[name];
    if (found === undefined) {
      throw new KustoError(`Failed to resolve table expression named '${name}'`);
    }
    return found;
  }

  private function(name: string, args: readonly KustoExpression[]): KustoTable {
    const found = this.database.functions.find((each) => each.name === name);
    if (found === undefined) {
      throw new KustoError(`Unknown function: '${name}'`);
    }
    if (found.parameters.length !== args.length) {
      throw new KustoError(`${name}() takes ${found.parameters.length} arguments, got ${args.length}`);
    }
    const given = found.parameters.map(
      (parameter, index) => [parameter, this.value(args[index] ?? NULL, NOWHERE)] as const,
    );
    return new Evaluation(this.database, new Map(given), new Map()).script(found.query);
  }

  private apply(table: KustoTable, operator: KustoOperator): KustoTable {
    const { columns, rows } = table;
    switch (operator.kind) {
      case "where":
        return { columns, rows: rows.filter((row) => this.value(operator.condition, { row }) === true) };
      case "project":
        return this.projected(rows, operator.columns);
      case "extend": {
        const added = this.projected(rows, operator.columns);
        return {
          columns: [...new Set([...columns, ...added.columns])],
          rows: rows.map((row, index) => ({ ...row, ...added.rows[index] })),
        };
      }
      case "distinct": {
        const projected = this.projected(rows, operator.columns);
        const byKey = new Map(projected.rows.map((row) => [rowKey(row, projected.columns), row]));
        return { columns: projected.columns, rows: [...byKey.values()] };
      }
      case "summarize":
        return this.summarized(rows, operator.columns, operator.by);
      case "join":
        return joined(table, this.query(operator.right), operator.flavour, operator.on);
      case "order": {
        const keyed = rows.map((row) => ({
          row,
          keys: operator.by.map(({ value }) => this.value(value, { row })),
        }));
        keyed.sort((left, right) => compareKeys(left.keys, right.keys, operator.by));
        return { columns, rows: keyed.map(({ row }) => row) };
      }
      case "take":
        return { columns, rows: rows.slice(0, Number(this.value(operator.count, NOWHERE))) };
      case "count":
        return { columns: ["Count"], rows: [{ Count: rows.length }] };
      case "union":
        return union([table, ...operator.queries.map((each) => this.query(each))]);
    }
  }

  private projected(rows: readonly KustoRow[], columns: readonly KustoColumn[]): KustoTable {
    const names = namesOf(columns);
    return {
      columns: names,
      rows: rows.map((row) => {
        const made: Record<string, KustoValue> = {};
        columns.forEach(({ value }, index) => {
          // Columns of one `extend` do not see each other; those of the row stay.
          made[names[index] ?? ""] = this.value(value, { row });
        });
        return made;
      }),
    };
  }

  private summarized(
    rows: readonly KustoRow[],
    columns: readonly KustoColumn[],
    by: readonly KustoColumn[],
  ): KustoTable {
    const keys = this.projected(rows, by);
    const groups = new Map<string, { readonly key: KustoRow; readonly rows: KustoRow[] }>();
    rows.forEach((row, index) => {
      const key = keys.rows[index] ?? {};
      const text = rowKey(key, keys.columns);
      const group = groups.get(text) ?? { key, rows: [] };
      group.rows.push(row);
      groups.set(text, group);
    });
    if (by.length === 0 && groups.size === 0) {
      groups.set("", { key: {}, rows: [] });
    }
    const names = namesOf(columns);
    return {
      columns: [...keys.columns, ...names],
      rows: [...groups.values()].map(({ key, rows: group }) => ({
        ...key,
        ...Object.fromEntries(
          columns.map(({ value }, index) => [names[index] ?? "", this.value(value, { row: key, group })]),
        ),
      })),
    };
  }

  private value(expression: KustoExpression, place: Place): KustoValue {
    switch (expression.kind) {
      case "literal":
        return expression.value;
      case "name":
        return this.byName(expression.name, place);
      case "member":
        return memberOf(this.value(expression.of, place), expression.name);
      case "index":
        return memberOf(this.value(expression.of, place), textOf(this.value(expression.index, place)));
      case "negative": {
        const value = this.value(expression.of, place);
        return value === null ? null : -orderOf(value);
      }
      case "call":
        return this.call(expression.name, expression.args, place);
      case "binary":
        return this.binary(expression.operator, expression.left, expression.right, place);
      case "in":
        return this.isIn(expression.operator, expression.of, expression.items, place);
      case "scalar": {
        const { columns, rows } = this.query(expression.query);
        return rows[0]?.[columns[0] ?? ""] ?? null;
      }
    }
  }

  private byName(name: string, { row }: Place): KustoValue {
    if (Object.hasOwn(row, name)) {
      return row[name] ?? null;
    }
    if (this.values.has(name)) {
      return this.values.get(name) ?? null;
    }
    throw new KustoError(`Failed to resolve scalar expression named '${name}'`);
  }

  private call(name: string, args: readonly KustoExpression[], place: Place): KustoValue {
    const aggregate = AGGREGATES[name];
    if (aggregate !== undefined && place.group !== undefined) {
      return aggregate(place.group.map((row) => args.map((each) => this.value(each, { row }))));
    }
    const scalar = SCALARS[name];
    if (scalar === undefined) {
      throw new KustoError(`function '${name}' is not simulated`);
    }
    return scalar(
      args.map((each) => this.value(each, place)),
      this.database.now,
    );
  }

  private binary(operator: string, left: KustoExpression, right: KustoExpression, place: Place): KustoValue {
    const first = this.value(left, place);
    if (operator === "and" && first !== true) {
      return false;
    }
    if (operator === "or" && first === true) {
      return true;
    }
    const second = this.value(right, place);
    if (operator === "and" || operator === "or") {
      return second === true;
    }
    return operator in ARITHMETIC ? arithmetic(operator, first, second) : compared(operator, first, second);
  }

  private isIn(
    operator: string,
    of: KustoExpression,
    items: readonly KustoExpression[],
    place: Place,
  ): boolean {
    const [only] = items;
    const table = only?.kind === "name" && items.length === 1 ? this.named.get(only.name) : undefined;
    const values = table
      ? table.rows.map((row) => row[table.columns[0] ?? ""])
      : items.map((each) => this.value(each, place));
    const fold = (value: KustoValue): string =>
      operator.endsWith("~") ? keyOf(value).toLowerCase() : keyOf(value);
    const found = values.map(fold).includes(fold(this.value(of, place)));
    return found !== operator.startsWith("!");
  }
}

const NULL: KustoExpression = { kind: "literal", value: null };

const ARITHMETIC: Readonly<Record<string, (left: number, right: number) => number>> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => left / right,
  "%": (left, right) => left % right,
};

/** A time and a span make a time; two times make a span. */
function arithmetic(operator: string, left: KustoValue, right: KustoValue): KustoValue {
  if (left === null || right === null) {
    return null;
  }
  const result = ARITHMETIC[operator]?.(orderOf(left), orderOf(right)) ?? NaN;
  if (!Number.isFinite(result)) {
    return null;
  }
  return left instanceof Date !== right instanceof Date ? new Date(result) : result;
}

function compared(operator: string, left: KustoValue, right: KustoValue): boolean {
  const isNegated = operator.startsWith("!");
  const bare = isNegated && operator !== "!=" ? operator.slice(1) : operator;
  const [text, part] = [textOf(left).toLowerCase(), textOf(right).toLowerCase()];
  switch (bare) {
    case "==":
      return left !== null && right !== null && isSame(left, right);
    case "!=":
      return left !== null && right !== null && !isSame(left, right);
    case "=~":
    case "~":
      return (text === part) !== isNegated;
    case "has":
      return hasTerm(text, part) !== isNegated;
    case "contains":
      return text.includes(part) !== isNegated;
    case "startswith":
      return text.startsWith(part) !== isNegated;
    case "endswith":
      return text.endsWith(part) !== isNegated;
    default: {
      if (left === null || right === null) {
        return false;
      }
      const difference =
        typeof left === "string" && typeof right === "string"
          ? left < right
            ? -1
            : Number(left > right)
          : orderOf(left) - orderOf(right);
      return bare === "<"
        ? difference < 0
        : bare === "<="
          ? difference <= 0
          : bare === ">"
            ? difference > 0
            : difference >= 0;
    }
  }
}

function isSame(left: KustoValue, right: KustoValue): boolean {
  return typeof left === "number" || left instanceof Date
    ? typeof right !== "string" && orderOf(left) === orderOf(right)
    : keyOf(left) === keyOf(right);
}

/** A term is letters and digits, with none of them before or after. */
function hasTerm(text: string, term: string): boolean {
  const literal = term.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?<![a-z0-9])${literal}(?![a-z0-9])`).test(text);
}

function memberOf(value: KustoValue, name: string): KustoValue {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? ((value as Readonly<Record<string, KustoValue>>)[name] ?? null)
    : null;
}

/** Names that Kusto gives columns without one. */
function namesOf(columns: readonly KustoColumn[]): readonly string[] {
  return columns.map(({ name, value }, index) => name ?? impliedName(value) ?? `Column${index + 1}`);
}

const CONVERSIONS = /^(?:bin|startof\w+|tolower|tostring|toint|tolong|toupper)$/;

function impliedName(expression: KustoExpression): string | undefined {
  if (expression.kind === "name") {
    return expression.name;
  }
  if (expression.kind === "member") {
    const before = impliedName(expression.of);
    return before === undefined ? undefined : `${before}_${expression.name}`;
  }
  if (expression.kind === "call") {
    const [first] = expression.args;
    const inner = first && impliedName(first);
    return CONVERSIONS.test(expression.name) ? inner : `${expression.name}_${inner ?? ""}`;
  }
  return undefined;
}

function union(tables: readonly KustoTable[]): KustoTable {
  const columns = [...new Set(tables.flatMap((table) => table.columns))];
  return {
    columns,
    rows: tables.flatMap(({ rows }) =>
      rows.map((row) => Object.fromEntries(columns.map((column) => [column, row[column] ?? null]))),
    ),
  };
}

function rowKey(row: KustoRow, columns: readonly string[]): string {
  return JSON.stringify(columns.map((column) => keyOf(row[column] ?? null)));
}

const FLAVOURS = ["inner", "innerunique", "leftouter", "leftanti", "leftsemi"];

function joined(
  left: KustoTable,
  right: KustoTable,
  flavour: string,
  on: readonly { readonly left: string; readonly right: string }[],
): KustoTable {
  if (!FLAVOURS.includes(flavour)) {
    throw new KustoError(`join of kind '${flavour}' is not simulated`);
  }
  const [ofLeft, ofRight] = [on.map((each) => each.left), on.map((each) => each.right)];
  const matches = new Map<string, KustoRow[]>();
  for (const row of right.rows) {
    const key = rowKey(row, ofRight);
    matches.set(key, [...(matches.get(key) ?? []), row]);
  }
  const found = (row: KustoRow): readonly KustoRow[] => matches.get(rowKey(row, ofLeft)) ?? [];
  if (flavour === "leftanti" || flavour === "leftsemi") {
    const keeps = flavour === "leftsemi";
    return { columns: left.columns, rows: left.rows.filter((row) => found(row).length > 0 === keeps) };
  }
  const lefts =
    flavour === "innerunique"
      ? [...new Map(left.rows.map((row) => [rowKey(row, ofLeft), row])).values()]
      : left.rows;
  const renamed = right.columns.map((column) => (left.columns.includes(column) ? `${column}1` : column));
  return {
    columns: [...left.columns, ...renamed],
    rows: lefts.flatMap((row) => {
      const others = found(row);
      return (others.length === 0 && flavour === "leftouter" ? [{} as KustoRow] : others).map((other) => ({
        ...row,
        ...Object.fromEntries(
          right.columns.map((column, index) => [renamed[index] ?? column, other[column] ?? null]),
        ),
      }));
    }),
  };
}

function compareKeys(
  left: readonly KustoValue[],
  right: readonly KustoValue[],
  by: readonly { readonly descending: boolean }[],
): number {
  for (const [index, { descending }] of by.entries()) {
    const [first, second] = [left[index] ?? null, right[index] ?? null];
    if (keyOf(first) === keyOf(second)) {
      continue;
    }
    // Nulls are last when the largest come first, and first otherwise.
    const isBefore =
      second === null
        ? descending
        : first === null
          ? !descending
          : compared(descending ? ">" : "<", first, second);
    return isBefore ? -1 : 1;
  }
  return 0;
}
