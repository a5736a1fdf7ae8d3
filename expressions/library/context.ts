import type {
  ApiInfo,
  Authorization,
  BackendInfo,
  DeploymentInfo,
  GroupInfo,
  Jwt,
  LastError,
  MessageBody,
  OperationInfo,
  PolicyContext,
  PolicyRequest,
  PolicyResponse,
  ProductInfo,
  SubscriptionInfo,
  Url,
  UserInfo,
  WorkspaceInfo,
  X509Certificate2,
} from "../context";
import { HostDictionary, type HostEntries, stringsFromHost } from "../host-value";
import { parseJson } from "../json/reader";
import { JArray, JObject } from "../json/token";
import { type BasicAuthCredentials, parseBasic, parseJwt } from "../jwt";
import { defaultOf } from "../types/default-value";
import { HOST_NAMESPACE } from "../types/host-object";
import { isInstance, libraryType, runtimeType } from "../types/runtime-type";
import type { TypeDeclaration } from "../types/type-declaration";
import { CsArray, CsDictionary, CsList, type CsReadOnlyDictionary, iterate } from "../values/collections";
import { ArrayType, type CallSite, type CsType } from "../values/cs-type";
import type { CsValue, OutReference } from "../values/cs-value";
import { CsDateTime } from "../values/date-time";
import { CsEnum } from "../values/enum";
import { invalidCast, raise } from "../values/exception";
import { executionContext } from "../values/execution";
import { CsGuid } from "../values/guid";
import { toText } from "../values/text";
import { CsTimeSpan, TICKS_PER_MILLISECOND } from "../values/time-span";
import { UnsupportedFeature } from "../values/unsupported-feature";
import { parseElement, parseXml } from "../xml/reader";
import { constructed, sequenceOf, typeArgument } from "./collections";
import { notNull } from "./object";
import { UTF8 } from "./text";
import { urlDecode, urlEncode } from "./web";

/** The policy types have no namespace that APIM documents; expressions name them by their simple names. */
const NAMESPACE = HOST_NAMESPACE;
const STRINGS = "IReadOnlyDictionary<string, string[]>";

function policyType(header: string, members: TypeDeclaration["members"]): TypeDeclaration {
  return { namespace: NAMESPACE, header, members };
}

function dateTime(value: Date | null): CsDateTime | null {
  return value === null ? null : CsDateTime.fromDate(value);
}

/** Where an object of the host keeps its dictionary: a map beside it would be the garbage collector's work. */
const DICTIONARY = Symbol("dictionary");
/** Dictionaries of objects that keep nothing. */
const dictionaries = new WeakMap<object, HostDictionary>();

type DictionarySource = HostEntries & { [DICTIONARY]?: HostDictionary };

/**
 * A dictionary over a host object, the same for the same object.
 * @param valueType asked for when it is made: an expression may ask for it dozens of times
 * @param missing what the indexer gives for a missing key
 */
function dictionary(host: DictionarySource, valueType: () => CsType, missing?: Missing): HostDictionary {
  const known = host[DICTIONARY] ?? dictionaries.get(host);
  if (known !== undefined) {
    return known;
  }
  const made = new HostDictionary(host, valueType(), missing);
  if (Object.isExtensible(host)) {
    host[DICTIONARY] = made;
  } else {
    dictionaries.set(host, made);
  }
  return made;
}

type Missing = ConstructorParameters<typeof HostDictionary>[2];

const NULL_WHEN_MISSING: Missing = { value: null };
const objectType = (): CsType => libraryType("System.Object");
const stringType = (): CsType => libraryType("System.String");
const stringsType = (): CsType => ArrayType.of(stringType());
const certificateType = (): CsType => libraryType(`${CERTIFICATES}.X509Certificate2`);

/** Names to several values: headers, query, claims. */
function multiValues(host: HostEntries & object): HostDictionary {
  return dictionary(host, stringsType);
}

function groupSequence(groups: readonly GroupInfo[]): CsValue {
  return sequenceOf(libraryType(`${NAMESPACE}.IGroup`), () => [...groups]);
}

/**
 * `Body.As<T>()`.
 *
 * @throws System.InvalidOperationException after a read that did not preserve the content.
 */
