import type { SyntaxNode } from "../syntax/syntax-node";
import { defaultOf } from "../types/default-value";
import { CsAnonymous } from "../values/collections";
import {
  AnonymousType,
  ArrayType,
  type ConstructorMember,
  type CsType,
  NamedType,
  SpecialType,
  UNNAMED,
} from "../values/cs-type";
import type { CsValue } from "../values/cs-value";
import { overflow } from "../values/exception";
import { consumeLength } from "../values/execution";
import { rawOf } from "../values/numeric";
import { bindArguments } from "./arguments";
import { type Binder, errorValue } from "./binder";
import { arrayMaker, compileMeteredCall, makeArray } from "./call";
import { bestCommonType } from "./common-type";
import { checkConstantArguments } from "./constant-arguments";
import { type Frame, Variable } from "./frame";
import { call } from "./invocation";
import { numericType } from "./literals";
import { elementAccess, memberAccess } from "./members";
import type { Argument, Evaluate, Value } from "./operand";
import { type Candidate, resolveOverload } from "./overload-resolution";
import { written } from "./source";

/** `new T(arguments) { initializer }`. */
export function objectCreation(binder: Binder, node: SyntaxNode): Value {
  const { type: typeNode, arguments: list, initializer } = node.fields;
  if (typeNode === undefined) {
    binder.report(node, "'new' needs a type");
    return errorValue(node, SpecialType.error);
  }
  // The grammar reads `new int[] { 1 }` this way when no size is given.
  if (typeNode.type === "array_type") {
    return arrayCreation(binder, node);
  }
  const type = binder.type(typeNode);
  const args = bindArguments(binder, list?.children ?? []);
  if (type === SpecialType.error || args === undefined) {
    return errorValue(node, SpecialType.error);
  }
  const created = construct(binder, node, type, args);
  return initializer === undefined || created.type === SpecialType.error
    ? created
    : initialize(binder, node, created, initializer);
}

function construct(binder: Binder, node: SyntaxNode, type: CsType, args: readonly Argument[]): Value {
  const isCreatable =
    type instanceof NamedType && (type.definition.kind === "class" || type.definition.kind === "struct");
  if (!isCreatable) {
    binder.report(node, `'${type.display}' cannot be created with 'new'`);
    return errorValue(node, SpecialType.error);
  }
  const candidates = type.definition
    .membersNamed(UNNAMED.constructors)
    .filter((member) => member.kind === "constructor")
    .map((member): Candidate<ConstructorMember> => ({
      member,
      parameters: member.parameters,
      typeParameters: [],
      substitution: type.substitution(),
    }));
  if (args.length === 0 && type.definition.kind === "struct") {
    const value = defaultOf(type);
    return { kind: "value", node, type, isStatement: true, evaluate: () => value };
  }
  const result = resolveOverload(binder, candidates, args, []);
  if (result.kind !== "found") {
    const known = candidates.map(({ member }) => member.declaration).join("; ");
    binder.report(
      node,
      `no constructor of '${type.display}' takes these arguments; there is: ${known || "none"}`,
    );
    return errorValue(node, SpecialType.error);
  }
  checkConstantArguments(binder, node, type.definition, result.resolution);
  const evaluate = compileMeteredCall(
    binder,
    result.resolution,
    result.resolution.member.implementation,
    type,
    type,
  );
  return { kind: "value", node, type, isStatement: true, evaluate };
}

/** `{ A = 1 }`, `{ 1, 2 }`, `{ { "k", 1 } }`, `{ ["k"] = 1 }` after `new T`. */
function initialize(binder: Binder, node: SyntaxNode, created: Value, initializer: SyntaxNode): Value {
  const { functionScope } = binder;
  const temporary = new Variable("", created.type, functionScope);
  const target: Value = {
    kind: "value",
    node,
    type: created.type,
    evaluate: temporary.reader(functionScope),
  };
  const steps = initializer.children.map((element) => initializerStep(binder, target, element));
  return {
    ...created,
    evaluate: (frame) => {
      // Nested initializers of a recursive lambda run in frames of their own, so the slot is free here.
      const value = created.evaluate(frame);
      temporary.declare(frame, value);
      for (const step of steps) {
        step(frame);
      }
      return value;
    },
  };
}

