import type { ApiModel, OperationModel, VersionSetModel } from "../model";
import { ApiPolicies } from "./api-policies";
import { type ApiRevision, apiRevisions, isWrittenTo } from "./api-revisions";
import { sameName } from "./arm-resource-id";
import type { ConfigurationReader } from "./configuration-reader";
import type { ServiceChild, ServiceChildren } from "./conversion";
import { type NamedRevision, revisionOfChild } from "./named-revision";
import { importedOperations } from "./openapi-import";
import { checkOperationTemplate, optionalParameters } from "./operation-template";
import type { Resource } from "./resource";

/** API Management's names for the key when an API sets none. */
const DEFAULT_KEY_NAMES = { header: "Ocp-Apim-Subscription-Key", query: "subscription-key" };

/** The APIs that a service answers by their paths, and further revisions of them. */
export interface ApisWithRevisions {
  readonly apis: readonly ApiModel[];
  /** Not current: they answer at `;rev=` only. */
  readonly revisions: readonly ApiModel[];
}

/** The APIs of a service with operations and policies. */
export function convertApis(service: Resource, children: ServiceChildren): ApisWithRevisions {
  return new ApiConversion(service, children).convert();
}

/** An operation that a resource declares, for a revision or for the current one. */
interface DeclaredOperation {
  readonly of: NamedRevision;
  readonly child: ServiceChild;
  readonly model: OperationModel;
}

class ApiConversion {
  private readonly revisions: readonly ApiRevision[];
  private readonly policies: ApiPolicies;
  /** By API in lower case. */
  private readonly declared = new Map<string, DeclaredOperation[]>();
  private readonly models = new Map<ApiRevision, ApiModel>();

  public constructor(
    private readonly service: Resource,
    private readonly children: ServiceChildren,
  ) {
    this.revisions = apiRevisions(service, children);
    this.policies = new ApiPolicies(service, children, this.revisions);
    for (const child of children.of(service, "azurerm_api_management_api_operation")) {
      const of = revisionOfChild(child.reader.string("api_name"), child.reader.optionalString("id"));
      const key = of.api.toLowerCase();
      const known = this.declared.get(key) ?? [];
      known.push({ of, child, model: declaredOperation(child) });
      this.declared.set(key, known);
    }
  }

  public convert(): ApisWithRevisions {
    const others = this.revisions.filter(({ isCurrent }) => !isCurrent);
    return {
      apis: this.revisions.filter(({ isCurrent }) => isCurrent).map((each) => this.model(each)),
      revisions: others.map((each) => ({ ...this.model(each), isCurrent: false })),
    };
  }

  private model(revision: ApiRevision): ApiModel {
    const known = this.models.get(revision);
    if (known !== undefined) {
      return known;
    }
    const { source } = revision;
    const made = source === undefined ? this.original(revision) : this.copy(revision, source);
    const model = { ...made, policy: this.policies.of(revision) ?? made.policy };
    this.models.set(revision, model);
    return model;
  }

  private original(revision: ApiRevision): ApiModel {
    const { resource, reader, name, number } = revision;
    reader.word("api_type", ["http"], "http");
    const imported = reader.block("import");
    const description = imported === undefined ? undefined : importedOperations(imported);
    return {
      address: resource.address,
      name,
      displayName: reader.optionalString("display_name") ?? name,
      path: reader.optionalString("path") ?? "",
      revision: number,
      version: reader.optionalString("version") ?? "",
      versionSet: versionSet(this.service, reader, this.children),
      protocols: protocols(reader) ?? ["https"],
      serviceUrl: reader.optionalString("service_url") ?? description?.serviceUrl,
      subscriptionRequired: reader.boolean("subscription_required", true),
      subscriptionKeyParameterNames: keyNames(reader) ?? DEFAULT_KEY_NAMES,
      ...(description?.isRead === false ? { hasUnreadDescription: true } : {}),
      operations: this.operations(revision, description?.operations ?? []),
    };
  }