function readBody(body: MessageBody, preserveContent: boolean, type: CsType): CsValue {
  const bytes = body.read(preserveContent);
  if (type instanceof ArrayType) {
    return Uint8Array.from(bytes);
  }
  const text = UTF8.decode(bytes).replace(/^\ufeff/, "");
  switch (type.fullName) {
    case "System.String":
      return text;
    case "Newtonsoft.Json.Linq.JToken":
      return parseJson(text);
    case "Newtonsoft.Json.Linq.JObject":
      return requireKind(parseJson(text), JObject, "JObject");
    case "Newtonsoft.Json.Linq.JArray":
      return requireKind(parseJson(text), JArray, "JArray");
    case "System.Xml.Linq.XElement":
    case "System.Xml.Linq.XNode":
      return parseElement(text);
    case "System.Xml.Linq.XDocument":
      return parseXml(text);
    default:
      throw raise("NotSupportedException", `A message body cannot be read as ${type.fullName}.`);
  }
}

function requireKind(token: CsValue, kind: abstract new (...args: never[]) => object, name: string): CsValue {
  if (!(token instanceof kind)) {
    throw raise(
      "Newtonsoft.Json.JsonReaderException",
      `Error reading ${name} from JsonReader. The body is not one.`,
    );
  }
  return token;
}

function formContent(body: MessageBody, preserveContent: boolean): CsDictionary {
  const listType = constructed("System.Collections.Generic.IList", libraryType("System.String"));
  const types = [libraryType("System.String"), listType];
  const result = new CsDictionary(
    constructed("System.Collections.Generic.Dictionary", ...types),
    constructed("System.Collections.Generic.KeyValuePair", ...types),
  );
  for (const part of UTF8.decode(body.read(preserveContent)).split("&")) {
    if (part === "") {
      continue;
    }
    const [name = "", ...rest] = part.split("=");
    const key = urlDecode(name);
    const existing = result.find(key);
    const list =
      existing instanceof CsList
        ? existing
        : new CsList(constructed("System.Collections.Generic.List", libraryType("System.String")));
    list.change().push(urlDecode(rest.join("=")));
    result.set(key, list);
  }
  return result;
}

function encodeForm(form: CsReadOnlyDictionary | null): string {
  const pairs: string[] = [];
  for (const [key, values] of notNull(form, "form").entries()) {
    for (const value of iterate(values)) {
      pairs.push(`${urlEncode(toText(key))}=${urlEncode(toText(value))}`);
    }
  }
  return pairs.join("&");
}

/** Several values of one name are one text with commas. */
function joined(self: CsReadOnlyDictionary | null, key: string | null, fallback: CsValue): CsValue {
  const found = notNull(self, "source").find(notNull(key, "key"));
  return found instanceof CsArray ? found.items.map(toText).join(",") : fallback;
}

function valueOrNull(self: CsReadOnlyDictionary | null, key: string | null): CsValue {
  return notNull(self, "source").find(notNull(key, "key")) ?? null;
}

function variable(
  self: CsReadOnlyDictionary | null,
  key: string | null,
  fallback: CsValue,
  type: CsType,
): CsValue {
  const found = notNull(self, "source").find(notNull(key, "key"));
  if (found === undefined || found === null) {
    return fallback;
  }
  if (!isInstance(found, type)) {
    throw invalidCast(runtimeType(found).fullName, type.fullName);
  }
  return found;
}

/** The latest one: a policy asks for it several times. */
let latestRequestId = CsGuid.empty;
let latestRequestIdText = "";

function requestIdOf(text: string): CsGuid {
  if (text !== latestRequestIdText) {
    latestRequestId = CsGuid.parse(text);
    latestRequestIdText = text;
  }
  return latestRequestId;
}

