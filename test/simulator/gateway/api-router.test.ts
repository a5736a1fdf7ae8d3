import { ApiRouter } from "../../../simulator/gateway/api-router";
import { parseQuery } from "../../../simulator/gateway/gateway-message";
import { HeaderMap } from "../../../simulator/policies/messages/header-map";
import { apiModel, operationModel } from "../support/gateway-models";

function match(
  router: ApiRouter,
  method: string,
  target: string,
  headers: Readonly<Record<string, string>> = {},
) {
  const [path = "", query = ""] = target.split("?");
  const message = {
    query: parseQuery(query),
    headers: new HeaderMap(Object.entries(headers).map(([name, value]) => [name, [value]] as const)),
  };
  const api = router.match(path, message);
  const operation = api?.find(method);
  return {
    api: api?.api.name,
    path: api?.path,
    operation: operation?.operation.urlTemplate,
    parameters: operation?.parameters,
  };
}

describe("ApiRouter", () => {
  const router = new ApiRouter([
    apiModel({ name: "root", path: "", operations: [operationModel("GET", "/*")] }),
    apiModel({ name: "short", path: "openai", operations: [operationModel("GET", "/files")] }),
    apiModel({
      name: "long",
      path: "openai/v1",
      operations: [
        operationModel("GET", "/{id}"),
        operationModel("GET", "/models"),
        operationModel("POST", "/deployments/{deployment-id}/chat/completions"),
        operationModel("GET", "/tail/{*rest}"),
        operationModel("GET", "/files/*"),
        operationModel("POST", "/uploads/*"),
        operationModel("GET", "/"),
        operationModel("GET", "/query?version={v}"),
        operationModel("GET", "/query?version={v}&op=list"),
        { ...operationModel("GET", "/some?a={a}&b={b}"), optionalParameters: ["b"] },
      ],
    }),
  ]);

  it("chooses the API with the longest path", () => {
    expect(match(router, "GET", "/openai/v1/models")).toMatchObject({ api: "long", path: "/models" });
  });

  it("tries no other API when the chosen one lacks the operation", () => {
    expect(match(router, "GET", "/openai/other")).toMatchObject({ api: "short", operation: undefined });
  });

  it("matches whole segments of an API's path", () => {
    expect(match(router, "GET", "/openai2/files").api).toBe("root");
  });

  it("compares paths without case", () => {
    expect(match(router, "GET", "/OpenAI/V1/Models").operation).toBe("/models");
  });

  it("prefers a literal segment to a parameter", () => {
    expect(match(router, "GET", "/openai/v1/models").operation).toBe("/models");
  });

  it("captures parameters, decoded once", () => {
    const { parameters } = match(router, "POST", "/openai/v1/deployments/a%2Fb%2541/chat/completions");
    expect(parameters).toEqual(new Map([["deployment-id", "a/b%41"]]));
  });

  it("demands what stands in the query of a template, the more of it the sooner", () => {
    expect(match(router, "GET", "/openai/v1/query").operation).toBe("/{id}");
    expect(match(router, "GET", "/openai/v1/query?op=list").operation).toBe("/{id}");
    expect(match(router, "GET", "/openai/v1/query?version=1&op=get").operation).toBe("/query?version={v}");
    expect(match(router, "GET", "/openai/v1/query?version=1&op=list").operation).toBe(
      "/query?version={v}&op=list",
    );
  });

  it.each([
    ["a literal value to a parameter", "/q?op=admin", ["/q?op={op}", "/q?op=admin"], "/q?op=admin"],
    [
      "one literal value to several parameters",
      "/q?op=admin&a=1&b=2",
      ["/q?a={a}&b={b}&op={op}", "/q?op=admin"],
      "/q?op=admin",
    ],
    ["more parameters", "/q?a=1&b=2", ["/q?a={a}", "/q", "/q?a={a}&b={b}"], "/q?a={a}&b={b}"],
    ["a literal segment to a query", "/list?op=1", ["/{id}?op=1", "/list"], "/list"],
    ["the first of the alphabet among equals", "/q?a=1&b=2", ["/q?b={b}", "/q?a={a}"], "/q?a={a}"],
  ])("prefers %s, in whatever order operations stand", (_what, target, templates, expected) => {
    for (const each of [templates, templates.toReversed()]) {
      const operations = each.map((template) => operationModel("GET", template));
      const tried = new ApiRouter([apiModel({ name: "tried", path: "", operations })]);

      expect(match(tried, "GET", target).operation).toBe(expected);
    }
  });

  it("goes without an optional parameter", () => {
    expect(match(router, "GET", "/openai/v1/some?a=1").parameters).toEqual(new Map([["a", "1"]]));
    expect(match(router, "GET", "/openai/v1/some?a=1&b=2").parameters).toEqual(
      new Map([
        ["a", "1"],
        ["b", "2"],
      ]),
    );
    expect(match(router, "GET", "/openai/v1/some?b=2").operation).toBe("/{id}");
  });

  it("captures query parameters that the template names", () => {
    expect(match(router, "GET", "/openai/v1/query?version=2").parameters).toEqual(new Map([["v", "2"]]));
  });

  it("captures the rest of the path by a wildcard parameter", () => {
    expect(match(router, "GET", "/openai/v1/tail/a/b").parameters).toEqual(new Map([["rest", "a/b"]]));
  });

  it.each(["/openai/v1", "/openai/v1/"])("finds the operation of the API's own path at %s", (path) => {
    expect(match(router, "GET", path).operation).toBe("/");
  });

  it.each(["/openai/v1/files/", "/openai/v1/files/a/b"])(
    "finds a wildcard below its literals at %s",
    (path) => {
      expect(match(router, "GET", path).operation).toBe("/files/*");
    },
  );

  it.each([
    ["a wildcard without its slash", "POST", "/openai/v1/uploads"],
    ["another method", "DELETE", "/openai/v1/models"],
    ["a longer path", "POST", "/openai/v1/deployments/a/chat/completions/x"],
    ["an empty parameter", "POST", "/openai/v1/deployments//chat/completions"],
    ["a dot segment that would lead elsewhere", "POST", "/openai/v1/deployments/a/../b/chat/completions"],
    ["an escape that cannot be decoded", "POST", "/openai/v1/deployments/%zz/chat/completions"],
  ])("finds no operation for %s", (_what, method, target) => {
    expect(match(router, method, target).operation).toBeUndefined();
  });

  it("leaves out APIs without HTTPS", () => {
    expect(match(new ApiRouter([apiModel({ protocols: ["http"] })]), "GET", "/api/ping").api).toBeUndefined();
  });

  describe("with versions", () => {
    const versioned = (scheme: "Segment" | "Header" | "Query"): ApiRouter => {
      const versionSet = { address: "set", scheme, parameterName: "v" } as const;
      return new ApiRouter([
        apiModel({ name: "one", path: "p", version: "v1", versionSet }),
        apiModel({ name: "two", path: "p", version: "v2", versionSet }),
      ]);
    };
    it("tells versions apart by path segment", () => {
      expect(match(versioned("Segment"), "GET", "/p/v2/ping").api).toBe("two");
    });
    it("tells versions apart by header", () => {
      expect(match(versioned("Header"), "GET", "/p/ping", { V: "v2" }).api).toBe("two");
    });
    it("tells versions apart by query parameter", () => {
      expect(match(versioned("Query"), "GET", "/p/ping?v=v1").api).toBe("one");
    });
    it("finds no API for a version that does not exist", () => {
      expect(match(versioned("Query"), "GET", "/p/ping?v=v3").api).toBeUndefined();
    });
  });
});
