import type { AccountModel, DeploymentModel } from "../model";
import { sameArmId } from "./arm-resource-id";
import { accountKeyValue } from "./computed-attributes";
import type { ConfigurationReader } from "./configuration-reader";
import type { Conversion } from "./conversion";
import { isOffered } from "./data-zones";
import type { HclObject } from "./hcl-value";
import { networkAccess } from "./network-access";
import type { Resource } from "./resource";

/** Domains under which an account's subdomain answers, by kind; other kinds have the common one. */
const DOMAINS: Readonly<Record<string, readonly string[]>> = {
  AIServices: ["cognitiveservices.azure.com", "openai.azure.com", "services.ai.azure.com"],
  OpenAI: ["openai.azure.com", "cognitiveservices.azure.com"],
};

/** Cognitive Services accounts with their model deployments. */
export function convertAccounts(conversion: Conversion): readonly AccountModel[] {
  const accounts = [
    ...conversion
      .ofType("azurerm_cognitive_account")
      .map((entry) => ({ ...entry, kind: entry.reader.string("kind") })),
    ...conversion.ofType("azurerm_ai_services").map((entry) => ({ ...entry, kind: "AIServices" })),
  ];
  const deployments = convertDeployments(conversion);
  const filters = conversion.ofType("azurerm_cognitive_account_rai_policy").map(({ reader }) => ({
    accountId: reader.string("cognitive_account_id"),
    name: reader.string("name"),
  }));
  for (const { accountId, deployment } of deployments) {
    if (!accounts.some(({ reader }) => sameArmId(reader.string("id"), accountId))) {
      conversion.problems.add(deployment.address, `its account '${accountId}' is not in the loaded stacks`);
    }
  }
  return accounts.map(({ resource, reader, kind }) => {
    const id = reader.string("id");
    const location = reader.string("location");
    const own = deployments.filter(({ accountId }) => sameArmId(accountId, id));
    own.forEach(({ deployment }) => refuseUnofferedSku(conversion, deployment, location));
    const subdomain = reader.optionalString("custom_subdomain_name");
    const hostNames =
      subdomain === undefined
        ? []
        : (DOMAINS[kind] ?? ["cognitiveservices.azure.com"]).map((domain) =>
            `${subdomain}.${domain}`.toLowerCase(),
          );
    return {
      address: resource.address,
      id,
      name: reader.string("name"),
      location,
      kind,
      hostNames,
      localAuthEnabled:
        reader.boolean("local_auth_enabled", true) && reader.boolean("local_authentication_enabled", true),
      keys: accountKeys(conversion, resource, { id, hostNames }),
      tenantId: conversion.stacks.tenantIdOf(resource),
      deployments: own.map(({ deployment }) => deployment),
      contentFilters: filters.filter(({ accountId }) => sameArmId(accountId, id)).map(({ name }) => name),
      network: networkAccess(
        conversion,
        reader,
        reader.boolean("public_network_access_enabled", true) &&
          reader.optionalString("public_network_access") !== "Disabled",
        "virtual_network_rules",
        reader.block("network_acls"),
      ),
    };
  });
}

/** Keys that are recorded are the account's: a backend may hold them as texts. */
function accountKeys(
  conversion: Conversion,
  account: Resource,
  { id, hostNames }: Pick<AccountModel, "id" | "hostNames">,
): AccountModel["keys"] {
  const recorded = (resource: Resource, which: string): string | undefined => {
    const key = resource.get(`${which}_access_key`);
    return typeof key === "string" && key !== "" ? key : undefined;
  };
  const own = (which: string): string => recorded(account, which) ?? accountKeyValue(account, which);
  // A state may have looked up what another document makes.
  const lookedUp = conversion.stacks.ofTypeOrData(account.type).filter((resource) => {
    const { id: recordedId, endpoint } = resource.recorded;
    return (
      resource.mode === "data" &&
      resource.isRecorded &&
      (sameArmId(String(recordedId), id) ||
        hostNames.some((host) => String(endpoint).toLowerCase() === `https://${host}/`))
    );
  });
  const others = lookedUp.flatMap((resource) =>
    ["primary", "secondary"].flatMap((which) => recorded(resource, which) ?? []),
  );
  return [own("primary"), own("secondary"), ...others];
}

/** In the words of the service: https://github.com/Azure-Samples/azure-search-openai-demo/issues/1840 */
function refuseUnofferedSku(conversion: Conversion, deployment: DeploymentModel, location: string): void {
  const { address, sku, modelName, modelVersion } = deployment;
  if (!isOffered(sku, location)) {
    conversion.problems.add(
      address,
      `InvalidResourceProperties: The specified SKU '${sku}' for model '${modelName} ${modelVersion}' is not ` +
        `supported in this region '${location}'.`,
    );
  }
}

function convertDeployments(
  conversion: Conversion,
): readonly { readonly accountId: string; readonly deployment: DeploymentModel }[] {
  const deployment = (
    address: string,
    name: string,
    model: ConfigurationReader | undefined,
    sku: ConfigurationReader | undefined,
  ): DeploymentModel => ({
    address,
    name,
    modelFormat: model?.string("format") ?? "",
    modelName: model?.string("name") ?? "",
    modelVersion: model?.optionalString("version") ?? "",
    sku: sku?.string("name") ?? "",
    capacity: sku?.optionalNumber("capacity") ?? 1,
  });
  return [
    ...conversion.ofType("azurerm_cognitive_deployment").map(({ resource, reader }) => {
      const [model, sku] = [reader.block("model"), reader.block("sku")];
      const updated = conversion.updated(reader.string("id"), () => armDeployment(model, sku));
      return {
        accountId: reader.string("cognitive_account_id"),
        deployment: deployment(
          resource.address,
          reader.string("name"),
          updated === undefined ? model : updated.block("properties")?.block("model"),
          updated === undefined ? sku : updated.block("sku"),
        ),
      };
    }),
    ...conversion.ofType("azapi_resource").flatMap(({ resource, reader }) =>
      /^Microsoft\.CognitiveServices\/accounts\/deployments@/i.test(reader.string("type"))
        ? [
            {
              accountId: reader.string("parent_id"),
              deployment: deployment(
                resource.address,
                reader.string("name"),
                conversion.azapiBody(reader)?.block("properties")?.block("model"),
                conversion.azapiBody(reader)?.block("sku"),
              ),
            },
          ]
        : [],
    ),
  ];
}

/** The object that azurerm makes, as far as it is read. */
function armDeployment(
  model: ConfigurationReader | undefined,
  sku: ConfigurationReader | undefined,
): HclObject {
  const part = (reader: ConfigurationReader | undefined, names: readonly string[]): HclObject =>
    Object.fromEntries(names.map((name) => [name, reader?.value(name) ?? null]));
  return {
    properties: { model: part(model, ["format", "name", "version"]) },
    sku: part(sku, ["name", "capacity"]),
  };
}