const context = policyType("class IProxyRequestContext", {
  "IApi Api { get; }": ({ api }: PolicyContext) => api,
  "IBackend Backend { get; }": ({ backend }: PolicyContext) => backend ?? null,
  "IDeployment Deployment { get; }": ({ deployment }: PolicyContext) => deployment,
  "TimeSpan Elapsed { get; }": ({ elapsed }: PolicyContext) =>
    CsTimeSpan.of(BigInt(Math.round(elapsed * Number(TICKS_PER_MILLISECOND)))),
  "ILastError LastError { get; }": ({ lastError }: PolicyContext) => lastError,
  "IOperation Operation { get; }": ({ operation }: PolicyContext) => operation,
  "IProduct Product { get; }": ({ product }: PolicyContext) => product,
  "IRequest Request { get; }": ({ request }: PolicyContext) => request,
  "Guid RequestId { get; }": ({ requestId }: PolicyContext) => requestIdOf(requestId),
  "IResponse Response { get; }": ({ response }: PolicyContext) => response,
  "ISubscription Subscription { get; }": ({ subscription }: PolicyContext) => subscription,
  "DateTime Timestamp { get; }": ({ timestamp }: PolicyContext) => CsDateTime.fromDate(timestamp),
  "bool Tracing { get; }": ({ tracing }: PolicyContext) => tracing,
  "IUser User { get; }": ({ user }: PolicyContext) => user,
  "IReadOnlyDictionary<string, object> Variables { get; }": ({ variables }: PolicyContext) =>
    dictionary(variables, objectType, NULL_WHEN_MISSING),
  "IWorkspace Workspace { get; }": ({ workspace }: PolicyContext) => workspace,
  "void Trace(string message)": (self: PolicyContext, message: string | null) => self.trace(message ?? ""),
});

/** Types that `As<T>` may be asked for. */
const BODY_TYPES: ReadonlySet<string> = new Set([
  "System.String",
  "System.Byte[]",
  "Newtonsoft.Json.Linq.JToken",
  "Newtonsoft.Json.Linq.JObject",
  "Newtonsoft.Json.Linq.JArray",
  "System.Xml.Linq.XNode",
  "System.Xml.Linq.XElement",
  "System.Xml.Linq.XDocument",
]);

const requestAndResponse: readonly TypeDeclaration[] = [
  policyType("class IRequest", {
    "IMessageBody Body { get; }": ({ body }: PolicyRequest) => body,
    "X509Certificate2 Certificate { get; }": ({ certificate }: PolicyRequest) => certificate,
    [`${STRINGS} Headers { get; }`]: (self: PolicyRequest) => multiValues(self.headers),
    "IFoundry Foundry { get; }": ({ foundry }: PolicyRequest) => foundry ?? null,
    "string IpAddress { get; }": ({ ipAddress }: PolicyRequest) => ipAddress,
    "IReadOnlyDictionary<string, string> MatchedParameters { get; }": ({
      matchedParameters,
    }: PolicyRequest) => dictionary(matchedParameters, stringType),
    "string Method { get; }": ({ method }: PolicyRequest) => method,
    "IUrl OriginalUrl { get; }": ({ originalUrl }: PolicyRequest) => originalUrl,
    "IUrl Url { get; }": ({ url }: PolicyRequest) => url,
    "IPrivateEndpointConnection PrivateEndpointConnection { get; }": ({
      privateEndpointConnection,
    }: PolicyRequest) => privateEndpointConnection,
  }),
  policyType("class IFoundry", {
    "string Deployment { get; }": ({ deployment }: NonNullable<PolicyRequest["foundry"]>) => deployment,
  }),
  policyType("class IResponse", {
    "IMessageBody Body { get; }": ({ body }: PolicyResponse) => body,
    [`${STRINGS} Headers { get; }`]: (self: PolicyResponse) => multiValues(self.headers),
    "int StatusCode { get; }": ({ statusCode }: PolicyResponse) => statusCode,
    "string StatusReason { get; }": ({ statusReason }: PolicyResponse) => statusReason,
  }),
  {
    ...policyType("class IMessageBody", {
      "T As<T>(bool preserveContent = false)": (
        self: MessageBody,
        preserveContent: boolean,
        site: CallSite,
      ) => readBody(self, preserveContent, typeArgument(site)),
      "IDictionary<string, IList<string>> AsFormUrlEncodedContent(bool preserveContent = false)": formContent,
    }),
    typeArguments: { As: BODY_TYPES },
  },
  policyType("class IUrl", {
    "string Host { get; }": ({ host }: Url) => host,
    "string Path { get; }": ({ path }: Url) => path,
    "int Port { get; }": ({ port }: Url) => port,
    [`${STRINGS} Query { get; }`]: (self: Url) => multiValues(self.query),
    "string QueryString { get; }": ({ queryString }: Url) => queryString,
    "string Scheme { get; }": ({ scheme }: Url) => scheme,
    "string ToString()": ({ scheme, host, port, path, queryString }: Url) => {
      const isDefault = (scheme === "https" && port === 443) || (scheme === "http" && port === 80);
      return `${scheme}://${host}${isDefault ? "" : `:${port}`}${path}${queryString}`;
    },
  }),
  policyType("class IPrivateEndpointConnection", {
    "string Name { get; }": ({ name }: NonNullable<PolicyRequest["privateEndpointConnection"]>) => name,
    "string GroupId { get; }": ({ groupId }: NonNullable<PolicyRequest["privateEndpointConnection"]>) =>
      groupId,
    "string MemberName { get; }": ({ memberName }: NonNullable<PolicyRequest["privateEndpointConnection"]>) =>
      memberName,
  }),
];

