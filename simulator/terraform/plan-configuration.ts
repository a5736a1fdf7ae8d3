import { PlannedReference } from "./known-after-apply";
import { attributePath, type ModuleStep, moduleSteps, resourceReference } from "./plan-addresses";
import type { JsonObject } from "./stack-document";

/** A resource that the plan makes or has. */
export interface PlannedResource {
  readonly address: string;
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly name: string;
  /** Key of `for_each` or number of `count`. */
  readonly key?: string;
  readonly modules: readonly ModuleStep[];
  readonly values: JsonObject;
}

/** Where a reference stands. */
interface Place {
  readonly modules: readonly ModuleStep[];
  /** Key of the instance whose argument it is. */
  readonly key?: string;
  /** What the instances are made from: references of `for_each`. */
  readonly each: readonly string[];
}

/** An attribute that a reference leads to; without a name, the whole resource. */
interface Target {
  readonly resource: PlannedResource;
  readonly attribute?: string;
}

const MAX_DEPTH = 20;

/** `configuration` of a plan: what the arguments refer to, without the expressions themselves. */
export class PlanConfiguration {
  public constructor(
    private readonly root: JsonObject,
    private readonly resources: readonly PlannedResource[],
  ) {}

  /** Names of the arguments that the configuration gives a resource. */
  public arguments(resource: PlannedResource): JsonObject {
    return objectOf(this.resource(resource)["expressions"]);
  }

  /** The provider configuration of a resource, such as `azurerm.other`. */
  public provider(resource: PlannedResource): string | undefined {
    const key = this.resource(resource)["provider_config_key"];
    return typeof key === "string" ? key.split(":").at(-1) : undefined;
  }

  /**
   * What an unknown value inside an argument is, as far as its references say.
   *
   * @param path - of the value, from the argument on.
   * @param position - which of the unknown values of that argument it is, and of how many.
   * @returns the reason if they do not say; undefined if the configuration does not set the value
   */
  public resolve(
    resource: PlannedResource,
    path: readonly (string | number)[],
    position: { readonly index: number; readonly count: number },
  ): PlannedReference | string | undefined {
    const config = this.resource(resource);
    const references = referencesAt(objectOf(config["expressions"]), path);
    if (references === undefined) {
      return undefined;
    }
    const place: Place = {
      modules: resource.modules,
      key: resource.key,
      each: listOf(objectOf(config["for_each_expression"])["references"]),
    };
    const targets = this.targets(references, place, 0);
    const name = String(path.findLast((step) => typeof step === "string") ?? "");
    const chosen = choose(targets, name, position, resource.key);
    return chosen === undefined
      ? `it is made of ${references.join(", ")}`
      : new PlannedReference(chosen.resource.address, chosen.attribute ?? "id");
  }

  private resource({ modules, mode, type, name }: PlannedResource): JsonObject {
    const found = listOf<JsonObject>(this.module(modules)["resources"]).find(
      (candidate) => candidate["mode"] === mode && candidate["type"] === type && candidate["name"] === name,
    );
    return found ?? {};
  }

  private module(modules: readonly ModuleStep[]): JsonObject {
    return modules.reduce(
      (module, { name }) => objectOf(objectOf(objectOf(module["module_calls"])[name])["module"]),
      this.root,
    );
  }

  private call(modules: readonly ModuleStep[]): JsonObject {
    return objectOf(objectOf(this.module(modules.slice(0, -1))["module_calls"])[modules.at(-1)?.name ?? ""]);
  }

  private targets(references: readonly string[], place: Place, depth: number): readonly Target[] {
    if (depth > MAX_DEPTH) {
      return [];
    }
    // Terraform lists `a.b.c` and `a.b`; the longer one says more.
    const precise = references.filter(
      (reference) => !references.some((other) => other !== reference && isInside(other, reference)),
    );
    return unique(precise.flatMap((reference) => this.target(reference, place, depth)));
  }

  private target(reference: string, place: Place, depth: number): readonly Target[] {
    const [head = "", name = "", ...inner] = attributePath(reference);
    switch (head) {
      case "each":
        return name === "value" ? narrowed(this.targets(place.each, place, depth + 1), inner.at(-1)) : [];
      case "var":
        return narrowed(this.argument(name, place, depth), inner.at(-1));
      case "module":
        return this.output(reference, place, depth);
      case "local":
      case "count":
      case "path":
      case "terraform":
      case "self":
        return [];
      default:
        return this.instances(reference, place);
    }
  }

  /** What a module's variable is given. */
  private argument(name: string, place: Place, depth: number): readonly Target[] {
    const call = this.call(place.modules);
    const expression = objectOf(objectOf(call["expressions"])[name]);
    return this.targets(
      listOf(expression["references"]),
      {
        modules: place.modules.slice(0, -1),
        key: place.modules.at(-1)?.key ?? place.key,
        each: listOf(objectOf(call["for_each_expression"])["references"]),
      },
      depth + 1,
    );
  }

