import { armSegment, sameArmId } from "./arm-resource-id";
import { ConfigurationReader } from "./configuration-reader";
import type { Resource } from "./resource";
import type { StackProblems } from "./stack-problems";
import type { StackSet } from "./stack-set";

/** What the conversions from resources to the model share. */
export class Conversion {
  public constructor(
    public readonly stacks: StackSet,
    public readonly problems: StackProblems,
  ) {}

  public read(resource: Resource): ConfigurationReader {
    return ConfigurationReader.ofResource(resource, this.problems);
  }

  /** Readers of all managed resources of a type. */
  public ofType(
    type: string,
  ): readonly { readonly resource: Resource; readonly reader: ConfigurationReader }[] {
    return this.stacks.ofType(type).map((resource) => ({ resource, reader: this.read(resource) }));
  }

  /** `azapi_resource` and `azapi_update_resource` of an ARM type, with the `properties` of their bodies. */
  public ofArmType(armType: string): readonly AzapiObject[] {
    return ["azapi_resource", "azapi_update_resource"].flatMap((type) =>
      this.ofType(type).flatMap(({ resource, reader }) => {
        const type = reader.string("type").split("@")[0] ?? "";
        if (type.toLowerCase() !== armType.toLowerCase()) {
          return [];
        }
        const id = reader.string("id");
        const properties = reader.block("body")?.block("properties");
        if (properties === undefined) {
          reader.refuse("'body.properties' is missing");
          return [];
        }
        return [{ address: resource.address, id, name: id.split("/").at(-1) ?? "", properties }];
      }),
    );
  }
}

/** An object made through azapi. */
export interface AzapiObject {
  readonly address: string;
  readonly id: string;
  readonly name: string;
  readonly properties: ConfigurationReader;
}

/** A child of an API Management service, whichever way it names the service. */
export interface ServiceChild {
  readonly resource: Resource;
  readonly reader: ConfigurationReader;
}

/** The children of API Management services, by service and type. */
export class ServiceChildren {
  private readonly children = new Map<string, ServiceChild[]>();

  /**
   * @param types the child types to collect; a child of a service that no loaded stack has is a problem
   */
  public constructor(
    private readonly conversion: Conversion,
    services: readonly Resource[],
    types: readonly string[],
  ) {
    const known = services.map((service) => ({ service, reader: conversion.read(service) }));
    for (const type of types) {
      for (const child of conversion.ofType(type)) {
        const owner = known.find(({ reader }) => belongs(child.reader, reader));
        if (owner === undefined) {
          child.reader.refuse(
            `its API Management service ${ownerText(child.reader)} is not in the loaded stacks, ${servicesText(known)}; ` +
              "load the stack that creates it too, or have it assumed ('assumeGateways')",
          );
        } else {
          const key = `${owner.service.seed}\n${type}`;
          this.children.set(key, [...(this.children.get(key) ?? []), child]);
        }
      }
    }
  }

  public of(service: Resource, type: string): readonly ServiceChild[] {
    return this.children.get(`${service.seed}\n${type}`) ?? [];
  }

  /** Ids of the revisions that releases make current. */
  public released(service: Resource): readonly string[] {
    const serviceId = this.conversion.read(service).string("id").toLowerCase();
    return this.conversion
      .ofType("azurerm_api_management_api_release")
      .map(({ reader }) => reader.string("api_id"))
      .filter((id) => id.toLowerCase().startsWith(`${serviceId}/`));
  }

  /** Children made through azapi, by ARM type below the service. */
  public azapi(service: Resource, armType: string): readonly AzapiObject[] {
    const serviceId = this.conversion.read(service).string("id").toLowerCase();
    return this.conversion
      .ofArmType(armType)
      .filter(({ id }) => id.toLowerCase().startsWith(`${serviceId}/`));
  }
}

/** By what a child names its service. */
function ownerText(child: ConfigurationReader): string {
  const id = child.optionalString("api_management_id");
  return id === undefined
    ? `'${child.string("api_management_name")}' in resource group '${child.string("resource_group_name")}'`
    : `'${id}'`;
}

function servicesText(known: readonly { readonly reader: ConfigurationReader }[]): string {
  const services = known.map(
    ({ reader }) => `'${reader.string("name")}' in '${reader.string("resource_group_name")}'`,
  );
  return services.length === 0 ? "which have none" : `which have ${services.join(", ")}`;
}

function belongs(child: ConfigurationReader, service: ConfigurationReader): boolean {
  const id = child.optionalString("api_management_id");
  if (id !== undefined) {
    return sameArmId(id, service.string("id"));
  }
  return (
    child.string("api_management_name").toLowerCase() === service.string("name").toLowerCase() &&
    child.string("resource_group_name").toLowerCase() === service.string("resource_group_name").toLowerCase()
  );
}

/** The API that an ARM id or argument names; revisions (`;rev=2`) are cut off. */
export function apiName(idOrName: string): string {
  return (armSegment(idOrName, "apis") ?? idOrName).split(";")[0] ?? "";
}