const service: readonly TypeDeclaration[] = [
  policyType("class IApi", {
    "string Id { get; }": ({ id }: ApiInfo) => id,
    "string Name { get; }": ({ name }: ApiInfo) => name,
    "string Path { get; }": ({ path }: ApiInfo) => path,
    "string Revision { get; }": ({ revision }: ApiInfo) => revision,
    "string Version { get; }": ({ version }: ApiInfo) => version,
    "bool IsCurrentRevision { get; }": ({ isCurrentRevision }: ApiInfo) => isCurrentRevision,
    "IUrl ServiceUrl { get; }": ({ serviceUrl }: ApiInfo) => serviceUrl,
    "IEnumerable<string> Protocols { get; }": ({ protocols }: ApiInfo) => stringsFromHost(protocols),
    "ISubscriptionKeyParameterNames SubscriptionKeyParameterNames { get; }": (self: ApiInfo) =>
      self.subscriptionKeyParameterNames,
  }),
  policyType("class ISubscriptionKeyParameterNames", {
    "string Header { get; }": ({ header }: ApiInfo["subscriptionKeyParameterNames"]) => header,
    "string Query { get; }": ({ query }: ApiInfo["subscriptionKeyParameterNames"]) => query,
  }),
  policyType("class IBackend", {
    "string Id { get; }": ({ id }: BackendInfo) => id,
    "string AzureRegion { get; }": ({ azureRegion }: BackendInfo) => azureRegion,
    "string Type { get; }": ({ type }: BackendInfo) => type,
  }),
  policyType("class IDeployment", {
    "string Region { get; }": ({ region }: DeploymentInfo) => region,
    "string ServiceId { get; }": ({ serviceId }: DeploymentInfo) => serviceId,
    "string ServiceName { get; }": ({ serviceName }: DeploymentInfo) => serviceName,
    "string GatewayId { get; }": ({ gatewayId }: DeploymentInfo) => gatewayId,
    "IGateway Gateway { get; }": ({ gateway }: DeploymentInfo) => gateway,
    "IReadOnlyDictionary<string, X509Certificate2> Certificates { get; }": ({
      certificates,
    }: DeploymentInfo) => dictionary(certificates, certificateType),
  }),
  policyType("class IGateway", {
    "string Id { get; }": ({ id }: DeploymentInfo["gateway"]) => id,
    "string InstanceId { get; }": ({ instanceId }: DeploymentInfo["gateway"]) => instanceId,
    "bool IsManaged { get; }": ({ isManaged }: DeploymentInfo["gateway"]) => isManaged,
  }),
  policyType("class ILastError", {
    "string Source { get; }": ({ source }: LastError) => source,
    "string Reason { get; }": ({ reason }: LastError) => reason,
    "string Message { get; }": ({ message }: LastError) => message,
    "string Scope { get; }": ({ scope }: LastError) => scope,
    "string Section { get; }": ({ section }: LastError) => section,
    "string Path { get; }": ({ path }: LastError) => path,
    "string PolicyId { get; }": ({ policyId }: LastError) => policyId,
  }),
  policyType("class IOperation", {
    "string Id { get; }": ({ id }: OperationInfo) => id,
    "string Name { get; }": ({ name }: OperationInfo) => name,
    "string Method { get; }": ({ method }: OperationInfo) => method,
    "string UrlTemplate { get; }": ({ urlTemplate }: OperationInfo) => urlTemplate,
  }),
  policyType("class IProduct", {
    "string Id { get; }": ({ id }: ProductInfo) => id,
    "string Name { get; }": ({ name }: ProductInfo) => name,
    "bool ApprovalRequired { get; }": ({ approvalRequired }: ProductInfo) => approvalRequired,
    "bool SubscriptionRequired { get; }": ({ subscriptionRequired }: ProductInfo) => subscriptionRequired,
    "ProductState State { get; }": ({ state }: ProductInfo) =>
      CsEnum.of(libraryType(`${NAMESPACE}.ProductState`), state === "Published" ? 1 : 0),
    "int? SubscriptionsLimit { get; }": ({ subscriptionsLimit }: ProductInfo) => subscriptionsLimit,
    "IEnumerable<IGroup> Groups { get; }": ({ groups }: ProductInfo) => groupSequence(groups),
  }),
  { namespace: NAMESPACE, header: "enum ProductState", values: { NotPublished: 0, Published: 1 } },
  policyType("class IGroup", {
    "string Id { get; }": ({ id }: GroupInfo) => id,
    "string Name { get; }": ({ name }: GroupInfo) => name,
  }),
  policyType("class ISubscription", {
    "string Id { get; }": ({ id }: SubscriptionInfo) => id,
    "string Name { get; }": ({ name }: SubscriptionInfo) => name,
    "string Key { get; }": ({ key }: SubscriptionInfo) => key,
    "string PrimaryKey { get; }": ({ primaryKey }: SubscriptionInfo) => primaryKey,
    "string SecondaryKey { get; }": ({ secondaryKey }: SubscriptionInfo) => secondaryKey,
    "DateTime CreatedDate { get; }": ({ createdDate }: SubscriptionInfo) => dateTime(createdDate),
    "DateTime? StartDate { get; }": ({ startDate }: SubscriptionInfo) => dateTime(startDate),
    "DateTime? EndDate { get; }": ({ endDate }: SubscriptionInfo) => dateTime(endDate),
  }),
  policyType("class IUser", {
    "string Id { get; }": ({ id }: UserInfo) => id,
    "string Email { get; }": ({ email }: UserInfo) => email,
    "string FirstName { get; }": ({ firstName }: UserInfo) => firstName,
    "string LastName { get; }": ({ lastName }: UserInfo) => lastName,
    "string Note { get; }": ({ note }: UserInfo) => note,
    "DateTime RegistrationDate { get; }": ({ registrationDate }: UserInfo) => dateTime(registrationDate),
    "IEnumerable<IGroup> Groups { get; }": ({ groups }: UserInfo) => groupSequence(groups),
    "IEnumerable<IUserIdentity> Identities { get; }": ({ identities }: UserInfo) =>
      sequenceOf(libraryType(`${NAMESPACE}.IUserIdentity`), () => [...identities]),
  }),
  policyType("class IUserIdentity", {
    "string Id { get; }": ({ id }: UserInfo["identities"][number]) => id,
    "string Provider { get; }": ({ provider }: UserInfo["identities"][number]) => provider,
  }),
  policyType("class IWorkspace", {
    "string Id { get; }": ({ id }: WorkspaceInfo) => id,
    "string Name { get; }": ({ name }: WorkspaceInfo) => name,
  }),
];

