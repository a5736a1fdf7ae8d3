import { type Conversion, convert } from "../types/conversion";
import type { Evaluate } from "./operand";
import { written } from "./source";

/** A value in another type. */
export function converting(conversion: Conversion, evaluate: Evaluate): Evaluate {
  const { apply } = conversion;
  return written(
    (frame) => convert(conversion, evaluate(frame)),
    (writer) =>
      apply === undefined ? writer.value(evaluate) : `${writer.constant(apply)}(${writer.value(evaluate)})`,
  );
}
