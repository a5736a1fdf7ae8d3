/** The syntax tree of a Terraform expression (HCL native syntax, as it stands in `${...}`). */
export type HclExpression =
  | { readonly kind: "literal"; readonly value: null | boolean | number | string }
  | { readonly kind: "template"; readonly parts: readonly HclExpression[] }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "attribute"; readonly target: HclExpression; readonly name: string }
  | { readonly kind: "index"; readonly target: HclExpression; readonly key: HclExpression }
  | { readonly kind: "splat"; readonly target: HclExpression; readonly steps: readonly HclSplatStep[] }
  | {
      readonly kind: "call";
      readonly name: string;
      readonly args: readonly HclExpression[];
      /** Whether the last argument is a list of further arguments (`...`). */
      readonly expandLast: boolean;
    }
  | { readonly kind: "unary"; readonly operator: "-" | "!"; readonly operand: HclExpression }
  | {
      readonly kind: "binary";
      readonly operator: HclBinaryOperator;
      readonly left: HclExpression;
      readonly right: HclExpression;
    }
  | {
      readonly kind: "conditional";
      readonly condition: HclExpression;
      readonly whenTrue: HclExpression;
      readonly whenFalse: HclExpression;
    }
  | { readonly kind: "tuple"; readonly items: readonly HclExpression[] }
  | { readonly kind: "object"; readonly entries: readonly (readonly [HclExpression, HclExpression])[] }
  | HclForExpression;

/** What a splat applies to each element: an attribute or an index. */
export type HclSplatStep = { readonly attribute: string } | { readonly key: HclExpression };

export type HclBinaryOperator =
  "||" | "&&" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "+" | "-" | "*" | "/" | "%";

export interface HclForExpression {
  readonly kind: "for";
  readonly keyName?: string;
  readonly valueName: string;
  readonly collection: HclExpression;
  /** Key of each entry for `{for ...}`; none for `[for ...]`. */
  readonly key?: HclExpression;
  readonly value: HclExpression;
  readonly condition?: HclExpression;
  /** Whether entries of one key are collected in a list (`...`). */
  readonly grouped: boolean;
}
