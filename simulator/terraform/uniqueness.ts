import { allRevisions, type ApiModel, type GatewayModel } from "../model";
import type { Conversion } from "./conversion";
import { OperationDemands } from "./operation-demands";
import type { StackProblems } from "./stack-problems";

/**
 * Reports resources that the provider would not create, because another one of the stacks has their id: names are
 * taken once in a resource group, or in what else the resource stands in. What stands in an API Management service has
 * rules of its own.
 */
export function refuseTakenIds(conversion: Conversion): void {
  const first = new Map<string, string>();
  for (const resource of conversion.stacks.resources) {
    const { mode, type, address } = resource;
    if (
      mode !== "managed" ||
      type === "azapi_update_resource" ||
      type.startsWith("azurerm_api_management_")
    ) {
      continue;
    }
    const id = conversion.read(resource).optionalString("id");
    const known = id === undefined ? undefined : first.get(`${type}\n${id.toLowerCase()}`);
    if (known !== undefined) {
      conversion.problems.add(
        address,
        `A resource with the ID "${id}" already exists - to be managed via Terraform this resource needs to be ` +
          `imported into the State. It is ${known}.`,
      );
    } else if (id !== undefined) {
      first.set(`${type}\n${id.toLowerCase()}`, address);
    }
  }
}

/** One of several things of which API Management takes one. */
interface Claim {
  readonly address: string;
  /** What is claimed: two equal texts are a conflict. */
  readonly key: string;
  /** What it is, for messages. */
  readonly what: string;
}

/** Reports what API Management would refuse because something else has the name or the place already. */
export function refuseDuplicates(gateway: GatewayModel, problems: StackProblems): void {
  const claims: readonly Claim[] = [
    ...gateway.apis.map(({ address, name }) => ({
      address,
      key: `name ${name}`,
      what: `the API '${name}'`,
    })),
    ...gateway.apis.map(path),
    ...allRevisions(gateway).flatMap(signatures),
    ...gateway.namedValues.map(({ address, displayName }) => ({
      address,
      key: `value ${displayName}`,
      what: `the named value '${displayName}'`,
    })),
    ...gateway.products
      .filter(({ subscriptionRequired }) => !subscriptionRequired)
      .flatMap(({ address, apis }) =>
        apis.map((api) => ({ address, key: `open ${api}`, what: `the open product of API '${api}'` })),
      ),
  ];
  const first = new Map<string, string>();
  for (const { address, key, what } of claims) {
    const known = first.get(key.toLowerCase());
    if (known === undefined) {
      first.set(key.toLowerCase(), address);
    } else {
      problems.add(
        address,
        `it is ${what}, which ${known} is already; API Management has one${key.startsWith("name ") ? ", and of its revisions one is current: a release says which" : ""}`,
      );
    }
  }
}

/** Versions of one set share their path. */
function path(api: ApiModel): Claim {
  const version = api.versionSet === undefined ? "" : `${api.versionSet.address} ${api.version}`;
  return {
    address: api.address,
    key: `path ${api.path.replace(/^\/|\/$/g, "")} ${version}`,
    what: `the API at path '${api.path}'${version === "" ? "" : ` with version '${api.version}'`}`,
  };
}

/** Operations that take the same requests. */
function signatures(api: ApiModel): readonly Claim[] {
  return api.operations.map((operation) => ({
    address: operation.address,
    key: `operation ${api.address} ${new OperationDemands(operation).text}`,
    what: `the operation '${operation.method} ${operation.urlTemplate}' of API '${api.name}'`,
  }));
}