const credentials: readonly TypeDeclaration[] = [
  policyType("class Jwt", {
    "string Algorithm { get; }": ({ algorithm }: Jwt) => algorithm,
    "string Id { get; }": ({ id }: Jwt) => id,
    "string Issuer { get; }": ({ issuer }: Jwt) => issuer,
    "string Subject { get; }": ({ subject }: Jwt) => subject,
    "string Type { get; }": ({ type }: Jwt) => type,
    "IEnumerable<string> Audiences { get; }": ({ audiences }: Jwt) => stringsFromHost(audiences),
    [`${STRINGS} Claims { get; }`]: ({ claims }: Jwt) => multiValues(claims),
    "DateTime? ExpirationTime { get; }": ({ expirationTime }: Jwt) => dateTime(expirationTime),
    "DateTime? IssuedAt { get; }": ({ issuedAt }: Jwt) => dateTime(issuedAt),
    "DateTime? NotBefore { get; }": ({ notBefore }: Jwt) => dateTime(notBefore),
  }),
  policyType("class Authorization", {
    "string AccessToken { get; }": ({ accessToken }: Authorization) => accessToken,
    "IReadOnlyDictionary<string, object> Claims { get; }": ({ claims }: Authorization) =>
      dictionary(claims, objectType),
  }),
  policyType("class BasicAuthCredentials", {
    "string UserId { get; }": ({ userId }: BasicAuthCredentials) => userId,
    "string Password { get; }": ({ password }: BasicAuthCredentials) => password,
  }),
];

