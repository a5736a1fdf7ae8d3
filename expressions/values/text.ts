import { CsNumber, CsObject, type CsValue } from "./cs-value";
import { CsDateTime, CsDateTimeOffset } from "./date-time";
import { consumeLength } from "./execution";
import { CsGuid } from "./guid";
import { formatNumber, numberToText } from "./number-text";
import { numericKindOf } from "./numeric";
import { CsTimeSpan } from "./time-span";

/** .NET name of a value's type, for messages and for `ToString()` of objects that do not override it. */
export function typeName(value: CsValue): string {
  switch (typeof value) {
    case "string":
      return "System.String";
    case "boolean":
      return "System.Boolean";
    case "number":
      return "System.Int32";
    case "bigint":
      return "System.Int64";
    case "function":
      return "System.Delegate";
    case "object":
      return value === null ? "null" : objectTypeName(value);
    case "symbol":
    case "undefined":
      throw new TypeError("Not a C# value.");
  }
}

function objectTypeName(value: object): string {
  if (value instanceof CsObject || value instanceof CsNumber) {
    return value.typeName;
  }
  if (value instanceof Uint8Array) {
    return "System.Byte[]";
  }
  return "csType" in value && typeof value.csType === "string" ? value.csType : "System.Object";
}

/** Text of an object of the gateway; assigned by what knows their types. */
let hostText: (value: CsValue) => string | undefined = () => undefined;

export function setHostText(text: (value: CsValue) => string | undefined): void {
  hostText = text;
}

/**
 * `value.ToString()` in the invariant culture; the empty string for null, as C# string concatenation and
 * interpolation have it.
 */
export function toText(value: CsValue): string {
  switch (typeof value) {
    case "string":
      return value;
    case "boolean":
      return value ? "True" : "False";
    case "number":
    case "bigint":
      return value.toString();
    case "object":
      if (value === null) {
        return "";
      }
      if (value instanceof CsNumber) {
        return numberToText(value);
      }
      return value instanceof CsObject ? value.toText() : (hostText(value) ?? typeName(value));
    case "function":
    case "symbol":
    case "undefined":
      return typeName(value);
  }
}

/** `IFormattable.ToString(format)`: formats what can be formatted, else `ToString()`. */
export function formatValue(value: CsValue, format: string | null): string {
  if (format === null || format === "") {
    return toText(value);
  }
  if (numericKindOf(value) !== undefined) {
    return value instanceof CsNumber && value.kind === "char" ? toText(value) : formatNumber(value, format);
  }
  if (
    value instanceof CsDateTime ||
    value instanceof CsDateTimeOffset ||
    value instanceof CsTimeSpan ||
    value instanceof CsGuid
  ) {
    return value.format(format);
  }
  return toText(value);
}

/** Pads to `alignment` characters: left when negative, right when positive. */
export function align(text: string, alignment: number): string {
  consumeLength(Math.abs(alignment));
  return alignment < 0 ? text.padEnd(-alignment) : text.padStart(alignment);
}
