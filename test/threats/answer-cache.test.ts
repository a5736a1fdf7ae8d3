import type { CallResponse, ClientCertificate } from "../../simulator";
import { TEST_SCANNER } from "../support/callers";
import { chat, HELLO, type SimulatedEnvironment } from "../support/simulation";
import { ChangedEnvironment } from "./changed-environment";

const CHAT = chat("devices");
const SECOND = "scanner-two.devices.contoso.com";
const MINUTE = 60_000;

/** The API of `test` that gives answers again, with a second device. */
function twoDevices(): ChangedEnvironment {
  return ChangedEnvironment.ofApi("test", "devices", {
    auth: {
      kind: "clientCertificate",
      certificateAuthority: "devices",
      clientsNamedBy: "common-name",
      identities: [{ name: TEST_SCANNER.commonName }, { name: SECOND }],
    },
  });
}

describe("answers that are given again", () => {
  const certificates = new Map<string, Promise<ClientCertificate>>();
  let environment: SimulatedEnvironment;

  beforeAll(async () => {
    environment = await twoDevices().simulate();
  });

  afterAll(() => environment.close());

  beforeEach(() => {
    environment.reset();
    environment.clock.advance(10 * MINUTE);
  });

  async function ask(commonName: string = TEST_SCANNER.commonName, more: object = {}): Promise<CallResponse> {
    const certificate = await certificateOf(commonName);
    const response = await environment.simulation.call(CHAT, { certificate, body: { ...HELLO, ...more } });
    await response.text();
    return response;
  }

  /** Its certificate, made once: it is good for 30 days. */
  function certificateOf(commonName: string): Promise<ClientCertificate> {
    const made =
      certificates.get(commonName) ??
      environment.simulation.issueCertificate({ ...TEST_SCANNER, commonName });
    certificates.set(commonName, made);
    return made;
  }

  const cacheOf = ({ headers }: CallResponse): unknown => headers["x-ai-gateway-cache"];

  test("T-284 an answer that one caller prepared is not given to another", async () => {
    expect([cacheOf(await ask()), cacheOf(await ask())]).toEqual(["miss", "hit"]);
    expect(cacheOf(await ask(SECOND))).toBe("miss");
    expect(environment.accountRequests()).toHaveLength(2);
  });

  test("T-285 nobody hears by the time of an answer what others asked: each caller's first one reaches a model", async () => {
    for (const account of environment.accounts) {
      account.slow(5_000);
    }
    for (const device of [TEST_SCANNER.commonName, SECOND]) {
      const before = environment.clock.now();
      await environment.passTimeUntil(ask(device));
      expect(environment.clock.now() - before).toBeGreaterThanOrEqual(5_000);
    }
  });

  test("T-286 a certificate that was revoked or has ended gets nothing that was kept for it", async () => {
    await ask();
    for (const bad of [{ revoked: true }, { notAfter: new Date(environment.clock.now() - MINUTE) }]) {
      const certificate = await environment.simulation.issueCertificate({ ...TEST_SCANNER, ...bad });
      const answer = await environment.simulation.call(CHAT, { certificate, body: HELLO });
      await answer.text();
      expect([answer.status >= 400, cacheOf(answer)]).toEqual([true, undefined]);
    }
  });

  test("T-286 hits count as requests: the limit stops them", async () => {
    const statuses: number[] = [];
    for (let call = 0; call < 32; call += 1) {
      statuses.push((await ask()).status);
    }
    expect(statuses.slice(0, 30).every((status) => status === 200)).toBe(true);
    expect(statuses.slice(30)).toEqual([429, 429]);
    expect(environment.accountRequests()).toHaveLength(1);
  });

  test.each([
    ["T-287 an error", { status: 500, requests: 1 }],
    ["T-287 a prompt that the filter refused", { filter: "prompt" as const, requests: 1 }],
    ["T-287 an answer that the filter stopped", { filter: "completion" as const, requests: 1 }],
  ])("%s is not remembered", async (_what, fault) => {
    environment.accounts.forEach((account) => account.fail(fault));
    await ask();
    environment.accounts.forEach((account) => account.recover());
    expect(cacheOf(await ask())).toBe("miss");
  });

  test("T-288 a hit stands in the logs with its caller, and in the metrics with what it saved", async () => {
    await ask();
    environment.simulation.clearRecords();
    await ask();
    const [saved, ...more] = environment.simulation.metrics;
    expect(more).toEqual([]);
    expect(saved).toMatchObject({ name: "Tokens Saved", dimensions: { API: "devices", Deployment: "chat" } });
    expect(saved?.value).toBeGreaterThan(0);
    const logs = environment.simulation.logs.map(({ body }) => String(body)).join("\n");
    expect(logs).toContain('"x-ai-gateway-cache":"hit"');
    expect(logs).toContain(encodeURIComponent(TEST_SCANNER.commonName));
    expect(logs).not.toContain("MARKER-prompt");
  });
});

test("T-289 a group that names a client which is not there shares with nobody, and does not synthesize", () => {
  const shared = (clients: readonly string[]): ChangedEnvironment =>
    ChangedEnvironment.ofApi("test", "devices", {
      cache: { kind: "exact", durationSeconds: 60, sharedBy: { support: clients } },
    });
  expect(() => shared(["scanners", "scaners"]).synthesize()).toThrow(
    /clients in cache\.sharedBy must be clients of the API, got "scanners"/,
  );
  expect(() => shared(["scanners"]).synthesize()).toThrow(/must have two clients at least/);
});
