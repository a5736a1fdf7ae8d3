import { registry } from "../../expressions/types/type-registry";
import type { Member } from "../../expressions/values/cs-type";

/**
 * What Microsoft's page allows, by namespace; behind a type the members, where it is not all of them.
 *
 * Source: https://learn.microsoft.com/azure/api-management/api-management-policy-expressions#CLRTypes
 */
const ALLOWED: Readonly<Record<string, string>> = {
  "Newtonsoft.Json": "Formatting, JsonConvert (SerializeObject DeserializeObject)",
  "Newtonsoft.Json.Linq":
    "Extensions, JArray, JConstructor, JContainer, JObject, JProperty, JRaw, JToken, JTokenType, JValue",
  System:
    "Array, BitConverter, Boolean, Byte, Char, Convert, DateTime (constructor Add AddDays AddHours AddMilliseconds " +
    "AddMinutes AddMonths AddSeconds AddTicks AddYears Date Day DayOfWeek DayOfYear DaysInMonth Hour " +
    "IsDaylightSavingTime IsLeapYear MaxValue Millisecond Minute MinValue Month Now Parse Second Subtract Ticks " +
    "TimeOfDay Today ToString UtcNow Year), DateTimeKind (Utc), DateTimeOffset, Decimal, Double, " +
    "Enum (Parse TryParse ToString), Exception, Guid, Int16, Int32, Int64, Math, MidpointRounding, Nullable, Random, " +
    "SByte, Single, String, StringComparer, StringComparison, StringSplitOptions, TimeSpan, TimeZone, TimeZoneInfo, " +
    "Tuple, UInt16, UInt32, UInt64, Uri, UriPartial",
  "System.Collections.Generic":
    "Dictionary, HashSet, ICollection, IDictionary, IEnumerable, IEnumerator, IList, IReadOnlyCollection, " +
    "IReadOnlyDictionary, ISet, KeyValuePair, List, Queue, Stack",
  "System.IO": "StringReader, StringWriter",
  "System.Linq": "Enumerable",
  "System.Net":
    "IPAddress (AddressFamily Equals GetAddressBytes IsLoopback Parse TryParse ToString), WebUtility",
  "System.Security.Cryptography":
    "AsymmetricAlgorithm, CipherMode, HashAlgorithm, HashAlgorithmName, HMAC, HMACMD5, HMACSHA1, HMACSHA256, " +
    "HMACSHA384, HMACSHA512, KeyedHashAlgorithm, MD5, Oid, PaddingMode, RNGCryptoServiceProvider, RSA, " +
    "RSAEncryptionPadding, RSASignaturePadding, SHA1, SHA1Managed, SHA256, SHA256Managed, SHA384, SHA384Managed, " +
    "SHA512, SHA512Managed, SymmetricAlgorithm",
  "System.Security.Cryptography.X509Certificates":
    "PublicKey, RSACertificateExtensions, X500DistinguishedName (Name), X509Certificate, X509Certificate2, " +
    "X509ContentType, X509NameType",
  "System.Text": "Encoding, StringBuilder",
  "System.Text.RegularExpressions":
    "Capture (Index Length Value), CaptureCollection (Count Item), Group (Captures Success), " +
    "GroupCollection (Count Item), Match (Empty Groups Result), " +
    "Regex (constructor IsMatch Match Matches Replace Unescape Split), RegexOptions",
  "System.Xml": "XmlNodeType",
  "System.Xml.Linq":
    "Extensions, XAttribute, XCData, XComment, XContainer, XDeclaration, XDocument, XDocumentType, XElement, XName, " +
    "XNamespace, XNode, XNodeDocumentOrderComparer, XNodeEqualityComparer, XObject, XProcessingInstruction, XText",
};

const HEAD = `# Types of expressions

What Microsoft's page allows in policy expressions, and what of it the simulator has. Whatever is not here is refused when
a policy is loaded, with its place. Written by \`npx tsx test/expressions/write-allowed-types.ts\` from the library itself;
a test holds the page to it.
`;

/** The page of the documentation that lists the types. The library must have been added. */
export function allowedTypesPage(): string {
  const sections = Object.entries(ALLOWED).map(([namespace, types]) => {
    const rows = types
      .split(/,\s+/)
      .map((entry) => /^(\w+)(?: \((.*)\))?$/.exec(entry))
      .map((match) => row(namespace, match?.[1] ?? "", match?.[2]?.split(" ")));
    return `## ${namespace}\n\n| type | allowed | here |\n| --- | --- | --- |\n${rows.join("\n")}\n`;
  });
  return [HEAD, ...sections].join("\n");
}

function row(namespace: string, name: string, allowed: readonly string[] | undefined): string {
  const found = [...registry.definitions()].filter(
    (definition) => definition.fullName === `${namespace}.${name}`,
  );
  const members = new Set(
    found.flatMap((definition) => [
      ...definition.members().map(nameOf),
      ...Object.keys(definition.enumValues),
    ]),
  );
  const own = [...members].filter((member) => member !== "").sort();
  const list = own.length === 0 ? "by name" : own.map((member) => `\`${member}\``).join(", ");
  const missing = (allowed ?? []).filter((member) => !members.has(member));
  const lacks = missing.length === 0 ? "" : `; not ${missing.map((member) => `\`${member}\``).join(", ")}`;
  return `| \`${name}\` | ${allowed === undefined ? "all" : "some"} | ${found.length === 0 ? "no" : list + lacks} |`;
}

function nameOf(member: Member): string {
  switch (member.kind) {
    case "method":
    case "property":
      return member.name;
    case "constructor":
      return "constructor";
    case "indexer":
      return "Item";
    case "operator":
    case "conversion":
      return "";
  }
}
