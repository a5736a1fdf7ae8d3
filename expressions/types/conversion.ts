import {
  type ConversionMember,
  type CsType,
  NamedType,
  NullableType,
  SpecialType,
  underlyingType,
  UNNAMED,
} from "../values/cs-type";
import type { CsValue } from "../values/cs-value";
import { CsEnum } from "../values/enum";
import { invalidCast, invalidOperation, nullReference, raise } from "../values/exception";
import { convertNumber, fits, isIntegral, type NumericKind, rawOf } from "../values/numeric";
import { isInstance, runtimeType } from "./runtime-type";
import { isSubtype } from "./subtyping";

/** How a value of one type becomes one of another. */
export interface Conversion {
  /** Absent when the value stays as it is. */
  readonly apply?: (value: CsValue) => CsValue;
  /** Through an operator of a library type. */
  readonly isUserDefined?: boolean;
}

const IDENTITY: Conversion = {};

/** Runs a conversion. */
export function convert({ apply }: Conversion, value: CsValue): CsValue {
  return apply === undefined ? value : apply(value);
}

const WIDENING: Readonly<Record<NumericKind, readonly NumericKind[]>> = {
  sbyte: ["short", "int", "long", "float", "double", "decimal"],
  byte: ["short", "ushort", "int", "uint", "long", "ulong", "float", "double", "decimal"],
  short: ["int", "long", "float", "double", "decimal"],
  ushort: ["int", "uint", "long", "ulong", "float", "double", "decimal"],
  int: ["long", "float", "double", "decimal"],
  uint: ["long", "ulong", "float", "double", "decimal"],
  long: ["float", "double", "decimal"],
  ulong: ["float", "double", "decimal"],
  char: ["ushort", "int", "uint", "long", "ulong", "float", "double", "decimal"],
  float: ["double"],
  double: [],
  decimal: [],
};

/** Overload resolution asks for the same few pairs of types over and over. */
const known = new WeakMap<CsType, WeakMap<CsType, { readonly conversion: Conversion | undefined }>>();

/** C#'s implicit conversion between types, if there is one. */
export function implicitConversion(from: CsType, to: CsType): Conversion | undefined {
  let conversions = known.get(from);
  if (conversions === undefined) {
    conversions = new WeakMap();
    known.set(from, conversions);
  }
  let answer = conversions.get(to);
  if (answer === undefined) {
    answer = { conversion: findImplicit(from, to) };
    conversions.set(to, answer);
  }
  return answer.conversion;
}

function findImplicit(from: CsType, to: CsType): Conversion | undefined {
  if (from === to || from === SpecialType.error || to === SpecialType.error || from === SpecialType.never) {
    return IDENTITY;
  }
  if (from === SpecialType.null) {
    return to instanceof NullableType || (!to.isValueType && to.kind !== "special") ? IDENTITY : undefined;
  }
  if (from.kind === "special" || to.kind === "special") {
    return undefined;
  }
  return standardImplicit(from, to) ?? userDefined(from, to, false);
}

function standardImplicit(from: CsType, to: CsType): Conversion | undefined {
  if (from === to) {
    return IDENTITY;
  }
  const [source, target] = [from.numericKind, to.numericKind];
  if (source !== undefined && target !== undefined) {
    return WIDENING[source].includes(target) ? { apply: (value) => convertNumber(value, target) } : undefined;
  }
  if (to instanceof NullableType) {
    const inner = standardImplicit(underlyingType(from), to.underlying);
    return inner === undefined ? undefined : lift(inner);
  }
  return isSubtype(from, to) ? IDENTITY : undefined;
}

function lift(conversion: Conversion): Conversion {
  const { apply } = conversion;
  return apply === undefined
    ? conversion
    : { ...conversion, apply: (value) => (value === null ? null : apply(value)) };
}

/** C#'s explicit conversion, a cast, if there is one. */
export function explicitConversion(from: CsType, to: CsType, checked: boolean): Conversion | undefined {
  const implicit = implicitConversion(from, to);
  if (implicit !== undefined) {
    return implicit;
  }
  if (from.kind === "special" || to.kind === "special") {
    return undefined;
  }
  return standardExplicit(from, to, checked) ?? userDefined(from, to, true);
}

function standardExplicit(from: CsType, to: CsType, checked: boolean): Conversion | undefined {
  if (from instanceof NullableType) {
    const inner = explicitOrImplicit(from.underlying, underlyingType(to), checked);
    if (inner === undefined || !to.isValueType) {
      return undefined;
    }
    if (to instanceof NullableType) {
      return lift(inner);
    }
    return {
      apply: (value) => {
        if (value === null) {
          throw invalidOperation("Nullable object must have a value.");
        }
        return convert(inner, value);
      },
    };
  }
  if (to instanceof NullableType && from.isValueType) {
    return explicitOrImplicit(from, to.underlying, checked);
  }
  const numeric = enumOrNumeric(from, to, checked);
  if (numeric !== undefined) {
    return numeric;
  }
  return canDowncast(from, to) ? { apply: (value) => downcast(value, to) } : undefined;
}

