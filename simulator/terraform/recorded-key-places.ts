import { isJsonObject, listOf, objectOf } from "./json-value";
import { keysInUrl } from "./key-forms";
import type { JsonObject } from "./stack-document";

/** A key that a plan or state holds. */
export interface RecordedKey {
  readonly key: string;
  /** Where it stands: address and attribute. */
  readonly place: string;
}

/** Attributes of azurerm, and members of what azapi reads, whose text opens something; without `_`, in lower case. */
const KEY_NAME =
  /primary|secondary|(?:access|account|api|client|extension|extensionconfig|function|instrumentation|master|shared)key$/;
const PASSWORD_NAME = /^(?:admin|administrator|administratorlogin)password$/;

/** What services make as a key; other texts of such a name may be anything. */
const MADE = /^(?:[A-Za-z\d]{32,}|[A-Za-z\d+/]{43}=|[A-Za-z\d+/]{86}==)$/;

/** What stands for a key: a named value, an expression, a reference to a vault, a function of a template. */
const REFERENCE = /\{\{[\w.-]+\}\}|^[@[][\w.]*[({]/;
/** What a backend is sent: whoever takes it is not a service of the document's, and goes on taking it. */
const SENT = /^(?:header|query)$/;

/** Texts that hold a key beside the name of what it opens. */
const CONNECTION_NAME = /(?:connectionstring|sas|sastoken)$/;
const CONNECTION = /^(?:Endpoint=|DefaultEndpointsProtocol=|SharedAccessSignature )/i;
const KEY_IN_CONNECTION =
  /(?:^|[;,?&\s])(?:AccountKey|SharedAccessKey|AccessKey|InstrumentationKey|Secret|Password|sig)=([\w+/%=-]{16,})/gi;

/** Whether a text of that name is a key, wherever it stands. */
export function isKeyName(name: string): boolean {
  return isNameOfKey(normal(name));
}

/**
 * The keys that services and providers have made, or were given, in what Terraform shows. In each document, what is
 * managed comes first.
 */
export function recordedKeysOf(documents: readonly JsonObject[]): readonly RecordedKey[] {
  const isData = (resource: JsonObject): boolean => resource["mode"] === "data";
  const texts = documents.flatMap((shown) => {
    const parts = [shown["planned_values"], shown["values"], objectOf(shown["prior_state"])["values"]];
    const resources = parts.flatMap((values) => resourcesOf(objectOf(values)));
    return [...resources.filter((each) => !isData(each)), ...resources.filter(isData)].flatMap(textsIn);
  });
  // Nothing else opens a file with a private key, whoever has drawn it.
  const kept = new Set(texts.filter(opensCertificate).map(({ value }) => value));
  return texts.flatMap((text) =>
    keysIn(text)
      .filter((key) => !kept.has(key))
      .map((key) => ({ key, place: text.path })),
  );
}

function resourcesOf(values: JsonObject): readonly JsonObject[] {
  const modules = [objectOf(values["root_module"])];
  // Grows while it is read: documents may be nested deeper than calls.
  for (const module of modules) {
    listOf(module["child_modules"]).forEach((child) => modules.push(objectOf(child)));
  }
  return modules.flatMap((module) => listOf(module["resources"]).map(objectOf));
}

/** A value of a resource. */
interface Place<T = string> {
  readonly type: string;
  /** From the resource on; without numbers of lists. */
  readonly path: string;
  /** Without `_`, in lower case, as below. */
  readonly name: string;
  readonly within: string;
  readonly value: T;
}

function textsIn(resource: JsonObject): readonly Place[] {
  const [type, address] = [String(resource["type"]), String(resource["address"])];
  if (!/^(?:azurerm|azapi|azuread|random)_/.test(type)) {
    return [];
  }
  const places: Place<unknown>[] = [
    { type, path: address, name: "", within: "", value: objectOf(resource["values"]) },
  ];
  const found: Place[] = [];
  for (const place of places) {
    const { path, name: within, value } = place;
    if (typeof value === "string") {
      found.push({ ...place, value });
    }
    // Older versions of azapi have bodies and outputs as texts.
    const inside = typeof value === "string" && type.startsWith("azapi_") ? parsed(value) : value;
    if (Array.isArray(inside)) {
      inside.forEach((item: unknown) => places.push({ ...place, value: item }));
    } else if (isJsonObject(inside)) {
      Object.entries(inside).forEach(([name, item]) =>
        places.push({ type, path: `${path}/${name}`, name: normal(lastStep(name)), within, value: item }),
      );
    }
  }
  return found;
}

/** The password of a PKCS#12 file. */
function opensCertificate({ type, name, within }: Place): boolean {
  return (
    name === "certificatepassword" ||
    (name === "password" && (within.endsWith("certificate") || type.endsWith("_certificate")))
  );
}

function keysIn(text: Place): readonly string[] {
  const keys = holdsKey(text) ? [text.value] : keysInConnection(text);
  return keys.filter((key) => key.trim() !== "" && !(mayRefer(text) && REFERENCE.test(key)));
}

/** Elsewhere a key that is drawn or chosen only looks like a reference. */
function mayRefer({ type, within }: Place): boolean {
  return /^(?:azapi_|azurerm_api_management(?:_|$))/.test(type) || within === "appsettings";
}

function holdsKey(text: Place): boolean {
  const { type, name, within } = text;
  if (type.startsWith("azuread_")) {
    return name === "value" && (type.endsWith("_password") || within === "password");
  }
  if (type.startsWith("random_")) {
    return type === "random_password" && name === "result";
  }
  return (
    (isNameOfKey(name) && !SENT.test(within)) ||
    // App Configuration, and lists of keys and passwords as Storage, Functions and registries have them.
    (name === "secret" && isNameOfKey(within)) ||
    (name === "value" && /^(?:keys|passwords|password[12])$/.test(within)) ||
    /^(?:function|system)keys$/.test(within) ||
    // Search and bots.
    (name === "key" && /^(?:querykeys|sites?)$/.test(within)) ||
    (type.startsWith("azapi_") ? isMadeKey(text) : name === "password" && within !== "proxy")
  );
}

function isNameOfKey(name: string): boolean {
  return (
    (/^[a-z]*key$/.test(name) && KEY_NAME.test(name)) || /^key[12]$/.test(name) || PASSWORD_NAME.test(name)
  );
}

/** What azapi reads has names of the stack's own. */
function isMadeKey({ name, within, value }: Place): boolean {
  const isNamed = (name.endsWith("key") && !SENT.test(within)) || within.endsWith("keys");
  return isNamed && !`${within} ${name}`.includes("public") && MADE.test(value);
}

function keysInConnection({ name, value }: Place): readonly string[] {
  return CONNECTION_NAME.test(name) || CONNECTION.test(value)
    ? [...value.matchAll(KEY_IN_CONNECTION)].flatMap(([, key = ""]) => keysInUrl(key))
    : [];
}

/** Of a path by which azapi reads, such as `properties.primaryKey`. */
function lastStep(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

function normal(name: string): string {
  return name.replaceAll("_", "").toLowerCase();
}

function parsed(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) {
    return undefined;
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