  /** What the provider does not send is that of the source: it sends whether keys are demanded, by default, too. */
  private copy(revision: ApiRevision, source: ApiRevision): ApiModel {
    const { resource, reader, number } = revision;
    const copied = this.model(source);
    reader.word("api_type", ["http"], "http");
    refuseSharedChanges(revision, source);
    if (reader.block("import") !== undefined) {
      reader.refuse(
        "'import' is not supported for a copy: what becomes of the operations that it copies is not documented; " +
          "take the description into the API that is copied",
      );
    }
    return {
      ...copied,
      address: resource.address,
      revision: number,
      protocols: protocols(reader) ?? copied.protocols,
      serviceUrl: reader.optionalString("service_url") ?? copied.serviceUrl,
      subscriptionRequired: reader.boolean("subscription_required", true),
      subscriptionKeyParameterNames: keyNames(reader) ?? copied.subscriptionKeyParameterNames,
      operations: this.operations(revision, copied.operations),
    };
  }

  /** Those that are declared, and of the others those that have other ids. */
  private operations(revision: ApiRevision, others: readonly OperationModel[]): readonly OperationModel[] {
    const own = new Map<string, DeclaredOperation>();
    const here = (this.declared.get(revision.name.toLowerCase()) ?? []).filter(({ of }) =>
      isWrittenTo(revision, of),
    );
    for (const operation of here) {
      const { of, child, model } = operation;
      const key = model.operationId.toLowerCase();
      const first = own.get(key);
      const isOther = (first?.of.revision === undefined) !== (of.revision === undefined);
      if (first !== undefined && !(isOther && revision.source !== undefined)) {
        child.reader.refuse(
          `it is operation '${model.operationId}' of API '${revision.name}', which ${first.model.address} is already`,
        );
      } else if (first === undefined || of.revision !== undefined) {
        own.set(key, operation);
      }
    }
    const copiedPolicies = new Map(
      others.map(({ operationId, policy }) => [operationId.toLowerCase(), policy] as const),
    );
    return [
      ...[...own.values()].map(({ model }) => model),
      ...others.filter(({ operationId }) => !own.has(operationId.toLowerCase())),
    ].map((operation) => ({
      ...operation,
      policy:
        this.policies.of(revision, operation.operationId) ??
        copiedPolicies.get(operation.operationId.toLowerCase()),
    }));
  }
}

function declaredOperation({ resource, reader }: ServiceChild): OperationModel {
  checkOperationTemplate(reader);
  return {
    address: resource.address,
    operationId: reader.string("operation_id"),
    displayName: reader.string("display_name"),
    method: reader.string("method").toUpperCase(),
    urlTemplate: reader.string("url_template"),
    optionalParameters: optionalParameters(reader),
    hasSampleResponses: reader
      .blocks("response")
      .some((response) => response.blocks("representation").length > 0),
  };
}

function protocols(reader: ConfigurationReader): readonly string[] | undefined {
  const names = reader.strings("protocols");
  return names.length === 0 ? undefined : names;
}

function keyNames(reader: ConfigurationReader): ApiModel["subscriptionKeyParameterNames"] | undefined {
  const names = reader.block("subscription_key_parameter_names");
  return names && { header: names.string("header"), query: names.string("query") };
}

/**
 * Reports what a copy has otherwise than its source, and Azure takes for the current revision alone
 * (https://github.com/Azure/apiops/issues/436, https://github.com/hashicorp/terraform-provider-azurerm/issues/18093).
 */
function refuseSharedChanges({ reader }: ApiRevision, source: ApiRevision): void {
  for (const name of ["path", "display_name", "version", "version_set_id"]) {
    const mine = reader.optionalString(name) ?? "";
    const theirs = source.reader.optionalString(name) ?? "";
    if (mine !== "" && !sameName(mine, theirs)) {
      reader.refuse(
        `'${name}' is '${mine}', and '${theirs}' in ${source.resource.address}; Azure changes it for the current ` +
          "revision only",
      );
    }
  }
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
