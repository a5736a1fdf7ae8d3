import { armSegment, sameName } from "./arm-resource-id";
import { HclEvaluationError } from "./hcl-evaluation-error";
import { HclSyntaxError } from "./hcl-parser";
import { hclString, type HclValue } from "./hcl-value";
import { revisionOfChild, writtenName } from "./named-revision";
import type { Resource } from "./resource";

/** Where in a service something stands: collections and names in turn. The name of an API may have `;rev=` behind it. */
export interface ServicePlace {
  readonly service: string;
  readonly path: readonly string[];
}

/** The value of an argument; undefined where it is not set, or has none that can be told: that is reported elsewhere. */
export function valueOf(resource: Resource, argument: string): HclValue | undefined {
  try {
    return resource.get(argument) ?? undefined;
  } catch (error) {
    if (error instanceof HclEvaluationError || error instanceof HclSyntaxError) {
      return undefined;
    }
    throw error;
  }
}

/** The same of a text. */
export function textOf(resource: Resource, argument: string): string | undefined {
  const value = valueOf(resource, argument);
  return typeof value === "string" || typeof value === "number" ? hclString(value) : undefined;
}

/** The API Management service that a resource is, or names by name or by id. */
export function serviceNameOf(resource: Resource): string | undefined {
  if (resource.type === "azurerm_api_management") {
    return textOf(resource, "name");
  }
  return (
    textOf(resource, "api_management_name") ??
    armSegment(textOf(resource, "api_management_id") ?? "", "service")
  );
}

/** A path of names with the values of a resource; undefined where one has none. */
export function filledPath(template: string, resource: Resource): readonly string[] | undefined {
  const path = template.split("/").map((segment) => {
    const [, argument] = /^\{(.+)\}$/.exec(segment) ?? [];
    if (argument === undefined) {
      return segment;
    }
    return argument === "api_name" ? apiNameOf(resource) : textOf(resource, argument);
  });
  return path.every((segment) => segment !== undefined) ? path : undefined;
}

/**
 * Where an ARM id leads to in a service; undefined for one of something else.
 *
 * @param collection - that it must lead to @default - any
 */
export function armPath(id: string, collection?: string): ServicePlace | undefined {
  const [, service, rest = ""] = /\/Microsoft\.ApiManagement\/service\/([^/]+)(?:\/(.+))?$/i.exec(id) ?? [];
  const path = rest === "" ? [] : rest.split("/");
  const isWanted = collection === undefined || sameName(path.at(-2) ?? "", collection);
  return service === undefined || !isWanted ? undefined : { service, path };
}

/** `api_name` with its revision, if it has one. */
function apiNameOf(resource: Resource): string | undefined {
  const name = textOf(resource, "api_name");
  if (name === undefined) {
    return undefined;
  }
  return writtenName(revisionOfChild(name, textOf(resource, "id")));
}