  /** What a module gives out; all of it where the reference does not say what. */
  private output(reference: string, place: Place, depth: number): readonly Target[] {
    const { steps, rest } = moduleSteps(reference);
    const [step] = steps;
    const [wanted] = attributePath(rest);
    if (step === undefined) {
      return [];
    }
    const keys = new Set(
      this.resources.flatMap(({ modules }) => {
        const found = modules[place.modules.length];
        return isBelow(modules, place.modules) && found?.name === step.name ? [found.key] : [];
      }),
    );
    const named = keysOf([...keys], step.key, place.key);
    const outputs = objectOf(this.module([...place.modules, step])["outputs"]);
    return named.flatMap((key) =>
      Object.entries(outputs)
        .filter(([name]) => wanted === undefined || name === wanted)
        .flatMap(([, output]) =>
          this.targets(
            listOf(objectOf(objectOf(output)["expression"])["references"]),
            { modules: [...place.modules, { name: step.name, key }], key: place.key, each: [] },
            depth + 1,
          ),
        ),
    );
  }

  private instances(reference: string, place: Place): readonly Target[] {
    const wanted = resourceReference(reference);
    if (wanted === undefined) {
      return [];
    }
    const found = this.resources.filter(
      ({ mode, type, name, modules }) =>
        mode === wanted.mode &&
        type === wanted.type &&
        name === wanted.name &&
        modules.length === place.modules.length &&
        isBelow(modules, place.modules),
    );
    const keys = keysOf(
      found.map(({ key }) => key),
      wanted.key,
      place.key,
    );
    const attribute = wanted.path.findLast((part) => !/^\d+$/.test(part));
    return found
      .filter(({ key }) => keys.includes(key))
      .map((resource) => ({ resource, ...(attribute === undefined ? {} : { attribute }) }));
  }
}

/** The key that is named, or else the one of the same name as where the reference stands, or else all. */
function keysOf(
  keys: readonly (string | undefined)[],
  named: string | undefined,
  own: string | undefined,
): readonly (string | undefined)[] {
  if (named !== undefined) {
    return keys.filter((key) => key === named);
  }
  return own !== undefined && keys.includes(own) ? [own] : keys;
}

function isBelow(modules: readonly ModuleStep[], parent: readonly ModuleStep[]): boolean {
  return parent.every(({ name, key }, index) => modules[index]?.name === name && modules[index].key === key);
}

function isInside(longer: string, shorter: string): boolean {
  return longer.startsWith(shorter) && /^[.[]/.test(longer.slice(shorter.length));
}

/** Of an object's parts, those of the name that is read, if there are any. */
function narrowed(targets: readonly Target[], name: string | undefined): readonly Target[] {
  const named = targets.filter(({ attribute }) => attribute !== undefined && attribute === name);
  return named.length > 0 ? named : targets;
}

/** Attributes that hold an address, for an argument that needs one. */
const ADDRESSES = /(?:endpoint|url|uri|fqdn|hostname)$/;

/** The one target that the argument can mean. */
function choose(
  targets: readonly Target[],
  argument: string,
  { index, count }: { readonly index: number; readonly count: number },
  key: string | undefined,
): Target | undefined {
  const fitting = [
    ({ attribute }: Target) => attribute === argument,
    ({ attribute }: Target) =>
      /(?:^|_)(?:id|ids|scope|resource)$/.test(argument) && (attribute === undefined || attribute === "id"),
    ({ attribute }: Target) => ADDRESSES.test(argument) && ADDRESSES.test(attribute ?? ""),
    ({ attribute }: Target) => attribute !== undefined,
  ]
    .map((fits) => targets.filter(fits))
    .find((found) => found.length > 0);
  if (fitting === undefined) {
    return undefined;
  }
  if (fitting.length === 1) {
    return fitting[0];
  }
  const ofKey = fitting.filter(
    ({ resource }) =>
      key !== undefined && (resource.key === key || resource.modules.some((step) => step.key === key)),
  );
  if (ofKey.length === 1) {
    return ofKey[0];
  }
  // As many as there are values: Terraform goes through both in the order of the keys.
  return fitting.length === count ? fitting[index] : undefined;
}

function unique(targets: readonly Target[]): readonly Target[] {
  return [
    ...new Map(
      targets.map((target) => [`${target.resource.address}\n${target.attribute ?? ""}`, target]),
    ).values(),
  ];
}

/** References of the expression that holds a value; blocks are lists of expressions by name. */
function referencesAt(
  expressions: JsonObject,
  path: readonly (string | number)[],
): readonly string[] | undefined {
  let current: unknown = expressions;
  for (const step of path) {
    if (Array.isArray(current)) {
      // A dynamic block is written once, whatever comes of it.
      current = typeof step === "number" ? (current[step] ?? current[0]) : undefined;
    } else if (typeof step === "string") {
      const inner = objectOf(current);
      if ("references" in inner || "constant_value" in inner) {
        break;
      }
      current = inner[step];
    }
  }
  const found = Array.isArray(current) ? objectOf(current[0]) : objectOf(current);
  return Array.isArray(found["references"]) ? listOf(found["references"]) : undefined;
}

function objectOf(value: unknown): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function listOf<T = string>(value: unknown): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [];
}
