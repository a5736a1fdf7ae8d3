import { decodeJwt } from "jose";
import type { GatewayClock } from "../policies";

/** Where tokens come from. */
export interface TokenSource {
  readonly clock: GatewayClock;
  /** @throws Error when the identity is not attached or no token can be had */
  managedIdentityToken(resource: string, clientId: string | undefined): Promise<string>;
}

/** A token is renewed this long before it expires. */
const RENEWAL_MS = 5 * 60_000;

interface CachedToken {
  readonly token: string;
  /** When it was asked for. */
  readonly since: number;
  readonly renewAt: number;
}

/** Tokens of the gateway's identities, kept until shortly before they expire. Failures are not kept. */
export class ManagedIdentityTokens {
  /** By resource and client id. */
  private readonly tokens = new Map<string, Map<string | undefined, CachedToken>>();

  public constructor(private readonly source: TokenSource) {}

  /**
   * @param clientId of a user-assigned identity; none for the system-assigned one
   * @returns the token, at once when it is kept
   * @throws what the source throws
   */
  public get(resource: string, clientId: string | undefined): Promise<string> | string {
    const known = this.tokens.get(resource)?.get(clientId);
    const now = this.source.clock.now();
    // A clock of a simulation may be set back, to when a token is not valid yet.
    if (known !== undefined && known.since <= now && now < known.renewAt) {
      return known.token;
    }
    return this.ask(resource, clientId, now);
  }

  private async ask(resource: string, clientId: string | undefined, since: number): Promise<string> {
    const token = await this.source.managedIdentityToken(resource, clientId);
    const ofResource = this.tokens.get(resource) ?? new Map<string | undefined, CachedToken>();
    const renewAt = (decodeJwt(token).exp ?? 0) * 1000 - RENEWAL_MS;
    this.tokens.set(resource, ofResource.set(clientId, { token, since, renewAt }));
    return token;
  }
}
