import { CsBigInteger } from "../values/big-integer";
import { double } from "../values/cs-value";
import { CsDateTime, parseDateTime } from "../values/date-time";
import { raise } from "../values/exception";
import { consumeLength } from "../values/execution";
import { fits } from "../values/numeric";
import { JArray, JObject, JProperty, type JToken, JValue } from "./token";

const ISO_DATE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,7})?(?:Z|[+-]\d{2}:?\d{2})?$/;
const MICROSOFT_DATE = /^\/Date\((-?\d+)(?:[+-]\d{4})?\)\/$/;
const MAX_DEPTH = 500;

/**
 * Reads JSON as Json.NET does by default: comments, single quotes and bare property names are accepted, texts
 * that look like ISO dates become dates, and of two properties with one name the last counts.
 *
 * `JSON.parse` would lose the difference between `1` and `1.0` and digits beyond 2^53.
 *
 * @throws Newtonsoft.Json.JsonReaderException
 */
export function parseJson(text: string): JToken {
  consumeLength(text.length);
  return new JsonReader(text).readDocument();
}

class JsonReader {
  private position = 0;
  private depth = 0;

  public constructor(private readonly text: string) {}

  public readDocument(): JToken {
    this.skip();
    if (this.position >= this.text.length) {
      throw this.error("Error reading JToken from JsonReader. Path ''");
    }
    const token = this.value("");
    this.skip();
    if (this.position < this.text.length) {
      throw this.error(
        `Additional text encountered after finished reading JSON content: ${this.text[this.position] ?? ""}. Path ''`,
      );
    }
    return token;
  }

  private error(message: string): Error {
    const before = this.text.slice(0, this.position).split("\n");
    return raise(
      "Newtonsoft.Json.JsonReaderException",
      `${message}, line ${before.length}, position ${before.at(-1)?.length ?? 0}.`,
    );
  }

  private unexpected(path: string): Error {
    const symbol = this.text[this.position];
    return symbol === undefined
      ? this.error(`Unexpected end of content while loading JToken. Path '${path}'`)
      : this.error(`Unexpected character encountered while parsing value: ${symbol}. Path '${path}'`);
  }

  private skip(): void {
    for (;;) {
      const space =
        /^[\s\ufeff]*(?:\/\*[\s\S]*?\*\/|\/\/[^\n]*)?/.exec(
          this.text.slice(this.position, this.position + 65536),
        )?.[0] ?? "";
      if (space === "") {
        return;
      }
      this.position += space.length;
    }
  }

  private value(path: string): JToken {
    switch (this.text.charAt(this.position)) {
      case "{":
        return this.object(path);
      case "[":
        return this.array(path);
      case '"':
      case "'":
        return dateOrText(this.string(path));
      default:
        return this.scalar(path);
    }
  }

  private enter(): void {
    this.position++;
    if (++this.depth > MAX_DEPTH) {
      throw this.error(`The reader's MaxDepth of ${MAX_DEPTH} has been exceeded. Path ''`);
    }
  }

  private object(path: string): JObject {
    const result = new JObject();
    this.enter();
    for (;;) {
      this.skip();
      if (this.text[this.position] === "}") {
        this.leave();
        return result;
      }
      const name = this.name(path);
      const inner = path === "" ? name : `${path}.${name}`;
      this.skip();
      if (this.text[this.position] !== ":") {
        throw this.error(
          `Invalid character after parsing property name. Expected ':' but got: ${this.text[this.position] ?? ""}. Path '${path}'`,
        );
      }
      this.position++;
      this.skip();
      const value = this.value(inner);
      result.removeProperty(name);
      result.insert(new JProperty(name, value));
      if (!this.next("}", inner)) {
        this.leave();
        return result;
      }
    }
  }

  private array(path: string): JArray {
    const result = new JArray();
    this.enter();
    for (;;) {
      this.skip();
      if (this.text[this.position] === "]") {
        this.leave();
        return result;
      }
      result.add(this.value(`${path}[${result.count}]`));
      if (!this.next("]", path)) {
        this.leave();
        return result;
      }
    }
  }

  private leave(): void {
    this.position++;
    this.depth--;
  }

