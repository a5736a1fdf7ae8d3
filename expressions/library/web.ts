import { isIP } from "node:net";
import type * as entities from "entities/decode";
import type { TypeDeclaration } from "../types/type-declaration";
import { CsObject, type CsValue, type OutReference } from "../values/cs-value";
import type { CsEnum } from "../values/enum";
import { argumentNull, formatError, raise, ThrownException } from "../values/exception";
import { UnsupportedFeature } from "../values/unsupported-feature";
import { tryParse } from "./numbers";
import { notNull } from "./object";
import { stringArray } from "./string";

/** `Uri`: an absolute one. */
class CsUri extends CsObject {
  public readonly typeName = "System.Uri";
  private readonly url: URL;

  /** @throws System.UriFormatException */
  public constructor(
    public readonly original: string,
    base?: CsUri,
  ) {
    super();
    try {
      this.url = base === undefined ? new URL(original) : new URL(original, base.url);
    } catch {
      throw raise(
        "UriFormatException",
        original === ""
          ? "Invalid URI: The URI is empty."
          : "Invalid URI: The format of the URI could not be determined.",
      );
    }
  }

  public get absolute(): string {
    return canonical(this.url.href);
  }

  public get scheme(): string {
    return this.url.protocol.slice(0, -1);
  }

  public get host(): string {
    return this.url.hostname;
  }

  public get port(): number {
    const standard: Readonly<Record<string, number>> = { http: 80, https: 443, ftp: 21, ws: 80, wss: 443 };
    return this.url.port === "" ? (standard[this.scheme] ?? -1) : Number(this.url.port);
  }

  public get authority(): string {
    return this.url.host;
  }

  public get path(): string {
    return canonical(this.url.pathname);
  }

  public get query(): string {
    // A question mark without anything behind it counts for .NET.
    const { search, href, hash } = this.url;
    return canonical(search === "" && href.slice(0, href.length - hash.length).endsWith("?") ? "?" : search);
  }

  public get fragment(): string {
    return this.url.hash;
  }

  public get userInfo(): string {
    return this.url.username + (this.url.password === "" ? "" : `:${this.url.password}`);
  }

  public left(part: string): string {
    const start = `${this.url.protocol}//`;
    const authority = start + (this.userInfo === "" ? "" : `${this.userInfo}@`) + this.authority;
    const parts: Readonly<Record<string, string>> = {
      Scheme: start,
      Authority: authority,
      Path: authority + this.path,
      Query: authority + this.path + this.query,
    };
    return parts[part] ?? authority;
  }

