import { CsPair } from "../values/collections";
import { type CsType, NamedType } from "../values/cs-type";
import type { CsValue } from "../values/cs-value";
import { CsEnum } from "../values/enum";
import { zeroOf } from "../values/number-conversion";

/** `default(T)`. */
export function defaultOf(type: CsType | undefined): CsValue {
  if (!(type instanceof NamedType)) {
    return null;
  }
  const { numericKind, definition, typeArguments } = type;
  if (numericKind !== undefined) {
    return zeroOf(numericKind);
  }
  if (definition.fullName === "System.Collections.Generic.KeyValuePair") {
    return new CsPair(type, defaultOf(typeArguments[0]), defaultOf(typeArguments[1]));
  }
  return definition.kind === "enum" ? CsEnum.of(type, 0) : definition.defaultValue;
}
