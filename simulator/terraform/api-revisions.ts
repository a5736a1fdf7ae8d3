import type { ApiModel, PolicyDocumentModel } from "../model";
import { apiName, type ServiceChild, type ServiceChildren } from "./conversion";
import type { Resource } from "./resource";

const POLICIES = "Microsoft.ApiManagement/service/apis/policies";

/** The APIs that a service answers by their paths, and further revisions of them. */
export interface ApisWithRevisions {
  readonly apis: readonly ApiModel[];
  /** Not current: they answer at `;rev=` only. */
  readonly revisions: readonly ApiModel[];
}

/**
 * Revisions of an API: copies of another revision, with the policy that was written to them through azapi. The current
 * one is what a release names, else the one that is no copy.
 *
 * Source: https://learn.microsoft.com/azure/api-management/api-management-revisions
 */
export function withRevisions(
  service: Resource,
  children: ServiceChildren,
  convert: (child: ServiceChild) => ApiModel,
): ApisWithRevisions {
  const all = children.of(service, "azurerm_api_management_api");
  const originals = all.filter(({ reader }) => reader.optionalString("source_api_id") === undefined);
  const copies = all.filter((child) => !originals.includes(child));
  const written = new Map(
    children.azapi(service, POLICIES).map((policy) => [
      revisionKey(policy.id),
      {
        address: policy.address,
        xml: policy.properties.string("value"),
      },
    ]),
  );
  const released = new Map(children.released(service).map((id) => [apiName(id), revisionOf(id)]));
  const models = originals.map((child) => withPolicy(convert(child), written));
  const revisions = copies.flatMap(({ resource, reader }): readonly ApiModel[] => {
    const name = reader.string("name");
    const source = reader.string("source_api_id");
    const original = models.find((model) => model.name === name);
    if (original === undefined || apiName(source) !== name) {
      reader.refuse("copies of other APIs are not resolved; declare the operations");
      return [];
    }
    const copy = { ...original, address: resource.address, revision: reader.string("revision") };
    return [withPolicy(copy, written)];
  });
  const everything = [...models, ...revisions];
  const isCurrent = (model: ApiModel): boolean =>
    released.has(model.name) ? released.get(model.name) === model.revision : models.includes(model);
  return {
    apis: everything.filter(isCurrent),
    revisions: everything
      .filter((model) => !isCurrent(model))
      .map((model) => ({ ...model, isCurrent: false })),
  };
}

function withPolicy(api: ApiModel, written: ReadonlyMap<string, PolicyDocumentModel>): ApiModel {
  const policy = written.get(`${api.name};rev=${api.revision}`.toLowerCase());
  return policy === undefined ? api : { ...api, policy };
}

/** `1` where an id names no revision. */
function revisionOf(id: string): string {
  return /;rev=(\d+)/i.exec(id)?.[1] ?? "1";
}

function revisionKey(id: string): string {
  return `${apiName(id)};rev=${revisionOf(id)}`.toLowerCase();
}
