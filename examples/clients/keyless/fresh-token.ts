import type { AccessToken, TokenCredential } from "@azure/identity";

/** A call that starts with less than this may arrive too late; it waits for a new token instead. */
const MIN_LIFETIME_MS = 60_000;
/** A token that ends within this is gone before it arrives: clocks differ, and Entra ID counts whole seconds. */
const SPENT_MS = 5_000;
/** From then on a new token is fetched while calls go on with the one at hand. */
const EARLY_REFRESH_MS = 300_000;

/**
 * A token that outlives the start of every call by a minute at least, as long as Entra ID answers in time.
 *
 * `getBearerTokenProvider` of @azure/identity hands a token out until its last second, and asking the credential
 * each time starts a process for each call where the Azure CLI signs in. This keeps one token for all calls; an
 * outage of Entra ID goes unnoticed as long as that one is valid.
 */
export class FreshToken {
  private current?: AccessToken;
  private pending?: Promise<AccessToken>;

  /** @param scope of the gateway's registration, such as `api://<client id>/.default` */
  public constructor(
    private readonly credential: TokenCredential,
    private readonly scope: string,
  ) {}

  /** @throws the credential's error if there is no valid token and none can be had */
  public async get(): Promise<string> {
    const { current } = this;
    const leftMs = (current?.expiresOnTimestamp ?? 0) - Date.now();
    if (current === undefined || leftMs <= 0) {
      return (await this.refresh()).token;
    }
    if (leftMs < MIN_LIFETIME_MS) {
      return this.renewedOr(current, leftMs);
    }
    if (leftMs < EARLY_REFRESH_MS || (current.refreshAfterTimestamp ?? Infinity) < Date.now()) {
      // The next call tries again.
      this.refresh().catch(() => undefined);
    }
    return current.token;
  }

  /** Waits for a new token, but no longer than leaves half of what is left of the old one, if that is any use. */
  private async renewedOr(old: AccessToken, leftMs: number): Promise<string> {
    const halfTime = new Promise<void>((resolve) =>
      setTimeout(resolve, Math.max(leftMs / 2, SPENT_MS)).unref(),
    );
    await Promise.race([this.refresh(), halfTime]).catch(() => undefined);
    const { token, expiresOnTimestamp } = this.current ?? old;
    return expiresOnTimestamp > Date.now() ? token : (await this.refresh()).token;
  }

  /** Calls that come in the meantime wait for the same answer. */
  private refresh(): Promise<AccessToken> {
    this.pending ??= this.fetch().finally(() => (this.pending = undefined));
    return this.pending;
  }

  private async fetch(): Promise<AccessToken> {
    const token = await this.credential.getToken(this.scope);
    if (token === null) {
      throw new Error("The credential gave no token");
    }
    return (this.current = token);
  }
}
