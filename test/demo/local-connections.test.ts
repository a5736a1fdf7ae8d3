import tls from "node:tls";
import { callGateway, type GatewayCallProps } from "../../demo/gateway-call";
import { LocalConnections } from "../../demo/local-connections";
import { TEST_SCANNER } from "../support/callers";
import { SimulatedEnvironment } from "../support/simulation";

/** Enough that some find a connection: two are made, as the first one is let go a moment after its answer. */
const CALLS = 12;

let environment: SimulatedEnvironment;
let connections: LocalConnections;

beforeAll(async () => {
  environment = await SimulatedEnvironment.start("test");
});

afterAll(() => environment.close());

beforeEach(() => {
  connections = new LocalConnections(environment.simulation.caPem);
});

/** What came of calls, one after the other, and how many connections they made. */
async function called(
  times: number,
  different: Partial<GatewayCallProps> = {},
): Promise<{ readonly outcomes: ReadonlySet<string>; readonly made: number }> {
  const connecting = jest.spyOn(tls, "connect");
  const outcomes = new Set<string>();
  for (let call = 0; call < times; call++) {
    const endpoint = `${environment.simulation.url}/devices`;
    const usual: GatewayCallProps = { endpoint, operation: "chat", deployment: "chat", connections };
    outcomes.add(await callGateway({ ...usual, ...different }));
  }
  const made = connecting.mock.calls.length;
  connecting.mockRestore();
  return { outcomes, made };
}

test("calls of one certificate share connections, which nobody else takes", async () => {
  const certificate = await environment.simulation.issueCertificate(TEST_SCANNER);
  const admitted = await called(CALLS, { certificate });
  const refused = await called(CALLS);
  expect([admitted.outcomes, refused.outcomes]).toEqual([new Set(["200"]), new Set(["401 unauthorized"])]);
  for (const { made } of [admitted, refused]) {
    expect(made).toBeGreaterThan(0);
    expect(made).toBeLessThan(CALLS);
  }
  await connections.close();
});

test("once they are closed, a call makes its own", async () => {
  const refused = { outcomes: new Set(["401 unauthorized"]), made: 1 };
  expect(await called(1)).toEqual(refused);
  await connections.close();
  expect(await called(1)).toEqual(refused);
  await connections.close();
});
