import { KustoError } from "./kusto-error";
import type {
  KustoColumn,
  KustoExpression,
  KustoOperator,
  KustoQuery,
  KustoScript,
  KustoSource,
} from "./kusto-syntax";
import { type KustoToken, kustoTokens } from "./kusto-tokens";

const COMPARISONS = ["==", "!=", "<", "<=", ">", ">=", "=~", "!~"];
const TEXT_COMPARISONS = ["has", "contains", "startswith", "endswith"];
const SOURCES = ["datatable", "union", "print"];

/**
 * Reads a query: `let` of values and tables, tables of constants, `union`, `print`, and the operators `where`, `project`,
 * `extend`, `summarize`, `join`, `order by`, `take`, `top`, `distinct`, `count`.
 *
 * Source: https://learn.microsoft.com/kusto/query/
 *
 * @param tables names of tables that exist
 * @throws KustoError at the first thing that is not read
 */
export function parseKusto(query: string, tables: readonly string[]): KustoScript {
  return new Parser(kustoTokens(query), tables).script();
}

class Parser {
  private index = 0;
  private readonly tables: Set<string>;

  public constructor(
    private readonly tokens: readonly KustoToken[],
    tables: readonly string[],
  ) {
    this.tables = new Set(tables);
  }

  public script(): KustoScript {
    const lets: KustoScript["lets"][number][] = [];
    while (this.takeName("let")) {
      const name = this.name();
      this.symbol("=");
      if (this.isQuery()) {
        lets.push({ name, query: this.query() });
        this.tables.add(name);
      } else {
        lets.push({ name, value: this.expression() });
      }
      this.symbol(";");
    }
    const query = this.query();
    this.takeSymbol(";");
    if (this.index < this.tokens.length) {
      throw this.unexpected();
    }
    return { lets, query };
  }

  /** Whether rows begin here, and not a value. */
  private isQuery(): boolean {
    let ahead = 0;
    while (this.isSymbol("(", ahead)) {
      ahead++;
    }
    const token = this.tokens[this.index + ahead];
    return token?.kind === "name" && (SOURCES.includes(token.text) || this.tables.has(token.text));
  }

  private query(): KustoQuery {
    const source = this.source();
    const operators: KustoOperator[] = [];
    while (this.takeSymbol("|")) {
      operators.push(...this.operator());
    }
    return { source, operators };
  }

  private source(): KustoSource {
    if (this.takeSymbol("(")) {
      const query = this.query();
      this.symbol(")");
      return { kind: "query", query };
    }
    const name = this.name();
    switch (name) {
      case "datatable":
        return this.datatable();
      case "union":
        return { kind: "union", queries: this.list(() => this.part()) };
      case "print":
        return { kind: "print", columns: this.columns() };
      default:
        if (this.takeSymbol("(")) {
          return { kind: "function", name, args: this.arguments() };
        }
        return { kind: "table", name };
    }
  }

  /** A table by its name, or a query in parentheses. */
  private part(): KustoQuery {
    return { source: this.source(), operators: [] };
  }

  private datatable(): KustoSource {
    this.symbol("(");
    const columns = this.list(() => {
      const column = this.name();
      this.symbol(":");
      this.name();
      return column;
    });
    this.symbol(")");
    this.symbol("[");
    const values: KustoExpression[] = [];
    while (!this.takeSymbol("]")) {
      values.push(this.expression());
      if (!this.isSymbol("]")) {
        this.symbol(",");
      }
    }
    return { kind: "datatable", columns, values };
  }

  private operator(): readonly KustoOperator[] {
    const name = this.name();
    switch (name) {
      case "where":
        return [{ kind: "where", condition: this.expression() }];
      case "project":
      case "extend":
      case "distinct":
        return [{ kind: name, columns: this.columns() }];
      case "summarize": {
        const columns = this.isName("by") ? [] : this.columns();
        return [{ kind: "summarize", columns, by: this.takeName("by") ? this.columns() : [] }];
      }
      case "join":
        return [this.join()];
      case "order":
      case "sort":
        this.nameOf("by");
        return [{ kind: "order", by: this.list(() => this.ordering()) }];
      case "top": {
        const count = this.expression();
        this.nameOf("by");
        return [
          { kind: "order", by: [this.ordering()] },
          { kind: "take", count },
        ];
      }
      case "take":
      case "limit":
        return [{ kind: "take", count: this.expression() }];
      case "count":
        return [{ kind: "count" }];
      case "union":
        return [{ kind: "union", queries: this.list(() => this.part()) }];
      default:
        throw new KustoError(`operator '${name}' is not simulated`);
    }
  }

  private join(): KustoOperator {
    let flavour = "innerunique";
    if (this.takeName("kind")) {
      this.symbol("=");
      flavour = this.name();
    }
    const right = this.part();
    this.nameOf("on");
    const on = this.list(() => {
      const first = this.name();
      if (first !== "$left") {
        return { left: first, right: first };
      }
      this.symbol(".");
      const left = this.name();
      this.symbol("==");
      this.nameOf("$right");
      this.symbol(".");
      return { left, right: this.name() };
    });
    return { kind: "join", flavour, right, on };
  }

