import type { SyntaxNode } from "../syntax/syntax-node";
import { canDowncast, explicitConversion, implicitConversion } from "../types/conversion";
import { defaultOf } from "../types/default-value";
import { isInstance } from "../types/runtime-type";
import { type CsType, type NamedType, NullableType, SpecialType, underlyingType } from "../values/cs-type";
import type { CsValue } from "../values/cs-value";
import { type CsException, nullReference, ThrownException } from "../values/exception";
import { assignment, increment } from "./assignments";
import { type Binder, errorValue } from "./binder";
import { bestCommonType } from "./common-type";
import { either, nullCoalescing, shortCircuit } from "./conditional-operators";
import { converting } from "./converting";
import { counted } from "./counted";
import { anonymousObject, arrayCreation, implicitArray, objectCreation } from "./creation";
import { invocation } from "./invocation";
import { lambdaExpression } from "./lambdas";
import { constant, integerLiteral, interpolatedString, realLiteral, textLiteral } from "./literals";
import { conditionalReceiver, elementAccess, memberAccess, simpleName } from "./members";
import type { Operand, Value } from "./operand";
import { binaryOperation, unaryOperation } from "./operators";
import { bindPattern } from "./patterns";
import { written } from "./source";

type ExpressionForm = (binder: Binder, node: SyntaxNode) => Operand;

function refused(binder: Binder, node: SyntaxNode, message: string): Value {
  binder.report(node, message);
  return errorValue(node, SpecialType.error);
}

function field(node: SyntaxNode, name: string): SyntaxNode {
  return node.fields[name] ?? nothing(node);
}

/** The only operand of a node. */
function operandOf(node: SyntaxNode): SyntaxNode {
  return node.children[0] ?? nothing(node);
}

/** Stands for a part that a node should have; no form compiles it, so it is refused. */
function nothing(node: SyntaxNode): SyntaxNode {
  return { ...node, type: node.text, children: [], fields: {} };
}

function literal(bind: (binder: Binder, node: SyntaxNode) => Value | undefined): ExpressionForm {
  return (binder, node) => bind(binder, node) ?? errorValue(node, SpecialType.error);
}

const typeOnly: ExpressionForm = (binder, node) => ({ kind: "type", node, type: binder.type(node) });

/** How each kind of expression is compiled. What is not here is refused. */
const FORMS: Readonly<Record<string, ExpressionForm>> = {
  parenthesized_expression: (binder, node) => binder.operand(operandOf(node)),
  identifier: simpleName,
  predefined_type: typeOnly,
  generic_name: typeOnly,
  qualified_name: (binder, node) =>
    memberAccess(binder, node, binder.chain(field(node, "qualifier")), field(node, "name")),
  integer_literal: literal((binder, node) => integerLiteral(binder, node)),
  real_literal: literal(realLiteral),
  string_literal: literal(textLiteral),
  verbatim_string_literal: literal(textLiteral),
  character_literal: literal(textLiteral),
  boolean_literal: (binder, node) => constant(node, binder.types.bool, node.text === "true"),
  null_literal: (_, node) => constant(node, SpecialType.null, null),
  interpolated_string_expression: interpolatedString,
  member_access_expression: (binder, node) =>
    memberAccess(binder, node, binder.chain(field(node, "expression")), field(node, "name")),
  conditional_access_expression: (binder, node) => conditionalAccess(binder, node),
  element_access_expression: (binder, node) =>
    elementAccess(binder, node, binder.chain(field(node, "expression")), field(node, "subscript").children),
  invocation_expression: invocationExpression,
  binary_expression: binaryExpression,
  prefix_unary_expression: prefixUnary,
  postfix_unary_expression: postfixUnary,
  assignment_expression: assignment,
  conditional_expression: conditionalExpression,
  cast_expression: castExpression,
  as_expression: asExpression,
  is_expression: (binder, node) => isPattern(binder, node, field(node, "left"), field(node, "right")),
  is_pattern_expression: (binder, node) =>
    isPattern(binder, node, field(node, "expression"), field(node, "pattern")),
  object_creation_expression: objectCreation,
  array_creation_expression: arrayCreation,
  implicit_array_creation_expression: implicitArray,
  anonymous_object_creation_expression: anonymousObject,
  lambda_expression: lambdaExpression,
  default_expression: defaultExpression,
  checked_expression: (binder, node) =>
    binder.overflow(node.tokens.includes("unchecked") ? "unchecked" : "checked", () =>
      binder.operand(operandOf(node)),
    ),
  throw_expression: throwExpression,
};

