import type { ClientContract, ContractTerms } from "../../../lib/contracts/client-contract";
import { contractChanges } from "../../../lib/contracts/contract-changes";

function contract(terms: Partial<ContractTerms>, head: Partial<ClientContract> = {}): ClientContract {
  return {
    client: "claims",
    owner: { team: "Claims", email: "claims@contoso.com" },
    costCentre: "4100",
    environments: { prod: { api: "assistant", credentials: [{ kind: "subscriptionKey" }], ...terms } },
    ...head,
  };
}

function words(before: readonly ClientContract[], after: readonly ClientContract[]): readonly string[] {
  return contractChanges(before, after).map(({ client, environment, text }) =>
    [client, environment, text].filter((part) => part !== undefined).join(" "),
  );
}

describe("contractChanges", () => {
  it.each<[string, Partial<ContractTerms>, Partial<ContractTerms>, readonly string[]]>([
    ["nothing", { limits: { tokensPerMinute: 1 } }, { limits: { tokensPerMinute: 1 } }, []],
    [
      "a higher limit",
      { limits: { requestsPerMinute: 60 } },
      { limits: { requestsPerMinute: 1_200 } },
      ["claims prod 60 requests per minute → 1,200 requests per minute"],
    ],
    [
      "a quota more",
      {},
      { limits: { tokenQuota: 5_000, tokenQuotaPeriod: "Monthly" } },
      ["claims prod now: 5,000 tokens monthly"],
    ],
    [
      "a model more, of those that were listed",
      { models: ["chat"] },
      { models: ["chat", "images"] },
      ["claims prod models chat → models chat, images"],
    ],
    ["all models", { models: ["chat"] }, {}, ["claims prod models chat → models as the API serves them"]],
    [
      "another credential",
      {},
      { credentials: [{ kind: "certificate", name: "a.contoso.com" }] },
      ["claims prod no longer: a key of its own", "claims prod now: certificate a.contoso.com"],
    ],
    [
      "an end, and a budget",
      {},
      { expires: "2027-06-30", budget: { monthlyAmount: 4_000 } },
      ["claims prod now: budget of 4,000 a month", "claims prod now: access until 2027-06-30"],
    ],
    [
      "a budget that cuts off, and one for each user",
      { budget: { monthlyAmount: 4_000 } },
      { budget: { monthlyAmount: 4_000, atLimit: "cutOff", monthlyAmountPerUser: 50 } },
      [
        "claims prod budget of 4,000 a month → budget of 4,000 a month, and cut off then",
        "claims prod now: budget of 50 a month for each user",
      ],
    ],
    ["a client that is suspended", {}, { suspended: true }, ["claims prod now: suspended"]],
  ])("says: %s", (_what, before, after, expected) => {
    expect(words([contract(before)], [contract(after)])).toEqual(expected);
  });

  it("says who comes and who goes, in whole sentences", () => {
    expect(words([], [contract({ models: ["chat"] })])).toEqual([
      "claims prod gets access to API assistant: a key of its own; operations as the API publishes them; models chat",
    ]);
    expect(words([contract({})], [])).toEqual(["claims prod loses access to API assistant"]);
  });

  it("says who answers and pays from now on", () => {
    const head = { owner: { team: "Fraud", email: "fraud@contoso.com" }, costCentre: "4200" };
    expect(words([contract({})], [contract({}, head)])).toEqual([
      "claims owner Claims <claims@contoso.com> → Fraud <fraud@contoso.com>",
      "claims cost centre 4100 → 4200",
    ]);
  });
});
