import { CLAIMS, FABRIKAM, MARKETING, PAST_CACHES } from "../support/callers";
import { chat, HELLO, SimulatedEnvironment, statusOf, synthesized } from "../support/simulation";

const EMBEDDINGS = "/assistant/openai/v1/embeddings";
/** Of an amount, in the smallest unit that prices are written in. */
const SCALE = 10n ** 12n;
const MILLION = 1_000_000n;

type Row = Readonly<Record<string, unknown>>;

let environment: SimulatedEnvironment;

beforeAll(async () => {
  environment = await SimulatedEnvironment.start("prod");
});

afterAll(() => environment.close());

/** The query that is deployed. */
function savedQuery(name: string): string {
  const found = synthesized("prod")
    .ofType("azurerm_log_analytics_saved_search")
    .find(({ attributes }) => attributes.name === name);
  return String(found?.attributes.query);
}

/** Cells of a constant table of the query, as they stand there. */
function constantTable(query: string, name: string): readonly (readonly string[])[] {
  const [, rows = ""] =
    new RegExp(`let ${name} = datatable\\([^)]*\\) \\[\\n([^]*?)\\n\\];`).exec(query) ?? [];
  return rows.split(",\n").map((row) =>
    row
      .trim()
      .split(", ")
      .map((cell) => cell.replace(/^(?:"|decimal\(|datetime\()|[")]+$/g, "")),
  );
}

/** A decimal text in units of {@link SCALE}: no floating point anywhere. */
function exact(text: string): bigint {
  const [whole = "0", fraction = ""] = text.split(".");
  return BigInt(whole) * SCALE + BigInt(fraction.padEnd(12, "0"));
}

/**
 * What the query computes of the rows that the simulated gateway wrote: joined by request, priced by the host that
 * answered; throughput by the hour in shares of the day's tokens.
 */
function costs(query: string): ReadonlyMap<string, bigint> {
  const { simulation } = environment;
  const tokens = new Map(
    simulation.rows("ApiManagementGatewayLlmLog").map((row) => [row.CorrelationId, row]),
  );
  const logs = new Map(simulation.rows("ApiManagementGatewayLogs").map((row) => [row.CorrelationId, row]));
  const calls = simulation.rows("AppTraces").flatMap(({ Properties, TimeGenerated }) => {
    const { RequestId, Client, Deployment } = Properties as Readonly<Record<string, string>>;
    const [spent, log] = [tokens.get(RequestId), logs.get(RequestId)] as readonly (Row | undefined)[];
    return spent === undefined || log === undefined || log.BackendUrl === ""
      ? []
      : [
          {
            client: String(Client),
            day: TimeGenerated.toISOString().slice(0, 10),
            place: `${new URL(String(log.BackendUrl)).host} ${String(Deployment).toLowerCase()}`,
            prompt: BigInt(Number(spent.PromptTokens)),
            completion: BigInt(Number(spent.CompletionTokens)),
          },
        ];
  });
  const holds = (from: string | undefined, until: string | undefined, day: string): boolean =>
    String(from) <= day && day < String(until);
  const found = new Map<string, bigint>();
  for (const { client, day, place, prompt, completion } of calls) {
    const at = ([host, deployment, , , from, until]: readonly string[]): boolean =>
      `${host} ${deployment}` === place && holds(from, until, day);
    const [, , , , , , input = "0", output = "0"] = constantTable(query, "prices").find(at) ?? [];
    const [, , , , , , perDay = "0"] = constantTable(query, "reserved").find(at) ?? [];
    const ofDay = calls
      .filter((each) => each.place === place && each.day === day)
      .reduce((sum, each) => sum + each.prompt + each.completion, 0n);
    const cost =
      (prompt * exact(input) + completion * exact(output)) / MILLION +
      (exact(perDay) * (prompt + completion)) / ofDay;
    found.set(client, (found.get(client) ?? 0n) + cost);
  }
  return found;
}

/** In whole cents, rounded. */
function cents(amount: bigint): bigint {
  return (amount * 100n + SCALE / 2n) / SCALE;
}

