import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dev, test as testEnvironment } from "../../environments";
import { type Contracts, readContracts } from "../../lib/contracts";
import { changesForOthers, unreadContracts } from "../../scripts/contract-effects";

/** A contract of `labels` for an environment, or no contract. */
function contracts(environment?: string): Contracts {
  const folder = mkdtempSync(join(tmpdir(), "contracts-"));
  if (environment !== undefined) {
    const terms = { api: "assistant", credentials: [{ kind: "subscriptionKey" }] };
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
