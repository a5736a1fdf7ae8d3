import { CLAIMS, MARKETING } from "../support/callers";
import { prod } from "../support/reference-environments";
import { chat, HELLO, SimulatedEnvironment, statusOf, type TokenCaller } from "../support/simulation";
import type { SynthesizedStack } from "../support/synthesized-stack";
import { ChangedEnvironment } from "../threats/changed-environment";

/** Calls that are under way at the same time. */
const CALLS = 30;
const SECOND = 1_000;

/** Sends calls at the same time, over HTTPS. @returns how many had which status */
async function loadOf(
  environment: SimulatedEnvironment,
  deployment: string,
  caller: TokenCaller,
): Promise<Readonly<Record<number, number>>> {
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

const accountsOf = (environment: SimulatedEnvironment, region: string) =>
  environment.accounts.filter(({ model }) => model.name.includes(region));
const answeredIn = (environment: SimulatedEnvironment, region: string): number =>
  accountsOf(environment, region).reduce((total, { requests }) => total + requests.length, 0);

/** Prod: provisioned and pay-as-you-go in West Europe, pay-as-you-go in Sweden. */
describe("loss of a region under load", () => {
  let environment: SimulatedEnvironment;

  beforeAll(async () => {
    environment = await SimulatedEnvironment.start("prod");
  });

  afterAll(() => environment.close());

  beforeEach(() => environment.reset());

  const load = (deployment: string, caller: TokenCaller) => loadOf(environment, deployment, caller);
  const accountsIn = (region: string) => accountsOf(environment, region);
  const answered = (region: string): number => answeredIn(environment, region);

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

/** Prod, whose gateway answers in Sweden as well; each region of it runs as if the other one were lost. */
describe("a gateway of two regions under load", () => {
  const OTHER = { westeurope: "swedencentral", swedencentral: "westeurope" } as const;
  let stack: SynthesizedStack;

  beforeAll(() => {
    stack = ChangedEnvironment.of("prod", {
      gateway: {
        ...prod.gateway,
        additionalLocations: [
          {
            location: "swedencentral",
            network: {
              addressSpace: "10.62.0.0/20",
              gatewaySubnet: "10.62.0.0/26",
              privateEndpointSubnet: "10.62.1.0/24",
            },
          },
        ],
      },
    }).synthesize();
  });

  describe.each(["westeurope", "swedencentral"] as const)("the one in %s", (region) => {
    let environment: SimulatedEnvironment;

    beforeAll(async () => {
      const change = (json: object): unknown => Object.assign(json, structuredClone(stack.json));
      environment = await SimulatedEnvironment.start("prod", change, undefined, region);
    });

    afterAll(() => environment.close());

    beforeEach(() => environment.reset());

    it("asks the accounts of its own region", async () => {
      expect(await loadOf(environment, "chat-mini", MARKETING)).toEqual({ 200: CALLS });

      expect([answeredIn(environment, region), answeredIn(environment, OTHER[region])]).toEqual([CALLS, 0]);
    });

    it("fails no call when these go away, nor when they come back", async () => {
      accountsOf(environment, region).forEach((account) => account.fail({ down: true }));
      expect(await loadOf(environment, "chat-mini", MARKETING)).toEqual({ 200: CALLS });
      expect(answeredIn(environment, OTHER[region])).toBe(CALLS);

      accountsOf(environment, region).forEach((account) => account.recover());
      environment.clock.advance(120 * SECOND);
      accountsOf(environment, OTHER[region]).forEach((account) => account.clearRequests());
      expect(await loadOf(environment, "chat-mini", MARKETING)).toEqual({ 200: CALLS });
      expect(answeredIn(environment, OTHER[region])).toBe(0);
    });

    it("asks provisioned throughput first, wherever it is, and its own region for what is left", async () => {
      environment.account("ptu").fail({ status: 429, retryAfterSeconds: 10 });
      expect(await loadOf(environment, "chat", CLAIMS)).toEqual({ 200: CALLS });
      const ptu = environment.account("ptu").requests.length;
      expect(ptu).toBeGreaterThan(0);
      // That of provisioned throughput is in West Europe.
      expect([answeredIn(environment, "westeurope"), answeredIn(environment, "swedencentral")]).toEqual(
        region === "westeurope" ? [CALLS + ptu, 0] : [ptu, CALLS],
      );
    });
  });
});
