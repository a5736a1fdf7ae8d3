import type { SyntaxNode } from "../syntax/syntax-node";
import type { CsType, NamedType, PropertyMember } from "../values/cs-type";
import type { Count } from "./branches";
import type { FunctionScope, LocalScope, Variable } from "./frame";
import type { Argument, Evaluate, Lambda, MethodGroup, Operand, Value } from "./operand";
import type { Statement } from "./statement";

/** The predefined types, at hand. */
export interface PredefinedTypes {
  readonly object: NamedType;
  readonly string: NamedType;
  readonly bool: NamedType;
  readonly int: NamedType;
  readonly char: NamedType;
  readonly exception: NamedType;
}

/** A lambda whose parameter types are known. */
export interface BoundLambda {
  /** Type of the body, or what its `return` statements have in common; `void` without a value. */
  readonly returnType: CsType;
  /** What the lambda may return. */
  readonly returns: readonly Value[];
  /** The body is an expression that may also stand as a statement, or a block without values. */
  readonly mayDiscard: boolean;
  /**
   * Gives the delegate.
   *
   * @param conversions - for each of `returns`, the same value in the delegate's return type.
   */
  delegate(conversions: readonly Evaluate[]): Evaluate;
}

/** A reason to refuse an expression, at a place in it. */
export interface Problem {
  readonly node: SyntaxNode;
  readonly message: string;
}

/**
 * One expression being compiled: the state that all parts of the compiler share, and the way from one part to
 * another.
 */
export interface Binder {
  readonly types: PredefinedTypes;
  readonly scope: LocalScope;
  /** Inside `checked(...)`. */
  readonly isChecked: boolean;
  /** Inside `unchecked(...)`: constants may overflow as well. */
  readonly isUnchecked: boolean;
  /** Notes a reason to refuse the expression. */
  report(node: SyntaxNode, message: string): void;
  /** Runs `work` and holds back what it reports. */
  attempt<T>(work: () => T): { readonly result: T; readonly problems: readonly Problem[] };
  /** Reports what an attempt held back. */
  reportAll(problems: readonly Problem[]): void;
  within<T>(scope: LocalScope, work: () => T): T;
  overflow<T>(mode: "checked" | "unchecked", work: () => T): T;
  /** Notes a branch. @returns to be called whenever it is taken; none if nobody counts */
  branch(node: SyntaxNode, branch: string): Count | undefined;
  /** Notes that the expression uses a property. */
  use(property: PropertyMember): void;
  /** Compiles any expression. */
  operand(node: SyntaxNode): Operand;
  /** Compiles an expression that must have a value. */
  value(node: SyntaxNode): Value;
  /** The operand, if it has a value; reports if not. */
  asValue(operand: Operand): Value;
  /** As {@link value}, but a `?.` inside goes on skipping through the caller. */
  chain(node: SyntaxNode): Operand;
  type(node: SyntaxNode): CsType;
  /** The type, if the syntax names one; nothing is reported. */
  tryType(node: SyntaxNode): CsType | undefined;
  isNamespace(name: string): boolean;
  statement(node: SyntaxNode): Statement;
  /** The operand as a `type`, by an implicit conversion, if there is one. Nothing is reported. */
  convert(operand: Argument["operand"], type: CsType): Evaluate | undefined;
  /** As {@link convert}; reports if there is no conversion. */
  converted(operand: Operand, type: CsType): Value;
  /** Compiles a lambda for these parameter types; nothing if its body is wrong for them. */
  lambda(lambda: Lambda, parameterTypes: readonly CsType[]): BoundLambda | undefined;
  /** What was wrong with a lambda's body, whichever parameter types it was tried with. */
  lambdaProblems(lambda: Lambda): readonly Problem[];
  /** What a method group returns when it is called with values of these types. */
  returnTypeOf(group: MethodGroup, parameterTypes: readonly CsType[]): CsType | undefined;
  /** Makes a variable in the innermost scope; a second one of that name is reported. */
  declare(node: SyntaxNode, name: string, type: CsType, options?: VariableOptions): Variable;
  readonly functionScope: FunctionScope;
  /** Notes a `return` of the function being compiled, and gives how it is evaluated there. */
  addReturn(value: Value): { readonly evaluate: Evaluate };
  /** Something of that type, to ask what it converts to. */
  placeholder(node: SyntaxNode, type: CsType): Value;
}

export interface VariableOptions {
  readonly constant?: Variable["constant"];
  readonly isReadOnly?: boolean;
}

/** A value whose error has been reported. */
export function errorValue(node: SyntaxNode, type: CsType): Value {
  return {
    kind: "value",
    node,
    type,
    evaluate: () => {
      throw new Error(`"${node.text}" was refused at load.`);
    },
  };
}
