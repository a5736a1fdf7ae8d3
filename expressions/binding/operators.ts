import type { SyntaxNode } from "../syntax/syntax-node";
import { isSubtype } from "../types/subtyping";
import {
  type CsType,
  NamedType,
  NullableType,
  type OperatorMember,
  SpecialType,
  underlyingType,
  UNNAMED,
} from "../values/cs-type";
import type { CsValue } from "../values/cs-value";
import { CsEnum } from "../values/enum";
import { ThrownException } from "../values/exception";
import { consume, consumeLength } from "../values/execution";
import {
  arithmetic,
  type ArithmeticKind,
  type ArithmeticOperator,
  bitwise,
  type BitwiseOperator,
  compareNumbers,
  complement,
  isIntegral,
  negate,
} from "../values/numeric";
import { toText } from "../values/text";
import { type Binder, errorValue } from "./binder";
import { compileCall } from "./call";
import { constant, numericType } from "./literals";
import type { Argument, Evaluate, Value } from "./operand";
import { type Candidate, resolveOverload } from "./overload-resolution";
import { written } from "./source";

type Operation = (left: CsValue, right: CsValue) => CsValue;

const ARITHMETIC: ReadonlySet<string> = new Set(["+", "-", "*", "/", "%"]);
const BITWISE: ReadonlySet<string> = new Set(["&", "|", "^"]);
const SHIFTS: ReadonlySet<string> = new Set(["<<", ">>"]);
const EQUALITY: ReadonlySet<string> = new Set(["==", "!="]);
const RELATIONAL: ReadonlySet<string> = new Set(["<", ">", "<=", ">="]);
const PROMOTION: readonly ArithmeticKind[] = ["int", "uint", "long", "ulong", "float", "double", "decimal"];

/** A binary operator other than `&&`, `||`, `??`. */
export function binaryOperation(
  binder: Binder,
  node: SyntaxNode,
  operator: string,
  left: Value,
  right: Value,
): Value {
  if (left.type === SpecialType.error || right.type === SpecialType.error) {
    return errorValue(node, SpecialType.error);
  }
  if (left.type === SpecialType.void || right.type === SpecialType.void) {
    binder.report(node, `operator '${operator}' cannot be applied to void`);
    return errorValue(node, SpecialType.error);
  }
  const result =
    userDefined(binder, node, operator, [left, right]) ??
    concatenation(binder, node, operator, left, right) ??
    logical(binder, node, operator, left, right) ??
    numeric(binder, node, operator, left, right) ??
    enumeration(binder, node, operator, left, right) ??
    equality(binder, node, operator, left, right);
  if (result !== undefined) {
    return result;
  }
  binder.report(
    node,
    `operator '${operator}' cannot be applied to operands of type '${left.type.display}' and '${right.type.display}'`,
  );
  return errorValue(node, SpecialType.error);
}

/** A value computed at load; what would throw is refused. */
function fold(binder: Binder, node: SyntaxNode, type: CsType, compute: () => CsValue): Value {
  try {
    return constant(node, type, compute());
  } catch (error) {
    if (!(error instanceof ThrownException)) {
      throw error;
    }
    binder.report(node, `the constant expression fails at compile time: ${error.message}`);
    return errorValue(node, SpecialType.error);
  }
}

/** Builds the value, at load if both sides are known. */
function combine(
  binder: Binder,
  node: SyntaxNode,
  type: CsType,
  left: { readonly evaluate: Evaluate; readonly constant?: Value["constant"] },
  right: { readonly evaluate: Evaluate; readonly constant?: Value["constant"] },
  operation: Operation,
): Value {
  if (left.constant !== undefined && right.constant !== undefined) {
    const [a, b] = [left.constant.value, right.constant.value];
    return fold(binder, node, type, () => operation(a, b));
  }
  const [first, second] = [left.evaluate, right.evaluate];
  const evaluate: Evaluate = written(
    (frame) => operation(first(frame), second(frame)),
    (writer) => `${writer.constant(operation)}(${writer.value(first)}, ${writer.value(second)})`,
  );
  return { kind: "value", node, type, evaluate };
}

