import type { AccessToken } from "@azure/identity";
import { Clock, simulate, type Simulation, type StoredBlob } from "../../simulator";
import type { DirectCall, SimulatedQueue } from "../../simulator/simulation";
import { AUDIENCE, TENANT } from "../lib/gateway/gateway-stack";
import { simulatedCredential } from "../simulator/support/simulated-credential";
import {
  CLIENTS,
  NAMESPACE,
  QUEUE,
  type QueueStackOptions,
  STORAGE,
  synthesizeQueueStack,
  WORKER,
  WORKER_AUDIENCE,
} from "./queue-stack";
import { environmentOf } from "./worker-process";

/** Longer than tests turn the clock. */
const LIFETIME_SECONDS = 31 * 86_400;
const QUEUED = "/claims/openai/queued";
const CHAT = "deployments/chat/chat/completions?api-version=2024-10-21";
/** Dated URL of a chat completion that waits. */
export const QUEUED_CHAT = `${QUEUED}/${CHAT}`;
/** Dated URL of a chat completion. */
export const CHAT_COMPLETIONS = `/claims/openai/${CHAT}`;

/** Claims of a token; those of a client's own application are the usual. */
export type Claims = Readonly<Record<string, unknown>>;

/** What a call has besides its caller. */
export interface QueueCall {
  /** @default "POST" */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

/** The stack of `synthesizeQueueStack`, as it runs. */
export class QueueSimulation {
  public static async start(options: QueueStackOptions = {}, clock = new Clock()): Promise<QueueSimulation> {
    return new QueueSimulation(await simulate(synthesizeQueueStack(options), { clock }));
  }

  private constructor(public readonly simulation: Simulation) {}

  public get queue(): SimulatedQueue {
    return this.simulation.queue(QUEUE);
  }

  /** Results, and places of those that are not there yet. */
  public get blobs(): readonly StoredBlob[] {
    return this.simulation.container(STORAGE, "results").blobs;
  }

  /** Results that are there. */
  public get finished(): number {
    return this.blobs.filter(({ metadata }) => metadata["status"] !== "queued").length;
  }

  public close(): Promise<void> {
    return this.simulation.close();
  }

  /** Value of `Authorization` with a token for the API of a client's application. @param claims others */
  public bearer(client: keyof typeof CLIENTS, claims: Claims = {}): Promise<string> {
    return this.issued({
      aud: AUDIENCE,
      azp: CLIENTS[client],
      oid: `object of ${client}`,
      idtyp: "app",
      ...claims,
    });
  }

  /** Value of `Authorization` with the claims that all tokens of the tenant have. @param claims further ones, and others */
  public async issued(claims: Claims): Promise<string> {
    const issuer = `https://login.microsoftonline.com/${TENANT}/v2.0`;
    const now = Math.floor(this.simulation.clock.now() / 1000);
    const times = { iat: now, nbf: now, exp: now + LIFETIME_SECONDS };
    const token = await this.simulation.issueToken({
      issuer,
      claims: { iss: issuer, ...times, ver: "2.0", tid: TENANT, ...claims },
    });
    return `Bearer ${token}`;
  }

  /** Value of `Authorization` that the worker's identity gets from the tenant, as it is. */
  public async workerBearer(audience = WORKER_AUDIENCE): Promise<string> {
    return `Bearer ${(await this.token(WORKER, `${audience}/.default`)).token}`;
  }

  /** Calls the gateway. */
  public call(
    authorization: string,
    target: string,
    { method = "POST", headers, body }: QueueCall = {},
  ): Promise<DirectCall> {
    return this.simulation.perform(target, {
      method,
      body: body as Record<string, unknown> | undefined,
      headers: { authorization, ...headers },
    });
  }

  /** Has a chat completion wait. @returns what the gateway answers */
  public ask(authorization: string, content: string): Promise<DirectCall> {
    return this.call(authorization, QUEUED_CHAT, { body: { messages: [{ role: "user", content }] } });
  }

  /** Has a chat completion wait. @returns its id @throws Error with the answer if it is refused */
  public async accepted(authorization: string, content = "hello"): Promise<string> {
    const { status, body } = await this.ask(authorization, content);
    if (status !== 202) {
      throw new Error(`a request was answered by ${status}: ${body}`);
    }
    return (JSON.parse(body) as { readonly id: string }).id;
  }

  /** What the caller gets of its request. */
  public read(authorization: string, id: string): Promise<DirectCall> {
    return this.call(authorization, `${QUEUED}/${id}`, { method: "GET" });
  }

  /** Calls off a request. */
  public remove(authorization: string, id: string): Promise<DirectCall> {
    return this.call(authorization, `${QUEUED}/${id}`, { method: "DELETE" });
  }

  /** The caller's requests. @param query with its question mark */
  public list(authorization: string, query = ""): Promise<DirectCall> {
    return this.call(authorization, `${QUEUED}${query}`, { method: "GET" });
  }

  /** Puts a message into the queue as the gateway, but not of the gateway's making. */
  public async poison(text: string): Promise<void> {
    const { token } = await this.token("id-ai", "https://servicebus.azure.net");
    await this.simulation.network.fetch({
      url: `https://${NAMESPACE}.servicebus.windows.net/${QUEUE}/messages`,
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: Buffer.from(text),
    });
  }

  /** Writes a result where the request's place is, as the worker's identity. @param name of the blob */
  public async write(name: string, status: number, body: object): Promise<void> {
    const { token } = await this.token(WORKER, "https://storage.azure.com/.default");
    const response = await this.simulation.network.fetch({
      url: `https://${STORAGE}.blob.core.windows.net/results/${name}`,
      method: "PUT",
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        "x-ms-version": "2023-11-03",
        "x-ms-blob-type": "BlockBlob",
        "x-ms-meta-status": status < 300 ? "succeeded" : "failed",
        "x-ms-meta-http_status": String(status),
      },
      body: Buffer.from(JSON.stringify(body)),
    });
    if (response.status !== 201) {
      throw new Error(`the result was answered by ${response.status}`);
    }
  }

  /** What the worker's program gets as its environment. @param own further variables, and other values */
  public workerEnvironment(own: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
    return environmentOf(this.simulation, WORKER, {
      AI_GATEWAY_URL: "https://apim-ai.azure-api.net",
      AI_GATEWAY_SCOPE: `${WORKER_AUDIENCE}/.default`,
      SERVICE_BUS_NAMESPACE: `${NAMESPACE}.servicebus.windows.net`,
      SERVICE_BUS_QUEUE: QUEUE,
      RESULTS_CONTAINER_URL: `https://${STORAGE}.blob.core.windows.net/results`,
      ...own,
    });
  }

  private async token(identity: string, scope: string): Promise<AccessToken> {
    const token = await simulatedCredential(this.simulation, identity).getToken(scope);
    if (token === null) {
      throw new Error(`${identity} has no token for ${scope}`);
    }
    return token;
  }
}
