import { type CsType, SpecialType } from "../values/cs-type";
import type { Binder } from "./binder";
import type { Value } from "./operand";

/** The type among those of `values` to which all of them convert, as for `new[]` and `?:`. */
export function bestCommonType(binder: Binder, values: readonly Value[]): CsType | undefined {
  const types = [...new Set(values.map(({ type }) => type))].filter(
    (type) => type !== SpecialType.null && type !== SpecialType.never,
  );
  const candidates = types.filter((type) =>
    values.every((value) => binder.convert(value, type) !== undefined),
  );
  const [only] = candidates;
  if (candidates.length <= 1) {
    return only;
  }
  // Both ways only for constants that fit the smaller type: the wider type is the one a variable forces.
  return (
    candidates.find((type) => values.every((value) => value.type === type || value.constant !== undefined)) ??
    only
  );
}
