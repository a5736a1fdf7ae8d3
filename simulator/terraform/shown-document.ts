import { basename } from "node:path";
import { completeAccountUrls } from "./account-urls";
import { isComputedOnly } from "./computed-names";
import { deterministicHex } from "./deterministic-value";
import { objectOf, objectsOf } from "./json-value";
import { PlannedUnknown } from "./known-after-apply";
import { moduleSteps } from "./plan-addresses";
import { PlanConfiguration, type PlannedResource } from "./plan-configuration";
import { nameAssumptions } from "./reference-assumptions";
import type { JsonObject, StackBlock, StackDocument } from "./stack-document";
import type { StackProblems } from "./stack-problems";

/** Arguments whose value Terraform makes up where nothing else depends on it: names, in all their spellings. */
const NAMES = /^(?:name|custom_subdomain_name)$/;

/**
 * What the provider fills in where nobody sets it, inside of blocks: arguments that are optional and computed, by type
 * and block. In a `dynamic` block they cannot be told from what somebody sets.
 */
const FILLED_IN_BLOCKS: Readonly<Record<string, readonly string[]>> = {
  azurerm_api_management: ["additional_location.capacity", "proxy.default_ssl_binding"],
  azurerm_api_management_custom_domain: ["gateway.default_ssl_binding"],
  azurerm_storage_account: [
    "network_rules.bypass",
    "network_rules.ip_rules",
    "network_rules.virtual_network_subnet_ids",
  ],
};

/** Arguments that no plan has the values of: a provider reads them from the configuration alone. */
const WRITE_ONLY = /^sensitive_body$|_wo$/;

type PlannedChange = Pick<PlannedResource, "unknown" | "isChanged">;

/** Major versions of the format: 0 is that of Terraform before 1.1, and has the same parts. */
const FORMAT_VERSIONS = /^[01]\.\d+$/;

/** Whether JSON is what `terraform show -json` prints of a plan or a state. */
export function isShownDocument(json: JsonObject): boolean {
  return typeof json["format_version"] === "string" && ("planned_values" in json || "values" in json);
}

/** Why the JSON cannot be read, as Terraform demands of readers. */
export function formatProblem(json: JsonObject): string | undefined {
  const version = String(json["format_version"]);
  return FORMAT_VERSIONS.test(version)
    ? undefined
    : `its 'format_version' is '${version}', and the simulator reads 1 with any minor version; write it with a ` +
        "Terraform of that format, or use a newer simulator";
}

/**
 * Reads what `terraform show -json` prints: of a plan `planned_values`, with `configuration` for what is known after
 * apply; of a state `values`. `count`, `for_each`, `dynamic` and modules are expanded in both.
 *
 * Source: https://developer.hashicorp.com/terraform/internals/json-format
 */
export function readShownDocument(file: string, json: JsonObject, problems: StackProblems): StackDocument {
  const isPlan = "planned_values" in json;
  const changes = plannedChanges(json);
  const planned = resourcesOf(
    objectOf(objectOf(json[isPlan ? "planned_values" : "values"])["root_module"]),
    changes,
  );
  const prior = resourcesOf(
    objectOf(objectOf(objectOf(json["prior_state"])["values"])["root_module"]),
    changes,
  ).filter(({ mode }) => mode === "data");
  const resources = [...planned, ...prior];
  if (resources.length === 0) {
    problems.add(file, `no resource in ${isPlan ? "the plan" : "the state"}`);
  }
  if (json["errored"] === true) {
    problems.add(file, "the plan has errors; it does not say all that would be made");
  }
  const configuration = isPlan
    ? new PlanConfiguration(
        objectOf(objectOf(json["configuration"])["root_module"]),
        resources,
        variableValues(json),
      )
    : undefined;
  const assumptions: string[] = [];
  const namedLater: string[] = [];
  const blocks = resources.map((resource) => block(resource, configuration, namedLater));
  if (isPlan) {
    completeAccountUrls(blocks, assumptions);
    assumptions.push(...nameAssumptions(namedLater));
  }
  return {
    name: basename(file).replace(/\.json$/, ""),
    file,
    providers: isPlan ? plannedProviders(json) : recordedProviders(resources),
    variables: new Map(),
    locals: new Map(),
    outputs: new Map(),
    isRecorded: true,
    assumptions,
    blocks,
  };
}

