/** A row of a table or of a result. */
export type Row = Readonly<Record<string, unknown>>;

/** Rows by the name of their table. */
export type Tables = Readonly<Record<string, readonly Row[]>>;

type Evaluate = (row: Row) => unknown;
type Aggregate = (rows: readonly Row[]) => unknown;
type Step = (rows: readonly Row[]) => readonly Row[];

const TOKEN =
  /\s*(?:"((?:[^"\\]|\\.)*)"|(\d+(?:\.\d+)?)(ms|[dhms])?(?![A-Za-z_])|datetime\(([\d-]+)\)|(\$?[A-Za-z_][\w-]*(?<!-))|(==|!=|=~|!~|<=|>=|!in|!has|[()|,;:=<>+\-*/.[\]]))/y;
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

interface Token {
  readonly kind: "text" | "number" | "word" | "sign";
  readonly text: string;
  readonly value?: string | number | Date;
}

/**
 * Runs the part of Kusto that this repository's queries use on rows in memory. What it does not know it refuses, so
 * that no query passes for another one. Whether a query is one that Azure takes, `kustoProblems` says.
 *
 * @param now what `ago` counts from
 * @throws Error for what is not known here
 */
export function runKusto(query: string, tables: Tables, now: Date): readonly Row[] {
  return new Reader(tokensOf(query), tables, now).program();
}

function tokensOf(query: string): readonly Token[] {
  const found: Token[] = [];
  const text = query.trimEnd();
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < text.length;) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) {
      throw new Error(`Kusto: not known here: ${text.slice(at, at + 30)}`);
    }
    const [, literal, digits, unit, day, word, sign] = match;
    if (literal !== undefined) {
      found.push({ kind: "text", text: literal, value: JSON.parse(`"${literal}"`) as string });
    } else if (digits !== undefined) {
      found.push({ kind: "number", text: digits, value: Number(digits) * (unit ? (UNITS[unit] ?? 1) : 1) });
    } else if (day !== undefined) {
      found.push({ kind: "number", text: day, value: new Date(day) });
    } else {
      found.push(word === undefined ? { kind: "sign", text: sign ?? "" } : { kind: "word", text: word });
    }
  }
  return found;
}

class Reader {
  private at = 0;
  private readonly constants = new Map<string, unknown>();

  public constructor(
    private readonly tokens: readonly Token[],
    private readonly tables: Tables,
    private readonly now: Date,
  ) {}

  public program(): readonly Row[] {
    while (this.takes("let")) {
      const name = this.word();
      this.expect("=");
      this.constants.set(name, this.expression()({}));
      this.expect(";");
    }
    const rows = this.pipeline();
    if (this.at < this.tokens.length) {
      throw new Error(`Kusto: not known here: ${this.tokens[this.at]?.text}`);
    }
    return rows;
  }

  private pipeline(): readonly Row[] {
    const name = this.word();
    const table = name === "datatable" ? this.datatable() : this.tables[name];
    if (table === undefined) {
      throw new Error(`Kusto: no table ${name}`);
    }
    let rows = table;
    while (this.takes("|")) {
      rows = this.step()(rows);
    }
    return rows;
  }

  private datatable(): readonly Row[] {
    this.expect("(");
    const columns = this.list(() => {
      const column = this.word();
      this.expect(":");
      this.word();
      return column;
    });
    this.expect(")");
    this.expect("[");
    const rows: Row[] = [];
    while (!this.takes("]")) {
      const values = columns.map((column) => {
        const value = this.expression()({});
        this.takes(",");
        return [column, value] as const;
      });
      rows.push(Object.fromEntries(values));
    }
    return rows;
  }

