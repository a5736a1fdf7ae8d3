/** A literal; a span of time is its milliseconds. */
export type KustoLiteral = string | number | boolean | Date | null;

/** An expression of one value. */
export type KustoExpression =
  | { readonly kind: "literal"; readonly value: KustoLiteral }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "member"; readonly of: KustoExpression; readonly name: string }
  | { readonly kind: "index"; readonly of: KustoExpression; readonly index: KustoExpression }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly KustoExpression[] }
  | { readonly kind: "negative"; readonly of: KustoExpression }
  | {
      readonly kind: "binary";
      readonly operator: string;
      readonly left: KustoExpression;
      readonly right: KustoExpression;
    }
  | {
      readonly kind: "in";
      readonly operator: string;
      readonly of: KustoExpression;
      readonly items: readonly KustoExpression[];
    }
  | { readonly kind: "scalar"; readonly query: KustoQuery };

/** A column with the name that it gets; without one, Kusto makes it. */
export interface KustoColumn {
  readonly name?: string;
  readonly value: KustoExpression;
}

/** What a query starts from. */
export type KustoSource =
  | { readonly kind: "table"; readonly name: string }
  | { readonly kind: "function"; readonly name: string; readonly args: readonly KustoExpression[] }
  | {
      readonly kind: "datatable";
      readonly columns: readonly string[];
      readonly values: readonly KustoExpression[];
    }
  | { readonly kind: "union"; readonly queries: readonly KustoQuery[] }
  | { readonly kind: "print"; readonly columns: readonly KustoColumn[] }
  | { readonly kind: "query"; readonly query: KustoQuery };

/** What happens to rows. */
export type KustoOperator =
  | { readonly kind: "where"; readonly condition: KustoExpression }
  | { readonly kind: "project" | "extend" | "distinct"; readonly columns: readonly KustoColumn[] }
  | {
      readonly kind: "summarize";
      readonly columns: readonly KustoColumn[];
      readonly by: readonly KustoColumn[];
    }
  | {
      readonly kind: "join";
      readonly flavour: string;
      readonly right: KustoQuery;
      readonly on: readonly { readonly left: string; readonly right: string }[];
    }
  | {
      readonly kind: "order";
      readonly by: readonly { readonly value: KustoExpression; readonly descending: boolean }[];
    }
  | { readonly kind: "take"; readonly count: KustoExpression }
  | { readonly kind: "count" }
  | { readonly kind: "union"; readonly queries: readonly KustoQuery[] };

/** Rows, and what happens to them. */
export interface KustoQuery {
  readonly source: KustoSource;
  readonly operators: readonly KustoOperator[];
}

/** Names for values and tables, and the query that uses them. */
export interface KustoScript {
  readonly lets: readonly {
    readonly name: string;
    readonly value?: KustoExpression;
    readonly query?: KustoQuery;
  }[];
  readonly query: KustoQuery;
}
