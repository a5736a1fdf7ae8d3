import { CLAIMS, MARKETING } from "../support/callers";
import { chat, HELLO, SimulatedEnvironment, statusOf, type TokenCaller } from "../support/simulation";

/** Calls that are under way at the same time. */
const CALLS = 30;
const SECOND = 1_000;

/** Prod: provisioned and pay-as-you-go in West Europe, pay-as-you-go in Sweden. */
describe("loss of a region under load", () => {
  let environment: SimulatedEnvironment;

  beforeAll(async () => {
    environment = await SimulatedEnvironment.start("prod");
  });

  afterAll(() => environment.close());

  beforeEach(() => environment.reset());

  async function load(deployment: string, caller: TokenCaller): Promise<Readonly<Record<number, number>>> {
    const headers = await environment.bearer(caller);
    const calls = Array.from({ length: CALLS }, () =>
      statusOf(environment.simulation.call(chat("assistant", deployment), { headers, body: HELLO })),
    );
    const counts: Record<number, number> = {};
    for (const status of await environment.passTimeUntil(Promise.all(calls))) {
      counts[status] = (counts[status] ?? 0) + 1;
    }
    return counts;
  }

  const accountsIn = (region: string) =>
    environment.accounts.filter(({ model }) => model.name.includes(region));
  const answered = (region: string): number =>
    accountsIn(region).reduce((total, { requests }) => total + requests.length, 0);

  test.each([
    ["chat", "westeurope", CLAIMS],
    ["chat", "swedencentral", CLAIMS],
    ["chat-mini", "westeurope", MARKETING],
  ] as const)(
    "no call for %s fails when %s goes away, nor when it comes back",
    async (deployment, region, caller) => {
      expect(await load(deployment, caller)).toEqual({ 200: CALLS });

      accountsIn(region).forEach((account) => account.fail({ down: true }));
      expect(await load(deployment, caller)).toEqual({ 200: CALLS });
      // Breakers are open, or are tried again: nobody notices either.
      environment.clock.advance(61 * SECOND);
      expect(await load(deployment, caller)).toEqual({ 200: CALLS });

      accountsIn(region).forEach((account) => account.recover());
      environment.clock.advance(120 * SECOND);
      expect(await load(deployment, caller)).toEqual({ 200: CALLS });
    },
  );

  test("the region that is left answers all of it", async () => {
    accountsIn("westeurope").forEach((account) => account.fail({ down: true }));
    await load("chat", CLAIMS);

    expect(answered("swedencentral")).toBe(CALLS);
  });
});