/** Compiles an expression; a chain in it is left open. */
export function bindExpression(binder: Binder, node: SyntaxNode): Operand {
  const form = FORMS[node.type];
  if (form === undefined) {
    return refused(binder, node, `${node.type.replace(/_/g, " ")} is not supported`);
  }
  return form(binder, node);
}

function conditionalAccess(binder: Binder, node: SyntaxNode, isCalled = false): Operand {
  const condition = field(node, "condition");
  const binding = node.children.at(-1) ?? node;
  const receiver = conditionalReceiver(binder, condition, binder.chain(condition));
  if (receiver.type === SpecialType.error) {
    return receiver;
  }
  switch (binding.type) {
    case "member_binding_expression":
      return memberAccess(binder, node, receiver, field(binding, "name"), isCalled);
    case "element_binding_expression":
      return elementAccess(binder, node, receiver, binding.children);
    default:
      return refused(binder, binding, `${binding.type.replace(/_/g, " ")} is not supported after '?'`);
  }
}

function invocationExpression(binder: Binder, node: SyntaxNode): Operand {
  const target = field(node, "function");
  const list = field(node, "arguments").children;
  if (target.type === "identifier" && target.text === "nameof" && binder.scope.find("nameof") === undefined) {
    return nameOf(binder, node, list);
  }
  if (target.type === "identifier" && binder.scope.find(target.text) === undefined) {
    return refused(
      binder,
      target,
      `there is no method '${target.text}': expressions call methods of values and types`,
    );
  }
  return invocation(binder, node, calledMethod(binder, target), list);
}

function calledMethod(binder: Binder, node: SyntaxNode): Operand {
  if (node.type === "member_access_expression") {
    return memberAccess(binder, node, binder.chain(field(node, "expression")), field(node, "name"), true);
  }
  return node.type === "conditional_access_expression"
    ? conditionalAccess(binder, node, true)
    : binder.chain(node);
}

function nameOf(binder: Binder, node: SyntaxNode, list: readonly SyntaxNode[]): Value {
  const operandNode = list[0]?.children[0];
  const isName = /^[@\w.\s<>,]+$/.test(operandNode?.text ?? "") && !/^\d/.test(operandNode?.text ?? "");
  if (operandNode === undefined || list.length !== 1 || !isName) {
    return refused(binder, node, "nameof takes one name");
  }
  if (!isMemberOfType(binder, operandNode)) {
    const operand = binder.operand(operandNode);
    if (operand.kind === "value" && operand.type === SpecialType.error) {
      return operand;
    }
  }
  const name = operandNode.fields.name?.text ?? operandNode.text;
  return constant(node, binder.types.string, name);
}

/** `nameof` takes a member of an instance by the name of its type as well. */
function isMemberOfType(binder: Binder, node: SyntaxNode): boolean {
  const { expression, name } = node.fields;
  const isVariable = expression !== undefined && binder.scope.find(expression.text) !== undefined;
  const type = expression === undefined || isVariable ? undefined : binder.tryType(expression);
  return type?.kind === "named" && hasMember(type, name?.text);
}

function hasMember(type: NamedType, name: string | undefined): boolean {
  return (
    (name !== undefined && type.definition.membersNamed(name).length > 0) ||
    type.supertypes.some((base) => hasMember(base, name))
  );
}