  private step(): Step {
    const operator = this.word();
    switch (operator) {
      case "where": {
        const condition = this.expression();
        return (rows) => rows.filter((row) => condition(row) === true);
      }
      case "extend": {
        const columns = this.columns();
        // One after the other: a later one may name an earlier one.
        return (rows) =>
          rows.map((row) => columns.reduce((made, [name, value]) => ({ ...made, [name]: value(made) }), row));
      }
      case "project": {
        const columns = this.columns();
        return (rows) =>
          rows.map((row) => Object.fromEntries(columns.map(([name, value]) => [name, value(row)])));
      }
      case "project-away": {
        const names = this.list(() => this.word());
        return (rows) =>
          rows.map((row) =>
            Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name))),
          );
      }
      case "summarize":
        return this.summarize();
      case "join":
        return this.join();
      case "order":
      case "sort": {
        this.expect("by");
        const keys = this.list(() => {
          const value = this.expression();
          const isAscending = this.takes("asc");
          return { value, sign: isAscending || !(this.takes("desc") || true) ? 1 : -1 };
        });
        return (rows) =>
          [...rows].sort((a, b) => {
            const order = keys.map(({ value, sign }) => sign * compared(value(a), value(b)));
            return order.find((each) => each !== 0) ?? 0;
          });
      }
      case "take":
      case "limit": {
        const count = Number(this.expression()({}));
        return (rows) => rows.slice(0, count);
      }
      default:
        throw new Error(`Kusto: operator ${operator} is not known here`);
    }
  }

  private summarize(): Step {
    const aggregates = this.peek("by") ? [] : this.list(() => this.aggregate());
    const keys = this.takes("by") ? this.columns() : [];
    return (rows) => {
      const groups = new Map<string, { readonly key: Row; readonly members: Row[] }>();
      for (const row of rows) {
        const key = Object.fromEntries(keys.map(([name, value]) => [name, value(row)]));
        const group = groups.get(JSON.stringify(key)) ?? { key, members: [] };
        groups.set(JSON.stringify(key), group);
        group.members.push(row);
      }
      if (keys.length === 0 && groups.size === 0) {
        groups.set("", { key: {}, members: [] });
      }
      return [...groups.values()].map(({ key, members }) =>
        aggregates.reduce<Row>((made, each) => ({ ...made, ...each(members) }), key),
      );
    };
  }

  private aggregate(): (rows: readonly Row[]) => Row {
    const named = this.tokens[this.at + 1]?.text === "=" ? this.word() : undefined;
    if (named !== undefined) {
      this.expect("=");
    }
    const start = this.at;
    const name = this.word();
    this.expect("(");
    if (name === "arg_max") {
      const by = this.expression();
      const column = this.tokens[start + 2]?.text ?? "";
      const more = this.takes(",") ? this.columns() : [];
      this.expect(")");
      return (rows) => {
        const best = [...rows].sort((a, b) => compared(by(b), by(a)))[0] ?? {};
        return {
          [named ?? column]: by(best),
          ...Object.fromEntries(more.map(([each, value]) => [each, value(best)])),
        };
      };
    }
    const values = this.peek(")") ? [] : this.list(() => this.expression());
    this.expect(")");
    const result = aggregated(name, values);
    const column = this.tokens[start + 2]?.text ?? "";
    return (rows) => ({ [named ?? `${name}_${column === ")" ? "" : column}`]: result(rows) });
  }

  private join(): Step {
    let kind = "innerunique";
    if (this.takes("kind")) {
      this.expect("=");
      kind = this.word();
    }
    if (kind !== "inner" && kind !== "leftouter") {
      throw new Error(`Kusto: a join of kind ${kind} is not known here`);
    }
    this.expect("(");
    const right = this.pipeline();
    this.expect(")");
    this.expect("on");
    this.expect("$left");
    this.expect(".");
    const leftKey = this.word();
    this.expect("==");
    this.expect("$right");
    this.expect(".");
    const rightKey = this.word();
    const columns = [...new Set(right.flatMap((row) => Object.keys(row)))];
    return (rows) =>
      rows.flatMap((row) => {
        const found = right.filter((each) => each[rightKey] === row[leftKey]);
        const partners = found.length > 0 || kind === "inner" ? found : [{}];
        return partners.map((partner: Row) => ({
          ...row,
          ...Object.fromEntries(
            columns.map((name) => [name in row ? `${name}1` : name, partner[name] ?? null]),
          ),
        }));
      });
  }

  private columns(): readonly (readonly [string, Evaluate])[] {
    return this.list(() => {
      const start = this.at;
      if (this.tokens[start]?.kind === "word" && this.tokens[start + 1]?.text === "=") {
        const name = this.word();
        this.expect("=");
        return [name, this.expression()] as const;
      }
      const value = this.expression();
      const [first, second] = this.tokens.slice(start, this.at);
      // `bin(TimeGenerated, 5m)` keeps the name of its column.
      const name = second?.text === "(" ? this.tokens[start + 2]?.text : first?.text;
      return [name ?? "", value] as const;
    });
  }

  private expression(): Evaluate {
    return this.chain(["or"], () => this.chain(["and"], () => this.comparison()));
  }

  private chain(signs: readonly string[], part: () => Evaluate): Evaluate {
    let left = part();
    for (
      let sign = signs.find((each) => this.takes(each));
      sign;
      sign = signs.find((each) => this.takes(each))
    ) {
      const [first, second, operator] = [left, part(), sign];
      left = (row) =>
        binary(
          operator,
          () => first(row),
          () => second(row),
        );
    }
    return left;
  }

  private comparison(): Evaluate {
    const left = this.sum();
    for (const operator of ["in", "!in", "has_any"]) {
      if (this.takes(operator)) {
        this.expect("(");
        const values = this.list(() => this.expression());
        this.expect(")");
        return (row) => {
          const value = left(row);
          const some = values.some((each) =>
            operator === "has_any" ? hasTerm(value, each(row)) : each(row) === value,
          );
          return operator === "!in" ? !some : some;
        };
      }
    }
    const operators = ["==", "!=", "=~", "<=", ">=", "<", ">", "has", "contains", "startswith", "endswith"];
    const operator = operators.find((each) => this.takes(each));
    if (operator === undefined) {
      return left;
    }
    const right = this.sum();
    return (row) =>
      binary(
        operator,
        () => left(row),
        () => right(row),
      );
  }

  private sum(): Evaluate {
    return this.chain(["+", "-"], () => this.chain(["*", "/"], () => this.value()));
  }

  private value(): Evaluate {
    const token = this.next();
    if (token.kind === "text" || token.kind === "number") {
      return () => token.value;
    }
    if (token.text === "(") {
      const inner = this.expression();
      this.expect(")");
      return inner;
    }
    if (token.kind !== "word") {
      throw new Error(`Kusto: not known here: ${token.text}`);
    }
    if (this.takes("(")) {
      const args = this.peek(")") ? [] : this.list(() => this.expression());
      this.expect(")");
      const call: Evaluate = (row) =>
        called(
          token.text,
          args.map((each) => each(row)),
          { row, now: this.now },
        );
      if (!this.takes("[")) {
        return call;
      }
      const index = this.expression();
      this.expect("]");
      return (row) => (call(row) as readonly unknown[])[Number(index(row))];
    }
    const { constants } = this;
    let value: Evaluate = (row) => (constants.has(token.text) ? constants.get(token.text) : row[token.text]);
    if (token.text === "true" || token.text === "false") {
      value = () => token.text === "true";
    }
    while (this.takes(".")) {
      const [member, object] = [this.word(), value];
      value = (row) => (object(row) as Row | null | undefined)?.[member];
    }
    return value;
  }

  private list<T>(part: () => T): readonly T[] {
    const parts = [part()];
    while (this.takes(",")) {
      parts.push(part());
    }
    return parts;
  }

  private next(): Token {
    const token = this.tokens[this.at++];
    if (token === undefined) {
      throw new Error("Kusto: the query ends too early");
    }
    return token;
  }

  private word(): string {
    const { kind, text } = this.next();
    if (kind !== "word") {
      throw new Error(`Kusto: a name was expected in the place of ${text}`);
    }
    return text;
  }

  private peek(text: string): boolean {
    const token = this.tokens[this.at];
    return token?.kind !== "text" && token?.text === text;
  }

  private takes(text: string): boolean {
    const is = this.peek(text);
    this.at += is ? 1 : 0;
    return is;
  }

  private expect(text: string): void {
    if (!this.takes(text)) {
      throw new Error(
        `Kusto: ${text} was expected in the place of ${this.tokens[this.at]?.text ?? "the end"}`,
      );
    }
  }
}

