import type {
  ApiModel,
  BackendModel,
  GatewayModel,
  OperationModel,
  PolicyDocumentModel,
} from "../../../simulator/model";

/** A gateway without anything; the parts a test is about are given. */
export function gatewayModel(parts: Partial<GatewayModel> = {}): GatewayModel {
  return {
    address: "azurerm_api_management.gateway",
    id: "/subscriptions/s/resourceGroups/r/providers/Microsoft.ApiManagement/service/gateway",
    name: "gateway",
    location: "westeurope",
    tier: "Developer",
    hostNames: [{ hostName: "gateway.azure-api.net", negotiateClientCertificate: false, isDefault: true }],
    identities: [],
    trustedCertificates: [],
    certificates: [],
    namedValues: [],
    fragments: [],
    apis: [],
    products: [],
    subscriptions: [],
    backends: [],
    loggers: [],
    diagnostics: [],
    externalCaches: [],
    virtualNetwork: false,
    publicIpAddresses: [],
    ...parts,
  };
}

export function operationModel(method: string, urlTemplate: string, policyXml?: string): OperationModel {
  const operationId = `${method}-${urlTemplate}`;
  const address = `azurerm_api_management_api_operation.${operationId}`;
  return {
    address,
    operationId,
    displayName: operationId,
    method,
    urlTemplate,
    policy: policyXml === undefined ? undefined : policy(`${address}_policy`, policyXml),
  };
}

/** An open API at `/api` with one `GET /ping` that forwards to https://backend.example. */
export function apiModel(parts: Partial<ApiModel> & { readonly policyXml?: string } = {}): ApiModel {
  const { policyXml, ...rest } = parts;
  const name = rest.name ?? "api";
  return {
    address: `azurerm_api_management_api.${name}`,
    name,
    displayName: name,
    path: name,
    revision: "1",
    version: "",
    protocols: ["https"],
    serviceUrl: "https://backend.example",
    subscriptionRequired: false,
    subscriptionKeyParameterNames: { header: "Ocp-Apim-Subscription-Key", query: "subscription-key" },
    operations: [operationModel("GET", "/ping")],
    policy:
      policyXml === undefined ? undefined : policy(`azurerm_api_management_api_policy.${name}`, policyXml),
    ...rest,
  };
}

export function policy(address: string, xml: string): PolicyDocumentModel {
  return { address, xml };
}

/** A document with the given sections; the others inherit. */
export function policyXml(sections: {
  readonly inbound?: string;
  readonly backend?: string;
  readonly outbound?: string;
  readonly onError?: string;
}): string {
  const {
    inbound = "<base />",
    backend = "<base />",
    outbound = "<base />",
    onError = "<base />",
  } = sections;
  return (
    `<policies><inbound>${inbound}</inbound><backend>${backend}</backend>` +
    `<outbound>${outbound}</outbound><on-error>${onError}</on-error></policies>`
  );
}

export function backendModel(
  name: string,
  parts: Partial<NonNullable<BackendModel["single"]>> = {},
): BackendModel {
  return {
    address: `azurerm_api_management_backend.${name}`,
    id: `/backends/${name}`,
    name,
    single: {
      url: `https://${name}.example`,
      validateCertificateChain: true,
      validateCertificateName: true,
      headers: {},
      query: {},
      ...parts,
    },
  };
}