function binaryExpression(binder: Binder, node: SyntaxNode): Operand {
  // Long sums lean to the left; a loop keeps them off the stack.
  const spine: SyntaxNode[] = [];
  let leftmost = node;
  while (leftmost.type === "binary_expression" && leftmost.fields.left !== undefined) {
    spine.push(leftmost);
    leftmost = leftmost.fields.left;
  }
  let left = binder.value(leftmost);
  for (const part of spine.reverse()) {
    left = binaryStep(binder, part, left);
  }
  return left;
}

function binaryStep(binder: Binder, node: SyntaxNode, left: Value): Value {
  const operator = node.fields.operator?.text ?? "";
  const right = binder.value(field(node, "right"));
  switch (operator) {
    case "&&":
    case "||":
      return shortCircuit(binder, node, operator, left, right);
    case "??":
      return nullCoalescing(binder, node, left, right);
    case ">>>":
      return refused(binder, node, "C# 7 has no '>>>'");
    default:
      return binaryOperation(binder, node, operator, left, right);
  }
}

function prefixUnary(binder: Binder, node: SyntaxNode): Operand {
  const [operator = ""] = node.tokens;
  const [operand] = node.children;
  if (operator === "++" || operator === "--") {
    return increment(binder, node, operator, true);
  }
  if (operator === "-" && operand?.type === "integer_literal") {
    const negative = integerLiteral(binder, operand, true);
    if (negative !== undefined) {
      return { ...negative, node };
    }
  }
  if (!["-", "+", "!", "~"].includes(operator) || operand === undefined) {
    return refused(binder, node, `operator '${operator}' is not supported`);
  }
  return unaryOperation(binder, node, operator, binder.value(operand));
}

function postfixUnary(binder: Binder, node: SyntaxNode): Operand {
  const [operator] = node.tokens;
  return operator === "++" || operator === "--"
    ? increment(binder, node, operator, false)
    : refused(binder, node, `C# 7 has no postfix '${operator ?? ""}'`);
}

function conditionalExpression(binder: Binder, node: SyntaxNode): Operand {
  const condition = binder.converted(binder.value(field(node, "condition")), binder.types.bool);
  const branches = [binder.value(field(node, "consequence")), binder.value(field(node, "alternative"))];
  if ([condition, ...branches].some(({ type }) => type === SpecialType.error)) {
    return errorValue(node, SpecialType.error);
  }
  const type = bestCommonType(binder, branches);
  if (type === undefined || type === SpecialType.void) {
    const [first, second] = branches.map((branch) => branch.type.display);
    return refused(binder, node, `the branches '${first ?? ""}' and '${second ?? ""}' have no common type`);
  }
  const [whenTrue, whenFalse] = branches.map((branch) => binder.converted(branch, type));
  if (whenTrue === undefined || whenFalse === undefined) {
    return errorValue(node, SpecialType.error);
  }
  if (
    condition.constant !== undefined &&
    whenTrue.constant !== undefined &&
    whenFalse.constant !== undefined
  ) {
    const chosen = condition.constant.value === true ? whenTrue.constant : whenFalse.constant;
    return constant(node, type, chosen.value);
  }
  const test = condition.evaluate;
  const yes = counted(binder, whenTrue.node, "after ?", whenTrue.evaluate);
  const no = counted(binder, whenFalse.node, "after :", whenFalse.evaluate);
  return { kind: "value", node, type, evaluate: either(test, yes, no) };
}

function castExpression(binder: Binder, node: SyntaxNode): Operand {
  const [typeNode, operandNode] = [field(node, "type"), field(node, "value")];
  if (!isUnary(operandNode)) {
    return refused(
      binder,
      operandNode,
      "a cast takes what stands directly behind it: put parentheses around this",
    );
  }
  const type = binder.type(typeNode);
  const operand = binder.operand(operandNode);
  if (type === SpecialType.error || (operand.kind === "value" && operand.type === SpecialType.error)) {
    return errorValue(node, SpecialType.error);
  }
  if (operand.kind !== "value") {
    return binder.converted(operand, type);
  }
  return cast(binder, node, operand, type);
}

