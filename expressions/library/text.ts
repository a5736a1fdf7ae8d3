import type { TypeDeclaration } from "../types/type-declaration";
import type { CsArray } from "../values/collections";
import { char, type CsNumber, CsObject, type CsValue } from "../values/cs-value";
import { argumentOutOfRange, indexOutOfRange } from "../values/exception";
import { consumeLength } from "../values/execution";
import { toText } from "../values/text";
import { formatComposite } from "./composite-format";
import { argumentError, notNull } from "./object";
import { characters, replaceAll } from "./string";

/** APIM's gateway runs on Windows. */
export const NEW_LINE = "\r\n";

/** `StringBuilder`, and the text of a `StringWriter`. */
class CsStringBuilder extends CsObject {
  public readonly typeName = "System.Text.StringBuilder";

  public constructor(public text = "") {
    super();
  }

  public append(text: string): this {
    this.text += text;
    consumeLength(text.length);
    return this;
  }

  public override toText(): string {
    return this.text;
  }

  public override equals(other: CsValue): boolean {
    return other instanceof CsStringBuilder && other.text === this.text;
  }
}

const APPENDABLE = [
  "object",
  "string",
  "bool",
  "char",
  "byte",
  "sbyte",
  "short",
  "ushort",
  "int",
  "uint",
  "long",
  "ulong",
  "float",
  "double",
  "decimal",
];

/** For a change in the middle, which copies the rest. */
function requirePart(self: CsStringBuilder, start: number, length: number): void {
  consumeLength(self.text.length);
  if (start < 0 || length < 0 || start + length > self.text.length) {
    throw argumentOutOfRange(start < 0 || start > self.text.length ? "startIndex" : "length");
  }
}

const stringBuilder: TypeDeclaration = {
  namespace: "System.Text",
  header: "class StringBuilder",
  members: {
    "StringBuilder()": () => new CsStringBuilder(),
    "StringBuilder(int capacity)": () => new CsStringBuilder(),
    "StringBuilder(string value)": (value: string | null) => new CsStringBuilder(value ?? ""),
    "int Length { get; set; }": {
      get: (self: CsStringBuilder) => self.text.length,
      set: (self: CsStringBuilder, length: number) => {
        if (length < 0) {
          throw argumentOutOfRange("value", "Length cannot be less than zero.");
        }
        consumeLength(length);
        self.text = self.text.slice(0, length).padEnd(length, "\0");
      },
    },
    "char this[int index] { get; set; }": {
      get: (self: CsStringBuilder, index: number) => {
        if (index < 0 || index >= self.text.length) {
          throw indexOutOfRange();
        }
        return char(self.text.charCodeAt(index));
      },
      set: (self: CsStringBuilder, index: number, value: CsNumber) => {
        requirePart(self, index, 1);
        self.text = self.text.slice(0, index) + toText(value) + self.text.slice(index + 1);
      },
    },
    ...Object.fromEntries(
      APPENDABLE.map((type) => [
        `StringBuilder Append(${type} value)`,
        (self: CsStringBuilder, value: CsValue) => self.append(toText(value)),
      ]),
    ),
    "StringBuilder Append(char[] value)": (self: CsStringBuilder, value: CsArray | null) =>
      self.append(characters(value).join("")),
    "StringBuilder Append(char value, int repeatCount)": (
      self: CsStringBuilder,
      value: CsNumber,
      count: number,
    ) => {
      if (count < 0) {
        throw argumentOutOfRange("repeatCount");
      }
      consumeLength(count);
      return self.append(toText(value).repeat(count));
    },
    "StringBuilder Append(string value, int startIndex, int count)": (
      self: CsStringBuilder,
      value: string | null,
      start: number,
      count: number,
    ) => {
      const text = value ?? "";
      if (start < 0 || count < 0 || start + count > text.length) {
        throw argumentOutOfRange("startIndex");
      }
      return self.append(text.slice(start, start + count));
    },
    "StringBuilder AppendLine()": (self: CsStringBuilder) => self.append(NEW_LINE),
    "StringBuilder AppendLine(string value)": (self: CsStringBuilder, value: string | null) =>
      self.append((value ?? "") + NEW_LINE),
    "StringBuilder AppendFormat(string format, params object[] args)": (
      self: CsStringBuilder,
      format: string | null,
      args: CsArray | null,
    ) => self.append(formatComposite(notNull(format, "format"), notNull(args, "args").items)),
    "StringBuilder Insert(int index, string value)": insert,
    "StringBuilder Insert(int index, char value)": insert,
    "StringBuilder Insert(int index, object value)": insert,
    "StringBuilder Remove(int startIndex, int length)": (
      self: CsStringBuilder,
      start: number,
      length: number,
    ) => {
      requirePart(self, start, length);
      self.text = self.text.slice(0, start) + self.text.slice(start + length);
      return self;
    },
    "StringBuilder Replace(string oldValue, string newValue)": (
      self: CsStringBuilder,
      from: string | null,
      to: string | null,
    ) => {
      if (notNull(from, "oldValue") === "") {
        throw argumentError("Empty name is not legal.", "oldValue");
      }
      self.text = replaceAll(self.text, from ?? "", to ?? "");
      return self;
    },
    "StringBuilder Replace(char oldChar, char newChar)": (
      self: CsStringBuilder,
      from: CsNumber,
      to: CsNumber,
    ) => {
      self.text = replaceAll(self.text, toText(from), toText(to));
      return self;
    },
    "StringBuilder Clear()": (self: CsStringBuilder) => {
      self.text = "";
      return self;
    },
    "string ToString()": (self: CsStringBuilder) => self.text,
    "string ToString(int startIndex, int length)": (self: CsStringBuilder, start: number, length: number) => {
      requirePart(self, start, length);
      return self.text.slice(start, start + length);
    },
  },
};

