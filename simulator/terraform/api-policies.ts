import type { PolicyDocumentModel } from "../model";
import { type ApiRevision, isWrittenTo } from "./api-revisions";
import type { ServiceChildren } from "./conversion";
import { listOf, objectOf } from "./json-value";
import { type NamedRevision, namedRevision, revisionOfChild } from "./named-revision";
import { rivalProblem } from "./policy-of-scope";
import type { Resource } from "./resource";

const OF_API = "Microsoft.ApiManagement/service/apis/policies";

/** A policy document that a resource writes to an API, or to an operation of it. */
interface WrittenPolicy extends PolicyDocumentModel {
  readonly resource: Resource;
  readonly to: NamedRevision;
  readonly operationId?: string;
  /** It writes into what another resource makes. */
  readonly isUpdate: boolean;
}

/** The policies of revisions and their operations, by whatever provider. Two on one scope are reported. */
export class ApiPolicies {
  private readonly written = new Map<string, WrittenPolicy[]>();

  public constructor(
    service: Resource,
    private readonly children: ServiceChildren,
    revisions: readonly ApiRevision[],
  ) {
    for (const type of ["azurerm_api_management_api_policy", "azurerm_api_management_api_operation_policy"]) {
      for (const { resource, reader } of children.of(service, type)) {
        this.add({
          resource,
          address: resource.address,
          to: revisionOfChild(reader.string("api_name"), reader.optionalString("id")),
          operationId: reader.optionalString("operation_id"),
          xml: reader.string("xml_content"),
          isUpdate: false,
        });
      }
    }
    for (const { resource, address, id, properties, isUpdate, updates } of children.azapi(service, OF_API)) {
      this.add({ resource, address, to: namedRevision(id), xml: properties.string("value"), isUpdate });
      const [first, ...more] = updates;
      more.forEach((update) => children.refuse(update, rivalProblem(first ?? "")));
    }
    for (const revision of revisions) {
      this.refuseRivals(revision);
    }
  }

  /** What is written to a revision, or to an operation of it. */
  public of(revision: ApiRevision, operationId?: string): PolicyDocumentModel | undefined {
    const [last] = this.writtenTo(revision, operationId).sort((a, b) => weight(b) - weight(a));
    return last === undefined ? undefined : { address: last.address, xml: last.xml };
  }

  private add(policy: WrittenPolicy): void {
    const key = keyOf(policy.to.api, policy.operationId);
    const known = this.written.get(key) ?? [];
    known.push(policy);
    this.written.set(key, known);
  }

  private writtenTo(revision: ApiRevision, operationId?: string): WrittenPolicy[] {
    const ofApi = this.written.get(keyOf(revision.name, operationId)) ?? [];
    return ofApi.filter(({ to }) => isWrittenTo(revision, to));
  }

  private refuseRivals(revision: ApiRevision): void {
    const ofApi = [...this.written].filter(([key]) => key.startsWith(keyOf(revision.name)));
    for (const [, policies] of ofApi) {
      const here = policies.filter(({ to }) => isWrittenTo(revision, to));
      here.forEach((policy, index) => {
        const rival = here.slice(0, index).find((earlier) => areRivals(earlier, policy, revision));
        if (rival !== undefined) {
          this.children.refuse(policy.address, rivalProblem(rival.address));
        }
      });
    }
  }
}

/** Names of APIs and operations have no line break. */
function keyOf(api: string, operationId = ""): string {
  return `${api}\n${operationId}`.toLowerCase();
}

/** Whoever names the revision is written last, and updates after what they update. */
function weight({ to, isUpdate }: WrittenPolicy): number {
  return (isUpdate ? 2 : 0) + (to.revision === undefined ? 0 : 1);
}

function areRivals(one: WrittenPolicy, other: WrittenPolicy, revision: ApiRevision): boolean {
  if (one.isUpdate !== other.isUpdate) {
    return false;
  }
  if ((one.to.revision === undefined) === (other.to.revision === undefined)) {
    return true;
  }
  const unnumbered = one.to.revision === undefined ? one : other;
  return revision.isCurrent && (revision.source === undefined || !isWrittenOnce(unnumbered.resource));
}

/**
 * Whether a document stays in the revision that was current when it was made: with others, each `apply` finds and changes
 * that of the revision which is current by then. A plan and a state do not show the lifecycle.
 */
function isWrittenOnce(resource: Resource): boolean {
  const ignored = [resource.metaArgument("lifecycle")]
    .flat()
    .map((lifecycle) => objectOf(lifecycle)["ignore_changes"])
    .flatMap((names) => (typeof names === "string" ? [names] : listOf(names)));
  return resource.isRecorded || ignored.some((name) => /^(?:all|xml_content|body)\b/.test(String(name)));
}
