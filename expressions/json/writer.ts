import { CsBigInteger } from "../values/big-integer";
import type { CsValue } from "../values/cs-value";
import { CsDateTime, CsDateTimeOffset } from "../values/date-time";
import { consume } from "../values/execution";
import { formatNumber } from "../values/number-text";
import { isIntegral, numericKindOf } from "../values/numeric";
import { toText } from "../values/text";
import { JArray, JProperty, JRaw, JToken, JValue } from "./token";

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

function quote(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are the characters that Json.NET escapes
  const escaped = text.replace(/["\\\x00-\x1f\x85\u2028\u2029]/g, (symbol) => {
    return ESCAPES[symbol] ?? `\\u${symbol.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return `"${escaped}"`;
}

/** ISO 8601 without the zeros that say nothing. */
function dateText(value: CsDateTime | CsDateTimeOffset): string {
  const text = value.format("yyyy-MM-ddTHH:mm:ss");
  const local = value instanceof CsDateTimeOffset ? value.local : value;
  const fraction = local.fraction().replace(/0+$/, "");
  return `${text}${fraction === "" ? "" : `.${fraction}`}${value.format("%K")}`;
}

function floatText(value: CsValue): string {
  const text = numericKindOf(value) === "decimal" ? toText(value) : formatNumber(value, "R");
  if (/^-?(?:NaN|Infinity)$/.test(text)) {
    return quote(text);
  }
  return /[.eE]/.test(text) ? text : `${text}.0`;
}

function scalar(token: JValue): string {
  const { value } = token;
  if (token instanceof JRaw) {
    return toText(value);
  }
  if (value === null) {
    return token.type === "Undefined" ? "undefined" : "null";
  }
  if (typeof value === "boolean") {
    return value ? "true" : "false";
  }
  const kind = numericKindOf(value);
  if (kind !== undefined && kind !== "char") {
    return isIntegral(kind) ? toText(value) : floatText(value);
  }
  if (value instanceof CsBigInteger) {
    return toText(value);
  }
  if (value instanceof CsDateTime || value instanceof CsDateTimeOffset) {
    return quote(dateText(value));
  }
  return value instanceof Uint8Array ? quote(Buffer.from(value).toString("base64")) : quote(toText(value));
}

/** JSON text of a token; indented by two spaces with the line ends of Windows, on which APIM's gateway runs. */
export function writeJson(token: JToken, indented: boolean): string {
  const lineEnd = indented ? "\r\n" : "";
  const write = (current: JToken, indent: string): string => {
    consume();
    const inner = indented ? `${indent}  ` : "";
    if (current instanceof JValue) {
      return scalar(current);
    }
    if (current instanceof JProperty) {
      return `${quote(current.name)}:${indented ? " " : ""}${write(current.value, indent)}`;
    }
    const [open, close] = current instanceof JArray ? "[]" : "{}";
    const items = Array.from(current.children(), (child) => inner + write(child, inner));
    return items.length === 0
      ? `${open ?? ""}${close ?? ""}`
      : `${open ?? ""}${lineEnd}${items.join(`,${lineEnd}`)}${lineEnd}${indented ? indent : ""}${close ?? ""}`;
  };
  return write(token, "");
}

JToken.write = (token) => writeJson(token, true);
