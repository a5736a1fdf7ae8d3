import type { SyntaxNode } from "../syntax/syntax-node";
import { implicitConversion } from "../types/conversion";
import { type CsType, SpecialType, underlyingType } from "../values/cs-type";
import { type Binder, errorValue } from "./binder";
import { counted } from "./counted";
import { constant } from "./literals";
import type { Evaluate, Value } from "./operand";
import { written } from "./source";

/** `a && b`, `a || b`: the right side runs only if it decides. */
export function shortCircuit(
  binder: Binder,
  node: SyntaxNode,
  operator: "&&" | "||",
  left: Value,
  right: Value,
): Value {
  const { bool } = binder.types;
  const [a, b] = [binder.converted(left, bool), binder.converted(right, bool)];
  if (a.constant !== undefined && b.constant !== undefined) {
    const [x, y] = [a.constant.value === true, b.constant.value === true];
    return constant(node, bool, operator === "&&" ? x && y : x || y);
  }
  const first = a.evaluate;
  const second = counted(binder, right.node, `right of ${operator}`, b.evaluate);
  const skip = counted(
    binder,
    left.node,
    `left of ${operator} decides`,
    written(
      () => operator === "||",
      () => String(operator === "||"),
    ),
  );
  return {
    kind: "value",
    node,
    type: bool,
    evaluate: operator === "&&" ? either(first, second, skip) : either(first, skip, second),
  };
}

/** `test ? yes : no`. */
export function either(test: Evaluate, yes: Evaluate, no: Evaluate): Evaluate {
  return written(
    (frame) => (test(frame) === true ? yes(frame) : no(frame)),
    (writer) => `(${writer.value(test)} === true ? ${writer.value(yes)} : ${writer.value(no)})`,
  );
}

/** `a ?? b`. */
export function nullCoalescing(binder: Binder, node: SyntaxNode, left: Value, right: Value): Value {
  if (left.type === SpecialType.error || right.type === SpecialType.error) {
    return errorValue(node, SpecialType.error);
  }
  if (left.type.isValueType && left.type.kind !== "nullable") {
    binder.report(node, `the left side of '??' is a '${left.type.display}', which is never null`);
    return errorValue(node, SpecialType.error);
  }
  const build = (type: CsType): Value | undefined => {
    const first =
      implicitConversion(underlyingType(left.type), type) === undefined ? undefined : left.evaluate;
    const second = binder.convert(right, type);
    if (first === undefined || second === undefined) {
      return undefined;
    }
    const conversion = implicitConversion(underlyingType(left.type), type)?.apply;
    const fallback = counted(binder, right.node, "right of ??", second);
    const keep = counted(binder, left.node, "left of ?? decides", () => undefined);
    return {
      kind: "value",
      node,
      type,
      evaluate: (frame) => {
        const value = first(frame);
        if (value === null) {
          return fallback(frame);
        }
        keep(frame);
        return conversion === undefined ? value : conversion(value);
      },
    };
  };
  const candidates =
    left.type.kind === "nullable" ? [left.type.underlying, left.type, right.type] : [left.type, right.type];
  for (const type of candidates) {
    const result = type === SpecialType.null || type === SpecialType.never ? undefined : build(type);
    if (result !== undefined) {
      return result;
    }
  }
  binder.report(
    node,
    `operator '??' cannot be applied to '${left.type.display}' and '${right.type.display}'`,
  );
  return errorValue(node, SpecialType.error);
}
