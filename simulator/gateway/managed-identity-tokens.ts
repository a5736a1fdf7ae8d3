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

/** Tokens of the gateway's identities, kept until shortly before they expire. Failures are not kept. */
export class ManagedIdentityTokens {
  private readonly tokens = new Map<string, { readonly token: string; readonly renewAt: number }>();

  public constructor(private readonly source: TokenSource) {}

  /**
   * @param clientId of a user-assigned identity; none for the system-assigned one
   * @throws what the source throws
   */
  public async get(resource: string, clientId: string | undefined): Promise<string> {
    const key = JSON.stringify([resource, clientId]);
    const known = this.tokens.get(key);
    if (known !== undefined && this.source.clock.now() < known.renewAt) {
      return known.token;
    }
    const token = await this.source.managedIdentityToken(resource, clientId);
    this.tokens.set(key, { token, renewAt: (decodeJwt(token).exp ?? 0) * 1000 - RENEWAL_MS });
    return token;
  }
}