function binary(operator: string, left: () => unknown, right: () => unknown): unknown {
  switch (operator) {
    case "or":
      return left() === true || right() === true;
    case "and":
      return left() === true && right() === true;
    case "==":
      return compared(left(), right()) === 0;
    case "!=":
      return compared(left(), right()) !== 0;
    case "=~":
      return String(left()).toLowerCase() === String(right()).toLowerCase();
    case "<":
      return compared(left(), right()) < 0;
    case ">":
      return compared(left(), right()) > 0;
    case "<=":
      return compared(left(), right()) <= 0;
    case ">=":
      return compared(left(), right()) >= 0;
    case "has":
      return hasTerm(left(), right());
    case "contains":
      return String(left()).toLowerCase().includes(String(right()).toLowerCase());
    case "startswith":
      return String(left()).toLowerCase().startsWith(String(right()).toLowerCase());
    case "endswith":
      return String(left()).toLowerCase().endsWith(String(right()).toLowerCase());
    case "+":
      return Number(left()) + Number(right());
    case "-":
      return Number(left()) - Number(right());
    case "*":
      return Number(left()) * Number(right());
    default:
      return Number(left()) / Number(right());
  }
}

/** Whole words, without regard to case. */
function hasTerm(text: unknown, term: unknown): boolean {
  const words = (value: unknown): string =>
    ` ${String(value)
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, " ")} `;
  return words(text).includes(words(term).replace(/^\s+|\s+$/g, " "));
}