type Step = (frame: Frame) => void;

function initializerStep(binder: Binder, target: Value, element: SyntaxNode): Step {
  if (element.type === "assignment_expression") {
    return memberInitializer(binder, target, element);
  }
  const items = element.type === "initializer_expression" ? element.children : [element];
  if (
    element.type === "initializer_expression" &&
    element.tokens.filter((token) => token === ",").length >= items.length
  ) {
    binder.report(element, "the list ends in a comma");
  }
  const args = items.map((item): Argument | undefined => {
    const operand = binder.operand(item);
    if (operand.kind === "type" || operand.kind === "namespace") {
      binder.report(item, `'${item.text}' is not a value`);
      return undefined;
    }
    return operand.kind === "value" && operand.type === SpecialType.error
      ? undefined
      : { node: item, operand };
  });
  const add = memberAccess(
    binder,
    element,
    target,
    { ...element, type: "identifier", text: "Add", children: [] },
    true,
  );
  if (!args.every((argument) => argument !== undefined) || add.kind !== "method-group") {
    return () => undefined;
  }
  return call(binder, element, add, args).evaluate;
}

function memberInitializer(binder: Binder, target: Value, element: SyntaxNode): Step {
  const { left, right } = element.fields;
  if (left === undefined || right === undefined || element.fields.operator?.text !== "=") {
    binder.report(element, "not an initializer");
    return () => undefined;
  }
  const member =
    left.type === "element_binding_expression"
      ? elementAccess(binder, left, target, left.children)
      : memberAccess(binder, left, target, left);
  if (member.kind !== "value" || member.type === SpecialType.error) {
    return () => undefined;
  }
  const { location } = member;
  if (location === undefined) {
    binder.report(left, `'${left.text}' cannot be assigned to`);
    return () => undefined;
  }
  if (right.type === "initializer_expression") {
    binder.report(right, "nested initializers are not supported; create the inner object with 'new'");
    return () => undefined;
  }
  const value = binder.converted(binder.operand(right), member.type);
  return (frame) => location.locate(frame).set(value.evaluate(frame));
}

/** `new T[n]`, `new T[] { ... }`. */
export function arrayCreation(binder: Binder, node: SyntaxNode): Value {
  const typeNode = node.fields.type;
  const initializer = node.children.find(({ type }) => type === "initializer_expression");
  if (typeNode === undefined) {
    binder.report(node, "an array needs an element type");
    return errorValue(node, SpecialType.error);
  }
  const type = binder.type(withoutSizes(typeNode));
  if (!(type instanceof ArrayType)) {
    return errorValue(node, SpecialType.error);
  }
  const sizes = innermostRank(typeNode)?.children ?? [];
  const [sizeNode] = sizes;
  if (initializer !== undefined) {
    return arrayOf(binder, node, type, initializer, sizeNode);
  }
  if (sizeNode === undefined) {
    binder.report(node, "an array needs a size or items");
    return errorValue(node, SpecialType.error);
  }
  const sizeValue = binder.value(sizeNode);
  const size = binder.convert(sizeValue, binder.types.int) ?? binder.convert(sizeValue, numericType("long"));
  if (size === undefined) {
    binder.report(sizeNode, "the size of an array is an integer");
    return errorValue(node, SpecialType.error);
  }
  const { element } = type;
  const fill = defaultOf(element);
  return {
    kind: "value",
    node,
    type,
    evaluate: written(
      (frame) => filledArray(size(frame), element, fill),
      (writer) =>
        `${writer.constant(filledArray)}(${writer.value(size)}, ${writer.constant(element)}, ${writer.literal(fill)})`,
    ),
  };
}

function filledArray(size: CsValue, element: CsType, fill: CsValue): CsValue {
  const length = Number(rawOf(size));
  if (length < 0) {
    throw overflow();
  }
  consumeLength(length * 16);
  return element.numericKind === "byte"
    ? new Uint8Array(length)
    : makeArray(element, new Array<CsValue>(length).fill(fill));
}

