import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { Agent, type Dispatcher } from "undici";
import {
  API_CLIENT_ID,
  applicationId,
  certificateName,
  CLIENT_AUTHORITY,
  ENTRA_ISSUER,
  GATEWAY_HOST_NAME,
  PARTNER_AUDIENCE,
  PARTNER_ISSUER,
} from "../test/support/every-credential";
import { compiledProgram } from "./compiled-program";
import type { Measurement, Question, Started } from "./simulator-process";

export const CREDENTIALS = ["key", "token", "certificate", "combined"] as const;

export type Credential = (typeof CREDENTIALS)[number];

/** What requests cost. */
export interface Series {
  readonly requestsPerSecond: number;
  /** Requests that a core could serve: without the time in which the process had nothing to do. */
  readonly requestsPerCpuSecond: number;
  /** Milliseconds that the gateway adds to the account's. */
  readonly addedP50: number;
  readonly addedP99: number;
  /** Milliseconds of them for the audit record. */
  readonly recordP50: number;
}

export interface Load {
  /** Requests at a time, each on a connection of its own. */
  readonly connections: number;
  /** Which client calls. */
  readonly client: number;
  /** Requests before anything counts. */
  readonly warmUp: number;
  /** Requests of one window. */
  readonly requests: number;
  /** Headers beside those of the credential. @default - none */
  readonly headers?: Readonly<Record<string, string>>;
  /** What is asked, by the number of the request. @default - always the same */
  readonly question?: (index: number) => string;
  /** Whether each request of a window has a token that nobody has seen before. @default - one token for all */
  readonly freshTokens?: boolean;
  /** How many windows are measured; the one that took least CPU counts, for other programs only ever add to it. */
  readonly windows: number;
}

type Server = Pick<Started, "port" | "caPem">;

const TARGET = "/openai/deployments/chat/chat/completions?api-version=2024-10-21";

/** A simulator in a process of its own: one JavaScript thread. The client is this process. */
export class MeasuredSimulator {
  private plainProxy: Promise<Server> | undefined;

  private constructor(
    private readonly child: ChildProcess,
    public readonly started: Started,
  ) {}

  /** Starts a cold process from compiled code, as the package ships it. */
  public static async start(directory: string): Promise<MeasuredSimulator> {
    const profiles = process.env.BENCH_PROFILE;
    const child = fork(compiledProgram("bench/simulator-process.ts"), {
      execArgv: profiles ? ["--cpu-prof", "--cpu-prof-dir", profiles] : [],
    });
    return new MeasuredSimulator(child, await ask<Started>(child, { kind: "start", directory }));
  }

  /** Sends chat completions of one client. @throws Error for an answer that is not a success */
  public measure(credential: Credential, load: Load): Promise<Series> {
    return this.measureAt(this.started, credential, load);
  }

  private async measureAt(server: Server, credential: Credential, load: Load): Promise<Series> {
    const { agent, headers, freshToken } = await this.client(server, credential, load);
    const options: Dispatcher.RequestOptions = {
      origin: `https://${GATEWAY_HOST_NAME}:${server.port}`,
      path: `/${credential}${TARGET}`,
      method: "POST",
      headers: {
        ...headers,
        host: GATEWAY_HOST_NAME,
        "content-type": "application/json",
        ...load.headers,
      },
    };
    await send(agent, options, load, load.warmUp);
    const windows: Series[] = [];
    for (let window = 0; window < load.windows; window += 1) {
      const tokens: string[] = [];
      while (load.freshTokens === true && tokens.length < load.requests) {
        tokens.push(await freshToken());
      }
      windows.push(await this.window(agent, options, load, tokens));
    }
    await agent.close();
    return windows.reduce((best, one) => (one.requestsPerCpuSecond > best.requestsPerCpuSecond ? one : best));
  }

  /**
   * The same calls with a token, through a bare proxy in the same process instead of the gateway: what of the cost is
   * Node.js, TLS and the account.
   * @throws Error for an answer that is not a success
   */
  public async measurePlainProxy(load: Load): Promise<Series> {
    this.plainProxy ??= ask<Server>(this.child, {
      kind: "plain-proxy",
      hostName: GATEWAY_HOST_NAME,
      issuer: ENTRA_ISSUER,
      audience: API_CLIENT_ID,
    });
    return this.measureAt(await this.plainProxy, "token", load);
  }

