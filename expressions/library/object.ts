import { defaultOf } from "../types/default-value";
import { libraryType } from "../types/runtime-type";
import type { TypeDeclaration } from "../types/type-declaration";
import type { CallSite, NamedType } from "../values/cs-type";
import type { CsValue, OutReference } from "../values/cs-value";
import { CsEnum } from "../values/enum";
import { valuesEqual } from "../values/equality";
import { argumentNull, CsException, invalidOperation, raise } from "../values/exception";
import { toText } from "../values/text";

function parseEnum(type: NamedType, text: string, ignoreCase: boolean): CsEnum | undefined {
  let value = 0;
  for (const part of text.split(",").map((item) => item.trim())) {
    const entry = Object.entries(type.definition.enumValues).find(([name]) =>
      ignoreCase ? name.toLowerCase() === part.toLowerCase() : name === part,
    );
    if (entry === undefined && !/^[+-]?\d+$/.test(part)) {
      return undefined;
    }
    value |= entry?.[1] ?? Number(part);
  }
  return CsEnum.of(type, value);
}

function tryParseEnum(
  text: string | null,
  ignoreCase: boolean,
  result: OutReference,
  site: CallSite,
): boolean {
  const [type] = site.typeArguments;
  const parsed = text === null || type?.kind !== "named" ? undefined : parseEnum(type, text, ignoreCase);
  result.value = parsed ?? (type?.kind === "named" ? CsEnum.of(type, 0) : null);
  return parsed !== undefined;
}

/** The roots of the type system. */
export const objectTypes: readonly TypeDeclaration[] = [
  {
    namespace: "System",
    header: "class Object",
    members: {
      "Object()": () => ({}),
      "string ToString()": (self: CsValue) => toText(self),
      "bool Equals(object obj)": (self: CsValue, other: CsValue) => valuesEqual(self, other),
      "static bool Equals(object objA, object objB)": (a: CsValue, b: CsValue) => valuesEqual(a, b),
    },
  },
  { namespace: "System", header: "class ValueType", unnameable: true },
  {
    namespace: "System",
    header: "class Enum",
    members: {
      "static bool TryParse<TEnum>(string value, out TEnum result)": (
        text: string | null,
        result: OutReference,
        site: CallSite,
      ) => tryParseEnum(text, false, result, site),
      "static bool TryParse<TEnum>(string value, bool ignoreCase, out TEnum result)": tryParseEnum,
    },
  },
  {
    namespace: "System",
    header: "struct Nullable<T>",
    members: {
      "bool HasValue { get; }": (self: CsValue) => self !== null,
      "T Value { get; }": (self: CsValue): CsValue => {
        if (self === null) {
          throw invalidOperation("Nullable object must have a value.");
        }
        return self;
      },
      "T GetValueOrDefault()": (self: CsValue, site: CallSite): CsValue =>
        self ?? defaultOf(site.type.typeArguments[0] ?? libraryType("System.Object")),
      "T GetValueOrDefault(T defaultValue)": (self: CsValue, fallback: CsValue) => self ?? fallback,
      "string ToString()": (self: CsValue) => toText(self),
      "bool Equals(object other)": (self: CsValue, other: CsValue) => valuesEqual(self, other),
    },
  },
  {
    namespace: "System",
    header: "class Exception",
    members: {
      "Exception()": () =>
        new CsException("System.Exception", "Exception of type 'System.Exception' was thrown."),
      "Exception(string message)": (message: string | null) =>
        new CsException("System.Exception", message ?? "Exception of type 'System.Exception' was thrown."),
      "Exception(string message, Exception innerException)": (
        message: string | null,
        inner: CsException | null,
      ) =>
        new CsException(
          "System.Exception",
          message ?? "Exception of type 'System.Exception' was thrown.",
          inner,
        ),
      "string Message { get; }": (self: CsException) => self.message,
      "Exception InnerException { get; }": (self: CsException) => self.innerException,
      "Exception GetBaseException()": (self: CsException): CsValue => {
        let base = self;
        while (base.innerException !== null) {
          base = base.innerException;
        }
        return base;
      },
      "string ToString()": (self: CsException) => self.toText(),
    },
  },
];

/** Guards a reference argument. */
export function notNull<T extends CsValue>(value: T | null, parameter: string): T {
  if (value === null) {
    throw argumentNull(parameter);
  }
  return value;
}

/** `System.ArgumentException` with the parameter's name in its message. */
export function argumentError(message: string, parameter?: string): Error {
  return raise(
    "ArgumentException",
    parameter === undefined ? message : `${message}\nParameter name: ${parameter}`,
  );
}