/** The type that `new T[n]` makes: sizes are not part of it. */
function withoutSizes(typeNode: SyntaxNode): SyntaxNode {
  const { rank, type } = typeNode.fields;
  if (typeNode.type !== "array_type" || rank === undefined || type === undefined) {
    return typeNode;
  }
  return { ...typeNode, fields: { rank: { ...rank, children: [] }, type: withoutSizes(type) } };
}

/** `new int[2][]`: the size stands with the outermost dimension, which the grammar nests innermost. */
function innermostRank(typeNode: SyntaxNode): SyntaxNode | undefined {
  const inner = typeNode.fields.type;
  return inner?.type === "array_type" ? innermostRank(inner) : typeNode.fields.rank;
}

/** `{ 1, 2 }` where an array is wanted. */
export function arrayOf(
  binder: Binder,
  node: SyntaxNode,
  type: ArrayType,
  initializer: SyntaxNode,
  sizeNode?: SyntaxNode,
): Value {
  const { element } = type;
  const items = initializer.children.map((item) =>
    item.type === "initializer_expression" && element instanceof ArrayType
      ? arrayOf(binder, item, element, item)
      : binder.converted(binder.operand(item), element),
  );
  if (sizeNode !== undefined && binder.value(sizeNode).constant?.value !== items.length) {
    binder.report(sizeNode, `the size must be the constant ${items.length}, the number of items`);
  }
  const evaluators = items.map(({ evaluate }) => evaluate);
  return { kind: "value", node, type, evaluate: arrayMaker(element, evaluators) };
}

function run(evaluators: readonly Evaluate[], frame: Frame): CsValue[] {
  return evaluators.map((evaluate) => evaluate(frame));
}

/** `new[] { ... }`: the element type is what the items have in common. */
export function implicitArray(binder: Binder, node: SyntaxNode): Value {
  const initializer = node.children.find(({ type }) => type === "initializer_expression");
  const values = (initializer?.children ?? []).map((item) => binder.value(item));
  if (node.tokens.includes(",")) {
    binder.report(node, "arrays of more than one dimension are not supported");
  }
  if (initializer === undefined || values.some(({ type }) => type === SpecialType.error)) {
    return errorValue(node, SpecialType.error);
  }
  const element = bestCommonType(binder, values);
  if (element === undefined || element.kind === "special") {
    binder.report(node, "the items of the array have no common type: write the element type");
    return errorValue(node, SpecialType.error);
  }
  const evaluators = values.map((value) => binder.converted(value, element).evaluate);
  return {
    kind: "value",
    node,
    type: ArrayType.of(element),
    evaluate: arrayMaker(element, evaluators),
  };
}

/** `new { A = 1, x.B }`. */
export function anonymousObject(binder: Binder, node: SyntaxNode): Value {
  const names: string[] = [];
  const values: Value[] = [];
  let index = 0;
  while (index < node.children.length) {
    const child = node.children[index];
    const next = node.children[index + 1];
    if (child === undefined) {
      break;
    }
    const between =
      next === undefined ? "" : node.text.slice(child.end - node.start, next.start - node.start);
    const isNamed = child.type === "identifier" && between.includes("=");
    const expression = isNamed ? next : child;
    const name = isNamed ? child.text : child.type === "identifier" ? child.text : child.fields.name?.text;
    if (expression === undefined || name === undefined) {
      binder.report(child, "a member of an anonymous object needs a name");
      return errorValue(node, SpecialType.error);
    }
    const value = binder.value(expression);
    if (value.type.kind === "special") {
      if (value.type !== SpecialType.error) {
        binder.report(expression, `a member of an anonymous object cannot be '${value.type.display}'`);
      }
      return errorValue(node, SpecialType.error);
    }
    if (names.includes(name)) {
      binder.report(child, `the anonymous object has two members '${name}'`);
    }
    names.push(name);
    values.push(value);
    index += isNamed ? 2 : 1;
  }
  const type = AnonymousType.of(
    names,
    values.map((value) => value.type),
  );
  const evaluators = values.map(({ evaluate }) => evaluate);
  return {
    kind: "value",
    node,
    type,
    evaluate: (frame) => new CsAnonymous(type, names, run(evaluators, frame)),
  };
}