function explicitOrImplicit(from: CsType, to: CsType, checked: boolean): Conversion | undefined {
  return standardImplicit(from, to) ?? standardExplicit(from, to, checked);
}

function isEnum(type: CsType): type is NamedType {
  return type instanceof NamedType && type.definition.kind === "enum";
}

function enumOrNumeric(from: CsType, to: CsType, checked: boolean): Conversion | undefined {
  const [source, target] = [from.numericKind, to.numericKind];
  if (source !== undefined && target !== undefined) {
    return { apply: (value) => convertNumber(value, target, checked) };
  }
  if (isEnum(from) && target !== undefined) {
    return { apply: (value) => convertNumber((value as CsEnum).value, target, checked) };
  }
  if (source !== undefined && isEnum(to)) {
    return { apply: (value) => CsEnum.of(to, convertNumber(value, "int", checked) as number) };
  }
  return isEnum(from) && isEnum(to)
    ? { apply: (value) => CsEnum.of(to, (value as CsEnum).value) }
    : undefined;
}

/** Whether a value of static type `from` may turn out to be a `to`. */
export function canDowncast(from: CsType, to: CsType): boolean {
  if (isSubtype(to, from)) {
    return true;
  }
  const isInterface = (type: CsType): boolean =>
    type instanceof NamedType && type.definition.kind === "interface";
  if (from.kind === "array" && to.kind === "array") {
    return !from.element.isValueType && !to.element.isValueType && canDowncast(from.element, to.element);
  }
  return (
    (isInterface(from) && !to.isValueType && !isSealed(to)) ||
    (isInterface(to) && !from.isValueType && !isSealed(from))
  );
}

function isSealed(type: CsType): boolean {
  return type instanceof NamedType && type.definition.fullName === "System.String";
}

/** Checks a reference, or a value in an `object`, when the program runs. */
function downcast(value: CsValue, to: CsType): CsValue {
  if (value === null) {
    if (to.isValueType && to.kind !== "nullable") {
      throw nullReference();
    }
    return null;
  }
  if (!isInstance(value, to)) {
    throw to.isValueType
      ? raise("InvalidCastException", "Specified cast is not valid.")
      : invalidCast(runtimeType(value).fullName, to.fullName);
  }
  return value;
}

function conversionsOf(type: CsType): readonly ConversionMember[] {
  if (!(type instanceof NamedType)) {
    return [];
  }
  const own = type.definition
    .membersNamed(UNNAMED.conversions)
    .filter((member) => member.kind === "conversion");
  return [
    ...own,
    ...type.supertypes.filter(({ definition }) => definition.kind === "class").flatMap(conversionsOf),
  ];
}

/** Conversion operators; one that gives the wanted type itself is preferred. */
function userDefined(from: CsType, to: CsType, explicit: boolean): Conversion | undefined {
  const members = [...conversionsOf(underlyingType(from)), ...conversionsOf(underlyingType(to))].filter(
    ({ isImplicit }) => explicit || isImplicit,
  );
  const ranked = [
    ...members.filter((member) => member.to === to && member.from === from),
    ...members.filter((member) => member.to === to && member.from !== from),
    ...members.filter((member) => member.to !== to && member.from === from),
    ...members.filter((member) => member.to !== to && member.from !== from),
  ];
  for (const member of ranked) {
    const before = standardImplicit(from, member.from);
    const after = explicit ? explicitOrImplicit(member.to, to, false) : standardImplicit(member.to, to);
    if (before !== undefined && after !== undefined) {
      return {
        apply: (value) => convert(after, member.implementation(convert(before, value))),
        isUserDefined: true,
      };
    }
  }
  return undefined;
}

/** Integer constants convert to any integral type they fit, and the constant 0 to any enum. */
export function constantConversion(value: CsValue, from: CsType, to: CsType): Conversion | undefined {
  const target = underlyingType(to);
  const [source, kind] = [from.numericKind, target.numericKind];
  if (source === "int" && isEnum(target) && value === 0) {
    return { apply: () => CsEnum.of(target, 0) };
  }
  if ((source !== "int" && source !== "long") || kind === undefined || !isIntegral(kind) || kind === "char") {
    return undefined;
  }
  if (source === "long" && kind !== "ulong") {
    return undefined;
  }
  return fits(BigInt(rawOf(value) as number), kind)
    ? { apply: (constant) => convertNumber(constant, kind) }
    : undefined;
}
