import { randomUUID, timingSafeEqual } from "node:crypto";
import type { Clock } from "../clock";
import { type HttpRequest, type HttpResponse, jsonResponse } from "../network";
import { DeviceAuthorizations } from "./device-authorizations";
import { SigningKeys } from "./signing-keys";
import { mintToken, type TokenProps } from "./token-mint";
import { oauthError, TokenRequest, tokenResponse } from "./token-request";

export interface OpenIdProviderProps {
  /** Issuer identifier: `iss` of its tokens, exactly. */
  readonly issuer: string;
  readonly clock: Clock;
}

/** A client that may ask this provider for tokens. */
export interface OpenIdClientProps {
  readonly clientId: string;
  /** @default - a public client, which may only use the device flow */
  readonly secret?: string;
  /** `aud` of its access tokens unless the request names an `audience` or `resource`. @default - the client id */
  readonly audience?: string;
  /** Further claims of its access tokens. @default - none */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** Who approves a device authorization. */
export interface OpenIdUser {
  readonly subject: string;
  readonly claims?: Readonly<Record<string, unknown>>;
}

const TOKEN_LIFETIME_SECONDS = 3600;
const WELL_KNOWN = "/.well-known/openid-configuration";
const DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";

/**
 * An OpenID provider at any issuer URL: discovery, keys, client credentials and device flow.
 *
 * `oidc-provider` would serve the same protocol, but it reads the machine's time and needs a socket: token
 * lifetimes could not follow the simulation's clock, nor calls its network.
 */
export class OpenIdProvider {
  public readonly issuer: string;
  public readonly keys: SigningKeys;
  public readonly devices: DeviceAuthorizations<OpenIdUser>;
  private readonly clock: Clock;
  private readonly clients = new Map<string, OpenIdClientProps>();
  private fetches = { discovery: 0, keys: 0 };

  public constructor(props: OpenIdProviderProps) {
    this.issuer = props.issuer;
    this.keys = new SigningKeys(props.issuer);
    this.clock = props.clock;
    this.devices = new DeviceAuthorizations(props.clock);
  }

  /** How often the metadata has been read. */
  public get metadataFetches(): { readonly discovery: number; readonly keys: number } {
    return { ...this.fetches };
  }

  /** Registers a client. */
  public addClient(client: OpenIdClientProps): void {
    this.clients.set(client.clientId, client);
  }

  /** Makes a token; `iss`, `iat`, `nbf`, `exp` and `jti` are set unless the claims say otherwise. */
  public async mint(props: TokenProps): Promise<string> {
    return mintToken(this.keys, {
      ...props,
      claims: typeof props.claims === "string" ? props.claims : { ...this.standardClaims(), ...props.claims },
    });
  }

  /** Answers a request below the issuer's path. */
  public async handle(request: HttpRequest): Promise<HttpResponse> {
    const base = this.issuer.replace(/\/$/, "");
    const path = request.url.pathname.slice(new URL(base).pathname.replace(/\/$/, "").length);
    switch (`${request.method} ${path}`) {
      case `GET ${WELL_KNOWN}`:
        this.fetches.discovery += 1;
        return jsonResponse(200, this.discovery(base));
      case "GET /jwks":
        this.fetches.keys += 1;
        return jsonResponse(200, await this.keys.published());
      case "POST /token":
        return this.token(await TokenRequest.read(request));
      case "POST /device_authorization":
        return this.authorizeDevice(await TokenRequest.read(request), base);
      default:
        return jsonResponse(404, { error: "not_found" });
    }
  }

  private discovery(base: string): object {
    return {
      issuer: this.issuer,
      jwks_uri: `${base}/jwks`,
      token_endpoint: `${base}/token`,
      authorization_endpoint: `${base}/authorize`,
      device_authorization_endpoint: `${base}/device_authorization`,
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
      grant_types_supported: ["client_credentials", DEVICE_GRANT],
      token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post", "none"],
    };
  }

  private authorizeDevice(request: TokenRequest, base: string): HttpResponse {
    const client = this.clients.get(request.client.id);
    if (client === undefined) {
      return oauthError("invalid_client", "unknown client", 401);
    }
    const started = this.devices.start(client.clientId, request.get("scope") ?? "");
    return jsonResponse(200, {
      ...started,
      verification_uri: `${base}/device`,
      verification_uri_complete: `${base}/device?user_code=${started.user_code}`,
    });
  }

  private async token(request: TokenRequest): Promise<HttpResponse> {
    const client = this.clients.get(request.client.id);
    if (client === undefined || !authenticates(client, request.client.secret)) {
      return oauthError("invalid_client", "client authentication failed", 401);
    }
    const grant = request.get("grant_type");
    if (grant === "client_credentials") {
      return client.secret === undefined
        ? oauthError("unauthorized_client", "a public client cannot use client credentials")
        : this.issue(client, request, client.clientId, request.get("scope"), {});
    }
    if (grant !== DEVICE_GRANT) {
      return oauthError("unsupported_grant_type", "client_credentials and device_code are supported");
    }
    const result = this.devices.poll(request.get("device_code") ?? "", client.clientId);
    return typeof result === "string"
      ? oauthError(result, result.replaceAll("_", " "))
      : this.issue(client, request, result.user.subject, result.scope, result.user.claims ?? {});
  }

  private async issue(
    client: OpenIdClientProps,
    request: TokenRequest,
    subject: string,
    scope: string | undefined,
    claims: Readonly<Record<string, unknown>>,
  ): Promise<HttpResponse> {
    const access = await this.mint({
      claims: {
        aud: request.get("audience") ?? request.get("resource") ?? client.audience ?? client.clientId,
        sub: subject,
        azp: client.clientId,
        client_id: client.clientId,
        ...(scope === undefined ? {} : { scope }),
        ...client.claims,
        ...claims,
      },
    });
    return tokenResponse({
      access_token: access,
      token_type: "Bearer",
      expires_in: TOKEN_LIFETIME_SECONDS,
      ...(scope === undefined ? {} : { scope }),
    });
  }

  private standardClaims(): Readonly<Record<string, unknown>> {
    const now = Math.floor(this.clock.now() / 1000);
    return { iss: this.issuer, iat: now, nbf: now, exp: now + TOKEN_LIFETIME_SECONDS, jti: randomUUID() };
  }
}

function authenticates(client: OpenIdClientProps, secret: string | undefined): boolean {
  return client.secret === undefined || sameSecret(client.secret, secret);
}

/** Compares secrets in time that does not tell where they differ. */
export function sameSecret(expected: string, given: string | undefined): boolean {
  const [left, right] = [Buffer.from(expected), Buffer.from(given ?? "")];
  return left.byteLength === right.byteLength && timingSafeEqual(left, right);
}

/** The issuer whose discovery document is at a URL (OpenID Connect Discovery 1.0, section 4). */
export function issuerOfConfiguration(url: string): string {
  return url.endsWith(WELL_KNOWN) ? url.slice(0, -WELL_KNOWN.length) : url;
}