  private ordering(): { readonly value: KustoExpression; readonly descending: boolean } {
    const value = this.expression();
    const ascending = this.takeName("asc");
    return { value, descending: !ascending && (this.takeName("desc") || true) };
  }

  private columns(): readonly KustoColumn[] {
    return this.list(() => {
      const token = this.tokens[this.index];
      if (token?.kind === "name" && this.isSymbol("=", 1)) {
        this.index += 2;
        return { name: token.text, value: this.expression() };
      }
      return { value: this.expression() };
    });
  }

  private expression(): KustoExpression {
    return this.leftToRight(["or"], () => this.leftToRight(["and"], () => this.comparison()));
  }

  private comparison(): KustoExpression {
    const left = this.sum();
    const negated = this.isSymbol("!") && this.tokens[this.index + 1]?.kind === "name";
    if (negated) {
      this.index++;
    }
    const token = this.tokens[this.index];
    const operator = token === undefined || token.kind === "value" ? "" : token.text;
    if (operator === "in" || operator === "in~") {
      this.index++;
      this.symbol("(");
      return { kind: "in", operator: `${negated ? "!" : ""}${operator}`, of: left, items: this.arguments() };
    }
    if (COMPARISONS.includes(operator) || TEXT_COMPARISONS.includes(operator)) {
      this.index++;
      const right = this.sum();
      return { kind: "binary", operator: `${negated ? "!" : ""}${operator}`, left, right };
    }
    if (operator === "between") {
      this.index++;
      this.symbol("(");
      const from = this.sum();
      this.symbol("..");
      const to = this.sum();
      this.symbol(")");
      return {
        kind: "binary",
        operator: "and",
        left: { kind: "binary", operator: ">=", left, right: from },
        right: { kind: "binary", operator: "<=", left, right: to },
      };
    }
    return left;
  }

  private sum(): KustoExpression {
    return this.leftToRight(["+", "-"], () => this.leftToRight(["*", "/", "%"], () => this.unary()));
  }

  private leftToRight(operators: readonly string[], operand: () => KustoExpression): KustoExpression {
    let left = operand();
    for (;;) {
      const token = this.tokens[this.index];
      if (token === undefined || token.kind === "value" || !operators.includes(token.text)) {
        return left;
      }
      this.index++;
      left = { kind: "binary", operator: token.text, left, right: operand() };
    }
  }

  private unary(): KustoExpression {
    return this.takeSymbol("-") ? { kind: "negative", of: this.unary() } : this.postfix();
  }

  private postfix(): KustoExpression {
    let value = this.primary();
    for (;;) {
      if (this.takeSymbol(".")) {
        value = { kind: "member", of: value, name: this.name() };
      } else if (this.takeSymbol("[")) {
        value = { kind: "index", of: value, index: this.expression() };
        this.symbol("]");
      } else {
        return value;
      }
    }
  }

  private primary(): KustoExpression {
    const token = this.tokens[this.index];
    if (token?.kind === "value") {
      this.index++;
      return { kind: "literal", value: token.value };
    }
    if (this.takeSymbol("(")) {
      const value = this.expression();
      this.symbol(")");
      return value;
    }
    const name = this.name();
    if (!this.takeSymbol("(")) {
      return { kind: "name", name };
    }
    if (name === "toscalar") {
      const query = this.query();
      this.symbol(")");
      return { kind: "scalar", query };
    }
    return { kind: "call", name, args: this.arguments() };
  }

  /** After the opening parenthesis. */
  private arguments(): readonly KustoExpression[] {
    if (this.takeSymbol(")")) {
      return [];
    }
    const args = this.list(() => this.expression());
    this.symbol(")");
    return args;
  }

  private list<T>(item: () => T): readonly T[] {
    const items = [item()];
    while (this.takeSymbol(",")) {
      items.push(item());
    }
    return items;
  }

  private name(): string {
    const token = this.tokens[this.index];
    if (token?.kind !== "name") {
      throw this.unexpected();
    }
    this.index++;
    return token.text;
  }

  private nameOf(expected: string): void {
    if (!this.takeName(expected)) {
      throw this.unexpected();
    }
  }

  private symbol(expected: string): void {
    if (!this.takeSymbol(expected)) {
      throw this.unexpected();
    }
  }

  private takeName(expected: string): boolean {
    const found = this.isName(expected);
    this.index += found ? 1 : 0;
    return found;
  }

  private takeSymbol(expected: string): boolean {
    const found = this.isSymbol(expected);
    this.index += found ? 1 : 0;
    return found;
  }

  private isName(expected: string): boolean {
    const token = this.tokens[this.index];
    return token?.kind === "name" && token.text === expected;
  }

  private isSymbol(expected: string, ahead = 0): boolean {
    const token = this.tokens[this.index + ahead];
    return token?.kind === "symbol" && token.text === expected;
  }

  private unexpected(): KustoError {
    const token = this.tokens[this.index];
    const text = token === undefined ? "the end" : token.kind === "value" ? String(token.value) : token.text;
    return new KustoError(`'${text}' is not expected at character ${token?.at ?? "the last"}`);
  }
}
