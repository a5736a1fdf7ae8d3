import type { ApiModel, GatewayModel } from "../model";
import type { StackProblems } from "./stack-problems";

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
      ...{ address, key: `name ${name}`, what: `the API '${name}'` },
    })),
    ...gateway.apis.map(path),
    ...gateway.apis.flatMap(signatures),
    ...gateway.namedValues.map(({ address, displayName }) => ({
      ...{ address, key: `value ${displayName}`, what: `the named value '${displayName}'` },
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
        `it is ${what}, which ${known} is already; API Management has one${key.startsWith("name ") ? ", and of its revisions the simulator runs one" : ""}`,
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

/** Operations whose URL templates differ in names of parameters alone take the same requests. */
function signatures(api: ApiModel): readonly Claim[] {
  return api.operations.map(({ address, method, urlTemplate }) => ({
    address,
    key: `operation ${api.address} ${method} ${urlTemplate.replace(/\{(\*?)[^{}]*\}/g, "{$1}")}`,
    what: `the operation '${method} ${urlTemplate}' of API '${api.name}'`,
  }));
}
