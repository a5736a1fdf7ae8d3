import { Clock, simulate, type Simulation } from "../simulator";
import { AUDIENCE, TENANT } from "../test/lib/gateway/gateway-stack";
import {
  ACCOUNT,
  CLIENTS,
  NAMESPACE,
  QUEUE,
  STORAGE,
  synthesizeQueueStack,
  WORKER,
  WORKER_AUDIENCE,
} from "../test/worker/queue-stack";
import { environmentOf, WorkerProcess } from "../test/worker/worker-process";
import { compiledProgram, compilePrograms } from "./compiled-program";
import type { Table } from "./table";

const REQUESTS = 200;
const MAX_WAIT_MS = 600_000;
const CONCURRENCIES = [1, 4, 16];
const LATENCIES_MS = [0, 500];
const CHAT = "/claims/openai/queued/deployments/chat/chat/completions?api-version=2024-10-21";

/** What one worker gets done, the simulator on the same machine included. */
export async function* benchQueue(progress: (text: string) => void): AsyncGenerator<Table> {
  progress("compiling the worker");
  compilePrograms();
  const simulation = await simulate(synthesizeQueueStack(), { clock: new Clock() });
  try {
    simulation.identity.tenant(TENANT).addApplication({
      displayName: "queue",
      clientId: WORKER_AUDIENCE,
      identifierUris: [`api://${WORKER_AUDIENCE}`],
      tokenTypeClaim: "allTokens",
    });
    const rows: number[][] = [];
    for (const latencyMs of LATENCIES_MS) {
      simulation.account(ACCOUNT).recover();
      simulation.account(ACCOUNT).slow(latencyMs);
      for (const concurrency of CONCURRENCIES) {
        progress(`${REQUESTS} queued requests, ${concurrency} at once, a model of ${latencyMs} ms`);
        const accepted = await fillQueue(simulation);
        rows.push([latencyMs, concurrency, accepted, await drainQueue(simulation, concurrency)]);
        simulation.forgetTraffic();
      }
    }
    yield {
      title: "Queued requests per second: accepted by the gateway, and taken to their results by one worker",
      columns: [
        { name: "modelMs", heading: "model takes", suffix: " ms" },
        { name: "concurrency", heading: "at once" },
        { name: "acceptedPerSecond", heading: "accepted/s", digits: 0 },
        { name: "resultsPerSecond", heading: "results/s", digits: 1 },
      ],
      rows,
    };
  } finally {
    await simulation.close();
  }
}

/** @returns accepted requests per second */
async function fillQueue(simulation: Simulation): Promise<number> {
  const issuer = `https://login.microsoftonline.com/${TENANT}/v2.0`;
  const now = Math.floor(simulation.clock.now() / 1000);
  const times = { iat: now, nbf: now, exp: now + 3_600 };
  const token = await simulation.issueToken({
    issuer,
    claims: {
      ...times,
      iss: issuer,
      ver: "2.0",
      tid: TENANT,
      aud: AUDIENCE,
      azp: CLIENTS.web,
      idtyp: "app",
      oid: "o",
    },
  });
  const begin = performance.now();
  for (let index = 0; index < REQUESTS; index += 1) {
    const { status } = await simulation.perform(CHAT, {
      headers: { authorization: `Bearer ${token}` },
      body: { messages: [{ role: "user", content: `question ${index}` }] },
    });
    if (status !== 202) {
      throw new Error(`a request was answered by ${status}`);
    }
  }
  return (1000 * REQUESTS) / (performance.now() - begin);
}

/** @returns results per second, from the first to the last */
async function drainQueue(simulation: Simulation, concurrency: number): Promise<number> {
  const environment = environmentOf(simulation, WORKER, {
    AI_GATEWAY_URL: "https://apim-ai.azure-api.net",
    AI_GATEWAY_SCOPE: `${WORKER_AUDIENCE}/.default`,
    SERVICE_BUS_NAMESPACE: `${NAMESPACE}.servicebus.windows.net`,
    SERVICE_BUS_QUEUE: QUEUE,
    RESULTS_CONTAINER_URL: `https://${STORAGE}.blob.core.windows.net/results`,
    CONCURRENCY: String(concurrency),
  });
  const worker = new WorkerProcess(environment, [], compiledProgram("worker/main.ts"));
  const done = (): readonly number[] =>
    worker.log.filter(({ event }) => event === "succeeded").map(({ time }) => Date.parse(String(time)));
  await worker.until(() => done().length === REQUESTS, MAX_WAIT_MS);
  await worker.terminate();
  const times = done();
  return (1000 * (REQUESTS - 1)) / ((times.at(-1) ?? NaN) - (times[0] ?? NaN));
}
