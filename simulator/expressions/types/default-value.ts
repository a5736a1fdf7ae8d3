import { CsPair } from "../values/collections";
import type { CsValue } from "../values/cs-value";
import { CsDecimal } from "../values/decimal";
import { CsEnum } from "../values/enum";
import { is64Bit, withKind } from "../values/numeric";
import { type CsType, NamedType } from "./type";

/** `default(T)`. */
export function defaultOf(type: CsType | undefined): CsValue {
  if (!(type instanceof NamedType)) {
    return null;
  }
  const { numericKind, definition, typeArguments } = type;
  if (numericKind !== undefined) {
    return withKind(
      numericKind,
      numericKind === "decimal" ? CsDecimal.of(0n) : is64Bit(numericKind) ? 0n : 0,
    );
  }
  if (definition.fullName === "System.Collections.Generic.KeyValuePair") {
    return new CsPair(type, defaultOf(typeArguments[0]), defaultOf(typeArguments[1]));
  }
  return definition.kind === "enum" ? CsEnum.of(type, 0) : definition.defaultValue;
}
