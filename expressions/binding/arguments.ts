import type { SyntaxNode } from "../syntax/syntax-node";
import { type CsType, SpecialType } from "../values/cs-type";
import type { CsValue } from "../values/cs-value";
import type { Binder } from "./binder";
import type { Frame } from "./frame";
import type { Argument, OutArgument } from "./operand";

/** The arguments of a call; nothing if one of them was refused. */
export function bindArguments(binder: Binder, nodes: readonly SyntaxNode[]): readonly Argument[] | undefined {
  const args = nodes.map((node) => bindArgument(binder, node));
  return args.every((argument) => argument !== undefined) ? args : undefined;
}

function bindArgument(binder: Binder, node: SyntaxNode): Argument | undefined {
  const name = node.fields.name?.text;
  const expression = node.children.at(-1);
  if (node.type !== "argument" || expression === undefined) {
    binder.report(node, `${node.type} is not an argument`);
    return undefined;
  }
  if (node.tokens.includes("ref") || node.tokens.includes("in")) {
    binder.report(node, "'ref' and 'in' arguments are not supported");
    return undefined;
  }
  if (node.tokens.includes("out")) {
    const operand = outArgument(binder, expression);
    return operand === undefined ? undefined : { node, name, operand };
  }
  if (expression.type === "declaration_expression") {
    binder.report(
      expression,
      "a declaration is an argument only after 'out'; put comparisons into parentheses",
    );
    return undefined;
  }
  const operand = binder.operand(expression);
  switch (operand.kind) {
    case "type":
    case "namespace":
      binder.report(expression, `'${expression.text}' is not a value`);
      return undefined;
    case "value":
      if (operand.type === SpecialType.void) {
        binder.report(expression, "the argument has no value");
        return undefined;
      }
      return operand.type === SpecialType.error ? undefined : { node, name, operand };
    case "lambda":
    case "method-group":
    case "default":
      return { node, name, operand };
  }
}

function outArgument(binder: Binder, node: SyntaxNode): OutArgument | undefined {
  const discard = (): void => undefined;
  if (node.type === "identifier" && node.text === "_" && binder.scope.find("_") === undefined) {
    return { kind: "out", node, store: () => discard };
  }
  if (node.type === "declaration_expression") {
    const [typeNode] = node.children;
    const name = node.fields.name;
    if (typeNode === undefined || name === undefined) {
      binder.report(node, "not an out variable");
      return undefined;
    }
    const type = typeNode.type === "implicit_type" ? undefined : binder.type(typeNode);
    if (type === SpecialType.error) {
      return undefined;
    }
    if (name.text === "_") {
      return { kind: "out", node, type, store: () => discard };
    }
    return {
      kind: "out",
      node,
      type,
      store: (chosen: CsType) => {
        const variable = binder.declare(name, name.text, chosen);
        return (frame: Frame, value: CsValue) => variable.declare(frame, value);
      },
    };
  }
  const target = binder.value(node);
  const { location } = target;
  if (target.type === SpecialType.error) {
    return undefined;
  }
  if (location === undefined) {
    binder.report(node, "an out argument must be a variable");
    return undefined;
  }
  return {
    kind: "out",
    node,
    type: target.type,
    store: () => (frame, value) => location.locate(frame).set(value),
  };
}
