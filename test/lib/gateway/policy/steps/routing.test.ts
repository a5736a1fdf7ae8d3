import { ClientTable } from "../../../../../lib/gateway/policy/client-table";
import { openAiOperations } from "../../../../../lib/gateway/policy/openai-operation";
import { backendIds, resolveRoute, setBackend } from "../../../../../lib/gateway/policy/steps/routing";
import { elementsOf } from "../../../../support/policy-xml";
import { CLIENT } from "../../../auth/bind-strategy";
import { apiDescription, type ApiDescriptionOptions, application } from "../api-description";
import { parsed, rulesOf, valuesSet } from "./step-values";

function steps(options: ApiDescriptionOptions = {}): ReturnType<typeof parsed> {
  const api = apiDescription(options);
  return parsed(resolveRoute(api, new ClientTable(api)));
}

describe("resolveRoute", () => {
  it("finds a deployment in a constant table, whatever the case of its name", () => {
    expect(valuesSet(steps(), "routeEntry")).toEqual([
      '@{ switch (((string)context.Variables["requestDeployment"]).ToLowerInvariant()) { ' +
        'case "gpt-4o": return "gpt-4o:claims-gpt-4o-pool:2"; ' +
        'case "embed": return "Embed:oai-weu:0"; ' +
        'default: return ""; } }',
    ]);
  });

  it("finds the deployments of a client with accounts of its own by its access, and no other ones", () => {
    const routes = [{ name: "gpt-4o", backendId: "oai-swe", memberCount: 1 }];
    const [entry] = valuesSet(
      steps({
        clients: [{ ...application("claims", CLIENT), rights: { routes } }],
        defaultBackendId: "oai-weu",
      }),
      "routeEntry",
    );
    expect(entry).toContain(
      '{ switch (((string)context.Variables["callerAccess"])) { case "1": return "-:oai-swe:0"; } }',
    );
    expect(entry).toContain('case "1:gpt-4o": return "gpt-4o:oai-swe:0"; case "1:embed": return "";');
    expect(entry).toContain('case "gpt-4o": return "gpt-4o:claims-gpt-4o-pool:2";');
  });

  it("never tries the only account of a deployment again", () => {
    const deployments = [{ name: "a", backendId: "b", memberCount: 1 }];
    expect(valuesSet(steps({ deployments }), "routeEntry")[0]).toContain('return "a:b:0";');
  });

  it("answers an unknown deployment as it answers a forbidden one", () => {
    const restricted = { ...application("claims", CLIENT), rights: { deployments: ["embed"] } };
    const [verdict] = valuesSet(steps({ clients: [restricted] }), "refusal");
    expect(rulesOf(verdict ?? "")).toEqual([
      "invalid_request:deployment-name",
      "forbidden:deployment",
      "forbidden:deployment",
    ]);
    expect(verdict).toContain('case "1:embed": return "";');
  });

  it("reads the deployment from where the operation names it", () => {
    const [named] = valuesSet(steps(), "requestDeployment");
    expect(named).toContain('context.Request.MatchedParameters["deployment-id"]');
    expect(named).toContain('["model"]');
  });

  it("checks the model that a body names although its operation takes none", () => {
    const document = steps({
      operations: openAiOperations(["threads"], ["dated"]),
      defaultBackendId: "oai-weu",
    });
    expect(valuesSet(document, "requestDeployment")[0]).toContain('["model"]');
    expect(valuesSet(document, "refusal")[0]).toContain(
      '== "none" && ((string)context.Variables["requestDeployment"]) == "") { return ""; }',
    );
  });

  it("routes operations without a deployment to the default backend", () => {
    const operations = openAiOperations(["models"], ["v1"]);
    const [entry] = valuesSet(steps({ operations, defaultBackendId: "oai-weu" }), "routeEntry");
    expect(entry).toContain('== "") { return "-:oai-weu:0"; }');
  });

  it("gives the wait as a number", () => {
    expect(valuesSet(steps(), "routeTimeoutSeconds")).toEqual(["@(120)"]);
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
