import { objectOf, objectsOf, textsOf } from "./json-value";
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
  /** Shape of the values, with `true` where one is known after apply. */
  readonly unknown: JsonObject;
  /** Whether the plan makes it, or changes it. */
  readonly isChanged: boolean;
}

/** Where a reference stands. */
interface Place {
  readonly modules: readonly ModuleStep[];
  /** Key of the instance whose argument it is. */
  readonly key?: string;
  /** Whether the expression, or one that leads to it, uses that key. */
  readonly isKeyed: boolean;
  /** What else of these expressions could be the key that names an instance. */
  readonly rivals: PossibleTexts;
  /** What the instances are made from: the expression of `for_each`. */
  readonly each: JsonObject;
}

/** Texts that an expression can be; `untold` where a plan does not say. */
type PossibleTexts = readonly string[] | "untold";

/** What a reference leads to. */
interface Target {
  readonly resource: PlannedResource;
  /** Attribute and way inside of it; empty for the whole resource. */
  readonly path: readonly string[];
  /** The keys of the instances, where none is that of the instance that refers to them. */
  readonly mismatch?: readonly string[];
  /** Whether it has the own key, where what a plan does not tell may be the key of another one. */
  readonly isLikely?: boolean;
}

const MAX_DEPTH = 20;

/** `configuration` of a plan: what the arguments refer to, without the expressions themselves. */
export class PlanConfiguration {
  public constructor(
    private readonly root: JsonObject,
    private readonly resources: readonly PlannedResource[],
    /** Values of the root module's variables, by name. */
    private readonly variables: ReadonlyMap<string, unknown>,
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
      isKeyed: false,
      rivals: [],
      each: objectOf(config["for_each_expression"]),
    };
    const name = String(path.findLast((step) => typeof step === "string") ?? "");
    const targets = ofWantedType(this.guessedTargets(references, place, name), path);
    const chosen = choose(targets, name, position, resource.key);
    if (typeof chosen === "string" || chosen === undefined) {
      return `it is made of ${precise(references).join(", ")}${chosen ?? ""}`;
    }
    const [attribute = "id", ...inside] = chosen.path;
    const { address } = chosen.resource;
    const isOther = (reference: string): boolean =>
      !OF_INSTANCE.test(reference) &&
      !this.targets([reference], place, 0).some(({ resource: found }) => found.address === address);
    // Of a list, each value is one of the references.
    const others = position.count > 1 ? [] : precise(references).filter(isOther);
    return new PlannedReference(address, attribute, "", {
      path: inside,
      argument: { address: resource.address, name, others },
    });
  }

  private guessedTargets(references: readonly string[], place: Place, argument: string): readonly Target[] {
    return unique(
      this.targets(references, place, 0).map((target) =>
        target.path.length === 0 ? { ...target, path: guessedPath(target.resource, argument) } : target,
      ),
    );
  }

  private resource({ modules, mode, type, name }: PlannedResource): JsonObject {
    const found = objectsOf(this.module(modules)["resources"], "resources").find(
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
    const names = precise(references);
    const isKeyed = place.isKeyed || names.some((name) => OF_INSTANCE.test(name));
    const named = this.keyByValue(names, place);
    return unique(
      names.flatMap((reference) => {
        const others = names.filter((name) => name !== reference && !(named && OF_INSTANCE.test(name)));
        // Of several, one may be the key in another one: then no part of it is that of the instance.
        const isAlone = others.filter((name) => !OF_INSTANCE.test(name)).length === 1;
        const rivals = either([
          place.rivals,
          ...others.map((name) =>
            this.texts(name, isAlone ? place : { ...place, key: undefined }, place, depth),
          ),
        ]);
        const key = reference.startsWith("each.") ? place.key : (named ?? place.key);
        return this.target(reference, { ...place, isKeyed, rivals, key }, depth);
      }),
    );
  }

  /** The key that `each.value` is, or a part of it, where that is told and nothing else says which instance is meant. */
  private keyByValue(names: readonly string[], place: Place): string | undefined {
    const [only, ...more] = names.filter((name) => OF_INSTANCE.test(name));
    const value = only?.startsWith("each.value") === true ? this.eachValue(only, place) : undefined;
    return more.length === 0 && typeof value === "string" ? value : undefined;
  }

  /** What `each.value`, or a part of it, is; nothing where a plan does not tell. */
  private eachValue(reference: string, { each, key, modules }: Place): unknown {
    const [made, ...more] = precise(textsOf(each["references"], "references"));
    const [head, variable = "", ...rest] = attributePath(made ?? "");
    const isVariable = head === "var" && more.length === 0 && rest.length === 0 && modules.length === 0;
    const source = isVariable ? this.variables.get(variable) : each["constant_value"];
    if (key === undefined) {
      return undefined;
    }
    const whole = Array.isArray(source) ? elementOf(source, key) : ownMember(source, key);
    return attributePath(reference)
      .slice(2)
      .reduce<unknown>((value, step) => ownMember(value, step), whole);
  }

  /**
   * What a reference can be, if it is a text that names an instance.
   *
   * @param part whose key tells which part of a variable counts
   */
  private texts(reference: string, part: Pick<Place, "key">, place: Place, depth: number): PossibleTexts {
    const [head = "", name = ""] = attributePath(reference);
    switch (head) {
      case "path":
      case "count":
        return [];
      case "each": {
        const value = name === "key" ? [] : this.eachValue(reference, place);
        return value === undefined ? "untold" : textsIn(value).filter((text) => text !== place.key);
      }
      case "var":
        return this.variableTexts(name, part, place, depth);
      case "local":
      case "terraform":
      case "self":
        return "untold";
      case "module":
        return this.output(reference, place, depth).length > 0 ? [] : "untold";
      default:
        // What is known after apply names no instance.
        return this.instances(reference, { ...place, isKeyed: false }).flatMap(({ resource, path }) =>
          textsOfInstance(
            path.reduce<unknown>((value, step) => objectOf(value)[step], resource.values),
            part.key,
          ),
        );
    }
  }

  private variableTexts(name: string, part: Pick<Place, "key">, place: Place, depth: number): PossibleTexts {
    if (place.modules.length === 0) {
      return this.variables.has(name) ? textsOfInstance(this.variables.get(name), part.key) : "untold";
    }
    const call = this.call(place.modules);
    const expressions = objectOf(call["expressions"]);
    const declared = objectOf(objectOf(objectOf(call["module"])["variables"])[name]);
    // What a call leaves out is what the module says.
    const expression = Object.hasOwn(expressions, name)
      ? objectOf(expressions[name])
      : { constant_value: declared["default"] };
    if (expression["constant_value"] !== undefined) {
      return textsOfInstance(expression["constant_value"], part.key);
    }
    const references = precise(textsOf(expression["references"], "references"));
    const outer = this.outside(place, references);
    return references.length === 0
      ? "untold"
      : either(references.map((each) => this.texts(each, part, outer, depth + 1)));
  }

  /** Where the expression of a module's argument stands. */
  private outside(place: Place, references: readonly string[]): Place {
    const ofModule = place.modules.at(-1)?.key;
    const isOwn = references.some((reference) => OF_INSTANCE.test(reference));
    return {
      ...place,
      modules: place.modules.slice(0, -1),
      key: isOwn ? ofModule : (place.key ?? ofModule),
      each: objectOf(this.call(place.modules)["for_each_expression"]),
    };
  }

  private target(reference: string, place: Place, depth: number): readonly Target[] {
    const [head = "", name = "", ...inner] = attributePath(reference);
    switch (head) {
      case "each":
        // Whatever the instances are made from, each is made from its own.
        return name === "value"
          ? inside(
              this.targets(
                textsOf(place.each["references"], "references"),
                { ...place, isKeyed: true },
                depth + 1,
              ),
              inner,
            )
          : [];
      case "var":
        return inside(this.argument(name, place, depth), inner);
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
    const { expressions } = this.call(place.modules);
    const references = textsOf(objectOf(objectOf(expressions)[name])["references"], "references");
    return this.targets(references, this.outside(place, references), depth + 1);
  }

  /** What a module gives out; all of it where the reference does not say what. */
  private output(reference: string, place: Place, depth: number): readonly Target[] {
    const { steps, rest } = moduleSteps(reference);
    const [step] = steps;
    const [wanted, ...inner] = attributePath(rest);
    if (step === undefined) {
      return [];
    }
    const keys = new Set(
      this.resources.flatMap(({ modules }) => {
        const found = modules[place.modules.length];
        return isBelow(modules, place.modules) && found?.name === step.name ? [found.key] : [];
      }),
    );
    const named = keysOf([...keys], step.key, place);
    const outputs = objectOf(this.module([...place.modules, step])["outputs"]);
    return named.flatMap((key) =>
      Object.entries(outputs)
        .filter(([name]) => wanted === undefined || name === wanted)
        .flatMap(([, output]) =>
          inside(
            this.targets(
              textsOf(objectOf(objectOf(output)["expression"])["references"], "references"),
              {
                modules: [...place.modules, { name: step.name, key }],
                key: place.key,
                isKeyed: place.isKeyed,
                rivals: place.rivals,
                each: {},
              },
              depth + 1,
            ),
            inner,
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
    const known = found.map(({ key }) => key);
    const keys = keysOf(known, wanted.key, place);
    const isMismatch =
      wanted.key === undefined && place.isKeyed && place.key !== undefined && !known.includes(place.key);
    const mismatch = known.flatMap((key) => (key === undefined ? [] : [key]));
    return found
      .filter(({ key }) => keys.includes(key))
      .map((resource) => ({
        resource,
        path: wanted.path,
        ...(place.isKeyed && place.rivals === "untold" && resource.key === place.key
          ? { isLikely: true }
          : {}),
        ...(isMismatch && mismatch.length > 0 && resource.key !== place.key ? { mismatch } : {}),
      }));
  }
}

/** What is said of the instance that an expression stands in. */
const OF_INSTANCE = /^(?:each\.|count\.index$)/;

/**
 * The key that is named; or, where the expression uses the key of where it stands, and nothing else of it can be the key
 * of another instance, the same; or else all.
 */
function keysOf(
  keys: readonly (string | undefined)[],
  named: string | undefined,
  { key: own, isKeyed, rivals }: Place,
): readonly (string | undefined)[] {
  if (named !== undefined) {
    return keys.filter((key) => key === named);
  }
  const isOther = (text: string): boolean => text !== own && keys.includes(text);
  const isCertain = rivals !== "untold" && !rivals.some(isOther);
  return isKeyed && own !== undefined && keys.includes(own) && isCertain ? [own] : keys;
}

function either(all: readonly PossibleTexts[]): PossibleTexts {
  return all.includes("untold") ? "untold" : (all as readonly (readonly string[])[]).flat();
}

/** Of a list that makes a set, the key itself; of one of objects, the only one that has the key. */
function elementOf(list: readonly unknown[], key: string): unknown {
  if (list.every((item) => typeof item === "string")) {
    return list.includes(key) ? key : undefined;
  }
  const [only, ...more] = list.filter((item) => textsIn(item).includes(key));
  return more.length === 0 ? only : undefined;
}

function ownMember(value: unknown, name: string): unknown {
  return Object.hasOwn(objectOf(value), name) ? objectOf(value)[name] : undefined;
}

/** Texts in that part of a value which an instance is made from, as far as its key tells the part. */
function textsOfInstance(value: unknown, key: string | undefined): readonly string[] {
  if (Array.isArray(value) && key !== undefined) {
    const own = value.map(textsIn).filter((texts) => texts.includes(key));
    return own.length > 0 ? own.flat() : textsIn(value);
  }
  return key !== undefined && Object.hasOwn(objectOf(value), key)
    ? textsIn(objectOf(value)[key])
    : textsIn(value);
}

/** Texts anywhere in a value, as they name instances. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === "object" && value !== null) {
    return Object.values(value).flatMap(textsIn);
  }
  return typeof value === "string" || typeof value === "number" ? [String(value)] : [];
}

/** Terraform lists `a.b.c`, and `a.b` too; the longer one says more. */
function precise(references: readonly string[]): readonly string[] {
  return references.filter(
    (reference) => !references.some((other) => other !== reference && isInside(other, reference)),
  );
}

function isBelow(modules: readonly ModuleStep[], parent: readonly ModuleStep[]): boolean {
  return parent.every(({ name, key }, index) => modules[index]?.name === name && modules[index].key === key);
}

function isInside(longer: string, shorter: string): boolean {
  return longer.startsWith(shorter) && /^[.[]/.test(longer.slice(shorter.length));
}

/** What a way into values leads to: whole resources by key and attribute, parts of an object by their names. */
function inside(targets: readonly Target[], way: readonly string[]): readonly Target[] {
  if (way.length === 0) {
    return targets;
  }
  const wholes = targets.filter(({ path }) => path.length === 0);
  // Before it comes to the resource, the way may lead through objects that the configuration makes.
  for (const [index, step] of way.entries()) {
    const ofKey = wholes.filter(({ resource }) => resource.key === step);
    if (ofKey.length > 0) {
      return ofKey.map(({ resource }) => ({ resource, path: way.slice(index + 1) }));
    }
    const having = wholes.filter(({ resource }) => hasAttribute(resource, step));
    if (having.length > 0) {
      return having.map((target) => ({ ...target, path: way.slice(index) }));
    }
  }
  const named = targets.filter(({ path }) => path.length > 0 && attributeName(path) === way.at(-1));
  return named.length > 0 ? named : targets;
}

function hasAttribute({ values, unknown }: PlannedResource, name: string): boolean {
  return name === "id" || Object.hasOwn(values, name) || Object.hasOwn(unknown, name);
}

/** The innermost name on the way to a value. */
function attributeName(path: readonly string[]): string | undefined {
  return path.findLast((part) => !/^\d+$/.test(part));
}

/** Arguments that take the id of a resource. */
const IDS = /(?:^|_)(?:id|ids|scope|resource)$/;

/** Places that take the id of one type only. */
const WANTED_TYPES: readonly (readonly [place: RegExp, types: readonly string[]])[] = [
  [/(?:^|\.)pool\.services\.\d+\.id$/, ["azurerm_api_management_backend", "azapi_resource"]],
  [/^identity\.\d+\.identity_ids\.\d+$/, ["azurerm_user_assigned_identity"]],
];

/** The targets that a place can take; all of them where it says nothing, or none is of its type. */
function ofWantedType(targets: readonly Target[], path: readonly (string | number)[]): readonly Target[] {
  const [, types = []] = WANTED_TYPES.find(([place]) => place.test(path.join("."))) ?? [];
  const wanted = targets.filter(({ resource }) => types.includes(resource.type));
  return wanted.length > 0 ? wanted : targets;
}

/** Ids of other kinds, which are not the resource's. */
const OTHER_IDS = /(?:^|_)(?:principal|client|object|tenant|subscription)_id$/;

/** Attributes that hold an address, for an argument that needs one. */
const ADDRESSES = /(?:endpoint|url|uri|fqdn|hostname)$/;

/**
 * Of `a.b[each.key].c`, a plan tells `a.b` and `each.key` only. What the argument is called, and what is known after
 * apply of the resource, tell the attribute; empty if they do not.
 */
function guessedPath({ unknown }: PlannedResource, argument: string): readonly string[] {
  const candidates = Object.keys(unknown).filter((name) => hasUnknown(unknown[name]));
  if (candidates.includes(argument)) {
    return [argument];
  }
  const [, principalOrTenant] = /(?:^|_)((?:principal|tenant)_id)$/.exec(argument) ?? [];
  if (principalOrTenant !== undefined && candidates.includes("identity")) {
    return ["identity", "0", principalOrTenant];
  }
  const [ending] = candidates
    .filter((name) => name !== "id" && argument.endsWith(`_${name}`))
    .sort((left, right) => right.length - left.length);
  if (ending !== undefined) {
    return [ending];
  }
  if (/(?:^|_)principal_id$/.test(argument) && candidates.includes("object_id")) {
    return ["object_id"];
  }
  if (IDS.test(argument)) {
    return OTHER_IDS.test(argument) ? [] : ["id"];
  }
  const addresses = ADDRESSES.test(argument) ? candidates.filter((name) => ADDRESSES.test(name)) : [];
  return addresses.length === 1 ? addresses : [];
}

function hasUnknown(shape: unknown): boolean {
  return (
    shape === true || (typeof shape === "object" && shape !== null && Object.values(shape).some(hasUnknown))
  );
}

/** The one target that the argument can mean; what to add to the reason if there is none. */
function choose(
  targets: readonly Target[],
  argument: string,
  { index, count }: { readonly index: number; readonly count: number },
  key: string | undefined,
): Target | string | undefined {
  const fitting = [
    (attribute: string) => attribute === argument,
    (attribute: string) => IDS.test(argument) && attribute === "id",
    (attribute: string) => ADDRESSES.test(argument) && ADDRESSES.test(attribute),
    () => true,
  ]
    .map((fits) =>
      targets.filter(({ path }) => {
        const attribute = attributeName(path);
        return attribute !== undefined && fits(attribute);
      }),
    )
    .find((found) => found.length > 0);
  const [first] = fitting ?? [];
  if (fitting === undefined || first === undefined) {
    return undefined;
  }
  if (count > 1 && fitting.length === count) {
    // As many as there are values: Terraform goes through both in the order of the keys.
    return fitting[index];
  }
  if (first.mismatch !== undefined) {
    const { type, name } = first.resource;
    const keys = first.mismatch.map((other) => JSON.stringify(other)).join(", ");
    return `, and ${type}.${name} has the keys ${keys}, not ${JSON.stringify(key)}`;
  }
  const [likely, ...more] = fitting.filter(
    ({ isLikely, path }) => isLikely === true && ADDRESSES.test(attributeName(path) ?? ""),
  );
  // Who gets in does not hang on which address it is; on ids it does.
  if (likely !== undefined && more.length === 0) {
    return likely;
  }
  return fitting.length === 1 ? first : undefined;
}

function unique(targets: readonly Target[]): readonly Target[] {
  return [
    ...new Map(
      targets.map((target) => [[target.resource.address, ...target.path].join("\n"), target]),
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
  return Array.isArray(found["references"]) ? textsOf(found["references"], "references") : undefined;
}
