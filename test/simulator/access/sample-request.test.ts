import { type SampleRequest, sampleRequests } from "../../../simulator/access/sample-request";
import type { AccountModel, ApiModel, GatewayModel } from "../../../simulator/model";

const ACCOUNTS = [
  {
    hostNames: ["one.openai.azure.com"],
    deployments: [{ name: "chat", modelName: "gpt-5.4", modelFormat: "OpenAI" }],
  },
] as unknown as readonly AccountModel[];
const CHAT = "POST /deployments/{deployment-id}/chat/completions";
const VERSION = "api-version=2024-10-21";

interface Sampled {
  readonly operations?: readonly string[];
  readonly api?: Partial<ApiModel>;
  /** APIs beside it. */
  readonly beside?: readonly Partial<ApiModel>[];
  /** URL of the only backend. */
  readonly backend?: string;
  readonly texts?: readonly string[];
}

function apiOf(operations: readonly string[], api: Partial<ApiModel>): ApiModel {
  return {
    path: "chat",
    protocols: ["https"],
    revision: "1",
    version: "",
    ...api,
    operations: operations.map((operation, index) => {
      const [method = "", urlTemplate = ""] = operation.split(" ");
      return { operationId: `o${index}`, method, urlTemplate };
    }),
  } as unknown as ApiModel;
}

function samples({ operations = [CHAT], api = {}, beside = [], backend, texts = [] }: Sampled = {}): ReturnType<
  typeof sampleRequests
> {
  const sampled = apiOf(operations, api);
  const gateway = {
    apis: [sampled, ...beside.map((each) => apiOf([CHAT], each))],
    backends: backend === undefined ? [] : [{ single: { url: backend } }],
  } as unknown as GatewayModel;
  return sampleRequests({ gateway, api: sampled, accounts: ACCOUNTS, texts });
}

/** Of each operation, where it is called, and for what. */
const linesOf = (requests: readonly SampleRequest[]): readonly string[] =>
  requests.map(({ operation, family, target }) => `${operation} ${family} ${target}`);

describe("sampleRequests", () => {
  it.each([
    ["the usual one where policies take it among others", ["2024-02-01", "2024-10-21"], "2024-10-21"],
    ["the first that they take, where it is not the usual one", ["2025-04-01-preview"], "2025-04-01-preview"],
    ["the usual one where they name none", ["chat"], "2024-10-21"],
  ])("asks for an API version: %s", (_what, texts, expected) => {
    const [request] = samples({ texts }).requests;
    expect(new URLSearchParams(request?.target.split("?")[1]).get("api-version")).toBe(expected);
  });

  it.each([
    ["/find?q={q}&op=list", "/chat/find?q=chat&op=list"],
    [
      "/deployments/{deployment-id}/chat/completions?api-version={api-version}",
      "/chat/deployments/chat/chat/completions?api-version=2024-10-21",
    ],
  ])("has what the query of %s must have", (urlTemplate, target) => {
    const { requests } = samples({ operations: [`POST ${urlTemplate}`] });
    expect(requests.map((request) => request.target)).toEqual([target]);
  });

  describe("for an API of a version", () => {
    const version = (scheme: "Segment" | "Query" | "Header"): Sampled => ({
      api: {
        version: "v2",
        versionSet: { address: "a", scheme, parameterName: scheme === "Segment" ? undefined : "edition" },
      },
    });

    it.each([
      ["Segment", `/chat/v2/deployments/chat/chat/completions?${VERSION}`, {}],
      ["Query", `/chat/deployments/chat/chat/completions?${VERSION}&edition=v2`, {}],
      ["Header", `/chat/deployments/chat/chat/completions?${VERSION}`, { edition: "v2" }],
    ] as const)("asks for it as the set says: %s", (scheme, target, headers) => {
      expect(samples(version(scheme)).requests).toMatchObject([{ target, headers }]);
    });

    it("takes the version of a set over that of the accounts, where both are in one parameter", () => {
      const versionSet = { address: "a", scheme: "Query", parameterName: "api-version" } as const;
      const { requests } = samples({ api: { version: "2025-01-01", versionSet } });
      expect(requests[0]?.target).toBe("/chat/deployments/chat/chat/completions?api-version=2025-01-01");
    });

    it("does not take the version v1 of an API for that of the accounts", () => {
      const versionSet = { address: "a", scheme: "Segment" } as const;
      expect(samples({ api: { version: "v1", versionSet } }).requests).toMatchObject([
        { urls: "dated", target: `/chat/v1/deployments/chat/chat/completions?${VERSION}` },
      ]);
    });
  });

  describe("for a wildcard operation", () => {
    const backend = "https://one.openai.azure.com/openai";

    it("has what accounts offer and no other operation takes, and a path that nobody has", () => {
      const { requests } = samples({ operations: [CHAT, "POST /*"], backend });
      expect(linesOf(requests)).toEqual([
        `o0 chat /chat/deployments/chat/chat/completions?${VERSION}`,
        "o1 chat, o1 /chat/v1/chat/completions",
        `o1 responses /chat/responses?api-version=2025-03-01-preview`,
        "o1 responses /chat/v1/responses",
        "o1 o1 /chat/chat",
      ]);
    });

    it("calls them by their names, where no other operation is there for them", () => {
      const { requests } = samples({ operations: ["POST /{*rest}"], backend });
      expect(linesOf(requests)).toEqual(
        expect.arrayContaining([
          `o0 chat /chat/deployments/chat/chat/completions?${VERSION}`,
          "o0 chat /chat/v1/chat/completions",
        ]),
      );
    });

    it("has the paths below that of the API's own backend, too, and the models of an account", () => {
      const { requests } = samples({
        operations: ["GET /openai/*"],
        api: { serviceUrl: "https://one.openai.azure.com" },
      });
      expect(linesOf(requests)).toEqual([
        `o0 models /chat/openai/models?${VERSION}`,
        "o0 models /chat/openai/v1/models",
        `o0 o0 /chat/openai/chat?${VERSION}`,
      ]);
    });
  });

  it("calls each operation by what is for no other one", () => {
    const { requests, untried } = samples({ operations: ["GET /a/chat", "GET /a/{x}", "GET /a/*"] });
    expect(linesOf(requests)).toEqual(["o0 o0 /chat/a/chat", "o1 o1 /chat/a/sample", "o2 o2 /chat/a/a/sample"]);
    expect(untried).toEqual([]);
  });

  it.each([
    ["another one takes all", ["GET /a/{x}", "GET /a/{y}"], "operation o1 (GET /a/{y})"],
    ["no client sends its method", ["* /*"], "operation o0 (* /*)"],
  ])("says which operation cannot be tried, because %s", (_why, operations, label) => {
    expect(samples({ operations }).untried).toMatchObject([{ label }]);
  });

  it("says so of an operation that another API takes the requests of", () => {
    const { requests, untried } = samples({ beside: [{ path: "chat/deployments" }] });
    expect(requests).toEqual([]);
    expect(untried).toHaveLength(1);
  });

  it("calls what no deployment can serve on one that cannot: whoever is let through is told", () => {
    const { requests } = samples({ operations: ["POST /deployments/{deployment-id}/embeddings"] });
    expect(linesOf(requests)).toEqual([`o0 embeddings /chat/deployments/chat/embeddings?${VERSION}`]);
  });
});