/** Both sides in one type, null kept as it is when lifted. */
function side(binder: Binder, value: Value, type: CsType): Pick<Value, "evaluate" | "constant"> {
  const evaluate = binder.convert(value, type) ?? value.evaluate;
  return value.constant === undefined ? { evaluate } : { evaluate, constant: { value: evaluate(NO_FRAME) } };
}

// Constants read no variables.
const NO_FRAME = undefined as never;

function userDefined(
  binder: Binder,
  node: SyntaxNode,
  operator: string,
  operands: readonly Value[],
): Value | undefined {
  const members = new Set<OperatorMember>();
  for (const { type } of operands) {
    operatorsOf(underlyingType(type), operator, operands.length).forEach((member) => members.add(member));
  }
  if (members.size === 0) {
    return undefined;
  }
  const candidates = [...members].map((member): Candidate<OperatorMember> => ({
    member,
    parameters: member.parameters,
    typeParameters: [],
    substitution: new Map(),
  }));
  const args = operands.map((operand): Argument => ({ operand, node: operand.node }));
  const plain = resolveOverload(binder, candidates, args, []);
  if (plain.kind === "found") {
    const { member } = plain.resolution;
    const evaluate = compileCall(
      binder,
      plain.resolution,
      member.implementation,
      underlyingType(operands[0]?.type ?? SpecialType.error),
    );
    return { kind: "value", node, type: member.returnType, evaluate };
  }
  return liftedOperator(binder, node, operator, [...members], operands);
}

/** `DateTime? < DateTime?` and the like: null in, null out; comparisons with null are false. */
function liftedOperator(
  binder: Binder,
  node: SyntaxNode,
  operator: string,
  members: readonly OperatorMember[],
  operands: readonly Value[],
): Value | undefined {
  for (const member of members) {
    if (!member.parameters.every(({ type }) => type.isValueType)) {
      continue;
    }
    const evaluators = operands.map((operand, index) => {
      const parameter = member.parameters[index];
      return parameter === undefined ? undefined : binder.convert(operand, NullableType.of(parameter.type));
    });
    const [left, right] = evaluators;
    if (left === undefined || (operands.length > 1 && right === undefined)) {
      continue;
    }
    const isComparison = EQUALITY.has(operator) || RELATIONAL.has(operator);
    const lifted = (values: readonly CsValue[]): CsValue => {
      if (values.includes(null)) {
        const same = values.every((value) => value === null);
        return EQUALITY.has(operator) ? same === (operator === "==") : isComparison ? false : null;
      }
      return member.implementation(...values);
    };
    return {
      kind: "value",
      node,
      type: isComparison ? member.returnType : NullableType.of(member.returnType),
      evaluate: written(
        (frame) => lifted(evaluators.map((evaluate) => evaluate?.(frame) ?? null)),
        (writer) => {
          const values = evaluators.map((evaluate) =>
            evaluate === undefined ? "null" : writer.value(evaluate),
          );
          return `${writer.constant(lifted)}([${values.join(", ")}])`;
        },
      ),
    };
  }
  return undefined;
}

/** By type, and then by sign and number of operands. */
const OPERATORS = new WeakMap<NamedType, Map<string, readonly OperatorMember[]>>();

function operatorsOf(type: CsType, operator: string, arity: number): readonly OperatorMember[] {
  if (!(type instanceof NamedType)) {
    return [];
  }
  const ofType = OPERATORS.get(type) ?? new Map<string, readonly OperatorMember[]>();
  OPERATORS.set(type, ofType);
  const key = `${operator} ${arity}`;
  const members = ofType.get(key) ?? findOperators(type, operator, arity);
  ofType.set(key, members);
  return members;
}

function findOperators(type: NamedType, operator: string, arity: number): readonly OperatorMember[] {
  const own = type.definition
    .membersNamed(UNNAMED.operators)
    .filter((member) => member.kind === "operator")
    .filter((member) => member.operator === operator && member.parameters.length === arity);
  return own.length > 0
    ? own
    : type.supertypes.flatMap((supertype) => operatorsOf(supertype, operator, arity));
}

