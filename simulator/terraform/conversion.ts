import { sameArmId, sameName } from "./arm-resource-id";
import { ConfigurationReader } from "./configuration-reader";
import { type HclValue, isHclObject } from "./hcl-value";
import type { Resource } from "./resource";
import type { StackProblems } from "./stack-problems";
import type { StackSet } from "./stack-set";
import { updatedObject } from "./updated-object";

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

  /**
   * What azapi makes of an ARM type, with the `properties` of its body, and updates of what azurerm makes. Updates of
   * what azapi makes are in that.
   */
  public ofArmType(armType: string): readonly AzapiObject[] {
    const made = this.ofType("azapi_resource").flatMap(({ resource, reader }) =>
      this.azapiObject(armType, resource, reader, false),
    );
    const updates = this.ofType("azapi_update_resource").flatMap(({ resource, reader }) =>
      this.azapiObject(armType, resource, reader, true),
    );
    return [...made, ...updates.filter(({ id }) => !made.some((other) => sameArmId(other.id, id)))];
  }

  /** The body of what azapi makes, with what updates write into it. */
  public azapiBody(reader: ConfigurationReader): ConfigurationReader | undefined {
    return this.updated(reader.string("id"), () => reader.value("body")) ?? reader.block("body");
  }

  /** An ARM object with what updates write into it. @returns undefined if there are none */
  public updated(id: string, body: () => HclValue | undefined): ConfigurationReader | undefined {
    const updates = this.updatesOf(id);
    const last = updates.at(-1);
    if (last === undefined) {
      return undefined;
    }
    const value = updates.reduce<HclValue>(
      (current, { reader }) => updatedObject(current, reader.value("body") ?? {}),
      body() ?? {},
    );
    return isHclObject(value)
      ? ConfigurationReader.ofObject(last.resource.address, "body", value, this.problems)
      : undefined;
  }

  private updatesOf(id: string): ReturnType<Conversion["ofType"]> {
    return this.ofType("azapi_update_resource").filter(({ reader }) =>
      sameArmId(reader.optionalString("id") ?? "", id),
    );
  }

  private azapiObject(
    armType: string,
    resource: Resource,
    reader: ConfigurationReader,
    isUpdate: boolean,
  ): readonly AzapiObject[] {
    const type = reader.string("type").split("@")[0] ?? "";
    if (type.toLowerCase() !== armType.toLowerCase()) {
      return [];
    }
    const id = reader.string("id");
    const body = isUpdate ? reader.block("body") : this.azapiBody(reader);
    const properties = body?.block("properties");
    if (properties === undefined) {
      if (!reader.isRefused("body")) {
        reader.refuse("'body.properties' is missing");
      }
      return [];
    }
    const name = id.split("/").at(-1) ?? "";
    const updates = this.updatesOf(id).map((update) => update.resource.address);
    return [{ resource, address: resource.address, id, name, properties, isUpdate, updates }];
  }
}

/** An object made through azapi. */
export interface AzapiObject {
  readonly resource: Resource;
  readonly address: string;
  readonly id: string;
  readonly name: string;
  readonly properties: ConfigurationReader;
  /** Something else makes it, and this writes a part of it. */
  readonly isUpdate: boolean;
  /** Addresses of what updates its id. */
  readonly updates: readonly string[];
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
              "load the stack that creates it too, or have it assumed ('--assume-gateway', in a test 'assumeGateways')",
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

  /** A name as the child of the service declares it, whose letter case may be another; else as it is. */
  public declaredName(service: Resource, type: string, argument: string, name: string): string {
    const declared = this.of(service, type).map(({ reader }) => reader.string(argument));
    return declared.find((candidate) => sameName(candidate, name)) ?? name;
  }

  /** What makes revisions current. */
  public releases(service: Resource): readonly ServiceChild[] {
    const serviceId = this.conversion.read(service).string("id").toLowerCase();
    return this.conversion
      .ofType("azurerm_api_management_api_release")
      .filter(({ reader }) => reader.string("api_id").toLowerCase().startsWith(`${serviceId}/`));
  }

  /** Reports a problem of a child. */
  public refuse(address: string, problem: string): void {
    this.conversion.problems.add(address, problem);
  }

  /** A child of azurerm in its ARM form, with what updates write into it. @returns undefined if there are none */
  public updated(
    { reader }: ServiceChild,
    armForm: (reader: ConfigurationReader) => HclValue,
  ): ConfigurationReader | undefined {
    return this.conversion
      .updated(reader.string("id"), () => ({ properties: armForm(reader) }))
      ?.block("properties");
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
