import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dev, test as testEnvironment } from "../../environments";
import { type Contracts, readContracts } from "../../lib/contracts";
import { changesForOthers, unknownNames, unreadContracts } from "../../scripts/contract-effects";

/** A contract of `labels` for an environment, or no contract. */
function contracts(environment?: string, named: object = {}): Contracts {
  const folder = mkdtempSync(join(tmpdir(), "contracts-"));
  if (environment !== undefined) {
    const terms = { api: "assistant", credentials: [{ kind: "subscriptionKey" }], ...named };
    const contract = {
      client: "labels",
      owner: { team: "Labels", email: "labels@contoso.com" },
      costCentre: "4100",
      environments: { [environment]: terms },
    };
    writeFileSync(join(folder, "labels.json"), JSON.stringify(contract));
  }
  return readContracts(folder);
}

const ENVIRONMENTS = [dev, testEnvironment];

describe("changes for callers without a contract", () => {
  it("are that they are refused, once an API has its first client", () => {
    expect(changesForOthers(contracts(), contracts("test"), ENVIRONMENTS)).toEqual([
      "test: API assistant has its first client: callers who are not registered are refused from now on",
    ]);
  });

  it("are that they are let in, once an API loses its last client", () => {
    expect(changesForOthers(contracts("test"), contracts(), ENVIRONMENTS)).toEqual([
      "test: API assistant loses its last client: every caller with a good credential is let in from now on",
    ]);
  });

  it("are none while an API has clients", () => {
    expect(changesForOthers(contracts("test"), contracts("test"), ENVIRONMENTS)).toEqual([]);
  });

  it("are none where an API lets everybody in who proves who it is", () => {
    expect(changesForOthers(contracts(), contracts("dev"), ENVIRONMENTS)).toEqual([]);
  });

  it("are none where a client of the API stands in the settings", () => {
    const client = { name: "own", api: "assistant", identifiedBy: [] };
    const settings = [{ ...testEnvironment, clients: [client] }];
    expect(changesForOthers(contracts(), contracts("test"), settings)).toEqual([]);
  });
});

test("a contract of an environment that does not read contracts is a problem", () => {
  expect(unreadContracts(contracts("test"), [testEnvironment])).toEqual([
    expect.objectContaining({ file: "labels.json", pointer: "/environments/test" }),
  ]);
});

describe("names that a contract gives", () => {
  it("are of an API of its environment", () => {
    expect(unknownNames(contracts("dev", { api: "chatbot" }), [dev])).toEqual([
      expect.objectContaining({
        file: "labels.json",
        pointer: "/environments/dev/api",
        rule: "must be one of dev: assistant",
        value: "chatbot",
      }),
    ]);
  });

  it("are of models that the API serves, each of them", () => {
    const models = ["chat", "no-such-model", "nor-this"];
    expect(unknownNames(contracts("dev", { models }), [dev])).toMatchObject([
      { pointer: "/environments/dev/models/1", value: "no-such-model" },
      { pointer: "/environments/dev/models/2", value: "nor-this" },
    ]);
  });

  it("are of models that the API names, where it names some", () => {
    const [api] = dev.apis;
    const settings = { ...dev, apis: [{ ...api!, deployments: ["chat"] }] };
    expect(unknownNames(contracts("dev", { models: ["chat", "embeddings"] }), [settings])).toMatchObject([
      { value: "embeddings", rule: "must be one of dev: chat" },
    ]);
  });

  it("are of models of its endpoints, too, where the API uses them", () => {
    const [api] = dev.apis;
    const deployments = { "llama-3": { model: "llama-3" } };
    const modelEndpoints = { local: { deployments } } as unknown as typeof dev.modelEndpoints;
    const withEndpoint = { ...dev, modelEndpoints, apis: [{ ...api!, modelEndpoints: { local: {} } }] };
    const named = contracts("dev", { models: ["llama-3"] });
    expect(unknownNames(named, [withEndpoint])).toEqual([]);
    expect(unknownNames(named, [{ ...dev, modelEndpoints }])).toHaveLength(1);
  });
});
