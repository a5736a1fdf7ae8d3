import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import type { ClientCertificate, ClientCertificateProps, SimulateOptions } from "../../simulator";
import {
  type CallOptions,
  type CallResponse,
  GatewayConnection,
} from "../../simulator/simulation/gateway-connection";
import {
  API_CLIENT_ID,
  applicationId,
  certificateName,
  CLIENT_AUTHORITY,
  ENTRA_ISSUER,
  GATEWAY_HOST_NAME,
} from "../support/every-credential";
import { everyCredentialFolder } from "../support/every-credential-folder";
import type { Command, Memory, MintedToken, Report, Started } from "./simulator-process";
import { spawnProgram } from "./spawn-program";

/** Path of a chat request, below the API's own. */
export const CHAT_PATH = "/openai/deployments/chat/chat/completions?api-version=2024-10-21";
export const CHAT_BODY = { messages: [{ role: "user", content: "hello" }] };

/**
 * A simulator in a process of its own, so that nothing it does wrong stays unseen: an unhandled rejection ends it.
 * Its gateway takes each kind of credential.
 */
export class AttackedSimulator {
  private readonly client: GatewayConnection;
  private readonly ended: Promise<never>;
  private stopping = false;

  private constructor(
    private readonly child: ChildProcess,
    private readonly started: Started,
    output: readonly string[],
  ) {
    this.client = new GatewayConnection(started.caPem, GATEWAY_HOST_NAME, started.port);
    this.ended = new Promise<never>((_resolve, reject) => {
      child.once("exit", (code, signal) => {
        if (!this.stopping) {
          reject(new Error(`the simulator ended with ${code ?? signal}:\n${output.join("")}`));
        }
      });
    });
    this.ended.catch(() => undefined);
  }

  public static async start(
    options: Pick<SimulateOptions, "connectionTimeouts"> = {},
  ): Promise<AttackedSimulator> {
    const child = spawnProgram("simulator-process", ["--expose-gc"]);
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk: Buffer) => output.push(chunk.toString()));
    }
    const failed = once(child, "exit").then(() => {
      throw new Error(`the simulator did not start:\n${output.join("")}`);
    });
    const started = await Promise.race([
      ask<Started>(child, {
        kind: "start",
        directory: everyCredentialFolder(),
        options,
      }),
      failed,
    ]);
    failed.catch(() => undefined);
    return new AttackedSimulator(child, started, output);
  }

  public get port(): number {
    return this.started.port;
  }

  /** Certificate of the CA behind the gateway's. */
  public get caPem(): string {
    return this.started.caPem;
  }

  public get proxyPort(): number {
    return this.started.proxyPort;
  }

  /** The key of the first client of an API. */
  public key(api: "key" | "combined"): string {
    const key = Object.entries(this.started.keys).find(([name]) => name.startsWith(`${api}-`))?.[1];
    if (key === undefined) {
      throw new Error(`no subscription of '${api}'`);
    }
    return key;
  }

  /** Tokens by the keys of the simulator's issuers. */
  public mint(tokens: readonly MintedToken[]): Promise<readonly string[]> {
    return this.ask({ kind: "mint", tokens });
  }

  /** A client certificate of the authority that the gateway trusts. */
  public certificate(props: Partial<ClientCertificateProps> = {}): Promise<ClientCertificate> {
    const good = { authority: CLIENT_AUTHORITY, commonName: certificateName(0) };
    return this.ask({ kind: "certificate", props: { ...good, ...props } });
  }

  /** Calls the gateway as a well-behaved client does. */
  public call(target: string, options?: CallOptions): Promise<CallResponse> {
    return Promise.race([this.client.call(target, options), this.ended]);
  }

  /** The status of a call; the body is read to its end. */
  public async status(target: string, options?: CallOptions): Promise<number> {
    const response = await this.call(target, options);
    await response.text();
    return response.status;
  }

  /** A TLS connection to the gateway, for bytes of any kind. */
  public async connect(options: ConnectionOptions = {}): Promise<TLSSocket> {
    const socket = connect({
      host: "127.0.0.1",
      port: this.started.port,
      servername: GATEWAY_HOST_NAME,
      ca: this.started.caPem,
      ...options,
    });
    await once(socket, "secureConnect");
    return socket;
  }

  /** Sends bytes and returns all that comes back until the gateway closes the connection. */
  public async exchange(bytes: string | Uint8Array, options?: ConnectionOptions): Promise<string> {
    const socket = await this.connect(options);
    const chunks: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    // A reset is as good an answer as any.
    socket.on("error", () => undefined);
    const closed = new Promise((resolve) => socket.once("close", resolve));
    // Not `end`: to a server, a client that closes its side has gone.
    socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
    await Promise.race([closed, this.ended]);
    return Buffer.concat(chunks).toString("latin1");
  }

  /** What happened since the last report. */
  public report(): Promise<Report> {
    return this.ask({ kind: "report" });
  }

  /** Memory in use after a collection. */
  public memory(): Promise<Memory> {
    return this.ask({ kind: "memory" });
  }

  public async stop(): Promise<void> {
    this.stopping = true;
    await this.client.close();
    const exited = once(this.child, "exit");
    this.child.disconnect();
    await exited;
  }

  private ask<T>(command: Command): Promise<T> {
    return Promise.race([ask<T>(this.child, command), this.ended]);
  }
}

/** Claims of a token that opens the API `token`. */
export function goodToken(): MintedToken {
  return {
    issuer: ENTRA_ISSUER,
    claims: {
      aud: API_CLIENT_ID,
      azp: applicationId(0),
      oid: "object",
      sub: "subject",
      scp: "Models.Invoke",
    },
  };
}

async function ask<T>(child: ChildProcess, command: Command): Promise<T> {
  const answered = once(child, "message");
  child.send(command);
  return ((await answered) as [T])[0];
}
