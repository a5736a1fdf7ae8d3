import type { ApiModel, OperationModel, PolicyDocumentModel, VersionSetModel } from "../model";
import { type ApisWithRevisions, withRevisions } from "./api-revisions";
import { sameName } from "./arm-resource-id";
import type { ConfigurationReader } from "./configuration-reader";
import { apiName, type ServiceChild, type ServiceChildren } from "./conversion";
import { importedOperations } from "./openapi-import";
import { checkOperationTemplate, optionalParameters } from "./operation-template";
import type { Resource } from "./resource";

/** API Management's names for the key when an API sets none. */
const DEFAULT_KEY_NAMES = { header: "Ocp-Apim-Subscription-Key", query: "subscription-key" };

/** The APIs of a service with operations and policies. */
export function convertApis(service: Resource, children: ServiceChildren): ApisWithRevisions {
  return withRevisions(service, children, (child) => convertApi(service, child, children));
}

function convertApi(
  service: Resource,
  { resource, reader }: ServiceChild,
  children: ServiceChildren,
): ApiModel {
  const name = reader.string("name");
  reader.word("api_type", ["http"], "http");
  const names = reader.block("subscription_key_parameter_names");
  const imported = reader.block("import");
  const ofApi = (type: string): readonly ServiceChild[] =>
    children.of(service, type).filter((child) => sameName(apiName(child.reader.string("api_name")), name));
  const policyFor = (operationId: string): PolicyDocumentModel | undefined =>
    policyOf(
      ofApi("azurerm_api_management_api_operation_policy").filter((policy) =>
        sameName(policy.reader.string("operation_id"), operationId),
      ),
    );
  const declared = ofApi("azurerm_api_management_api_operation").map((child): OperationModel => {
    const operationId = child.reader.string("operation_id");
    checkOperationTemplate(child.reader);
    return {
      address: child.resource.address,
      operationId,
      displayName: child.reader.string("display_name"),
      method: child.reader.string("method").toUpperCase(),
      urlTemplate: child.reader.string("url_template"),
      optionalParameters: optionalParameters(child.reader),
      hasSampleResponses: child.reader
        .blocks("response")
        .some((response) => response.blocks("representation").length > 0),
      policy: policyFor(operationId),
    };
  });
  const description = imported === undefined ? undefined : importedOperations(imported);
  const operationIds = new Set(declared.map(({ operationId }) => operationId.toLowerCase()));
  return {
    address: resource.address,
    name,
    displayName: reader.optionalString("display_name") ?? name,
    path: reader.optionalString("path") ?? "",
    revision: reader.string("revision"),
    version: reader.optionalString("version") ?? "",
    versionSet: versionSet(service, reader, children),
    protocols: reader.strings("protocols").length === 0 ? ["https"] : reader.strings("protocols"),
    serviceUrl: reader.optionalString("service_url") ?? description?.serviceUrl,
    subscriptionRequired: reader.boolean("subscription_required", true),
    subscriptionKeyParameterNames:
      names === undefined
        ? DEFAULT_KEY_NAMES
        : { header: names.string("header"), query: names.string("query") },
    operations: [
      ...declared,
      ...(description?.operations ?? [])
        .filter(({ operationId }) => !operationIds.has(operationId))
        .map((operation) => ({ ...operation, policy: policyFor(operation.operationId) })),
    ],
    policy: policyOf(ofApi("azurerm_api_management_api_policy")),
  };
}

/** The one policy document of a scope; two resources on one scope overwrite each other without notice. */
export function policyOf(found: readonly ServiceChild[]): PolicyDocumentModel | undefined {
  const [first, ...more] = found;
  for (const { reader } of more) {
    reader.refuse(
      `it stands on the same scope as ${first?.resource.address ?? ""}; one would overwrite the other`,
    );
  }
  if (first === undefined) {
    return undefined;
  }
  return { address: first.resource.address, xml: first.reader.string("xml_content") };
}

function versionSet(
  service: Resource,
  api: ConfigurationReader,
  children: ServiceChildren,
): VersionSetModel | undefined {
  const id = api.optionalString("version_set_id");
  if (id === undefined) {
    return undefined;
  }
  const found = children
    .of(service, "azurerm_api_management_api_version_set")
    .find(({ reader }) => reader.string("id").toLowerCase() === id.toLowerCase());
  if (found === undefined) {
    api.refuse(`its version set '${id}' is not in the loaded stacks`);
    return undefined;
  }
  const scheme = found.reader.word("versioning_scheme", ["Segment", "Header", "Query"]);
  return {
    address: found.resource.address,
    scheme,
    parameterName:
      scheme === "Segment"
        ? undefined
        : found.reader.string(scheme === "Header" ? "version_header_name" : "version_query_name"),
  };
}
