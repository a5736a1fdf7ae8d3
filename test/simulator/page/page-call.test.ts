import { simulate } from "../../../simulator";
import { findAccess } from "../../../simulator/access";
import { callForPage } from "../../../simulator/page/page-call";
import { pageStack } from "../../../simulator/page/page-json";
import { versionedStack, VERSIONING_SCHEMES } from "../support/versioned-stack";

describe("a call from the page, of an API of a version", () => {
  it.each(VERSIONING_SCHEMES)(
    "gets in with the target that the form has, for each operation: %s",
    async (scheme) => {
      const simulation = await simulate(versionedStack(scheme));
      try {
        const accesses = await findAccess(simulation);
        const [api] = pageStack(simulation, accesses).gateways.flatMap(({ apis }) => apis);
        const statuses: number[] = [];
        for (const { method, target } of api?.operations ?? []) {
          const call = { gateway: "apim-x", api: "api", caller: 0, method, target, body: "" };
          statuses.push((await callForPage(simulation, accesses, call)).status);
        }
        expect(statuses).toEqual([200, 200]);
        expect(api?.path).toBe(scheme === "Segment" ? "/api/v1" : "/api");
      } finally {
        await simulation.close();
      }
    },
  );
});