function insert(self: CsStringBuilder, index: number, value: CsValue): CsStringBuilder {
  requirePart(self, index, 0);
  self.text = self.text.slice(0, index) + toText(value) + self.text.slice(index);
  return self;
}

type BufferEncodingName = "utf8" | "ascii" | "utf16le" | "latin1";

/** `Encoding`. */
export class CsEncoding extends CsObject {
  public readonly typeName = "System.Text.Encoding";

  public constructor(
    public readonly webName: string,
    private readonly encoding: BufferEncodingName,
    private readonly bigEndian = false,
  ) {
    super();
  }

  public encode(text: string): Uint8Array {
    if (this.encoding === "ascii" || this.encoding === "latin1") {
      const limit = this.encoding === "ascii" ? 0x7f : 0xff;
      return Uint8Array.from(text, (symbol) => (symbol.charCodeAt(0) > limit ? 0x3f : symbol.charCodeAt(0)));
    }
    const bytes = Uint8Array.from(Buffer.from(text, this.encoding));
    return this.bigEndian ? swapped(bytes) : bytes;
  }

  /** How long `encode` makes a text. */
  public byteLength(text: string): number {
    return this.encoding === "utf8" ? Buffer.byteLength(text) : this.encode(text).length;
  }

  public decode(bytes: Uint8Array): string {
    if (this.encoding === "ascii") {
      return String.fromCharCode(...Array.from(bytes, (value) => (value > 0x7f ? 0x3f : value)));
    }
    const { buffer, byteOffset, byteLength } = this.bigEndian ? swapped(bytes) : bytes;
    return Buffer.from(buffer, byteOffset, byteLength).toString(this.encoding);
  }
}

function swapped(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes, (_, index) => bytes[index ^ 1] ?? 0);
}

export const UTF8 = new CsEncoding("utf-8", "utf8");
const ENCODINGS: Readonly<Record<string, CsEncoding>> = {
  UTF8,
  ASCII: new CsEncoding("us-ascii", "ascii"),
  Unicode: new CsEncoding("utf-16", "utf16le"),
  BigEndianUnicode: new CsEncoding("utf-16BE", "utf16le", true),
};
const LATIN1 = new CsEncoding("iso-8859-1", "latin1");