/** Numbers, texts and times by their order; what has no value is below all others. */
function compared(left: unknown, right: unknown): number {
  const [a, b] = [left, right].map((each) => (each instanceof Date ? each.getTime() : (each ?? "")));
  return a === b ? 0 : (a as number) < (b as number) ? -1 : 1;
}

function called(
  name: string,
  [first, second]: readonly unknown[],
  { row, now }: { readonly row: Row; readonly now: Date },
): unknown {
  switch (name) {
    case "tostring":
      return textOf(first);
    case "toint":
    case "tolong":
    case "toreal":
      return first === null || first === undefined || first === "" ? null : Number(first);
    case "tolower":
      return String(first).toLowerCase();
    case "isnotempty":
      return first !== null && first !== undefined && first !== "";
    case "isempty":
      return first === null || first === undefined || first === "";
    case "not":
      return first !== true;
    case "ago":
      return new Date(now.getTime() - Number(first));
    case "now":
      return now;
    case "bin":
      return first instanceof Date
        ? new Date(Math.floor(first.getTime() / Number(second)) * Number(second))
        : Math.floor(Number(first) / Number(second)) * Number(second);
    case "startofday":
      return new Date(new Date(first as Date).setUTCHours(0, 0, 0, 0));
    case "split":
      return textOf(first).split(textOf(second));
    case "column_ifexists":
      return row[String(first)] ?? second;
    default:
      throw new Error(`Kusto: function ${name} is not known here`);
  }
}

function textOf(value: unknown): string {
  if (typeof value === "string") {
    return value;
  }
  return value === null || value === undefined ? "" : JSON.stringify(value);
}

function aggregated(name: string, values: readonly Evaluate[]): Aggregate {
  const [value = () => undefined, second = () => undefined] = values;
  const all = (rows: readonly Row[]): unknown[] =>
    rows.map(value).filter((each) => each !== null && each !== undefined);
  switch (name) {
    case "count":
      return (rows) => rows.length;
    case "countif":
      return (rows) => rows.filter((row) => value(row) === true).length;
    case "dcount":
      return (rows) => new Set(all(rows)).size;
    case "sum":
      return (rows) => all(rows).reduce<number>((total, each) => total + Number(each), 0);
    case "max":
      return (rows) => all(rows).sort(compared).at(-1) ?? null;
    case "min":
      return (rows) => all(rows).sort(compared)[0] ?? null;
    case "take_any":
      return (rows) => all(rows)[0] ?? null;
    case "percentile":
      return (rows) => {
        const sorted = all(rows).sort(compared);
        return sorted[Math.max(0, Math.ceil((sorted.length * Number(second({}))) / 100) - 1)] ?? null;
      };
    default:
      throw new Error(`Kusto: aggregate ${name} is not known here`);
  }
}
