import { apiAddress, RequestedOperations } from "../../../simulator/gateway";
import type { ApiModel, GatewayModel } from "../../../simulator/model";

const VERSION_SET = { address: "set", parameterName: "edition" };

function api(name: string, version: string, scheme?: "Segment" | "Query" | "Header"): ApiModel {
  return {
    name,
    path: "models/",
    protocols: ["https"],
    revision: "1",
    version,
    versionSet: scheme && { ...VERSION_SET, scheme },
    operations: [{ operationId: "get", method: "GET", urlTemplate: "/a" }],
  } as unknown as ApiModel;
}

describe("RequestedOperations", () => {
  it.each(["Segment", "Query", "Header"] as const)(
    "finds each version of an API at its address: %s",
    (scheme) => {
      const apis = [api("original", "", scheme), api("first", "v1", scheme), api("second", "v2", scheme)];
      const operations = new RequestedOperations({ apis, revisions: [] } as unknown as GatewayModel);
      const found = apis.map((each) => {
        const { path, query, headers } = apiAddress(each);
        const target = `${path}/a?${new URLSearchParams(query).toString()}`;
        return operations.of({ method: "GET", target, headers })?.api.name;
      });
      expect(found).toEqual(["original", "first", "second"]);
    },
  );

  it.each(["models/", ""])("finds a revision that is not current behind the path '%s'", (path) => {
    const current = { ...api("current", ""), path };
    const other = { ...api("other", ""), path, revision: "2", isCurrent: false };
    const operations = new RequestedOperations({
      apis: [current],
      revisions: [other],
    } as unknown as GatewayModel);
    const names = [current, other].map(
      (each) => operations.of({ method: "GET", target: `${apiAddress(each).path}/a` })?.api.name,
    );
    expect(names).toEqual(["current", "other"]);
  });

  it("finds none for another method", () => {
    const operations = new RequestedOperations({ apis: [api("only", "")] } as unknown as GatewayModel);
    expect(operations.of({ method: "GET", target: "/models/a" })?.operation.operationId).toBe("get");
    expect(operations.of({ method: "POST", target: "/models/a" })).toBeUndefined();
  });
});

describe("apiAddress", () => {
  it("is empty for an API at the root", () => {
    expect(apiAddress({ ...api("root", ""), path: "" })).toEqual({ path: "", query: {}, headers: {} });
  });
});