function resourcesOf(
  module: JsonObject,
  changes: ReadonlyMap<string, PlannedChange>,
): readonly PlannedResource[] {
  const own = objectsOf(module["resources"], "resources").map((resource): PlannedResource => {
    const address = String(resource["address"]);
    const key = resource["index"];
    return {
      address,
      mode: resource["mode"] === "data" ? "data" : "managed",
      type: String(resource["type"]),
      name: String(resource["name"]),
      ...(typeof key === "string" || typeof key === "number" ? { key: String(key) } : {}),
      modules: moduleSteps(address).steps,
      values: objectOf(resource["values"]),
      ...(changes.get(address) ?? { unknown: {}, isChanged: false }),
    };
  });
  const children = objectsOf(module["child_modules"], "child_modules");
  return [...own, ...children.flatMap((child) => resourcesOf(child, changes))];
}

/** What a plan says of each resource, beside its values. */
function plannedChanges(json: JsonObject): ReadonlyMap<string, PlannedChange> {
  return new Map(
    objectsOf(json["resource_changes"], "resource_changes").map(({ address, change }) => {
      const { actions, after_unknown } = objectOf(change);
      const isChanged = Array.isArray(actions) && (actions.includes("create") || actions.includes("update"));
      return [String(address), { unknown: objectOf(after_unknown), isChanged }];
    }),
  );
}

/** @param namedLater receives the address of a resource whose name is made up */
function block(
  resource: PlannedResource,
  configuration: PlanConfiguration | undefined,
  namedLater: string[],
): StackBlock {
  const { mode, type, address, unknown, isChanged } = resource;
  const written = configuration?.arguments(resource) ?? {};
  const provider = configuration?.provider(resource);
  const config: Record<string, unknown> = {};
  const completedNames: string[] = [];
  const dynamicNames = Object.keys(resource.values).filter(
    (name) => !Object.hasOwn(written, name) && hasBlocks(resource.values[name]),
  );
  for (const [name, value] of Object.entries(resource.values)) {
    if (type.startsWith("azapi_") ? value !== null : !isEmpty(value)) {
      config[name] = type.startsWith("azapi_") ? value : withoutEmpty(value);
    }
  }
  for (const name of Object.keys(written).filter((argument) => WRITE_ONLY.test(argument))) {
    config[name] = new PlannedUnknown(
      "it is write-only, so that neither a plan nor a state has it; synthesize the stack, or put what it holds elsewhere",
    );
  }
  for (const [name, shape] of Object.entries(unknown)) {
    const isDynamic = dynamicNames.includes(name);
    const paths = Object.hasOwn(written, name) || isDynamic ? unknownPaths(shape) : [];
    paths.forEach((path, index) => {
      const position = { index, count: paths.length };
      const value = isDynamic
        ? valueInDynamicBlock(type, [name, ...path])
        : configuration && plannedValue(resource, [name, ...path], configuration, position);
      if (value === undefined) {
        completedNames.push(name);
      } else {
        if (isName([name, ...path])) {
          namedLater.push(address);
        }
        config[name] = put(config[name], path, value);
      }
    });
  }
  return {
    mode,
    type,
    id: address,
    config: provider?.includes(".") === true ? { ...config, provider } : config,
    ...(configuration === undefined
      ? {}
      : { writtenNames: [...Object.keys(written), ...dynamicNames], completedNames, isChanged }),
  };
}

/** An unknown value that the configuration sets; undefined for one that the provider makes. */
function plannedValue(
  resource: PlannedResource,
  path: readonly (string | number)[],
  configuration: PlanConfiguration,
  position: { readonly index: number; readonly count: number },
): unknown {
  const found = configuration.resolve(resource, path, position);
  if (found === undefined) {
    return undefined;
  }
  if (isName(path)) {
    // Whatever it is made of: what reads it gets the same.
    return `n${deterministicHex(resource.address, 10)}`;
  }
  if (typeof found === "string" || isDocument(resource, path)) {
    const reason = typeof found === "string" ? found : `it is made of ${found.address}.${found.text}`;
    const remedy = isDocument(resource, path) ? ", or let a named value hold what is not known" : "";
    return new PlannedUnknown(`it is known after apply only (${reason}); read a state${remedy}`);
  }
  // The id of an API names its revision, with which keys of subscriptions do not work on Azure.
  const isScope = resource.type === "azurerm_api_management_subscription" && path[0] === "api_id";
  return isScope && found.attribute === "id" ? found.upTo(";rev=") : found;
}

