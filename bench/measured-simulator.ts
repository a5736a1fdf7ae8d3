import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { Agent, type Dispatcher } from "undici";
import {
  apiClientId,
  applicationId,
  certificateName,
  clientAuthority,
  entraIssuer,
  gatewayHostName,
  partnerAudience,
  partnerIssuer,
} from "../test/support/every-credential";
import type { Measurement, Question, Started } from "./simulator-process";

export type Credential = "key" | "token" | "certificate" | "combined";

/** Throughput and latency of one series of requests. */
export interface Series {
  readonly requestsPerSecond: number;
  /** Requests that a core could serve: without the time in which the process had nothing to do. */
  readonly requestsPerCpuSecond: number;
  /** Milliseconds that the gateway adds to the account's. */
  readonly addedP50: number;
  readonly addedP99: number;
}

const body = JSON.stringify({ messages: [{ role: "user", content: "hello" }] });
const target = "/openai/deployments/chat/chat/completions?api-version=2024-10-21";

/** A simulator in a process of its own: one thread, on one core at a time. The client is this process. */
export class MeasuredSimulator {
  private constructor(
    private readonly child: ChildProcess,
    public readonly started: Started,
  ) {}

  /** Starts a cold process, with compiled code if there is any. */
  public static async start(directory: string): Promise<MeasuredSimulator> {
    const child = fork(resolve("bench/simulator-process.ts"), {
      execArgv: ["--import", "tsx", ...(process.env.BENCH_PROFILE ? ["--cpu-prof"] : [])],
    });
    return new MeasuredSimulator(child, await ask<Started>(child, { kind: "start", directory }));
  }

  /**
   * Sends requests of one client for a while.
   * @param concurrency requests at a time, each on a connection of its own
   */
  public async measure(credential: Credential, { concurrency, seconds, index = 0 }: Load): Promise<Series> {
    const { agent, headers } = await this.client(credential, concurrency, index);
    const options: Dispatcher.RequestOptions = {
      origin: `https://${gatewayHostName}:${this.started.port}`,
      path: `/${credential}${target}`,
      method: "POST",
      headers: { ...headers, host: gatewayHostName, "content-type": "application/json" },
      body,
    };
    await run(agent, options, concurrency, seconds / 4);
    const before = await ask<Measurement>(this.child, { kind: "measure" });
    const start = performance.now();
    const count = await run(agent, options, concurrency, seconds);
    const elapsed = (performance.now() - start) / 1000;
    const after = await ask<Measurement>(this.child, { kind: "measure" });
    await agent.close();
    const sorted = [...after.addedMs].sort((left, right) => left - right);
    return {
      requestsPerSecond: count / elapsed,
      requestsPerCpuSecond: (count / (after.cpuMs - before.cpuMs)) * 1000,
      addedP50: sorted[Math.floor(sorted.length * 0.5)] ?? NaN,
      addedP99: sorted[Math.floor(sorted.length * 0.99)] ?? NaN,
    };
  }

  public async stop(): Promise<void> {
    const exited = once(this.child, "exit");
    this.child.disconnect();
    await exited;
  }

  private async client(
    credential: Credential,
    connections: number,
    index: number,
  ): Promise<{ readonly agent: Agent; readonly headers: Readonly<Record<string, string>> }> {
    const certificate =
      credential === "certificate"
        ? await ask<{ readonly chainPem: string; readonly privateKeyPem: string }>(this.child, {
            kind: "certificate",
            authority: clientAuthority,
            commonName: certificateName(index),
          })
        : undefined;
    const agent = new Agent({
      connections,
      pipelining: 1,
      connect: {
        ca: this.started.caPem,
        cert: certificate?.chainPem,
        key: certificate?.privateKeyPem,
        lookup: (_name, { all }, done) =>
          all === true ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4),
      },
    });
    const token =
      credential === "token"
        ? {
            issuer: entraIssuer,
            claims: { aud: apiClientId, azp: applicationId(index), oid: "o", sub: "s", scp: "x" },
          }
        : { issuer: partnerIssuer, claims: { aud: partnerAudience, cid: applicationId(index), sub: "s" } };
    const headers: Record<string, string> = {};
    if (credential === "token" || credential === "combined") {
      headers.authorization = `Bearer ${await ask<string>(this.child, { kind: "token", ...token })}`;
    }
    const key = this.started.keys[`${credential}-client-${credential}-${index}`];
    if (key !== undefined) {
      headers["api-key"] = key;
    }
    return { agent, headers };
  }
}

export interface Load {
  readonly concurrency: number;
  readonly seconds: number;
  /** Which client calls. @default 0 */
  readonly index?: number;
}

/** @returns how many requests were answered @throws Error for an answer that is no success */
async function run(
  agent: Agent,
  options: Dispatcher.RequestOptions,
  concurrency: number,
  seconds: number,
): Promise<number> {
  const end = performance.now() + seconds * 1000;
  let count = 0;
  const worker = async (): Promise<void> => {
    while (performance.now() < end) {
      const response = await agent.request(options);
      const text = await response.body.text();
      if (response.statusCode !== 200) {
        throw new Error(`${response.statusCode}: ${text}`);
      }
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return count;
}

async function ask<T>(child: ChildProcess, question: Question): Promise<T> {
  const answered = once(child, "message");
  child.send(question);
  return ((await answered) as [T])[0];
}
