import type { GatewayModel } from "../model";
import { sameName } from "./arm-resource-id";
import type { Conversion } from "./conversion";
import { isHclObject } from "./hcl-value";
import type { Resource } from "./resource";
import { armPath, filledPath, serviceNameOf, type ServicePlace, textOf, valueOf } from "./service-path";
import { COLLECTIONS, SERVICE_REFERENCES } from "./service-references";
import { ServiceTargets } from "./service-targets";

const SERVICE_CHILD = /^azurerm_api_management_/;
const ARM_CHILD = /^microsoft\.apimanagement\/service\/./i;

/** What is looked at, and against what. */
export interface MissingTargetsOptions {
  /** Whether the simulator takes account of a resource: it runs it, or leaves it out for a stated reason. */
  readonly isKnown: (resource: Resource) => boolean;
  /** Types whose service is looked for where they are read. */
  readonly childTypes: readonly string[];
  /** Names of the stacks that doubles of services stand in. */
  readonly assumedStacks: ReadonlySet<string>;
}

/** An argument that names something of a service, with its value. */
interface Reference {
  readonly argument: string;
  readonly value: string;
  /** Where its target stands; undefined for an id of something else. */
  readonly place?: ServicePlace;
  /** What it must lead to, for messages. @default - whatever its place says */
  readonly collection?: string;
}

/**
 * Reports every resource of an API Management service that hangs on something which nothing of the loaded stacks has: a
 * policy on an operation that is not there guards nothing, without a word.
 *
 * @returns what is taken to be there: what hangs on an assumed service, except for its APIs, which a request would reach
 */
export function refuseMissingTargets(
  conversion: Conversion,
  gateways: readonly GatewayModel[],
  { isKnown, childTypes, assumedStacks }: MissingTargetsOptions,
): readonly string[] {
  const targets = new ServiceTargets(conversion, gateways, assumedStacks);
  const assumptions: string[] = [];
  const known = conversion.stacks.resources.filter(
    (resource) => resource.mode === "managed" && isKnown(resource),
  );
  for (const resource of known) {
    for (const reference of referencesOf(resource, childTypes)) {
      const { argument, value, place } = reference;
      const problem = problemOf(resource, reference, targets);
      if (problem !== undefined) {
        conversion.read(resource).refuse(problem);
      } else if (place !== undefined && targets.isAssumed(place)) {
        assumptions.push(
          `${resource.address}: '${argument}' is '${value}', which '${place.service}' is taken to have`,
        );
      }
    }
  }
  return assumptions;
}

function problemOf(
  resource: Resource,
  { argument, value, place, collection = "" }: Reference,
  targets: ServiceTargets,
): string | undefined {
  const own = serviceNameOf(resource);
  if (place === undefined) {
    const kind = COLLECTIONS.get(collection) ?? collection;
    return `'${argument}' must be the ARM id of ${/^[aeio]/i.test(kind) ? "an" : "a"} ${kind}, not '${value}'`;
  }
  if (own !== undefined && !sameName(own, place.service)) {
    return `'${argument}' is '${value}', which is of service '${place.service}', and the resource of '${own}'; name one of the same service`;
  }
  if (targets.hasService(place.service)) {
    const problem = targets.problem(place);
    return problem === undefined ? undefined : `'${argument}' is '${value}': ${problem}`;
  }
  return own === undefined || place.path.length === 0
    ? `'${argument}' is '${value}': API Management service '${place.service}' is not in the loaded stacks; load the stack that creates it too`
    : undefined;
}

function referencesOf(resource: Resource, childTypes: readonly string[]): readonly Reference[] {
  if (resource.type.startsWith("azapi_")) {
    return azapiReferences(resource);
  }
  const service = serviceNameOf(resource);
  const references = (SERVICE_REFERENCES.get(resource.type) ?? []).flatMap(
    ({ argument, path, collection }): readonly Reference[] => {
      const value = textOf(resource, argument);
      if (value === undefined) {
        return [];
      }
      if (path === undefined) {
        return [{ argument, value, place: armPath(value, collection), collection }];
      }
      const names = filledPath(path, resource);
      return names === undefined || service === undefined
        ? []
        : [{ argument, value, place: { service, path: names } }];
    },
  );
  return service === undefined || !SERVICE_CHILD.test(resource.type) || childTypes.includes(resource.type)
    ? references
    : [{ argument: "api_management_name", value: service, place: { service, path: [] } }, ...references];
}

/** Everything that an object of azapi stands in, and the logger of a diagnostic. */
function azapiReferences(resource: Resource): readonly Reference[] {
  const value = textOf(resource, "id") ?? "";
  const own = ARM_CHILD.test(textOf(resource, "type") ?? "") ? armPath(value) : undefined;
  if (own === undefined) {
    return [];
  }
  if (resource.type === "azapi_update_resource") {
    // That nothing makes what it updates, or what that stands in, is told once.
    return loggerOf(resource);
  }
  const parents = own.path
    .slice(0, -2)
    .flatMap((_name, index, path) => (index % 2 === 1 ? [path.slice(0, index + 1)] : []));
  return [
    ...[[], ...parents].map((path) => ({
      argument: "parent_id",
      value: textOf(resource, "parent_id") ?? value,
      place: { service: own.service, path },
    })),
    ...loggerOf(resource),
  ];
}

function loggerOf(resource: Resource): readonly Reference[] {
  const body = valueOf(resource, "body");
  const properties = isHclObject(body) ? body["properties"] : undefined;
  const value = isHclObject(properties) ? properties["loggerId"] : undefined;
  const collection = "loggers";
  return typeof value === "string"
    ? [{ argument: "body.properties.loggerId", value, place: armPath(value, collection), collection }]
    : [];
}