function concatenation(
  binder: Binder,
  node: SyntaxNode,
  operator: string,
  left: Value,
  right: Value,
): Value | undefined {
  const { string } = binder.types;
  if (operator !== "+" || (left.type !== string && right.type !== string)) {
    return undefined;
  }
  const operation: Operation = (a, b) => {
    const text = toText(a) + toText(b);
    if (text.length > 65536) {
      consumeLength(text.length);
    }
    return text;
  };
  const isConstant = [left, right].every(({ type }) => type === string || type === SpecialType.null);
  return combine(
    binder,
    node,
    string,
    isConstant ? left : { evaluate: left.evaluate },
    isConstant ? right : { evaluate: right.evaluate },
    operation,
  );
}

function logical(
  binder: Binder,
  node: SyntaxNode,
  operator: string,
  left: Value,
  right: Value,
): Value | undefined {
  const { bool } = binder.types;
  const isBool = [left, right].every(
    ({ type }) => underlyingType(type) === bool || type === SpecialType.null,
  );
  if (!isBool || !(BITWISE.has(operator) || EQUALITY.has(operator))) {
    return undefined;
  }
  if (left.type === SpecialType.null && right.type === SpecialType.null) {
    return undefined;
  }
  if (EQUALITY.has(operator)) {
    return combine(
      binder,
      node,
      bool,
      left,
      right,
      operator === "==" ? (a, b) => a === b : (a, b) => a !== b,
    );
  }
  const isLifted = left.type !== bool || right.type !== bool;
  const operation: Operation = (a, b) => {
    switch (operator) {
      case "&":
        return a === false || b === false ? false : a === null || b === null ? null : true;
      case "|":
        return a === true || b === true ? true : a === null || b === null ? null : false;
      default:
        return a === null || b === null ? null : a !== b;
    }
  };
  return combine(binder, node, isLifted ? NullableType.of(bool) : bool, left, right, operation);
}

function isNumberOrNull({ type }: Value): boolean {
  return underlyingType(type).numericKind !== undefined || type === SpecialType.null;
}

/** The first type in which C# computes and to which both sides convert. */
function promoted(
  binder: Binder,
  left: Value,
  right: Value,
  integralOnly: boolean,
): ArithmeticKind | undefined {
  const lifted = isLiftedPair(left, right);
  return PROMOTION.filter((kind) => !integralOnly || isIntegral(kind)).find((kind) => {
    const type = lifted ? NullableType.of(numericType(kind)) : numericType(kind);
    return binder.convert(left, type) !== undefined && binder.convert(right, type) !== undefined;
  });
}

function isLiftedPair(left: Value, right: Value): boolean {
  return [left, right].some(({ type }) => type.kind === "nullable" || type === SpecialType.null);
}

function numeric(
  binder: Binder,
  node: SyntaxNode,
  operator: string,
  left: Value,
  right: Value,
): Value | undefined {
  if (!isNumberOrNull(left) || !isNumberOrNull(right)) {
    return undefined;
  }
  if (left.type === SpecialType.null && right.type === SpecialType.null) {
    return undefined;
  }
  if (SHIFTS.has(operator)) {
    return shift(binder, node, operator as BitwiseOperator, left, right);
  }
  const integralOnly = BITWISE.has(operator);
  const kind = promoted(binder, left, right, integralOnly);
  const mixesUlong = (one: Value, other: Value): boolean =>
    underlyingType(one.type).numericKind === "ulong" &&
    ["sbyte", "short", "int", "long"].includes(underlyingType(other.type).numericKind ?? "");
  if (kind === undefined || (kind === "float" && (mixesUlong(left, right) || mixesUlong(right, left)))) {
    return undefined;
  }
  const lifted = isLiftedPair(left, right);
  const plain = numericType(kind);
  const operandType = lifted ? NullableType.of(plain) : plain;
  const [a, b] = [side(binder, left, operandType), side(binder, right, operandType)];
  const isFolded = a.constant !== undefined && b.constant !== undefined;
  if (EQUALITY.has(operator) || RELATIONAL.has(operator)) {
    return combine(binder, node, binder.types.bool, a, b, comparison(operator, lifted));
  }
  // Constants are computed in checked mode unless the source says `unchecked`.
  const operation = ARITHMETIC.has(operator)
    ? arithmetic(operator as ArithmeticOperator, kind, binder.isChecked || (isFolded && !binder.isUnchecked))
    : bitwise(operator as BitwiseOperator, kind as "int");
  return combine(binder, node, operandType, a, b, lifted ? liftOperation(operation) : operation);
}

