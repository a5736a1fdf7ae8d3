import { type DeploymentLoad, overloadedDeployments } from "../../../lib/gateway/deployment-load";
import type { IModelDeployment } from "../../../lib/openai/model-deployment";
import type { IOpenAiAccount } from "../../../lib/openai/openai-account";

/** An account with one deployment. */
function account(path: string, hosted: Partial<IModelDeployment> = {}): IOpenAiAccount {
  const deployments = [
    {
      name: "chat",
      model: "gpt-4.1",
      capacity: 10,
      isProvisioned: false,
      sku: "DataZoneStandard",
      ...hosted,
    },
  ];
  return { node: { path }, deployments } as unknown as IOpenAiAccount;
}

function load(accounts: readonly IOpenAiAccount[], ...tokens: readonly number[]): DeploymentLoad {
  return {
    route: {
      deployment: "chat",
      members: accounts.map((each) => ({ account: each, priority: 1, weight: 100 })),
    },
    callers: new Map(tokens.map((each, index) => [`client-${index}`, each])),
  };
}

const [WEU, SWE] = [account("weu"), account("swe")];

describe("overloadedDeployments", () => {
  it.each([
    ["within its capacity", [load([WEU], 6_000, 4_000)], []],
    ["beyond it", [load([WEU], 6_000, 4_001)], [["weu"]]],
    ["with a second account", [load([WEU, SWE], 6_000, 4_001)], []],
    ["of two APIs with one account", [load([WEU], 6_000), load([WEU], 4_001)], [["weu"]]],
    ["of two APIs with an account each", [load([WEU], 6_000), load([SWE], 4_001)], []],
    [
      "of APIs that an account of a third one joins",
      [load([WEU], 9_000), load([SWE], 9_000), load([WEU, SWE], 3_000)],
      [["weu", "swe"]],
    ],
  ])("adds up callers %s", (_what, loads, expected) => {
    expect(overloadedDeployments(loads).map(({ accounts }) => [...accounts].sort().reverse())).toEqual(
      expected,
    );
  });

  it("counts provisioned throughput by model", () => {
    const reserved = account("ptu", { isProvisioned: true, capacity: 50 });
    expect(overloadedDeployments([load([reserved], 150_000)])).toEqual([]);
    expect(overloadedDeployments([load([reserved], 150_001)])).toMatchObject([{ tokensPerMinute: 150_000 }]);
  });

  it.each<Partial<IModelDeployment>>([
    { model: "gpt-image-2" },
    { model: "unheard-of" },
    { model: "o3-mini", isProvisioned: true },
  ])("says nothing where throughput is not known: %j", (hosted) => {
    expect(overloadedDeployments([load([account("weu", hosted)], 1_000_000)])).toEqual([]);
  });
});
