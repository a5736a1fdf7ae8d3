import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Simulation } from "../../simulator";
import { ROOT } from "../docs/samples";
import { clientGateway, type RecordedRequest } from "./client-run";
import { codexConfig } from "./codex-run";
import {
  CLIENTS_FOLDER,
  compatibilityTable,
  recordedRequests,
  recordedResults,
  UNSUPPORTED,
} from "./recorded-clients";

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const manifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
/** Cells without the blanks that make columns. */
const bare = (markdown: string): string => markdown.replaceAll(/ +/g, " ").replaceAll(/-{3,}/g, "---");
const REQUESTS = recordedRequests().flatMap(({ client, requests }) =>
  requests.map((request) => [client, request.case, request] as const),
);

/** Status of a recorded request, sent to the API that takes keys. */
async function statusOf(
  simulation: Simulation,
  { path, method, headers, body }: RecordedRequest,
): Promise<number> {
  const key = simulation.subscriptionKey("key-client-key-0");
  const form = headers["content-type"]?.startsWith("multipart/") === true;
  const response = await simulation.call(`/key${path}`, {
    method,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replace("<key>", key)]),
    ),
    ...(body === "" ? {} : { body: Buffer.from(body, form ? "latin1" : "utf8") }),
  });
  await response.text();
  return response.status;
}

describe("what clients did", () => {
  it("stands in docs/client-compatibility.md", () => {
    const page = readFileSync(join(ROOT, "docs/client-compatibility.md"), "utf8");
    expect(bare(page)).toContain(bare(compatibilityTable(recordedResults())));
  });

  it("is what docs/clients.md says of Codex", () => {
    const page = readFileSync(join(ROOT, "docs/clients.md"), "utf8");
    expect(page).toContain(codexConfig("https://ai.contoso.com/assistant/openai/v1", "key"));
  });

  it("is of the versions that are installed", () => {
    const { dependencies } = manifest(CLIENTS_FOLDER);
    for (const { client, version } of recordedResults()) {
      expect([client, dependencies?.[client]]).toEqual([client, version]);
    }
    for (const shared of ["openai", "undici"]) {
      expect(dependencies?.[shared]).toBe(manifest(ROOT).devDependencies?.[shared]);
    }
  });

  it("worked, but for what has a reason", () => {
    const refused = recordedResults().flatMap(({ results }) =>
      results.filter(({ error }) => error !== undefined),
    );
    expect([...new Set(refused.map((result) => result.case))].sort()).toEqual(
      Object.keys(UNSUPPORTED).sort(),
    );
    // A reason is not an excuse for a refusal that does not say what to send.
    expect(refused.filter(({ error = "" }) => !error.includes("store: false"))).toEqual([]);
  });

  it("was understood by the client", () => {
    const understood =
      /^(Simulated answer to: |\{"name":"text","age":1\}$|\d vectors?$|1 image$|audio, chat, )/;
    const answers = recordedResults().flatMap(({ results }) => results.flatMap(({ answer }) => answer ?? []));
    expect(answers.length).toBeGreaterThan(150);
    expect(answers.filter((answer) => !understood.test(answer))).toEqual([]);
  });
});

describe("requests as clients send them", () => {
  let simulation: Simulation;

  beforeAll(async () => {
    simulation = await clientGateway();
  });

  afterAll(() => simulation.close());

  it("are there for every case that was run with a key", () => {
    const sent = new Set(REQUESTS.map(([client, name]) => `${client} ${name}`));
    const run = recordedResults()
      .filter(({ program }) => program !== "codex")
      .flatMap(({ client, results }) => results.map((result) => `${client} ${result.case}`));
    expect([...new Set(run)].filter((each) => !sent.has(each))).toEqual([]);
  });

  const supported = REQUESTS.filter(([, name]) => UNSUPPORTED[name] === undefined);
  it.each(supported)("pass: %s, %s", async (_client, _name, request) => {
    expect(await statusOf(simulation, request)).toBe(200);
  });

  it.each(Object.keys(UNSUPPORTED))("are refused in the second turn: %s", async (name) => {
    const requests = REQUESTS.filter(([, each]) => each === name).map(([, , request]) => request);
    const statuses = [];
    for (const request of requests) {
      statuses.push(await statusOf(simulation, request));
    }
    expect(statuses).toEqual([200, 400]);
  });
});

test("Codex as it was, which wants its answers kept at azure-api.net, gets in where that is overruled", async () => {
  const [codex] = REQUESTS.filter(([client]) => client === "@openai/codex").map(([, , request]) => request);
  expect(codex?.body).toContain('"store":false');
  const storing = { ...codex, body: codex?.body.replace('"store":false', '"store":true') } as RecordedRequest;
  for (const [responseStore, status] of [
    ["omitted-is-false", 400],
    ["always-false", 200],
  ] as const) {
    const simulation = await clientGateway(responseStore);
    expect(await statusOf(simulation, storing)).toBe(status);
    await simulation.close();
  }
});
