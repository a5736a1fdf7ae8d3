import type { Json, Mutant } from "./mutant";

type Path = readonly (string | number)[];

/** What names things, orders their creation or describes them: of no weight here. */
const OF_NO_WEIGHT = new Set(["//", "tags", "depends_on", "description", "display_name", "name", "provider"]);
/** Documents have operators of their own. */
const DOCUMENTS = new Set(["xml_content", "value"]);
const FACTOR = 1000;
/** Longer texts are certificates and the like. */
const MAX_TEXT = 200;

/** Another of the values that Azure knows there, where it knows a few only: the more open one, if there is one. */
const ALTERNATIVES: Readonly<Record<string, string>> = {
  Admin: "User",
  AllMetrics: "Capacity",
  allErrors: "none",
  Allow: "Deny",
  Audit: "Trace",
  AutoRenew: "EmailContacts",
  Blocking: "Asynchronous_filter",
  CanNotDelete: "ReadOnly",
  Completion: "Prompt",
  Count: "Average",
  Dedicated: "AzureDiagnostics",
  Deny: "Allow",
  Enabled: "Disabled",
  GET: "DELETE",
  GlobalStandard: "Standard",
  GreaterThan: "LessThan",
  Hide: "Mask",
  Include: "Exclude",
  Inbound: "Outbound",
  Internal: "External",
  Low: "High",
  Medium: "High",
  NoAutoUpgrade: "OnceNewDefaultVersionAvailable",
  Outbound: "Inbound",
  PerGB2018: "CapacityReservation",
  premium: "standard",
  POST: "GET",
  PrivateOnly: "Open",
  Prompt: "Completion",
  RSA: "EC",
  Scope: "Role",
  ServicePrincipal: "User",
  StorageV2: "BlobStorage",
  SystemAssigned: "UserAssigned",
  Tcp: "*",
  TLS1_2: "TLS1_0",
  UserAssigned: "SystemAssigned",
  "SystemAssigned, UserAssigned": "UserAssigned",
  W3C: "Legacy",
  https: "http",
  information: "verbose",
  private: "blob",
  standard: "premium",
};
/** Values that are few in some places and free text elsewhere. */
const ALTERNATIVES_AT: Readonly<Record<string, string>> = {
  virtual_network_type: "External",
  "network_acls.bypass": "AzureServices",
  "network_rules.bypass.0": "AzureServices",
  "sampling.samplingType": "adaptive",
  operationNameFormat: "Url",
  private_endpoint_network_policies: "Disabled",
  account_replication_type: "LRS",
  account_tier: "Premium",
};
/** In an expression, or as the address that `lifecycle` names. */
const REFERENCE = /(?<![\w.])((?:azurerm|azuread|azapi)_\w+)\.([A-Za-z_][\w-]*)/;
const GUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

/**
 * Every resource left out; every attribute, at any depth, left out; every flag turned; every number a thousandfold;
 * every text another one that the provider takes there: another choice, another GUID, another resource of the type.
 */
export function resourceMutants(json: Json): readonly Mutant[] {
  return Object.entries(json.resource as Record<string, Record<string, Json>>).flatMap(([type, resources]) =>
    Object.entries(resources).flatMap(([id, attributes]) => {
      const address = `${type}.${id}`;
      const at = (
        operator: string,
        path: Path,
        change: string,
        edit: (parent: Json, key: never) => void,
        was?: unknown,
      ) => ({
        operator,
        address,
        change,
        was,
        json: () => edited(json, ["resource", type, id, ...path], edit),
      });
      return [
        at("leave-out", [], "the resource", remove, attributes),
        ...pathsOf(attributes, []).flatMap(([path, value]) => {
          const name = path.join(".");
          const changed = changedValue(json, name, value);
          return [
            at("leave-out", path, name, remove, value),
            ...(changed === undefined
              ? []
              : [
                  at(
                    changed.operator,
                    path,
                    `${name} → ${String(changed.value)}`,
                    (parent, key) => Object.assign(parent, { [key]: changed.value }),
                    value,
                  ),
                ]),
          ];
        }),
      ];
    }),
  );
}

function changedValue(
  json: Json,
  path: string,
  value: unknown,
): { readonly operator: string; readonly value: unknown } | undefined {
  if (typeof value === "boolean") {
    return { operator: "flip", value: !value };
  }
  if (typeof value === "number") {
    return { operator: "widen", value: (value || 1) * FACTOR };
  }
  if (typeof value !== "string" || value.length >= MAX_TEXT) {
    return undefined;
  }
  const other = REFERENCE.test(value) ? ofAnotherResource(json, value) : otherText(path, value);
  return other === undefined ? undefined : { operator: "replace", value: other };
}

function otherText(path: string, value: string): string {
  const at = Object.keys(ALTERNATIVES_AT).find((end) => path === end || path.endsWith(`.${end}`));
  const alternative = at === undefined ? ALTERNATIVES[value] : ALTERNATIVES_AT[at];
  return alternative !== undefined && alternative !== value
    ? alternative
    : value.replace(GUID, "0e0e0e0e-0e0e-4e0e-8e0e-0e0e0e0e0e0e") !== value
      ? value.replace(GUID, "0e0e0e0e-0e0e-4e0e-8e0e-0e0e0e0e0e0e")
      : `other-${value}`;
}

/** A text before an id is no id, and the provider says so: what can go wrong is to name another resource. */
function ofAnotherResource({ resource }: Json, value: string): string | undefined {
  const [reference, type = "", id = ""] = REFERENCE.exec(value) ?? [];
  const others = Object.keys((resource as Record<string, Json>)[type] ?? {}).filter((each) => each !== id);
  return reference === undefined || others[0] === undefined
    ? undefined
    : value.replace(`${type}.${id}.`, `${type}.${others[0]}.`);
}

function pathsOf(value: unknown, path: Path): readonly (readonly [Path, unknown])[] {
  if (typeof value !== "object" || value === null) {
    return [];
  }
  const entries: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? value.map((each, at) => [at, each as unknown] as const)
    : Object.entries(value);
  return (
    entries
      // What leaving out means.
      .filter(([, each]) => each !== null && !(Array.isArray(each) && each.length === 0))
      .filter(([key]) => !OF_NO_WEIGHT.has(String(key)) && !(path.length === 0 && DOCUMENTS.has(String(key))))
      .flatMap(([key, each]) => [[[...path, key], each] as const, ...pathsOf(each, [...path, key])])
  );
}

function remove(parent: Json, key: never): void {
  if (Array.isArray(parent)) {
    parent.splice(key, 1);
  } else {
    delete parent[key];
  }
}

/** A copy, with something done to what stands at a path. */
function edited(json: Json, path: Path, edit: (parent: Json, key: never) => void): Json {
  const copy = structuredClone(json);
  const parent = path.slice(0, -1).reduce<unknown>((at, key) => (at as Json)[key], copy);
  edit(parent as Json, path.at(-1) as never);
  return copy;
}
