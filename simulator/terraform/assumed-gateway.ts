import type { JsonObject, StackBlock, StackDocument } from "./stack-document";

const NAME = "assumed-platform";
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const CLIENT_ID = /<authentication-managed-identity\s[^<>]*?client-id="([^"<>]*)"/g;
const SERVICE_ID =
  /^\/subscriptions\/[^/]+\/resourceGroups\/([^/]+)\/providers\/Microsoft\.ApiManagement\/service\/([^/]+)/i;

/** A service on which a stack publishes. */
interface NamedService {
  readonly name: string;
  readonly resourceGroupName: string;
  /** Address of the provider configuration: `azurerm.platform`. */
  readonly provider?: string;
}

/**
 * Doubles of the API Management services that stacks publish on and that none of them has, as far as the stacks tell:
 * name and group, the identity that policies name and that roles are assigned to, a private network where accounts
 * have private endpoints.
 */
export function assumedGateways(documents: readonly StackDocument[]): readonly StackDocument[] {
  const found = new Map<string, StackDocument>();
  for (const document of documents) {
    for (const service of servicesIn(document)) {
      const key = service.name.toLowerCase();
      const isLoaded = documents.some(({ blocks }) => blocks.some((block) => isService(block, service)));
      if (!isLoaded && !found.has(key)) {
        found.set(key, doubleOf(service, document, found.size));
      }
    }
  }
  return [...found.values()];
}

function servicesIn({ blocks }: StackDocument): readonly NamedService[] {
  return blocks.flatMap(({ mode, type, config }): readonly NamedService[] => {
    if (mode !== "managed" || !type.startsWith("azurerm_api_management_")) {
      return [];
    }
    const provider = textOf(config, "provider");
    const [, group = "", name = ""] = SERVICE_ID.exec(textOf(config, "api_management_id") ?? "") ?? [];
    const service = {
      name: textOf(config, "api_management_name") ?? name,
      resourceGroupName: textOf(config, "resource_group_name") ?? group,
      provider,
    };
    // What refers to a resource of the stacks needs no double.
    const isLiteral = (text: string): boolean => text !== "" && !text.includes("${");
    return isLiteral(service.name) && isLiteral(service.resourceGroupName) ? [service] : [];
  });
}

function isService({ mode, type, config }: StackBlock, { name }: NamedService): boolean {
  const own = textOf(config, "name") ?? "";
  return (
    mode === "managed" &&
    type === "azurerm_api_management" &&
    (own.toLowerCase() === name.toLowerCase() || own.includes("${"))
  );
}

function doubleOf(service: NamedService, document: StackDocument, index: number): StackDocument {
  const { name, resourceGroupName } = service;
  const place = { location: "westeurope", resource_group_name: resourceGroupName };
  const { clientId, principalId } = identityIn(document);
  const identityId = `/subscriptions/assumed/resourceGroups/${resourceGroupName}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-assumed`;
  const isPrivate = document.blocks.some(({ type }) => type === "azurerm_private_endpoint");
  const subnet = `/subscriptions/assumed/resourceGroups/${resourceGroupName}/providers/Microsoft.Network/virtualNetworks/vnet-assumed/subnets/gateway`;
  const isKnown = clientId !== undefined && principalId !== undefined;
  const gateway: StackBlock = {
    mode: "managed",
    type: "azurerm_api_management",
    id: "gateway",
    config: {
      ...place,
      name,
      publisher_name: "assumed",
      publisher_email: "assumed@example.com",
      sku_name: "Developer_1",
      identity: isKnown ? { type: "UserAssigned", identity_ids: [identityId] } : { type: "SystemAssigned" },
      ...(isPrivate
        ? {
            virtual_network_type: "Internal",
            virtual_network_configuration: { subnet_id: subnet },
          }
        : {}),
    },
  };
  const identity: StackBlock = {
    mode: "data",
    type: "azurerm_user_assigned_identity",
    id: "identity",
    config: {
      ...place,
      name: "id-assumed",
      id: identityId,
      client_id: clientId,
      principal_id: principalId,
    },
  };
  return {
    name: index === 0 ? NAME : `${NAME}-${index + 1}`,
    file: document.file,
    providers: [{ name: "azurerm", config: providerOf(service, document) }],
    variables: new Map(),
    locals: new Map(),
    outputs: new Map(),
    blocks: isKnown ? [gateway, identity] : [gateway],
    assumptions: [
      `API Management service '${name}' is not in the stacks: a Developer tier service without policies of its own` +
        `${isPrivate ? ", in the network of the private endpoints" : ""}` +
        (isKnown
          ? `, with the identity ${clientId} that the policies name and that roles are assigned to`
          : ", with an identity that holds no role: the stacks tell none by its ids"),
    ],
  };
}

/** The identity that policies ask tokens for, and the principal that roles are assigned to, both by literal ids. */
function identityIn({ blocks }: StackDocument): {
  readonly clientId?: string;
  readonly principalId?: string;
} {
  const documents = blocks.map(
    ({ config }) => textOf(config, "xml_content") ?? textOf(config, "value") ?? "",
  );
  const clientId = documents
    .flatMap((xml) => Array.from(xml.matchAll(CLIENT_ID), ([, id = ""]) => id))
    .find((id) => GUID.test(id));
  const principalId = blocks
    .filter(({ type }) => type === "azurerm_role_assignment")
    .map(({ config }) => textOf(config, "principal_id") ?? "")
    .find((id) => GUID.test(id));
  return { clientId, principalId };
}

/** Settings of the platform's provider, for its subscription and tenant. */
function providerOf({ provider }: NamedService, { providers }: StackDocument): JsonObject {
  const alias = provider?.replace(/^\$\{|\}$/g, "").split(".")[1];
  const found = providers.find(({ name, config }) => name === "azurerm" && config["alias"] === alias);
  return Object.fromEntries(Object.entries(found?.config ?? {}).filter(([name]) => name !== "alias"));
}

function textOf(config: JsonObject, name: string): string | undefined {
  const value = config[name];
  return typeof value === "string" ? value : undefined;
}