test("a day of traffic adds up to the cent, by client and in total, whoever answered", async () => {
  const used = new Map<string, { prompt: bigint; completion: bigint }>();
  const send = async (
    client: string,
    target: string,
    headers: Readonly<Record<string, string>>,
    body: Readonly<Record<string, unknown>>,
  ): Promise<void> => {
    const response = await environment.simulation.call(target, { headers, body });
    const { usage } = JSON.parse(await response.text()) as {
      readonly usage: { readonly prompt_tokens: number; readonly completion_tokens?: number };
    };
    const so = used.get(client) ?? { prompt: 0n, completion: 0n };
    used.set(client, {
      prompt: so.prompt + BigInt(usage.prompt_tokens),
      completion: so.completion + BigInt(usage.completion_tokens ?? 0),
    });
  };
  const asking = (index: number, times: number): Readonly<Record<string, unknown>> => ({
    messages: [{ role: "user", content: `${index}: ${"how much is it? ".repeat(times)}` }],
    max_completion_tokens: 400,
  });
  for (let index = 0; index < 12; index++) {
    const [claims, marketing, partner] = [
      await environment.bearer(CLAIMS),
      await environment.bearer(MARKETING),
      { ...(await environment.bearer(FABRIKAM)), ...environment.key("partners-fabrikam"), ...PAST_CACHES },
    ];
    await send("claims", chat("assistant"), claims, asking(index, index % 2 === 0 ? 1 : 200));
    await send("marketing", chat("assistant", "chat-mini"), marketing, asking(index, 200));
    await send("fabrikam", chat("partners", "chat-partners"), partner, asking(index, 2));
    await send("claims embeddings", EMBEDDINGS, claims, {
      model: "embeddings",
      input: "find this ".repeat(50),
    });
    environment.clock.advance(30 * 60_000);
  }
  // Refused calls are recorded, and cost nothing.
  expect(
    await statusOf(
      environment.simulation.call(chat("assistant", "images"), {
        headers: await environment.bearer(CLAIMS),
        body: HELLO,
      }),
    ),
  ).toBe(403);

  const query = savedQuery("cost-by-client");
  const found = costs(query);
  const price = (client: string, input: string, output: string): bigint => {
    const { prompt, completion } = used.get(client) ?? { prompt: 0n, completion: 0n };
    return (prompt * exact(input) + completion * exact(output)) / MILLION;
  };
  // Claims has provisioned throughput to itself that day: 50 units at 1.10 an hour, whatever it asks.
  const expected = new Map([
    ["claims", exact("1320") + price("claims embeddings", "0.143", "0")],
    ["marketing", price("marketing", "2.75", "16.5")],
    ["fabrikam", price("fabrikam", "2.75", "16.5")],
  ]);
  const sum = (amounts: ReadonlyMap<string, bigint>): bigint =>
    [...amounts.values()].reduce((all, each) => all + each, 0n);
  expect([...found].map(([client, amount]) => [client, cents(amount)]).sort()).toEqual(
    [...expected].map(([client, amount]) => [client, cents(amount)]).sort(),
  );
  expect(cents(sum(found))).toBe(cents(sum(expected)));
  expect([...used.values()].every(({ prompt }) => prompt > 0n)).toBe(true);
  expect(cents(price("marketing", "2.75", "16.5"))).toBeGreaterThan(0n);
});

test("a client reads in each answer what is left of its quota, and only where it has one", async () => {
  const ask = async (
    headers: Readonly<Record<string, string>>,
    target: string,
  ): Promise<[string, number]> => {
    const response = await environment.simulation.call(target, { headers, body: HELLO });
    const { usage } = JSON.parse(await response.text()) as {
      readonly usage: { readonly total_tokens: number };
    };
    return [String(response.headers["x-quota-remaining-tokens"]), usage.total_tokens];
  };
  const claims = await environment.bearer(CLAIMS);
  const [first, spent] = await ask(claims, chat("assistant"));
  const [second] = await ask(claims, chat("assistant"));
  expect(Number(first)).toBeLessThan(500_000_000);
  expect(Number(first) - Number(second)).toBe(spent);
  const partner = { ...(await environment.bearer(FABRIKAM)), ...environment.key("partners-fabrikam") };
  expect((await ask(partner, chat("partners", "chat-partners")))[0]).toBe("undefined");
});
