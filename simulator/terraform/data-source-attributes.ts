import { type ComputationContext, computedAttribute } from "./computed-attributes";
import { deterministicGuid } from "./deterministic-value";
import type { HclObject, HclValue } from "./hcl-value";
import type { Resource } from "./resource";

export interface DataSourceContext extends ComputationContext {
  /** Values given for this data source, from outside. */
  readonly given?: HclObject;
  /** Managed resources of all loaded stacks. */
  readonly managed: readonly Resource[];
  /** Values of secrets in vaults outside the stacks, by URL without version. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** Arguments that identify an object of a type, in the order in which they are tried. */
const IDENTIFYING_ARGUMENTS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  azuread_application: [["client_id"], ["object_id"], ["display_name"]],
  azuread_group: [["object_id"], ["display_name"]],
  azuread_service_principal: [["client_id"], ["object_id"], ["display_name"]],
  azurerm_key_vault_certificate: [["key_vault_id", "name"]],
  azurerm_key_vault_secret: [["key_vault_id", "name"]],
};

/** Data sources that read a part of a resource of another type. */
const SOURCE_TYPES: Readonly<Record<string, string>> = {
  azurerm_key_vault_certificate_data: "azurerm_key_vault_certificate",
};

/**
 * The value of a data source's attribute: given from outside; else that of the resource of the loaded stacks
 * which it looks up; else what the provider would compute, where that can be known.
 */
export function dataSourceAttribute(
  source: Resource,
  name: string,
  context: DataSourceContext,
): HclValue | undefined {
  const given = Object.hasOwn(context.given ?? {}, name) ? context.given?.[name] : undefined;
  if (given !== undefined) {
    return given;
  }
  const session = sessionAttribute(source.type, name, context);
  if (session !== undefined || source.configuredNames.includes(name)) {
    return session;
  }
  const resource = lookedUp(source, context.managed);
  if (resource !== undefined) {
    return partOf(source, resource, name) ?? resource.get(name);
  }
  return source.type === "azurerm_key_vault_secret" && name === "value"
    ? context.secrets[source.text("versionless_id")]
    : computedAttribute(source, name, context);
}

/** Who runs Terraform, and where. */
function sessionAttribute(type: string, name: string, context: ComputationContext): string | undefined {
  const deployer = {
    client_id: deterministicGuid(`${context.tenantId}/deployer/client`),
    object_id: deterministicGuid(`${context.tenantId}/deployer/object`),
    tenant_id: context.tenantId,
  };
  const values: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    azuread_client_config: deployer,
    azurerm_client_config: { ...deployer, subscription_id: context.subscriptionId },
    azapi_client_config: { ...deployer, subscription_id: context.subscriptionId },
    azurerm_subscription: {
      id: `/subscriptions/${context.subscriptionId}`,
      subscription_id: context.subscriptionId,
      tenant_id: context.tenantId,
    },
  };
  return values[type]?.[name];
}

function lookedUp(source: Resource, managed: readonly Resource[]): Resource | undefined {
  const type = SOURCE_TYPES[source.type] ?? source.type;
  const candidates = managed.filter((resource) => resource.type === type);
  const keys = IDENTIFYING_ARGUMENTS[type] ?? [["name", "resource_group_name"]];
  for (const key of keys) {
    const wanted = key.map((argument) => source.configured(argument));
    if (wanted.every((value) => value !== undefined)) {
      return candidates.find((resource) =>
        key.every((argument, index) => resource.get(argument) === wanted[index]),
      );
    }
  }
  return undefined;
}

function partOf(source: Resource, resource: Resource, name: string): HclValue | undefined {
  if (source.type === "azurerm_key_vault_certificate_data" && name === "hex") {
    return resource.get("certificate_data");
  }
  return undefined;
}
