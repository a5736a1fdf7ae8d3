import { simulate, type Simulation } from "../../../simulator";
import { loadStacks, StackLoadError } from "../../../simulator/terraform";
import { apiStack } from "../support/api-stack";
import { OF_GATEWAY } from "./stack-fixture";

interface Imported {
  readonly serviceUrl?: string;
  readonly operations?: readonly (readonly string[])[];
  readonly problems?: readonly string[];
}

const importing = (document: object): object => importingText(JSON.stringify(document), "openapi+json");

const importingText = (text: string, format: string): object => ({
  import: { content_format: format, content_value: text },
  service_url: undefined,
});

const imported = (document: object, format = "openapi+json"): Promise<Imported> =>
  importedText(JSON.stringify(document), format);

async function importedText(text: string, format: string): Promise<Imported> {
  try {
    const stack = apiStack({ operations: [], api: importingText(text, format) });
    const api = (await loadStacks(stack)).gateways[0]?.apis[0];
    return {
      serviceUrl: api?.serviceUrl,
      operations: api?.operations.map(({ operationId, method, urlTemplate }) => [
        operationId,
        method,
        urlTemplate,
      ]),
    };
  } catch (error) {
    if (error instanceof StackLoadError) {
      return { problems: error.problems.map(({ message }) => message) };
    }
    throw error;
  }
}

const query = (name: string, required = true): object => ({ name, in: "query", required });

describe("an imported operation", () => {
  const paths = {
    "/find": { get: { operationId: "Items_Find", parameters: [query("q"), query("page", false)] } },
    "/items/{id}": {
      parameters: [{ name: "id", in: "path", required: true }, query("v"), query("w")],
      get: { parameters: [query("w", false)] },
      trace: { operationId: "trace" },
      put: { operationId: "", parameters: [{ $ref: "#/components/parameters/key" }] },
    },
  };
  const components = { parameters: { key: query("$key") } };

  test("has the id that the service stores, and demands required query parameters", async () => {
    expect(await imported({ openapi: "3.0.1", paths, components })).toEqual({
      serviceUrl: undefined,
      operations: [
        ["items-find", "GET", "/find?q={q}"],
        ["get-items-id-v-v", "GET", "/items/{id}?v={v}"],
        ["put-items-id-v-v-w-w-key-key", "PUT", "/items/{id}?v={v}&w={w}&$key={$key}"],
      ],
    });
  });

  test("of version 2 as well, and of paths that their query tells apart", async () => {
    const document = {
      swagger: "2.0",
      paths: { "/a": { get: { parameters: [{ $ref: "#/parameters/q" }] } } },
      "x-ms-paths": { "/b?op=list": { get: { operationId: "list", parameters: [query("op")] } } },
      parameters: { q: query("q") },
    };
    expect((await imported(document, "swagger-json")).operations).toEqual([
      ["get-a-q-q", "GET", "/a?q={q}"],
      ["list", "GET", "/b?op=list"],
    ]);
  });

  test("may be described with half a character, which stands for none", async () => {
    const { operations } = await imported({ paths: { "/a": { get: { parameters: [query("#\ud800")] } } } });
    expect(operations).toEqual([["get-a-23-ef-bf-bd-23-ef-bf-bd", "GET", "/a?%23%EF%BF%BD={%23%EF%BF%BD}"]]);
  });

  test("cannot have one name in its path and its query", async () => {
    const parameters = [query("ID")];
    const { problems } = await imported({ paths: { "/items/{id}": { get: { parameters } } } });
    expect(problems).toEqual([
      expect.stringContaining("import: URL template '/items/{id}?ID={ID}' names the parameter 'ID' twice"),
    ]);
  });

  test("has the policy that names its stored id, and a policy that names another is refused", async () => {
    const guarded = (operation_id: string): string =>
      apiStack({
        operations: [],
        api: importing({ paths, components }),
        resources: {
          azurerm_api_management_api_operation_policy: {
            guard: { ...OF_GATEWAY, api_name: "api", operation_id, xml_content: "<policies/>" },
          },
        },
      });
    const { gateways } = await loadStacks(guarded("items-find"));
    expect(gateways[0]?.apis[0]?.operations[0]?.policy?.xml).toBe("<policies/>");
    await expect(loadStacks(guarded("Items_Find"))).rejects.toThrow(
      "'operation_id' is 'Items_Find': API 'api' has no such operation, but 'items-find', 'get-items-id-v-v', " +
        "'put-items-id-v-v-w-w-key-key'; an import stores an operation under its id in lower case and with dashes: " +
        "name 'items-find'",
    );
  });

  test.each<[name: string, paths: object, operations: readonly string[]]>([
    ["all are declared as well", { "/a": { get: { operationId: "operation-0" } } }, ["GET /a"]],
    ["there are none", {}, []],
  ])(
    "a policy on an operation that is not there is refused where %s",
    async (_name, described, operations) => {
      const stack = apiStack({
        operations,
        api: importing({ paths: described }),
        resources: {
          azurerm_api_management_api_operation_policy: {
            guard: { ...OF_GATEWAY, api_name: "api", operation_id: "other", xml_content: "<policies/>" },
          },
        },
      });
      await expect(loadStacks(stack)).rejects.toThrow(
        "'operation_id' is 'other': API 'api' has no such operation",
      );
    },
  );

  test("nobody is told of missing operations where the description cannot be read", async () => {
    const stack = apiStack({
      operations: [],
      api: { import: { content_format: "openapi+json", content_value: "openapi: 3.0.1" } },
      resources: {
        azurerm_api_management_api_operation_policy: {
          guard: { ...OF_GATEWAY, api_name: "api", operation_id: "x", xml_content: "<policies/>" },
        },
      },
    });
    const failure = await loadStacks(stack).catch((error: unknown) => error);
    expect((failure as StackLoadError).problems.map(({ message }) => message)).toEqual([
      expect.stringContaining("the description is not JSON"),
    ]);
  });
});

