import { Agent, type Dispatcher } from "undici";
import type { ClientIdentity } from "./credential-source";

/** Long before a gateway ends an idle connection by itself, since a call may just be on its way then. */
const IDLE_MS = 1_000;

/**
 * Connections to a gateway on this machine. Each certificate has its own, which its next call takes as well: a handshake
 * costs more than most calls.
 */
export class LocalConnections {
  private readonly agents = new Map<string, Agent>();

  /** @param ca authority of the gateway's own certificate, PEM */
  public constructor(private readonly ca: string) {}

  /** @param identity who calls @default - nobody in TLS */
  public of(identity?: ClientIdentity): Dispatcher {
    const key = identity?.chainPem ?? "";
    let agent = this.agents.get(key);
    if (agent === undefined) {
      const connect = { ca: this.ca, cert: identity?.chainPem, key: identity?.privateKeyPem };
      agent = new Agent({ connect, keepAliveTimeout: IDLE_MS, keepAliveMaxTimeout: IDLE_MS });
      this.agents.set(key, agent);
    }
    return agent;
  }

  /** When all calls have ended. */
  public async close(): Promise<void> {
    await Promise.all([...this.agents.values()].map((agent) => agent.close()));
    this.agents.clear();
  }
}