  /** Whether another item follows. */
  private next(end: string, path: string): boolean {
    this.skip();
    const symbol = this.text[this.position];
    if (symbol === ",") {
      this.position++;
      return true;
    }
    if (symbol === end) {
      return false;
    }
    throw symbol === undefined
      ? this.unexpected(path)
      : this.error(
          `After parsing a value an unexpected character was encountered: ${symbol}. Path '${path}'`,
        );
  }

  private name(path: string): string {
    const quote = this.text[this.position];
    if (quote === '"' || quote === "'") {
      return this.string(path);
    }
    const bare = /^[\p{L}\p{Nd}_$]+/u.exec(this.text.slice(this.position, this.position + 1024));
    if (bare === null) {
      throw this.error(
        quote === undefined
          ? `Unexpected end of content while loading JObject. Path '${path}'`
          : `Invalid property identifier character: ${quote}. Path '${path}'`,
      );
    }
    this.position += bare[0].length;
    return bare[0];
  }

  private string(path: string): string {
    const quote = this.text[this.position++] ?? "";
    let result = "";
    for (;;) {
      let end = this.position;
      while (end < this.text.length && this.text[end] !== quote && this.text[end] !== "\\") {
        end++;
      }
      result += this.text.slice(this.position, end);
      this.position = end + 1;
      if (end >= this.text.length) {
        this.position = end;
        throw this.error(`Unterminated string. Expected delimiter: ${quote}. Path '${path}'`);
      }
      if (this.text[end] === quote) {
        return result;
      }
      result += this.escape(path);
    }
  }

  private escape(path: string): string {
    const letter = this.text[this.position++] ?? "";
    if (letter === "u") {
      const digits = this.text.slice(this.position, this.position + 4);
      if (!/^[\da-fA-F]{4}$/.test(digits)) {
        throw this.error(`Could not parse Unicode escape. Path '${path}'`);
      }
      this.position += 4;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const simple: Readonly<Record<string, string>> = {
      b: "\b",
      f: "\f",
      n: "\n",
      r: "\r",
      t: "\t",
      "/": "/",
      "\\": "\\",
      '"': '"',
      "'": "'",
    };
    const symbol = simple[letter];
    if (symbol === undefined) {
      throw this.error(`Bad JSON escape sequence: \\${letter}. Path '${path}'`);
    }
    return symbol;
  }

  private scalar(path: string): JToken {
    const word = /^[^\s,:[\]{}"'/]+/.exec(this.text.slice(this.position, this.position + 1024))?.[0] ?? "";
    const token = keyword(word) ?? number(word);
    if (token === undefined) {
      throw this.unexpected(path);
    }
    this.position += word.length;
    return token;
  }
}

function keyword(word: string): JValue | undefined {
  switch (word) {
    case "true":
    case "false":
      return new JValue(word === "true");
    case "null":
      return JValue.null();
    case "undefined":
      return new JValue(null, "Undefined");
    case "NaN":
    case "Infinity":
    case "-Infinity":
      return new JValue(double(Number(word)));
    default:
      return undefined;
  }
}

/** A number; a leading zero makes it octal, `0x` hexadecimal. A `double` that is too large is refused. */
function number(word: string): JValue | undefined {
  if (/^0[xX][\da-fA-F]{1,16}$/.test(word)) {
    return new JValue(BigInt.asIntN(64, BigInt(word)));
  }
  if (/^0[0-7]+$/.test(word)) {
    return new JValue(BigInt.asIntN(64, BigInt(`0o${word}`)));
  }
  if (/^0\d/.test(word)) {
    return undefined;
  }
  if (/^-?\d+$/.test(word)) {
    const value = BigInt(word);
    return new JValue(fits(value, "long") ? value : new CsBigInteger(value));
  }
  const isDecimal = /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(word);
  return isDecimal && Number.isFinite(Number(word)) ? new JValue(double(Number(word))) : undefined;
}

function dateOrText(text: string): JValue {
  if (text.length >= 19 && text.length <= 40 && ISO_DATE.test(text)) {
    try {
      const parsed = parseDateTime(text);
      return new JValue(text.endsWith("Z") ? parsed.withKind("Utc") : parsed);
    } catch {
      return new JValue(text);
    }
  }
  const milliseconds = MICROSOFT_DATE.exec(text)?.[1];
  return new JValue(milliseconds === undefined ? text : CsDateTime.fromDate(new Date(Number(milliseconds))));
}
