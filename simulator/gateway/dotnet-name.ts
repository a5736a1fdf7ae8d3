import type { Name } from "../certificates";

/** Attribute types that Windows spells otherwise than RFC 4514. */
const WINDOWS_TYPES: ReadonlyMap<string, string> = new Map([
  ["ST", "S"],
  ["2.5.4.5", "SERIALNUMBER"],
  ["2.5.4.9", "STREET"],
  ["2.5.4.17", "PostalCode"],
]);

/**
 * A distinguished name as .NET's `X500DistinguishedName.Name` prints it, and as policies therefore compare it:
 * most specific part first, values with special characters in double quotes.
 */
export function dotnetName(name: Name): string {
  const parts = [...name.toJSON()].reverse();
  return parts
    .map((part) =>
      Object.entries(part)
        .flatMap(([type, values]) => values.map((value) => `${typeName(type)}=${quoted(value)}`))
        .join(" + "),
    )
    .join(", ");
}

function typeName(type: string): string {
  return WINDOWS_TYPES.get(type) ?? (/^\d+(\.\d+)+$/.test(type) ? `OID.${type}` : type);
}

function quoted(value: string): string {
  return value === "" || /^\s|\s$|[,+="\n<>#;]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