/** @throws UnsupportedFeature where the host makes no certificates */
function parseCertificate(der: Uint8Array | null): X509Certificate2 {
  const context = executionContext();
  if (context.parseCertificate === undefined) {
    throw new UnsupportedFeature("no certificate can be made of bytes here");
  }
  const bytes = notNull(der, "rawData");
  try {
    // Text of PEM, too, as .NET has it.
    const text = Buffer.from(bytes).toString("latin1");
    const pem = /-----BEGIN CERTIFICATE-----([^-]+)-----END/.exec(text)?.[1];
    return context.parseCertificate(pem === undefined ? bytes : Uint8Array.from(Buffer.from(pem, "base64")));
  } catch {
    throw raise("System.Security.Cryptography.CryptographicException", "Cannot find the requested object.");
  }
}

const CERTIFICATES = "System.Security.Cryptography.X509Certificates";

const certificates: readonly TypeDeclaration[] = [
  {
    namespace: CERTIFICATES,
    header: "class X500DistinguishedName",
    members: { "string Name { get; }": (self: string) => self },
  },
  {
    namespace: CERTIFICATES,
    header: "class X509Certificate",
    members: {
      "string Subject { get; }": ({ subject }: X509Certificate2) => subject,
      "string Issuer { get; }": ({ issuer }: X509Certificate2) => issuer,
      "string GetSerialNumberString()": ({ serialNumber }: X509Certificate2) => serialNumber,
      "string GetCertHashString()": ({ thumbprint }: X509Certificate2) => thumbprint,
      "byte[] GetCertHash()": ({ thumbprint }: X509Certificate2) =>
        Uint8Array.from(Buffer.from(thumbprint, "hex")),
      "byte[] GetRawCertData()": ({ rawData }: X509Certificate2) => Uint8Array.from(rawData),
      "string GetRawCertDataString()": ({ rawData }: X509Certificate2) =>
        Buffer.from(rawData).toString("hex").toUpperCase(),
      "string GetExpirationDateString()": ({ notAfter }: X509Certificate2) =>
        CsDateTime.fromDate(notAfter).toText(),
      "string GetEffectiveDateString()": ({ notBefore }: X509Certificate2) =>
        CsDateTime.fromDate(notBefore).toText(),
    },
  },
  {
    namespace: CERTIFICATES,
    header: "class X509Certificate2 : X509Certificate",
    members: {
      "X509Certificate2(byte[] rawData)": parseCertificate,
      "string Thumbprint { get; }": ({ thumbprint }: X509Certificate2) => thumbprint,
      "string SerialNumber { get; }": ({ serialNumber }: X509Certificate2) => serialNumber,
      "string FriendlyName { get; }": ({ friendlyName }: X509Certificate2) => friendlyName,
      "int Version { get; }": ({ version }: X509Certificate2) => version,
      "bool HasPrivateKey { get; }": ({ hasPrivateKey }: X509Certificate2) => hasPrivateKey,
      "byte[] RawData { get; }": ({ rawData }: X509Certificate2) => Uint8Array.from(rawData),
      "X500DistinguishedName SubjectName { get; }": ({ subject }: X509Certificate2) => subject,
      "X500DistinguishedName IssuerName { get; }": ({ issuer }: X509Certificate2) => issuer,
      // .NET gives these in local time, which is UTC here.
      "DateTime NotBefore { get; }": ({ notBefore }: X509Certificate2) =>
        CsDateTime.fromDate(notBefore, "Local"),
      "DateTime NotAfter { get; }": ({ notAfter }: X509Certificate2) =>
        CsDateTime.fromDate(notAfter, "Local"),
      "bool Verify()": (self: X509Certificate2) => self.verify(),
    },
  },
];

