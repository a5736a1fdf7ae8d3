import { createLocalJWKSet, type JSONWebKeySet } from "jose";
import { type HttpResponse, readText } from "../../network";
import { ExpiringMap } from "../caching/expiring-map";
import type { PolicyServices } from "../gateway-services";

/** How long metadata is used before it is read again. */
const LIFETIME_MS = 3_600_000;
/** Least time between two early reads: after a failure, or for a key that nobody knows. */
const REFETCH_INTERVAL_MS = 300_000;
/** Providers remembered; a policy may compute the URL. */
const MAX_PROVIDERS = 1000;
const FETCH_TIMEOUT_MS = 30_000;

/** What a provider publishes: its issuer name and its keys. */
export interface OpenIdMetadata {
  readonly issuer: string;
  /** Finds the keys for a token by its header. @internal */
  readonly keys: ReturnType<typeof createLocalJWKSet>;
}

/** Namespace of the state that holds what is known of issuers. */
export const OPEN_ID_PROVIDERS = "openid-providers";

/**
 * The metadata of one OpenID provider (OpenID Connect Discovery 1.0, RFC 7517), read when first needed, every
 * hour, and early for an unknown key or after a failure, then at most once in five minutes: tokens with made-up
 * key ids cause no storm.
 */
export class OpenIdConfiguration {
  private metadata: OpenIdMetadata | undefined;
  private readAt = -Infinity;
  private refetchedAt = -Infinity;
  private pending: Promise<void> | undefined;

  private constructor(
    private readonly url: string,
    private readonly services: PolicyServices,
  ) {}

  /** The provider whose discovery document is at a URL; shared by all policies of the gateway. */
  public static at(url: string, services: PolicyServices): OpenIdConfiguration {
    const providers = services.state(
      OPEN_ID_PROVIDERS,
      () => new ExpiringMap<OpenIdConfiguration>(services.clock, { maxSize: MAX_PROVIDERS }),
    );
    const known = providers.get(url);
    if (known !== undefined) {
      return known;
    }
    const provider = new OpenIdConfiguration(url, services);
    providers.set(url, provider, Infinity);
    return provider;
  }

  /**
   * What is known, read anew when an hour has passed. What was read last stays in use while reading fails.
   * @returns none if reading has never succeeded
   */
  public async current(): Promise<OpenIdMetadata | undefined> {
    const now = this.services.clock.now();
    const stale = this.metadata === undefined || now - this.readAt >= LIFETIME_MS;
    if (stale && now - this.refetchedAt >= REFETCH_INTERVAL_MS) {
      await this.read();
    }
    return this.metadata;
  }

  /**
   * Reads early, because a key is missing.
   * @returns whether anything was read
   */
  public async refresh(): Promise<boolean> {
    const now = this.services.clock.now();
    if (this.pending === undefined && now - this.refetchedAt < REFETCH_INTERVAL_MS) {
      return false;
    }
    this.refetchedAt = now;
    await this.read();
    return true;
  }

  /** Requests that come in the meantime wait for the same answer. */
  private read(): Promise<void> {
    this.pending ??= this.fetchMetadata().then(
      (metadata) => {
        this.metadata = metadata;
        this.readAt = this.services.clock.now();
        this.pending = undefined;
      },
      () => {
        this.refetchedAt = this.services.clock.now();
        this.pending = undefined;
      },
    );
    return this.pending;
  }

  private async fetchMetadata(): Promise<OpenIdMetadata> {
    const { issuer, jwks_uri: keysUrl } = await this.fetchJson(this.url);
    if (typeof issuer !== "string" || typeof keysUrl !== "string") {
      throw new Error(`${this.url} names no issuer or no jwks_uri`);
    }
    const keySet = (await this.fetchJson(keysUrl)) as Partial<JSONWebKeySet>;
    return { issuer, keys: createLocalJWKSet(keySet as JSONWebKeySet) };
  }

  private async fetchJson(url: string): Promise<Readonly<Record<string, unknown>>> {
    const headers = { Accept: "application/json" };
    const response = await this.services.fetch({ url, method: "GET", headers, timeoutMs: FETCH_TIMEOUT_MS });
    return parseObject(url, response);
  }
}

async function parseObject(url: string, response: HttpResponse): Promise<Readonly<Record<string, unknown>>> {
  const text = await readText(response.body);
  if (response.status !== 200) {
    throw new Error(`${url} answered ${response.status}`);
  }
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null) {
    throw new Error(`${url} holds no JSON object`);
  }
  return value as Readonly<Record<string, unknown>>;
}