function liftOperation(operation: Operation): Operation {
  return (a, b) => (a === null || b === null ? null : operation(a, b));
}

function comparison(operator: string, lifted: boolean): Operation {
  const compare = (a: CsValue, b: CsValue): number | undefined => {
    if (typeof a === "number" && typeof b === "number") {
      return a - b;
    }
    if (lifted && (a === null || b === null)) {
      return a === b && EQUALITY.has(operator) ? 0 : undefined;
    }
    return compareNumbers(a, b);
  };
  switch (operator) {
    case "==":
      return (a, b) => compare(a, b) === 0;
    case "!=":
      return (a, b) => compare(a, b) !== 0;
    case "<":
      return (a, b) => (compare(a, b) ?? 1) < 0;
    case ">":
      return (a, b) => (compare(a, b) ?? -1) > 0;
    case "<=":
      return (a, b) => (compare(a, b) ?? 1) <= 0;
    default:
      return (a, b) => (compare(a, b) ?? -1) >= 0;
  }
}

function shift(
  binder: Binder,
  node: SyntaxNode,
  operator: BitwiseOperator,
  left: Value,
  right: Value,
): Value | undefined {
  const kinds = ["int", "uint", "long", "ulong"] as const;
  const lifted = isLiftedPair(left, right);
  const wrapped = (type: CsType): CsType => (lifted ? NullableType.of(type) : type);
  const kind = kinds.find((candidate) => binder.convert(left, wrapped(numericType(candidate))) !== undefined);
  if (kind === undefined || binder.convert(right, wrapped(binder.types.int)) === undefined) {
    return undefined;
  }
  const type = wrapped(numericType(kind));
  const operation = bitwise(operator, kind);
  return combine(
    binder,
    node,
    type,
    side(binder, left, type),
    side(binder, right, wrapped(binder.types.int)),
    lifted ? liftOperation(operation) : operation,
  );
}

function isEnum(type: CsType): type is NamedType {
  return type instanceof NamedType && type.definition.kind === "enum";
}

function enumeration(
  binder: Binder,
  node: SyntaxNode,
  operator: string,
  left: Value,
  right: Value,
): Value | undefined {
  const type = [left.type, right.type].map(underlyingType).find(isEnum);
  if (type === undefined) {
    return undefined;
  }
  const lifted = isLiftedPair(left, right);
  const operandType = lifted ? NullableType.of(type) : type;
  if (binder.convert(left, operandType) === undefined || binder.convert(right, operandType) === undefined) {
    return undefined;
  }
  const [a, b] = [side(binder, left, operandType), side(binder, right, operandType)];
  const number = (value: CsValue): CsValue => (value instanceof CsEnum ? value.value : value);
  if (EQUALITY.has(operator) || RELATIONAL.has(operator)) {
    const compare = comparison(operator, lifted);
    return combine(binder, node, binder.types.bool, a, b, (x, y) => compare(number(x), number(y)));
  }
  if (!BITWISE.has(operator)) {
    return undefined;
  }
  const compute = bitwise(operator as BitwiseOperator, "int");
  const operation: Operation = (x, y) => CsEnum.of(type, compute(number(x), number(y)) as number);
  return combine(binder, node, operandType, a, b, lifted ? liftOperation(operation) : operation);
}