  public async stop(): Promise<void> {
    const exited = once(this.child, "exit");
    this.child.disconnect();
    await exited;
  }

  private async window(
    agent: Agent,
    options: Dispatcher.RequestOptions,
    load: Load,
    tokens: readonly string[],
  ): Promise<Series> {
    const { requests } = load;
    await ask<Measurement>(this.child, { kind: "measure" });
    const start = performance.now();
    await send(agent, options, load, requests, tokens);
    const seconds = (performance.now() - start) / 1000;
    const { addedMs, recordMs, cpuMs } = await ask<Measurement>(this.child, { kind: "measure" });
    const inOrder = (times: readonly number[]): readonly number[] =>
      [...times].sort((left, right) => left - right);
    const sorted = inOrder(addedMs);
    return {
      requestsPerSecond: requests / seconds,
      requestsPerCpuSecond: (requests / cpuMs) * 1000,
      addedP50: sorted[Math.floor(sorted.length * 0.5)] ?? NaN,
      addedP99: sorted[Math.floor(sorted.length * 0.99)] ?? NaN,
      recordP50: inOrder(recordMs)[Math.floor(recordMs.length * 0.5)] ?? NaN,
    };
  }

  private async client(
    server: Server,
    credential: Credential,
    { connections, client }: Load,
  ): Promise<{
    readonly agent: Agent;
    readonly headers: Readonly<Record<string, string>>;
    /** A token that says the same as the others. */
    readonly freshToken: () => Promise<string>;
  }> {
    const certificate =
      credential === "certificate"
        ? await ask<{ readonly chainPem: string; readonly privateKeyPem: string }>(this.child, {
            kind: "certificate",
            authority: CLIENT_AUTHORITY,
            commonName: certificateName(client),
          })
        : undefined;
    const agent = new Agent({
      connections,
      pipelining: 1,
      connect: {
        ca: server.caPem,
        cert: certificate?.chainPem,
        key: certificate?.privateKeyPem,
        lookup: (_name, { all }, done) =>
          all === true ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4),
      },
    });
    const token =
      credential === "token"
        ? {
            issuer: ENTRA_ISSUER,
            claims: { aud: API_CLIENT_ID, azp: applicationId(client), oid: "o", sub: "s", scp: "x" },
          }
        : { issuer: PARTNER_ISSUER, claims: { aud: PARTNER_AUDIENCE, cid: applicationId(client), sub: "s" } };
    const freshToken = (): Promise<string> => {
      issued += 1;
      const { issuer, claims } = token;
      return ask<string>(this.child, {
        kind: "token",
        issuer,
        claims: { ...claims, uti: `token-${issued}` },
      });
    };
    const headers: Record<string, string> = {};
    if (credential === "token" || credential === "combined") {
      headers.authorization = `Bearer ${await freshToken()}`;
    }
    const key = this.started.keys[`${credential}-client-${credential}-${client}`];
    if (key !== undefined) {
      headers["api-key"] = key;
    }
    return { agent, headers, freshToken };
  }
}

/** Requests so far, of all windows: no two need ask the same. */
let sent = 0;
/** Tokens so far. */
let issued = 0;

/** @throws Error for an answer that is not a success */
async function send(
  agent: Agent,
  options: Dispatcher.RequestOptions,
  { connections, question = () => "hello" }: Load,
  requests: number,
  tokens: readonly string[] = [],
): Promise<void> {
  let left = requests;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      sent += 1;
      const body = JSON.stringify({ messages: [{ role: "user", content: question(sent) }] });
      const token = tokens[left];
      const headers =
        token === undefined
          ? options.headers
          : { ...(options.headers as Readonly<Record<string, string>>), authorization: `Bearer ${token}` };
      const response = await agent.request({ ...options, headers, body });
      const text = await response.body.text();
      if (response.statusCode !== 200) {
        throw new Error(`${response.statusCode}: ${text}`);
      }
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
}

async function ask<T>(child: ChildProcess, question: Question): Promise<T> {
  const answered = once(child, "message");
  child.send(question);
  return ((await answered) as [T])[0];
}
