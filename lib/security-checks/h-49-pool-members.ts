import type { HouseCheck } from "./house-check";
import { modelEndpointBackends } from "./model-endpoint-backends";

export const poolMembers: HouseCheck = {
  id: "H-49",
  title: "no pool mixes accounts with model endpoints: it picks after the request is written",
  check: (stack) =>
    modelEndpointBackends(stack).flatMap(({ address }) =>
      stack
        .ofType("azapi_resource")
        .filter(({ attributes }) => JSON.stringify(attributes.body ?? "").includes(`\${${address}.id}`))
        .map((pool) => `${pool.address}: has ${address} as a member`),
    ),
};