/** Source: https://learn.microsoft.com/azure/api-management/api-management-policy-expressions#ContextVariables */
const extensions: TypeDeclaration = {
  namespace: NAMESPACE,
  header: "static class PolicyExtensions",
  hasExtensions: true,
  unnameable: true,
  members: {
    [`static string GetValueOrDefault(this ${STRINGS} source, string key, string defaultValue)`]: joined,
    [`static string GetValueOrDefault(this ${STRINGS} source, string key)`]: (
      self: CsReadOnlyDictionary | null,
      key: string | null,
    ) => joined(self, key, null),
    [`static string[] GetValueOrDefault(this ${STRINGS} source, string key, string[] defaultValue)`]: (
      self: CsReadOnlyDictionary | null,
      key: string | null,
      fallback: CsValue,
    ) => notNull(self, "source").find(notNull(key, "key")) ?? fallback,
    "static string GetValueOrDefault(this IReadOnlyDictionary<string, string> source, string key, string defaultValue)":
      (self: CsReadOnlyDictionary | null, key: string | null, fallback: CsValue) =>
        notNull(self, "source").find(notNull(key, "key")) ?? fallback,
    "static T GetValueOrDefault<T>(this IReadOnlyDictionary<string, object> source, string key, T defaultValue)":
      (self: CsReadOnlyDictionary | null, key: string | null, fallback: CsValue, site: CallSite) =>
        variable(self, key, fallback, typeArgument(site)),
    "static T GetValueOrDefault<T>(this IReadOnlyDictionary<string, object> source, string key)": (
      self: CsReadOnlyDictionary | null,
      key: string | null,
      site: CallSite,
    ) => variable(self, key, defaultOf(typeArgument(site)), typeArgument(site)),
    "static object GetValueOrDefault(this IReadOnlyDictionary<string, object> source, string key)":
      valueOrNull,
    "static string GetValueOrDefault(this IReadOnlyDictionary<string, string> source, string key)":
      valueOrNull,
    "static Jwt AsJwt(this string input)": (input: string | null) =>
      input === null ? null : parseJwt(input),
    "static bool TryParseJwt(this string input, out Jwt result)": (
      input: string | null,
      result: OutReference,
    ) => {
      result.value = input === null ? null : parseJwt(input);
      return result.value !== null;
    },
    "static BasicAuthCredentials AsBasic(this string input)": (input: string | null) =>
      input === null ? null : parseBasic(input),
    "static bool TryParseBasic(this string input, out BasicAuthCredentials result)": (
      input: string | null,
      result: OutReference,
    ) => {
      result.value = input === null ? null : parseBasic(input);
      return result.value !== null;
    },
    "static bool VerifyNoRevocation(this X509Certificate2 certificate)": (
      certificate: X509Certificate2 | null,
    ) => notNull(certificate, "certificate").verifyNoRevocation(),
    "static string ToQueryString(this IDictionary<string, IList<string>> dictionary)": (
      form: CsReadOnlyDictionary | null,
    ) => (form === null || form.size === 0 ? null : `?${encodeForm(form)}`),
    "static string ToFormUrlEncodedContent(this IDictionary<string, IList<string>> dictionary)": encodeForm,
  },
};

/** `context` and what hangs from it. */
export const contextTypes: readonly TypeDeclaration[] = [
  context,
  ...requestAndResponse,
  ...service,
  ...credentials,
  ...certificates,
  extensions,
];