/** Whether C# lets the expression stand behind a cast; the grammar lets assignments and more. */
function isUnary({ type }: SyntaxNode): boolean {
  return !/^(?:assignment|binary|conditional|is|is_pattern|as|lambda|throw|switch|query)_expression$/.test(
    type,
  );
}

function cast(binder: Binder, node: SyntaxNode, operand: Value, type: CsType): Value {
  const implicit = binder.convert(operand, type);
  const checked = binder.isChecked || (operand.constant !== undefined && !binder.isUnchecked);
  const conversion = implicit === undefined ? explicitConversion(operand.type, type, checked) : undefined;
  if (implicit === undefined && conversion === undefined) {
    return refused(binder, node, `'${operand.type.display}' cannot be cast to '${type.display}'`);
  }
  const { evaluate: plain } = operand;
  const evaluate = implicit ?? (conversion === undefined ? plain : converting(conversion, plain));
  const isFoldable = operand.constant !== undefined && (type.isValueType || type === binder.types.string);
  if (!isFoldable) {
    return { kind: "value", node, type, evaluate };
  }
  try {
    return constant(node, type, evaluate(undefined as never));
  } catch (error) {
    if (error instanceof ThrownException) {
      return refused(binder, node, `the constant does not fit '${type.display}'`);
    }
    throw error;
  }
}

function asExpression(binder: Binder, node: SyntaxNode): Operand {
  const operand = binder.value(field(node, "left"));
  const type = binder.type(field(node, "right"));
  if (operand.type === SpecialType.error || type === SpecialType.error) {
    return errorValue(node, SpecialType.error);
  }
  if (type.isValueType && !(type instanceof NullableType)) {
    return refused(binder, node, `'as' needs a reference or nullable type, not '${type.display}'`);
  }
  const from = underlyingType(operand.type);
  const conversion = implicitConversion(from, type);
  const keepsObject = conversion !== undefined && conversion.apply === undefined;
  if (!keepsObject && !canDowncast(from, underlyingType(type)) && operand.type !== SpecialType.null) {
    return refused(binder, node, `'${operand.type.display}' is never a '${type.display}'`);
  }
  const { evaluate } = operand;
  return {
    kind: "value",
    node,
    type,
    evaluate: written(
      (frame) => instanceOrNull(evaluate(frame), type),
      (writer) => `${writer.constant(instanceOrNull)}(${writer.value(evaluate)}, ${writer.constant(type)})`,
    ),
  };
}

function instanceOrNull(value: CsValue, type: CsType): CsValue {
  return isInstance(value, type) ? value : null;
}

function isPattern(
  binder: Binder,
  node: SyntaxNode,
  subjectNode: SyntaxNode,
  patternNode: SyntaxNode,
): Operand {
  const subject = binder.value(subjectNode);
  if (subject.type === SpecialType.error) {
    return subject;
  }
  const { match } = bindPattern(binder, patternNode, subject.type);
  const { evaluate } = subject;
  return { kind: "value", node, type: binder.types.bool, evaluate: (frame) => match(frame, evaluate(frame)) };
}

function defaultExpression(binder: Binder, node: SyntaxNode): Operand {
  const typeNode = node.fields.type;
  if (typeNode === undefined) {
    return { kind: "default", node };
  }
  const type = binder.type(typeNode);
  const value = defaultOf(type);
  const isConstant = type.numericKind !== undefined || type === binder.types.bool;
  return isConstant
    ? constant(node, type, value)
    : { kind: "value", node, type, evaluate: constant(node, type, value).evaluate };
}

function throwExpression(binder: Binder, node: SyntaxNode): Operand {
  const exception = binder.converted(binder.value(operandOf(node)), binder.types.exception);
  const { evaluate } = exception;
  return {
    kind: "value",
    node,
    type: SpecialType.never,
    evaluate: (frame) => {
      const thrown = evaluate(frame) as CsException | null;
      throw thrown === null ? nullReference() : new ThrownException(thrown);
    },
  };
}
