import { CLAIMS, FABRIKAM, MARKETING, PAST_CACHES } from "../support/callers";
import { chat, HELLO, SimulatedEnvironment, statusOf, synthesized } from "../support/simulation";

const CUT_OFF = "ai-gateway-cut-off";
const CHAT = chat("assistant");
const MINI = chat("assistant", "chat-mini");
const PARTNERS = chat("partners", "chat-partners");

let environment: SimulatedEnvironment;

beforeAll(async () => {
  environment = await SimulatedEnvironment.start("prod");
});

afterAll(() => environment.close());

beforeEach(() => {
  environment.simulation.setNamedValue(CUT_OFF, "-");
  environment.reset();
});

async function status(target: string, headers: Readonly<Record<string, string>>): Promise<number> {
  return statusOf(environment.simulation.call(target, { headers, body: HELLO }));
}

/** Client, status, code and rule of each audit record. */
function records(): readonly string[] {
  return environment.simulation.rows("AppTraces").map(({ Properties }) => {
    const { Client, Status, Code, Rule } = Properties as Readonly<Record<string, string>>;
    return [Client, Status, Code, Rule].join(" ");
  });
}

describe("the kill switch", () => {
  it("cuts one client off with the next request, without a deployment, and lets it in again", async () => {
    const [claims, marketing] = [await environment.bearer(CLAIMS), await environment.bearer(MARKETING)];
    expect(await status(CHAT, claims)).toBe(200);

    environment.simulation.setNamedValue(CUT_OFF, "scanner-line-1, claims");
    expect([await status(CHAT, claims), await status(MINI, marketing)]).toEqual([403, 200]);
    expect(records()).toEqual([
      "claims 200 none none",
      "claims 403 forbidden client-cut-off",
      "marketing 200 none none",
    ]);

    environment.simulation.setNamedValue(CUT_OFF, "-");
    expect(await status(CHAT, claims)).toBe(200);
  });

  it.each([
    ["a client, written otherwise", "CLAIMS", 403],
    ["one user of any client", `user:${String(CLAIMS.claims.oid)}`, 403],
    ["another user", "user:99999999-0000-4000-8000-000000000002", 200],
    ["everybody", "*", 403],
    ["a client whose name begins alike", "claims-2", 200],
    ["text that is no code behind the policy's own", '@("claims")', 200],
  ])("lists %s", async (_whom, value, expected) => {
    environment.simulation.setNamedValue(CUT_OFF, value);
    expect(await status(CHAT, await environment.bearer(CLAIMS))).toBe(expected);
  });

  it("says nothing of the list to the caller", async () => {
    environment.simulation.setNamedValue(CUT_OFF, "marketing claims");
    const response = await environment.simulation.call(CHAT, {
      headers: await environment.bearer(CLAIMS),
      body: HELLO,
    });
    expect(await response.text()).not.toMatch(/marketing|cut-off/);
  });

  it("reaches a request that has begun at its end only", async () => {
    const headers = await environment.bearer(CLAIMS);
    const response = await environment.simulation.call(CHAT, { headers, body: { ...HELLO, stream: true } });
    environment.simulation.setNamedValue(CUT_OFF, "claims");
    expect(await response.text()).toContain("[DONE]");
    expect(await status(CHAT, headers)).toBe(403);
  });

  it("stays as operators left it at the next apply", () => {
    const values = synthesized("prod").ofType("azurerm_api_management_named_value");
    const cutOff = values.find(({ attributes }) => attributes.display_name === CUT_OFF);
    expect(cutOff?.attributes).toMatchObject({ value: "-", lifecycle: { ignore_changes: ["value"] } });
    const readers = synthesized("prod")
      .ofType("azurerm_api_management_api_policy")
      .filter(({ attributes }) => (attributes.depends_on as string[]).includes(String(cutOff?.address)));
    expect(readers).toHaveLength(2);
  });
});

test("access ends with the last day, by the gateway's clock", async () => {
  const headersAt = async (time: string): Promise<Readonly<Record<string, string>>> => {
    environment.clock.set(new Date(time));
    return {
      ...(await environment.bearer(FABRIKAM)),
      ...environment.key("partners-fabrikam"),
      ...PAST_CACHES,
    };
  };
  const start = environment.clock.date();
  expect(await status(PARTNERS, await headersAt("2027-06-30T23:59:59Z"))).toBe(200);
  expect(await status(PARTNERS, await headersAt("2027-07-01T00:00:00Z"))).toBe(403);
  expect(records()).toEqual(["fabrikam 200 none none", "fabrikam 403 forbidden client-expired"]);
  environment.clock.set(start);
});
