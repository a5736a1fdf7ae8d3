import type { Name } from "./x509";

/** Attribute types that Windows names otherwise than RFC 4514, or names where the parser leaves the OID. */
const WINDOWS_TYPES: Readonly<Record<string, string>> = {
  ST: "S",
  "2.5.4.5": "SERIALNUMBER",
  "2.5.4.9": "STREET",
  "2.5.4.13": "Description",
  "2.5.4.17": "PostalCode",
};

/**
 * A distinguished name as .NET prints it and API Management therefore compares it: the most specific part
 * first, `, ` between parts, values with special characters in double quotes.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/wincrypt/nf-wincrypt-certnametostra (CERT_X500_NAME_STR)
 */
export function distinguishedName(name: Name): string {
  return name
    .toJSON()
    .reverse()
    .map((part) =>
      Object.entries(part)
        .flatMap(([type, values]) => values.map((value) => `${typeName(type)}=${quote(value)}`))
        .join(" + "),
    )
    .join(", ");
}

function typeName(type: string): string {
  return WINDOWS_TYPES[type] ?? (/^\d/.test(type) ? `OID.${type}` : type);
}

function quote(value: string): string {
  const special = value === "" || /^\s|\s$|[,+="\n<>#;]/.test(value);
  return special ? `"${value.replaceAll('"', '""')}"` : value;
}