/** Of `dynamic` blocks, a plan has what comes of them, and not what they refer to. */
function valueInDynamicBlock(type: string, path: readonly (string | number)[]): PlannedUnknown | undefined {
  const [block = "", name = ""] = path.filter((step) => typeof step === "string").slice(-2);
  const filledIn = Object.hasOwn(FILLED_IN_BLOCKS, type) ? FILLED_IN_BLOCKS[type] : undefined;
  return isComputedOnly(type, name, path.length) || filledIn?.includes(`${block}.${name}`) === true
    ? undefined
    : new PlannedUnknown(
        `'${name}' is known after apply only, and a plan does not show what 'dynamic' blocks refer to; read a state`,
      );
}

function hasBlocks(value: unknown): boolean {
  return Array.isArray(value) && value.some((item) => typeof item === "object" && item !== null);
}

function isName([argument, ...inside]: readonly (string | number)[]): boolean {
  return inside.length === 0 && NAMES.test(String(argument));
}

/** Policies and the like are made of more than what they refer to. */
function isDocument({ type, values }: PlannedResource, path: readonly (string | number)[]): boolean {
  const name = String(path.at(-1));
  const isPolicy =
    type === "azurerm_api_management_policy_fragment" ||
    (type.startsWith("azapi_") && /\/polic(?:ies|yFragments)@/i.test(String(values["type"])));
  return /^(?:xml_content|content_value)$/.test(name) || (isPolicy && name === "value");
}

function unknownPaths(shape: unknown): readonly (readonly (string | number)[])[] {
  if (shape === true) {
    return [[]];
  }
  if (Array.isArray(shape)) {
    return shape.flatMap((item, index) => unknownPaths(item).map((path) => [index, ...path]));
  }
  return Object.entries(objectOf(shape)).flatMap(([name, item]) =>
    unknownPaths(item).map((path) => [name, ...path]),
  );
}

/** The value with another at a place inside of it. */
function put(value: unknown, path: readonly (string | number)[], inner: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) {
    return inner;
  }
  if (typeof step === "number") {
    const items: unknown[] = Array.isArray(value) ? [...(value as readonly unknown[])] : [];
    items[step] = put(items[step], rest, inner);
    return items;
  }
  const object = objectOf(value);
  return { ...object, [step]: put(object[step], rest, inner) };
}

/** What a provider fills in where nothing is configured. */
function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) {
    return value.length === 0;
  }
  return value === null || value === "" || (typeof value === "object" && Object.keys(value).length === 0);
}

function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutEmpty);
  }
  return typeof value === "object" && value !== null
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([, item]) => !isEmpty(item))
          .map(([name, item]) => [name, withoutEmpty(item)]),
      )
    : value;
}

/** Of the root module's variables: what the plan was made with, or what they are by default. */
function variableValues(json: JsonObject): ReadonlyMap<string, unknown> {
  const declared = objectOf(objectOf(objectOf(json["configuration"])["root_module"])["variables"]);
  const values = (variables: JsonObject, member: string): readonly (readonly [string, unknown])[] =>
    Object.entries(variables).flatMap(([name, variable]) =>
      Object.hasOwn(objectOf(variable), member) ? [[name, objectOf(variable)[member]] as const] : [],
    );
  return new Map([...values(declared, "default"), ...values(objectOf(json["variables"]), "value")]);
}

function plannedProviders(json: JsonObject): StackDocument["providers"] {
  return Object.values(objectOf(objectOf(json["configuration"])["provider_config"])).map((provider) => {
    const { name, alias, expressions } = objectOf(provider);
    const config = Object.entries(objectOf(expressions)).flatMap(([setting, expression]) => {
      const constant = objectOf(expression)["constant_value"];
      return typeof constant === "string" ? [[setting, constant] as const] : [];
    });
    return {
      name: String(name),
      config: { ...Object.fromEntries(config), ...(alias === undefined ? {} : { alias }) },
    };
  });
}

/** A state says nothing of its providers; tenant and subscription stand in what was made. */
function recordedProviders(resources: readonly PlannedResource[]): StackDocument["providers"] {
  const texts = (name: string): readonly string[] =>
    resources.flatMap(({ type, values }) =>
      type.startsWith("azurerm_") && typeof values[name] === "string" && values[name] !== ""
        ? [values[name]]
        : [],
    );
  const [tenant] = texts("tenant_id");
  const subscription = texts("id").map((id) => /^\/subscriptions\/([^/]+)/.exec(id)?.[1]);
  const [subscriptionId] = subscription.filter((id) => id !== undefined);
  return [
    {
      name: "azurerm",
      config: {
        ...(tenant === undefined ? {} : { tenant_id: tenant }),
        ...(subscriptionId === undefined ? {} : { subscription_id: subscriptionId }),
      },
    },
  ];
}
