import { isJsonObject, listOf, objectOf } from "./json-value";
import type { JsonObject } from "./stack-document";

/** A key that a plan or state holds. */
export interface RecordedKey {
  readonly key: string;
  /** Where it stands: address and attribute. */
  readonly place: string;
}

/** Attributes of azurerm, and members of what azapi reads, whose text opens something; without `_`, in lower case. */
const KEY_NAME =
  /^(?:[a-z]*(?:primary|secondary)[a-z]*key|[a-z]*(?:access|account|api|function|master|shared)key|key[12])$/;

/** References to named values and calls of functions are no keys. */
const KEY = /^[^\s{}()<>]+$/;
/** What a backend is sent: whoever takes it is no service of the document's, and goes on taking it. */
const SENT = /^(?:header|query)$/;

/** Texts that hold a key beside the name of what it opens. */
const CONNECTION_NAME = /(?:connectionstring|sas|sastoken)$/;
const CONNECTION = /^(?:Endpoint=|DefaultEndpointsProtocol=|SharedAccessSignature )/i;
const KEY_IN_CONNECTION =
  /(?:^|[;,?&\s])(?:AccountKey|SharedAccessKey|AccessKey|Secret|Password|sig)=([\w+/%=-]{16,})/gi;

/** Whether a text of that name is a key, wherever it stands. */
export function isKeyName(name: string): boolean {
  return KEY_NAME.test(normal(name));
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
      .filter((key) => KEY.test(key) && !kept.has(key))
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
        places.push({ type, path: `${path}/${name}`, name: normal(name), within, value: item }),
      );
    }
  }
  return found;
}

/** The password of a PKCS#12 file. */
function opensCertificate({ type, name, within }: Place): boolean {
  return (
    name === "certificatepassword" ||
    (name === "password" && (within === "certificate" || type.endsWith("_certificate")))
  );
}

function keysIn(text: Place): readonly string[] {
  return holdsKey(text) ? [text.value] : keysInConnection(text);
}

function holdsKey({ type, name, within }: Place): boolean {
  if (type.startsWith("azuread_")) {
    return name === "value" && (type.endsWith("_password") || within === "password");
  }
  if (type.startsWith("random_")) {
    return type === "random_password" && name === "result";
  }
  return (
    (KEY_NAME.test(name) && !SENT.test(within)) ||
    // App Configuration, and lists of keys as Storage and Functions have them.
    (name === "secret" && KEY_NAME.test(within)) ||
    (name === "value" && within === "keys") ||
    /^(?:function|system)keys$/.test(within)
  );
}

function keysInConnection({ name, value }: Place): readonly string[] {
  return CONNECTION_NAME.test(name) || CONNECTION.test(value)
    ? [...value.matchAll(KEY_IN_CONNECTION)].map(([, key = ""]) => key)
    : [];
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
