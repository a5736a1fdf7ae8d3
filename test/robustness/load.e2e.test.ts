import { once } from "node:events";
import { connect as connectTls } from "node:tls";
import { effort } from "../support/effort";
import { AttackedSimulator, CHAT_BODY, CHAT_PATH, goodToken } from "./attacked-simulator";
import type { Held, Hold } from "./connection-holder";
import { spawnProgram } from "./spawn-program";

const CONNECTIONS = 300 * effort;
/** Requests of each kind in a round. */
const REQUESTS = 50 * effort;
/** What a heap may grow by without anyone having forgotten to let go: some 10 kB for each request or connection. */
const TOLERATED_GROWTH = 1.1;

describe("load", () => {
  let simulator: AttackedSimulator;

  beforeAll(async () => {
    // Connections are held for as long as it takes to open all of them.
    const connectionTimeouts = { headersTimeoutMs: 60_000, idleTimeoutMs: 60_000 };
    simulator = await AttackedSimulator.start({ connectionTimeouts });
    await round();
  });

  afterAll(() => simulator.stop());

  function goodRequest(): Promise<number> {
    return simulator.status(`/key${CHAT_PATH}`, {
      headers: { "api-key": simulator.key("key") },
      body: CHAT_BODY,
    });
  }

  /** Requests of all kinds, each one different from those before. */
  async function round(): Promise<void> {
    const unique = Math.random().toString(36).slice(2);
    const [token = ""] = await simulator.mint([goodToken()]);
    const requests = Array.from({ length: REQUESTS }, (_, index) => [
      simulator.status(`/token${CHAT_PATH}`, {
        headers: { authorization: `Bearer ${token}${unique}${index}` },
        body: CHAT_BODY,
      }),
      simulator.status(`/key${CHAT_PATH}`, { headers: { "api-key": `${unique}${index}` }, body: CHAT_BODY }),
      simulator.status(`/${unique}${index}`),
    ]);
    await Promise.all([...requests.flat(), ...Array.from({ length: REQUESTS }, goodRequest)]);
    await Promise.all(Array.from({ length: 20 }, (_, index) => handshake(`${unique}${index}.example`)));
    expect(await simulator.report()).toMatchObject({ reached: REQUESTS, unexplained: 0, faults: [] });
  }

  /** A connection that asks for a name which nobody has, and leaves. */
  async function handshake(servername: string): Promise<void> {
    const socket = connectTls({
      host: "127.0.0.1",
      port: simulator.port,
      servername,
      rejectUnauthorized: false,
    });
    await once(socket, "secureConnect");
    socket.destroy();
  }

  it("leaves no memory behind, round after round", async () => {
    await round();
    await round();
    const before = await simulator.memory();
    for (let rounds = 0; rounds < 3; rounds += 1) {
      await round();
    }
    const after = await simulator.memory();
    expect(after.heapUsed / before.heapUsed).toBeLessThan(TOLERATED_GROWTH);
    expect(after.external / before.external).toBeLessThan(TOLERATED_GROWTH);
  });

  it(`answers while ${CONNECTIONS} connections are open, and lets go of them`, async () => {
    const before = await simulator.memory();
    const holder = spawnProgram("connection-holder");
    const held = once(holder, "message");
    const hold: Hold = { port: simulator.port, caPem: simulator.caPem, count: CONNECTIONS };
    holder.send(hold);
    expect((await held)[0] as Held).toEqual({ open: CONNECTIONS });
    expect(await goodRequest()).toBe(200);
    const exited = once(holder, "exit");
    holder.disconnect();
    await exited;
    expect(await goodRequest()).toBe(200);
    const after = await simulator.memory();
    expect(after.heapUsed / before.heapUsed).toBeLessThan(TOLERATED_GROWTH);
    expect(await simulator.report()).toMatchObject({ reached: 2, unexplained: 0, faults: [] });
  });
});
