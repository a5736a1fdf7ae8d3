import type { SyntaxNode } from "../syntax/syntax-node";
import type { CsType, MethodMember } from "../values/cs-type";
import type { CsValue } from "../values/cs-value";
import type { Frame, LocalScope, Variable } from "./frame";
import type { Writable } from "./source";

/** A compiled expression. */
export interface Evaluate extends Writable {
  (frame: Frame): CsValue;
}

/** What a piece of expression syntax turned out to be. */
export type Operand = Value | Lambda | MethodGroup | TypeName | Namespace | DefaultLiteral;

/** An expression that has a type and a value. */
export interface Value {
  readonly kind: "value";
  readonly node: SyntaxNode;
  readonly type: CsType;
  readonly evaluate: Evaluate;
  /** Known at load. */
  readonly constant?: { readonly value: CsValue };
  /** Present where the expression can be assigned to. */
  readonly location?: Location;
  /** May stand as a statement: a call, an assignment, `++`, `new`. */
  readonly isStatement?: boolean;
  /** Ends in a part of `a?.b.c` that is skipped, value {@link SKIPPED}, when `a` is null. */
  readonly isChain?: boolean;
}

/** Something that can be assigned to. Its subexpressions are evaluated once, by `locate`. */
export interface Location {
  locate(frame: Frame): Reference;
  /** Of a variable, which has no subexpressions. @default - only closures assign to it */
  readonly variable?: Variable;
}

export interface Reference {
  get(): CsValue;
  set(value: CsValue): void;
}

/** `x => ...`: has no type before it is converted to a delegate. */
export interface Lambda {
  readonly kind: "lambda";
  readonly node: SyntaxNode;
  readonly parameters: readonly { readonly name: string; readonly type?: CsType }[];
  readonly body: SyntaxNode;
  /** Where the lambda stands. */
  readonly scope: LocalScope;
}

/** A method named without being called: by its caller, or as an argument. */
export interface MethodGroup {
  readonly kind: "method-group";
  readonly node: SyntaxNode;
  readonly name: string;
  readonly nameNode: SyntaxNode;
  readonly receiver: Value | TypeName;
  /** Nearest type first; a later group is looked at only if none of an earlier one fits. */
  readonly groups: readonly (readonly MethodCandidate[])[];
  /** As written: `As<JObject>`. */
  readonly typeArguments: readonly CsType[];
}

/** A method, with the type in which it was found. */
export interface MethodCandidate {
  readonly member: MethodMember;
  readonly declaringType: CsType;
}

export interface TypeName {
  readonly kind: "type";
  readonly node: SyntaxNode;
  readonly type: CsType;
}

export interface Namespace {
  readonly kind: "namespace";
  readonly node: SyntaxNode;
  readonly name: string;
}

/** `default` without a type. */
export interface DefaultLiteral {
  readonly kind: "default";
  readonly node: SyntaxNode;
}

/** An argument of a call. */
export interface Argument {
  readonly operand: Value | Lambda | MethodGroup | DefaultLiteral | OutArgument;
  readonly name?: string;
  readonly node: SyntaxNode;
}

/** `out x`, `out var x`, `out int x`. */
export interface OutArgument {
  readonly kind: "out";
  readonly node: SyntaxNode;
  /** Unknown for `out var` until an overload is chosen. */
  readonly type?: CsType;
  /** Makes the variable, if the argument declares one, and gives what stores into it. */
  store(type: CsType): (frame: Frame, value: CsValue) => void;
}

/** Stands for the rest of a chain after `?.` on null. */
export const SKIPPED: object = Object.freeze({ skipped: true });