describe("a description in YAML", () => {
  const yaml = `
openapi: 3.0.1
servers:
  - url: https://models.example/v1
paths:
  /items/{id}:
    get:
      operationId: Items_Find
      parameters: [{ $ref: "#/components/parameters/query" }]
      responses:
        200: { content: {} }
components:
  parameters:
    query: &query { name: q, in: query, required: true }
`;

  test("is read like one in JSON", async () => {
    expect(await importedText(yaml, "openapi")).toEqual({
      serviceUrl: "https://models.example/v1",
      operations: [["items-find", "GET", "/items/{id}?q={q}"]],
    });
  });

  test("may be JSON, which YAML contains", async () => {
    expect(await imported({ paths: { "/a": { get: {} } } }, "openapi")).toEqual({
      serviceUrl: undefined,
      operations: [["get-a", "GET", "/a"]],
    });
  });

  test.each([
    ["says where it is not YAML", "openapi: [3.0.1", "the description is not YAML (Flow sequence in block"],
    ["has no key twice", "paths: {}\npaths: {}", "the description is not YAML (Map keys must be unique"],
    ["is one document", "a: 1\n---\nb: 2", "the description is not YAML (Source contains multiple documents"],
    ["is an object", "- openapi", "the description is not YAML (it is not an object)"],
    [
      "has no text that grows without end",
      `a: &a [x, x]\n${["b a", "c b", "d c", "e d", "f e", "g f", "h g", "i h"]
        .map((pair) => pair.replace(/(.) (.)/, "$1: &$1 [*$2, *$2]"))
        .join("\n")}`,
      "the description is not YAML (Excessive alias count",
    ],
  ])("%s", async (_name, text, problem) => {
    expect((await importedText(text, "openapi")).problems).toEqual([expect.stringContaining(problem)]);
  });

  test.each([
    [
      "openapi",
      "a: *REAL",
      "the description is not YAML (Unresolved alias (the anchor must be set before the alias))",
    ],
    ["openapi", "a: !e!REAL x", "the description is not YAML (Could not resolve tag at line 1, column 4)"],
    ["openapi", "a: |REAL\n x", "Block scalar header includes extra characters at line 1, column 5)"],
    ["openapi", "a: !REAL! x", "the description is not YAML (The tag has no suffix at line 1, column 4)"],
    ["openapi+json", "KEY=REAL", "the description is not JSON (Unexpected token 'K')"],
    [
      "openapi+json",
      '{"a": "b", REAL}',
      "the description is not JSON (Expected double-quoted property name in JSON",
    ],
  ])("in %s says what is wrong, and does not quote it: %s", async (format, text, problem) => {
    const { problems } = await importedText(text, format);
    expect(problems).toEqual([expect.stringContaining(problem)]);
    expect(JSON.stringify(problems)).not.toContain("REAL");
  });

  test("is not read where the format says JSON", async () => {
    expect((await importedText(yaml, "openapi+json")).problems).toEqual([
      expect.stringMatching(/the description is not JSON \(.*\); one in YAML has the format 'openapi'/),
    ]);
  });
});

describe("the URL of the service behind an import", () => {
  const urls = (...all: readonly string[]): readonly object[] => all.map((url) => ({ url }));

  test.each<[name: string, document: object, url: string | undefined]>([
    [
      "first HTTPS one",
      { servers: urls("http://a.example", "HTTPS://b.example/x", "https://c.example") },
      "HTTPS://b.example/x",
    ],
    ["none without HTTPS", { servers: urls("http://a.example", "/relative") }, undefined],
    ["host and base path", { swagger: "2.0", host: "a.example", basePath: "/v2/" }, "https://a.example/v2"],
    ["HTTPS of schemes", { host: "a.example", schemes: ["http", "https"] }, "https://a.example"],
    ["the only scheme", { host: "a.example", schemes: ["http"] }, "http://a.example"],
    [
      "servers of the extension",
      { host: "a.example", "x-servers": urls("https://b.example") },
      "https://b.example",
    ],
  ])("is the %s", async (_name, document, url) => {
    expect((await imported({ ...document, paths: {} })).serviceUrl).toBe(url);
  });

  test.each([["null"], ["[]"], ["1"]])("is not read from %s", async (text) => {
    const { problems } = await imported(JSON.parse(text) as object);
    expect(problems).toEqual([expect.stringContaining("the description is not JSON (it is not an object)")]);
  });
});

describe("a request for an imported operation", () => {
  let simulation: Simulation;

  beforeAll(async () => {
    const echo = `@(context.Operation.Id + " " + string.Join(",", context.Request.MatchedParameters.Select(p => p.Key + "=" + p.Value)))`;
    simulation = await simulate(
      apiStack({
        operations: ["GET /hand?q={q}"],
        api: importing({
          paths: { "/find": { get: { operationId: "Items_Find", parameters: [query("q")] } } },
        }),
        apiPolicy: `<policies><inbound><base /><return-response><set-body>${echo}</set-body></return-response></inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`,
      }),
    );
  });

  afterAll(() => simulation.close());

  test("has what the query must have, as for an operation that is written by hand", async () => {
    expect(await (await simulation.call("/api/find?q=a%20b&more=1")).text()).toBe("items-find q=a b");
    expect(await (await simulation.call("/api/hand?q=a%20b&more=1")).text()).toBe("operation-0 q=a b");
  });

  test.each(["/api/find", "/api/find?Q2=x", "/api/hand"])("is not found without that: %s", async (target) => {
    expect((await simulation.call(target)).status).toBe(404);
  });
});