/** `==` and `!=` on strings and references. */
function equality(
  binder: Binder,
  node: SyntaxNode,
  operator: string,
  left: Value,
  right: Value,
): Value | undefined {
  if (!EQUALITY.has(operator)) {
    return undefined;
  }
  const { bool, string, object } = binder.types;
  const expected = operator === "==";
  const isNull = ({ type }: Value): boolean => type === SpecialType.null;
  if (isNull(left) || isNull(right)) {
    const other = isNull(left) ? right : left;
    const canBeNull = isNull(other) || other.type.kind === "nullable" || !other.type.isValueType;
    return canBeNull ? combine(binder, node, bool, left, right, (a, b) => (a === b) === expected) : undefined;
  }
  if (left.type === string && right.type === string) {
    return combine(binder, node, bool, left, right, expected ? sameText : (a, b) => !sameText(a, b));
  }
  if (left.type.isValueType || right.type.isValueType) {
    return undefined;
  }
  if (!isSubtype(left.type, right.type) && !isSubtype(right.type, left.type)) {
    return undefined;
  }
  if ([left.type, right.type].includes(object)) {
    binder.report(
      node,
      `'${operator}' on 'object' compares references, whose outcome depends on how the values were made: cast both sides to their type`,
    );
    return errorValue(node, SpecialType.error);
  }
  return combine(binder, node, bool, left, right, (a, b) => (a === b) === expected);
}

function sameText(a: CsValue, b: CsValue): boolean {
  if (typeof a === "string" && typeof b === "string" && a.length >= 1024 && a.length === b.length) {
    consume(Math.floor(a.length / 1024));
  }
  return a === b;
}

/** `-x`, `+x`, `!x`, `~x`. */
export function unaryOperation(binder: Binder, node: SyntaxNode, operator: string, operand: Value): Value {
  if (operand.type === SpecialType.error) {
    return errorValue(node, SpecialType.error);
  }
  const result =
    userDefined(binder, node, operator, [operand]) ?? predefinedUnary(binder, node, operator, operand);
  if (result !== undefined) {
    return result;
  }
  binder.report(
    node,
    `operator '${operator}' cannot be applied to an operand of type '${operand.type.display}'`,
  );
  return errorValue(node, SpecialType.error);
}

function predefinedUnary(
  binder: Binder,
  node: SyntaxNode,
  operator: string,
  operand: Value,
): Value | undefined {
  const lifted = operand.type.kind === "nullable";
  const build = (type: CsType, compute: (value: CsValue) => CsValue): Value => {
    const { evaluate, constant: known } = side(binder, operand, type);
    if (known !== undefined) {
      return fold(binder, node, type, () => compute(known.value));
    }
    return {
      kind: "value",
      node,
      type,
      evaluate: written(
        (frame) => {
          const value = evaluate(frame);
          return value === null ? null : compute(value);
        },
        (writer) => {
          const value = writer.temporary();
          return `((${value} = ${writer.value(evaluate)}) === null ? null : ${writer.constant(compute)}(${value}))`;
        },
      ),
    };
  };
  const wrapped = (type: CsType): CsType => (lifted ? NullableType.of(type) : type);
  if (operator === "!") {
    return underlyingType(operand.type) === binder.types.bool
      ? build(operand.type, (value) => value !== true)
      : undefined;
  }
  if (operator === "~") {
    const underlying = underlyingType(operand.type);
    if (isEnum(underlying)) {
      return build(operand.type, (value) => CsEnum.of(underlying, ~(value as CsEnum).value));
    }
    const kind = (["int", "uint", "long", "ulong"] as const).find(
      (candidate) => binder.convert(operand, wrapped(numericType(candidate))) !== undefined,
    );
    return kind === undefined || underlying.numericKind === undefined
      ? undefined
      : build(wrapped(numericType(kind)), complement(kind));
  }
  if (underlyingType(operand.type).numericKind === undefined || (operator !== "-" && operator !== "+")) {
    return undefined;
  }
  const kinds = operator === "-" ? (["int", "long", "float", "double", "decimal"] as const) : PROMOTION;
  const kind = kinds.find(
    (candidate) => binder.convert(operand, wrapped(numericType(candidate))) !== undefined,
  );
  if (kind === undefined || (operator === "-" && underlyingType(operand.type).numericKind === "ulong")) {
    return undefined;
  }
  const type = wrapped(numericType(kind));
  return operator === "+"
    ? build(type, (value) => value)
    : build(
        type,
        negate(kind as "int", binder.isChecked || (operand.constant !== undefined && !binder.isUnchecked)),
      );
}
