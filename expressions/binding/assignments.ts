import type { SyntaxNode } from "../syntax/syntax-node";
import { explicitConversion } from "../types/conversion";
import { SpecialType, underlyingType } from "../values/cs-type";
import type { CsValue } from "../values/cs-value";
import { CsDecimal } from "../values/decimal";
import {
  arithmetic,
  type ArithmeticKind,
  convertNumber,
  type NumericKind,
  withKind,
} from "../values/numeric";
import { type Binder, errorValue } from "./binder";
import { converting } from "./converting";
import { Variable } from "./frame";
import type { Location, Value } from "./operand";
import { binaryOperation } from "./operators";
import { NotWritable, type Writer, written } from "./source";

function locationOf(binder: Binder, target: Value): Location | undefined {
  if (target.type === SpecialType.error) {
    return undefined;
  }
  if (target.location === undefined) {
    binder.report(target.node, `'${target.node.text}' cannot be assigned to`);
  }
  return target.location;
}

/** @throws NotWritable for what is not a variable */
function assigned(writer: Writer, { variable }: Location): string {
  if (variable === undefined) {
    throw new NotWritable();
  }
  return writer.variable(variable);
}

/** `a = b`, `a += b`. */
export function assignment(binder: Binder, node: SyntaxNode): Value {
  const { left, operator, right } = node.fields;
  if (left === undefined || operator === undefined || right === undefined) {
    binder.report(node, "not an assignment");
    return errorValue(node, SpecialType.error);
  }
  const target = binder.value(left);
  if (operator.text !== "=") {
    return compound(binder, node, target, operator.text.slice(0, -1), binder.value(right));
  }
  const value = binder.converted(binder.operand(right), target.type);
  const location = locationOf(binder, target);
  if (location === undefined || value.type === SpecialType.error) {
    return errorValue(node, SpecialType.error);
  }
  return {
    kind: "value",
    node,
    type: target.type,
    isStatement: true,
    evaluate: written(
      (frame) => {
        const reference = location.locate(frame);
        const result = value.evaluate(frame);
        reference.set(result);
        return result;
      },
      (writer) => `(${assigned(writer, location)} = ${writer.value(value.evaluate)})`,
    ),
  };
}

function compound(binder: Binder, node: SyntaxNode, target: Value, operator: string, right: Value): Value {
  if (operator === "??") {
    binder.report(node, "C# 7 has no '??='");
    return errorValue(node, SpecialType.error);
  }
  const location = locationOf(binder, target);
  if (location === undefined) {
    return errorValue(node, SpecialType.error);
  }
  const { functionScope } = binder;
  const current = new Variable("", target.type, functionScope);
  const before: Value = {
    kind: "value",
    node: target.node,
    type: target.type,
    evaluate: current.reader(functionScope),
  };
  const result = binaryOperation(binder, node, operator, before, right);
  if (result.type === SpecialType.error) {
    return result;
  }
  const implicit = binder.convert(result, target.type);
  // `b += 1` on a byte: C# casts the int back if the right side alone would fit the variable.
  const isShift = operator === "<<" || operator === ">>";
  const cast =
    isShift || binder.convert(right, target.type) !== undefined
      ? explicitConversion(result.type, target.type, binder.isChecked)
      : undefined;
  const { evaluate } = result;
  const store = implicit ?? (cast === undefined ? undefined : converting(cast, evaluate));
  if (store === undefined) {
    binder.report(node, `'${result.type.display}' does not convert to '${target.type.display}'`);
    return errorValue(node, SpecialType.error);
  }
  return {
    kind: "value",
    node,
    type: target.type,
    isStatement: true,
    evaluate: written(
      (frame) => {
        const reference = location.locate(frame);
        current.declare(frame, reference.get());
        const value = store(frame);
        reference.set(value);
        return value;
      },
      (writer) =>
        `(${writer.temporary(current)} = ${writer.value(target.evaluate)}, ${assigned(writer, location)} = ${writer.value(store)})`,
    ),
  };
}

const COUNTING_TYPE: Readonly<Record<NumericKind, ArithmeticKind>> = {
  sbyte: "int",
  byte: "int",
  short: "int",
  ushort: "int",
  char: "int",
  int: "int",
  uint: "uint",
  long: "long",
  ulong: "ulong",
  float: "float",
  double: "double",
  decimal: "decimal",
};

/** `x++`, `--x`. */
export function increment(binder: Binder, node: SyntaxNode, operator: "++" | "--", isPrefix: boolean): Value {
  const [operandNode] = node.children;
  if (operandNode === undefined) {
    binder.report(node, `'${operator}' needs an operand`);
    return errorValue(node, SpecialType.error);
  }
  const target = binder.value(operandNode);
  const location = locationOf(binder, target);
  if (location === undefined) {
    return errorValue(node, SpecialType.error);
  }
  const kind = underlyingType(target.type).numericKind;
  if (kind === undefined) {
    binder.report(
      node,
      `operator '${operator}' cannot be applied to an operand of type '${target.type.display}'`,
    );
    return errorValue(node, SpecialType.error);
  }
  const counting = COUNTING_TYPE[kind];
  const one = withKind(
    counting,
    counting === "decimal" ? CsDecimal.of(1n) : counting.endsWith("long") ? 1n : 1,
  );
  const step = arithmetic(operator === "++" ? "+" : "-", counting, binder.isChecked);
  const { isChecked } = binder;
  const next = (value: CsValue): CsValue =>
    value === null ? null : convertNumber(step(convertNumber(value, counting), one), kind, isChecked);
  return {
    kind: "value",
    node,
    type: target.type,
    isStatement: true,
    evaluate: written(
      (frame) => {
        const reference = location.locate(frame);
        const before = reference.get();
        const after = next(before);
        reference.set(after);
        return isPrefix ? after : before;
      },
      (writer) => {
        const before = writer.temporary();
        const change = `${before} = ${writer.value(target.evaluate)}, ${assigned(writer, location)} = ${writer.constant(next)}(${before})`;
        return isPrefix ? `(${change})` : `(${change}, ${before})`;
      },
    ),
  };
}