  /** Escapes that stand for readable characters are undone. */
  public override toText(): string {
    return this.absolute.replace(/(?:%[\da-fA-F]{2})+/g, (escaped) => {
      try {
        return decodeURIComponent(escaped).replace(/[%?#/\\@:;=&+,$\p{C}]/gu, (symbol) =>
          encodeURIComponent(symbol),
        );
      } catch {
        return escaped;
      }
    });
  }

  public override equals(other: CsValue): boolean {
    return other instanceof CsUri && this.withoutFragment() === other.withoutFragment();
  }

  public override hashKey(): unknown {
    return `\0uri:${this.withoutFragment()}`;
  }

  private withoutFragment(): string {
    return this.absolute.slice(0, this.absolute.length - this.fragment.length);
  }
}

/** Escapes of letters, digits and `-._~` are undone. */
function canonical(text: string): string {
  return text.replace(/%(?:2[DdEe]|3\d|[46][1-9A-Fa-f]|[57][\dAa]|5[Ff]|7[Ee])/g, decodeURIComponent);
}

/** `new Uri(text)` in the forms that report failure without an exception. */
function tryUri(text: string | null, base?: CsUri): CsUri | undefined {
  try {
    return text === null ? undefined : new CsUri(text, base);
  } catch (error) {
    if (error instanceof ThrownException) {
      return undefined;
    }
    throw error;
  }
}

const URI_KINDS = { RelativeOrAbsolute: 0, Absolute: 1, Relative: 2 } as const;

/** @throws UnsupportedFeature for a relative address, which no gateway has a use for. */
function absoluteUri(text: string | null, kind: CsEnum): CsUri | undefined {
  const uri = kind.value === URI_KINDS.Relative ? undefined : tryUri(text);
  if (uri === undefined && text !== null && kind.value !== URI_KINDS.Absolute) {
    throw new UnsupportedFeature(`the simulator has no relative Uri: ${text}`);
  }
  return uri;
}

/** Whether nothing of an address would have to be escaped. */
function isWellFormed(text: string, uri: CsUri): boolean {
  return (
    !/[\s"<>\\^`{|}]|%(?![\da-fA-F]{2})/.test(text) && /^[a-z][a-z\d+.-]*:\/\//i.test(text) && uri.host !== ""
  );
}

function unescape(text: string): string {
  return text.replace(/(?:%[\da-fA-F]{2})+/g, (escaped) =>
    Buffer.from(escaped.replace(/%/g, ""), "hex").toString("utf8"),
  );
}

function escapeData(text: string): string {
  const wellFormed = text.replace(/\p{Cs}/gu, "\ufffd");
  return encodeURIComponent(wellFormed).replace(
    /[!'()*]/g,
    (symbol) => `%${symbol.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sameUri(a: CsUri | null, b: CsUri | null): boolean {
  return a === null || b === null ? a === b : a.equals(b);
}

const uriType: TypeDeclaration = {
  namespace: "System",
  header: "class Uri",
  members: {
    "Uri(string uriString)": (text: string | null) => new CsUri(notNull(text, "uriString")),
    "Uri(Uri baseUri, string relativeUri)": (base: CsUri | null, text: string | null) => {
      if (base === null) {
        throw argumentNull("baseUri");
      }
      return new CsUri(text ?? "", base);
    },
    "string AbsolutePath { get; }": (self: CsUri) => self.path,
    "string AbsoluteUri { get; }": (self: CsUri) => self.absolute,
    "string Authority { get; }": (self: CsUri) => self.authority,
    "string Host { get; }": (self: CsUri) => self.host,
    "string DnsSafeHost { get; }": (self: CsUri) => self.host.replace(/^\[|\]$/g, ""),
    "string LocalPath { get; }": (self: CsUri) => unescape(self.path),
    "string OriginalString { get; }": (self: CsUri) => self.original,
    "string PathAndQuery { get; }": (self: CsUri) => self.path + self.query,
    "int Port { get; }": (self: CsUri) => self.port,
    "string Query { get; }": (self: CsUri) => self.query,
    "string Fragment { get; }": (self: CsUri) => self.fragment,
    "string Scheme { get; }": (self: CsUri) => self.scheme,
    "string UserInfo { get; }": (self: CsUri) => self.userInfo,
    "bool IsAbsoluteUri { get; }": () => true,
    "bool IsDefaultPort { get; }": (self: CsUri) => !self.authority.endsWith(`:${self.port}`),
    "bool IsLoopback { get; }": (self: CsUri) => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(self.host),
    "string[] Segments { get; }": (self: CsUri) => stringArray(self.path.match(/[^/]*\/|[^/]+$/g) ?? []),
    "string GetLeftPart(UriPartial part)": (self: CsUri, part: CsEnum) => self.left(part.toText()),
    "static string EscapeDataString(string stringToEscape)": (text: string | null) =>
      escapeData(notNull(text, "stringToEscape")),
    "static string UnescapeDataString(string stringToUnescape)": (text: string | null) =>
      unescape(notNull(text, "stringToUnescape")),
    "static string EscapeUriString(string stringToEscape)": (text: string | null) =>
      encodeURI(notNull(text, "stringToEscape").replace(/\p{Cs}/gu, "\ufffd"))
        .replace(/%5B/g, "[")
        .replace(/%5D/g, "]"),
    "static bool TryCreate(string uriString, UriKind uriKind, out Uri result)": (
      text: string | null,
      kind: CsEnum,
      result: OutReference,
    ) => {
      result.value = absoluteUri(text, kind) ?? null;
      return result.value !== null;
    },
    "static bool TryCreate(Uri baseUri, string relativeUri, out Uri result)": (
      base: CsUri | null,
      text: string | null,
      result: OutReference,
    ) => {
      result.value = base === null ? null : (tryUri(text, base) ?? null);
      return result.value !== null;
    },
    "static bool IsWellFormedUriString(string uriString, UriKind uriKind)": (
      text: string | null,
      kind: CsEnum,
    ) => {
      const uri = absoluteUri(text, kind);
      return uri !== undefined && isWellFormed(text ?? "", uri);
    },
    "Uri(string uriString, UriKind uriKind)": (text: string | null, kind: CsEnum) =>
      absoluteUri(text, kind) ?? new CsUri(text ?? ""),
    "string ToString()": (self: CsUri) => self.toText(),
    "static bool operator ==(Uri uri1, Uri uri2)": sameUri,
    "static bool operator !=(Uri uri1, Uri uri2)": (a: CsUri | null, b: CsUri | null) => !sameUri(a, b),
  },
};

/** `WebUtility.UrlEncode`: form encoding with upper-case digits. */
export function urlEncode(text: string): string {
  return Array.from(Buffer.from(text, "utf8"), (byte) => {
    const symbol = String.fromCharCode(byte);
    if (/[A-Za-z0-9\-_.!*()]/.test(symbol)) {
      return symbol;
    }
    return byte === 0x20 ? "+" : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }).join("");
}

/** `WebUtility.UrlDecode`: `+` is a space; broken escapes stay. */
export function urlDecode(text: string): string {
  return unescape(text.replace(/\+/g, " "));
}

function htmlDecode(text: string): string {
  if (!text.includes("&")) {
    return text;
  }
  // Its tables take long to load, and few expressions need them.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- Jest runs no import() of a CommonJS package
  const { decodeHTMLStrict } = require("entities/decode") as typeof entities;
  return decodeHTMLStrict(text);
}

function htmlEncode(text: string): string {
  return Array.from(text, (symbol) => {
    const named = { "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "&": "&amp;" }[symbol];
    const code = symbol.codePointAt(0) ?? 0;
    return named ?? ((code >= 160 && code < 256) || code > 0xffff ? `&#${code};` : symbol);
  }).join("");
}

const webUtilityType: TypeDeclaration = {
  namespace: "System.Net",
  header: "static class WebUtility",
  members: {
    "static string UrlEncode(string value)": (text: string | null) =>
      text === null ? null : urlEncode(text),
    "static string UrlDecode(string encodedValue)": (text: string | null) =>
      text === null ? null : urlDecode(text),
    "static string HtmlEncode(string value)": (text: string | null) =>
      text === null ? null : htmlEncode(text),
    "static string HtmlDecode(string value)": (text: string | null) =>
      text === null ? null : htmlDecode(text),
  },
};

/** `IPAddress`. */
class CsIpAddress extends CsObject {
  public readonly typeName = "System.Net.IPAddress";

  private constructor(private readonly text: string) {
    super();
  }

  /** @throws System.FormatException */
  public static parse(text: string): CsIpAddress {
    const plain = text.replace(/^\[(.*)\]$/, "$1");
    switch (isIP(plain)) {
      case 4:
        return new CsIpAddress(plain);
      case 6:
        // URLs print IPv6 addresses in their shortest form.
        return new CsIpAddress(new URL(`http://[${plain.replace(/%.*$/, "")}]/`).hostname.slice(1, -1));
      default:
        throw formatError("An invalid IP address was specified.");
    }
  }

  public get isLoopback(): boolean {
    return this.text.startsWith("127.") || this.text === "::1";
  }

  public get bytes(): Uint8Array {
    if (isIP(this.text) === 4) {
      return Uint8Array.from(this.text.split("."), Number);
    }
    const [head = "", tail] = this.text.split("::");
    const words = (part: string): string[] => (part === "" ? [] : part.split(":"));
    const [left, right] = [words(head), words(tail ?? "")];
    const missing = tail === undefined ? 0 : 8 - left.length - right.length;
    const all = [...left, ...new Array<string>(missing).fill("0"), ...right].map((word) =>
      Number.parseInt(word, 16),
    );
    return Uint8Array.from(all.flatMap((word) => [word >> 8, word & 255]));
  }

  public override toText(): string {
    return this.text;
  }

  public override equals(other: CsValue): boolean {
    return other instanceof CsIpAddress && other.text === this.text;
  }

  public override hashKey(): unknown {
    return `\0ip:${this.text}`;
  }
}

const ipAddressType: TypeDeclaration = {
  namespace: "System.Net",
  header: "class IPAddress",
  members: {
    "static IPAddress Parse(string ipString)": (text: string | null) =>
      CsIpAddress.parse(notNull(text, "ipString")),
    "static bool TryParse(string ipString, out IPAddress address)": (
      text: string | null,
      result: OutReference,
    ) => tryParse(result, null, () => CsIpAddress.parse(text ?? "")),
    "static bool IsLoopback(IPAddress address)": (address: CsIpAddress | null) =>
      notNull(address, "address").isLoopback,
    "byte[] GetAddressBytes()": (self: CsIpAddress) => self.bytes,
    "string ToString()": (self: CsIpAddress) => self.toText(),
  },
};

/** Addresses of the web. */
export const webTypes: readonly TypeDeclaration[] = [
  uriType,
  { namespace: "System", header: "enum UriPartial", values: { Scheme: 0, Authority: 1, Path: 2, Query: 3 } },
  { namespace: "System", header: "enum UriKind", values: URI_KINDS },
  webUtilityType,
  ipAddressType,
];
