import { CsNumber, type CsValue } from "../values/cs-value";
import { CsDateTime, parseDateTime } from "../values/date-time";
import { formatError } from "../values/exception";
import { formatNumber, parseNumber } from "../values/number-text";
import type { NumericKind } from "../values/numeric";
import { toText } from "../values/text";
import { CsTimeSpan } from "../values/time-span";
import { UnsupportedFeature } from "../values/unsupported-feature";

const DATE_TIME = "yyyy-MM-ddTHH:mm:ss.FFFFFFFK";
/** XML Schema's names of what .NET calls Infinity. */
const INFINITIES: readonly (readonly [string, string])[] = [
  ["-INF", "-Infinity"],
  ["INF", "Infinity"],
];

/**
 * Text of a plain value in XML, as `XmlConvert` writes it.
 *
 * @throws UnsupportedFeature for durations
 */
export function valueText(value: CsValue): string {
  if (typeof value === "boolean") {
    return value ? "true" : "false";
  }
  if (value instanceof CsDateTime) {
    return value.format(DATE_TIME);
  }
  if (value instanceof CsTimeSpan) {
    throw new UnsupportedFeature("the simulator does not write durations into XML");
  }
  if (value instanceof CsNumber && (value.kind === "double" || value.kind === "float")) {
    const text = formatNumber(value, "R");
    return INFINITIES.find(([, name]) => name === text)?.[0] ?? text;
  }
  return toText(value);
}

/** `XmlConvert.ToInt32` and its siblings. @throws System.FormatException, System.OverflowException */
export function readNumber(text: string, kind: NumericKind): CsValue {
  const trimmed = text.trim();
  const isFloating = kind === "double" || kind === "float";
  if (isFloating) {
    return parseNumber(INFINITIES.find(([name]) => name === trimmed)?.[1] ?? trimmed, kind);
  }
  if (!/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/.test(trimmed)) {
    throw formatError();
  }
  return parseNumber(trimmed, kind);
}

/** `XmlConvert.ToBoolean`. @throws System.FormatException */
export function readBoolean(text: string): boolean {
  const trimmed = text.trim().toLowerCase();
  if (["true", "1"].includes(trimmed)) {
    return true;
  }
  if (["false", "0"].includes(trimmed)) {
    return false;
  }
  throw formatError(`The string '${trimmed}' is not a valid Boolean value.`);
}

/** A date that keeps whether it is one of UTC. @throws System.FormatException */
export function readDateTime(text: string): CsDateTime {
  const parsed = parseDateTime(text);
  return /Z\s*$/i.test(text) ? parsed.withKind("Utc") : parsed;
}