function encodingNamed(name: string): CsEncoding {
  const found = [...Object.values(ENCODINGS), LATIN1].find(
    ({ webName }) => webName.toLowerCase() === name.toLowerCase(),
  );
  if (found === undefined) {
    throw argumentError(`'${name}' is not a supported encoding name.`, "name");
  }
  return found;
}

const encodingType: TypeDeclaration = {
  namespace: "System.Text",
  header: "class Encoding",
  members: {
    ...Object.fromEntries(
      Object.entries(ENCODINGS).map(([name, encoding]) => [
        `static Encoding ${name} { get; }`,
        () => encoding,
      ]),
    ),
    "static Encoding GetEncoding(string name)": (name: string | null) => encodingNamed(notNull(name, "name")),
    "string WebName { get; }": (self: CsEncoding) => self.webName,
    "byte[] GetBytes(string s)": (self: CsEncoding, text: string | null) => self.encode(notNull(text, "s")),
    "byte[] GetBytes(char[] chars)": (self: CsEncoding, value: CsArray | null) =>
      self.encode(characters(notNull(value, "chars")).join("")),
    "int GetByteCount(string s)": (self: CsEncoding, text: string | null) =>
      self.byteLength(notNull(text, "s")),
    "string GetString(byte[] bytes)": (self: CsEncoding, bytes: Uint8Array | null) =>
      self.decode(notNull(bytes, "bytes")),
    "string GetString(byte[] bytes, int index, int count)": (
      self: CsEncoding,
      bytes: Uint8Array | null,
      index: number,
      count: number,
    ) => {
      const all = notNull(bytes, "bytes");
      if (index < 0 || count < 0 || index + count > all.length) {
        throw argumentOutOfRange("bytes", "Index and count must refer to a location within the buffer.");
      }
      return self.decode(all.subarray(index, index + count));
    },
  },
};

class CsStringReader extends CsObject {
  public readonly typeName = "System.IO.StringReader";
  private position = 0;

  public constructor(private readonly text: string) {
    super();
  }

  public readLine(): string | null {
    if (this.position >= this.text.length) {
      return null;
    }
    const match = /\r\n|\r|\n/.exec(this.text.slice(this.position));
    const end = match === null ? this.text.length : this.position + match.index;
    const line = this.text.slice(this.position, end);
    this.position = end + (match?.[0].length ?? 0);
    return line;
  }

  public readToEnd(): string {
    const rest = this.text.slice(this.position);
    this.position = this.text.length;
    return rest;
  }
}

/** Text in memory. */
export const textTypes: readonly TypeDeclaration[] = [
  stringBuilder,
  encodingType,
  {
    namespace: "System.IO",
    header: "class StringReader",
    members: {
      "StringReader(string s)": (text: string | null) => new CsStringReader(notNull(text, "s")),
      "string ReadLine()": (self: CsStringReader) => self.readLine(),
      "string ReadToEnd()": (self: CsStringReader) => self.readToEnd(),
    },
  },
  {
    namespace: "System.IO",
    header: "class StringWriter",
    members: {
      "StringWriter()": () => new CsStringBuilder(),
      "void Write(string value)": (self: CsStringBuilder, value: string | null): void => {
        self.append(value ?? "");
      },
      "void Write(object value)": (self: CsStringBuilder, value: CsValue): void => {
        self.append(toText(value));
      },
      "void WriteLine()": (self: CsStringBuilder): void => {
        self.append(NEW_LINE);
      },
      "void WriteLine(string value)": (self: CsStringBuilder, value: string | null): void => {
        self.append((value ?? "") + NEW_LINE);
      },
      "string ToString()": (self: CsStringBuilder) => self.text,
    },
  },
];
