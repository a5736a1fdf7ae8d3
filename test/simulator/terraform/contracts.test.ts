import { join } from "node:path";
import { Clock, simulate, type SimulatedAccount, type Simulation } from "../../../simulator";

/**
 * A gateway in HCL that nobody here wrote: modules, `for_each`, `dynamic`, `templatefile`, a pool by azapi, a product with
 * a policy and a subscription for each contract. `plan.json` and `state.json` are `terraform show -json` of its plan and
 * of its state after apply (Terraform 1.11.4, azurerm 4.55, azapi 2.12, against a stand-in for Azure; ids and keys are
 * made up), without what the simulator does not read: schema versions, provider names, what is sensitive, and all but
 * `after_unknown` of the changes.
 */
const FIXTURES = ["plan.json", "state.json"].map((file) => join(__dirname, "contracts", file));

const CHAT = "/models/deployments/chat/chat/completions?api-version=2024-10-21";
const EMBEDDINGS = "/models/deployments/embed/embeddings?api-version=2024-10-21";
const MESSAGES = { messages: [{ role: "user", content: "Hello" }] };

describe.each(FIXTURES)("a gateway as Terraform shows it in %s", (file) => {
  let simulation: Simulation;

  beforeAll(async () => {
    simulation = await simulate(file, { clock: new Clock() });
  });

  afterAll(() => simulation.close());

  afterEach(() => {
    accounts().forEach((account) => {
      account.recover();
      account.forgetTraffic();
      account.clearRequests();
    });
  });

  function accounts(): readonly SimulatedAccount[] {
    return simulation.model.accounts.map(({ name }) => simulation.account(name));
  }

  function keyOf(contract: string): string {
    const found = simulation.model.gateways[0]?.subscriptions.find(
      ({ subscriptionId }) => subscriptionId === `contract-${contract}`,
    );
    return found?.primaryKey ?? "";
  }

  async function call(
    key: string | undefined,
    target: string,
    body: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly status: number; readonly body: unknown; readonly regions: readonly string[] }> {
    const response = await simulation.call(target, {
      body,
      ...(key === undefined ? {} : { headers: { "api-key": key } }),
    });
    const answer = await response.json();
    const regions = accounts()
      .filter(({ requests }) => requests.some(({ status }) => status === 200))
      .map(({ model }) => model.location);
    return { status: response.status, body: answer, regions };
  }

  test("the first region answers a contract's model", async () => {
    expect(await call(keyOf("billing"), CHAT, MESSAGES)).toMatchObject({
      status: 200,
      regions: ["swedencentral"],
    });
  });

  test("the second region answers when the first is throttled", async () => {
    accounts()
      .find(({ model }) => model.location === "swedencentral")
      ?.fail({ status: 429 });
    expect(await call(keyOf("billing"), CHAT, MESSAGES)).toMatchObject({
      status: 200,
      regions: ["westeurope"],
    });
  });

  test.each([
    ["billing", EMBEDDINGS, { input: "text" }],
    ["search", CHAT, MESSAGES],
  ])("%s may not call the other contract's model", async (contract, target, body) => {
    expect(await call(keyOf(contract), target, body)).toEqual({
      status: 403,
      body: { error: "model not in the contract" },
      regions: [],
    });
  });

  test("a contract's tokens in a minute are limited", async () => {
    const short = await call(keyOf("search"), EMBEDDINGS, { input: "text" });
    const long = await call(keyOf("search"), EMBEDDINGS, { input: "word ".repeat(600) });
    expect([short.status, long.status]).toEqual([200, 429]);
  });

  test.each([
    ["no key", undefined],
    ["a key that nobody was given", "0123456789abcdef0123456789abcdef"],
  ])("%s is refused", async (_, key) => {
    expect((await call(key, CHAT, MESSAGES)).status).toBe(401);
  });

  test("an operation that the API does not have is not found", async () => {
    const response = await simulation.call("/models/deployments", {
      headers: { "api-key": keyOf("billing") },
    });
    expect(response.status).toBe(404);
  });
});

test("ids and tenant of a state are those that were recorded, keys are not", async () => {
  const simulation = await simulate(join(__dirname, "contracts/state.json"));
  try {
    const { gateways, tenantIds, assumptions } = simulation.model;
    const recorded = ["41b1bdb3a3f5f34fc272e4eb2c77f53d", "1b8e9c56132ce36b5d3ec744e43f2b54"];
    const keys = gateways[0]?.subscriptions.map(({ primaryKey }) => primaryKey);
    expect(keys).toHaveLength(2);
    expect(keys?.filter((key) => recorded.includes(key))).toEqual([]);
    expect(gateways[0]?.identities[0]?.clientId).toBe("0b20a6d4-c6d5-4ce7-a4f6-6808dd525101");
    expect(tenantIds).toEqual(["11111111-1111-4111-8111-111111111111"]);
    expect(assumptions).toEqual([]);
  } finally {
    await simulation.close();
  }
});

test("what a plan does not say of its values is told", async () => {
  const simulation = await simulate(join(__dirname, "contracts/plan.json"));
  try {
    expect(simulation.model.assumptions).toEqual([
      ...["swedencentral", "westeurope"].map(
        (region) =>
          `module.gateway.azurerm_api_management_backend.region["${region}"]: 'url' is known after apply; ` +
          `taken for module.models["${region}"].azurerm_cognitive_account.this.endpoint and 'openai'`,
      ),
      "ids that are known after apply are exactly what they refer to (a plan does not tell if more stands in them): " +
        "'id' is module.gateway.azurerm_api_management_backend.region[…].id (2 times); " +
        "'identity_ids' is azurerm_user_assigned_identity.gateway.id; " +
        "'parent_id' is module.gateway.azurerm_api_management.this.id; " +
        "'cognitive_account_id' is module.models[…].azurerm_cognitive_account.this.id (4 times); " +
        "'scope' is module.models[…].azurerm_cognitive_account.this.id (2 times); " +
        "'principal_id' is azurerm_user_assigned_identity.gateway.principal_id (2 times); " +
        "'product_id' is module.contract[…].azurerm_api_management_product.this.id (2 times)",
      "module.gateway.azurerm_api_management_named_value.identity: 'value' is known after apply; taken for exactly " +
        "azurerm_user_assigned_identity.gateway.client_id (a plan does not tell if more stands in it)",
    ]);
  } finally {
    await simulation.close();
  }
});
