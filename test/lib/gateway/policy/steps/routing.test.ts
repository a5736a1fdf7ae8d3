import { ClientTable } from "../../../../../lib/gateway/policy/client-table";
import { openAiOperations } from "../../../../../lib/gateway/policy/openai-operation";
import { backendIds, resolveRoute, setBackend } from "../../../../../lib/gateway/policy/steps/routing";
import { csharp } from "../../../../../lib/policy/csharp";
import { operationModel } from "../../../../simulator/support/gateway-models";
import { runInbound } from "../../../../support/policy-run";
import { elementsOf } from "../../../../support/policy-xml";
import { CLIENT } from "../../../auth/bind-strategy";
import { apiDescription, type ApiDescriptionOptions, application } from "../api-description";
import { parsed } from "./step-values";

const V1_CHAT = "chat:v1:json:body:";
const CHAT = "chat:dated:json:path:api-version";
const RUN = "threads:dated:json:none:api-version";

interface NamedIn {
  readonly path?: string;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly operation?: string;
  readonly access?: string;
}

/** Deployment, backend and retries of a route, or the refusal. */
async function route(
  { path, body = {}, operation = path === undefined ? V1_CHAT : CHAT, access = "0" }: NamedIn,
  options: ApiDescriptionOptions = {},
): Promise<string | undefined> {
  const api = apiDescription(options);
  const { refusal, variables } = await runInbound(resolveRoute(api, new ClientTable(api)), {
    variables: {
      operation,
      callerAccess: access,
      requestBody: csharp`JObject.Parse(${JSON.stringify(body)})`,
    },
    api: {
      operations: [operationModel("GET", "/deployments/{deployment-id}"), operationModel("GET", "/ping")],
    },
    target: path === undefined ? "/api/ping" : `/api/deployments/${path}`,
    read: ["routeDeployment", "routeBackend", "routeRetries", "routeTimeoutSeconds"],
  });
  expect(variables.routeTimeoutSeconds).toBe(refusal === undefined ? "120" : undefined);
  return refusal ?? `${variables.routeDeployment}, ${variables.routeBackend}, ${variables.routeRetries}`;
}

describe("resolveRoute", () => {
  it("finds a deployment in a constant table, whatever the case of its name", async () => {
    expect(await route({ path: "GPT-4o" })).toBe("gpt-4o, claims-gpt-4o-pool, 2");
    expect(await route({ path: "embed" })).toBe("Embed, oai-weu, 0");
    expect(await route({ path: "nope" })).toBe("forbidden:deployment");
  });

  it("finds the deployments of a client with accounts of its own by its access, and no other ones", async () => {
    const routes = [{ name: "gpt-4o", backendId: "oai-swe", memberCount: 1 }];
    const options = {
      operations: openAiOperations(["chat", "embeddings", "vector-stores"], ["dated"]),
      clients: [{ ...application("claims", CLIENT), rights: { routes } }],
      defaultBackendId: "oai-weu",
    };
    const asked = [{ path: "gpt-4o" }, { path: "embed" }, { operation: RUN }];
    const found = (access: string): Promise<readonly (string | undefined)[]> =>
      Promise.all(asked.map((named) => route({ ...named, access }, options)));
    expect(await found("1")).toEqual(["gpt-4o, oai-swe, 0", "forbidden:deployment", ", oai-swe, 0"]);
    expect(await found("0")).toEqual(["gpt-4o, claims-gpt-4o-pool, 2", "Embed, oai-weu, 0", ", oai-weu, 0"]);
  });

  it("never tries the only account of a deployment again", async () => {
    const deployments = [{ name: "a", backendId: "b", memberCount: 1 }];
    expect(await route({ path: "a" }, { deployments, retries: 2 })).toBe("a, b, 0");
  });

  it("answers an unknown deployment as it answers a forbidden one", async () => {
    const clients = [{ ...application("claims", CLIENT), rights: { deployments: ["embed"] } }];
    const answers = ["nope", "gpt-4o", "embed", "a~b"].map((path) =>
      route({ path, access: "1" }, { clients }),
    );
    expect(await Promise.all(answers)).toEqual([
      "forbidden:deployment",
      "forbidden:deployment",
      "Embed, oai-weu, 0",
      "invalid_request:deployment-name",
    ]);
  });

  it("reads the deployment from where the operation names it", async () => {
    const body = { model: "Embed" };
    expect(await route({ body })).toBe("Embed, oai-weu, 0");
    expect(await route({ path: "embed", body })).toBe("Embed, oai-weu, 0");
    expect(await route({ path: "gpt-4o", body })).toBe("gpt-4o, claims-gpt-4o-pool, 2");
    expect(await route({ body: { model: ["Embed"] } })).toBe("invalid_request:deployment-name");
    expect(await route({})).toBe("invalid_request:deployment-name");
  });

  it("checks the model that a body names although its operation takes none", async () => {
    const options = {
      operations: openAiOperations(["vector-stores"], ["dated"]),
      defaultBackendId: "oai-weu",
    };
    expect(await route({ operation: RUN }, options)).toBe(", oai-weu, 0");
    expect(await route({ operation: RUN, body: { model: "GPT-4o" } }, options)).toBe(
      "gpt-4o, claims-gpt-4o-pool, 2",
    );
    expect(await route({ operation: RUN, body: { model: "nope" } }, options)).toBe("forbidden:deployment");
  });

  it("routes operations without a deployment to the default backend", async () => {
    const options = { operations: openAiOperations(["models"], ["v1"]), defaultBackendId: "oai-weu" };
    expect(await route({ operation: "models:v1:none:none:" }, options)).toBe(", oai-weu, 0");
  });
});

describe("setBackend", () => {
  it("sets each backend once by its literal id", () => {
    const document = parsed([setBackend(["b", "a", "b"])]);
    expect(
      elementsOf(document, "set-backend-service").map((element) => element.getAttribute("backend-id")),
    ).toEqual(["a", "b"]);
  });

  it("cannot route to nothing", () => {
    expect(() => setBackend([])).toThrow("a route needs a backend");
  });
});

describe("backendIds", () => {
  it("are those of clients with accounts of their own, too", () => {
    const routes = [{ name: "gpt-4o", backendId: "oai-swe", memberCount: 1 }];
    const clients = [{ ...application("claims", CLIENT), rights: { routes } }];
    expect(backendIds(apiDescription({ clients }))).toEqual(["claims-gpt-4o-pool", "oai-weu", "oai-swe"]);
  });

  it("lists every backend of the API once", () => {
    expect(backendIds(apiDescription({ defaultBackendId: "oai-weu" }))).toEqual([
      "claims-gpt-4o-pool",
      "oai-weu",
    ]);
  });
});
