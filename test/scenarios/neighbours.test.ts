import { Agent } from "undici";
import type { CallOptions } from "../../simulator";
import { CLAIMS, FABRIKAM, MARKETING, NORTHWIND, PAST_CACHES } from "../support/callers";
import { chat, HELLO, replaceInPolicy, SimulatedEnvironment } from "../support/simulation";

const CHAT = chat("assistant");
const MINI = chat("assistant", "chat-mini");
const PARTNERS = chat("partners", "chat-partners");
const FAILURES_PER_ADDRESS = 40;

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** A client on a machine of its own: connections of nobody else, from an address of nobody else. */
class Machine {
  private readonly agent: Agent;
  private readonly origin: string;
  private readonly host: string;

  public constructor({ simulation }: SimulatedEnvironment, address: string) {
    this.host = simulation.model.gateways[0]?.hostNames.at(-1)?.hostName ?? "";
    this.origin = `https://127.0.0.1:${new URL(simulation.url).port}`;
    const connect = { ca: simulation.caPem, servername: this.host, timeout: 60_000 };
    this.agent = new Agent({ connect, localAddress: address });
  }

  public async post(path: string, headers: CallOptions["headers"], body: object | string): Promise<Answer> {
    const response = await this.agent.request({
      origin: this.origin,
      path,
      method: "POST",
      headers: {
        ...(headers as Record<string, string>),
        host: this.host,
        "content-type": "application/json",
      },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    return { status: response.statusCode, text: await response.body.text() };
  }

  public async close(): Promise<void> {
    await this.agent.destroy();
  }
}

/** Prod, two machines: what the client on the first does leaves the client on the second at 200. */
describe("two clients over HTTP", () => {
  let environment: SimulatedEnvironment;
  let first: Machine;
  let second: Machine;

  beforeAll(async () => {
    environment = await SimulatedEnvironment.start("prod", (json) =>
      replaceInPolicy(json, "assistant", /(?<=id="limit-address" calls=)"\d+"/, `"${FAILURES_PER_ADDRESS}"`),
    );
    first = new Machine(environment, "127.0.0.2");
    second = new Machine(environment, "127.0.0.3");
  });

  afterAll(async () => {
    await Promise.all([first.close(), second.close()]);
    await environment.close();
  });

  beforeEach(() => environment.reset());

  const fabrikam = async (body: object): Promise<Answer> =>
    environment.passTimeUntil(
      first.post(
        PARTNERS,
        { ...(await environment.bearer(FABRIKAM)), ...environment.key("partners-fabrikam"), ...PAST_CACHES },
        body,
      ),
    );
  const northwind = async (): Promise<number> =>
    (
      await environment.passTimeUntil(
        second.post(
          PARTNERS,
          {
            ...(await environment.bearer(NORTHWIND)),
            ...environment.key("partners-northwind"),
            ...PAST_CACHES,
          },
          HELLO,
        ),
      )
    ).status;
  const ask = async (target: string, caller = MARKETING, machine = second, oid?: string): Promise<Answer> =>
    environment.passTimeUntil(
      machine.post(target, await environment.bearer(caller, oid === undefined ? {} : { oid }), HELLO),
    );
  const accountStatuses = (): readonly (number | undefined)[] =>
    environment.accountRequests().map(({ status }) => status);

  test("B1 a body at which accounts fail closes them to nobody", async () => {
    const poison = { ...HELLO, response_format: { type: "json_schema", json_schema: { name: "poison" } } };
    for (const account of environment.accounts) {
      account.fail({ status: 500, bodyContains: "poison" });
    }
    for (let call = 0; call < 12; call++) {
      expect((await fabrikam(poison)).status).toBe(502);
    }
    expect(accountStatuses()).toEqual(Array.from({ length: 12 }, () => 500));
    expect([await northwind(), (await ask(MINI)).status, (await ask(CHAT, CLAIMS)).status]).toEqual([
      200, 200, 200,
    ]);
  });

  test("B2 long answers that nobody reads take a client's own share, whoever shares its deployment", async () => {
    const much = { ...HELLO, max_completion_tokens: 1_250, n: 4 };
    const statuses = await Promise.all(Array.from({ length: 13 }, async () => (await fabrikam(much)).status));
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(11);
    expect((await fabrikam({ ...HELLO, max_completion_tokens: 16_384, n: 4 })).status).toBe(400);
    expect(await northwind()).toBe(200);
  });

  test("B3 headers that choose a filter, a deployment or an address change nothing, for their client or another", async () => {
    const chosen = {
      "x-policy-id": "lenient",
      "azureml-model-deployment": "other",
      "extra-parameters": "pass-through",
      "x-ms-content-filter": "MARKER-filter",
      "x-forwarded-for": "127.0.0.3",
    };
    const headers = { ...(await environment.bearer(MARKETING)), ...chosen };
    expect((await first.post(MINI, headers, HELLO)).status).toBe(200);
    expect((await ask(MINI, CLAIMS)).status).toBe(403);
    expect((await ask(CHAT, CLAIMS)).status).toBe(200);
    for (const seen of environment.accountRequests()) {
      expect(Object.keys(seen.headers).filter((name) => name in chosen)).toEqual([]);
    }
  });

  test("B5 requests of a wrong shape end at the limit of their address, and no other", async () => {
    const headers = { "x-forwarded-for": "127.0.0.3" };
    for (let call = 0; call < FAILURES_PER_ADDRESS; call++) {
      expect((await first.post(`${MINI}&x=${call}`, headers, "[")).status).toBe(401);
    }
    expect((await first.post(`${MINI}&x=1`, headers, "[")).status).toBe(429);
    expect([await northwind(), (await ask(MINI)).status]).toEqual([200, 200]);
    expect(accountStatuses()).toEqual([200, 200]);
  });

  test("B6 a client that uses up its own limit leaves its address to its neighbour", async () => {
    const statuses: number[] = [];
    for (let call = 0; call < 125; call++) {
      statuses.push(
        (await ask(MINI, MARKETING, second, `99999999-0000-4000-8000-${100_000_000_000 + call}`)).status,
      );
    }
    expect(statuses.filter((status) => status === 429)).toHaveLength(5);
    expect((await ask(CHAT, CLAIMS)).status).toBe(200);
  });

  test("B8 one user of a client leaves the other users their share", async () => {
    const calls = Array.from({ length: 61 }, (_, call) => call);
    for (const call of calls) {
      const { status } = await ask(MINI, MARKETING, first, "99999999-0000-4000-8000-00000000000a");
      expect([call, status]).toEqual([call, call < 60 ? 200 : 429]);
    }
    const other = await ask(MINI, MARKETING, second, "99999999-0000-4000-8000-00000000000b");
    expect(other.status).toBe(200);
  });
});
