import { randomBytes, randomUUID } from "node:crypto";
import { createLocalJWKSet, decodeJwt, errors, type JSONWebKeySet, jwtVerify } from "jose";
import type { Clock } from "../clock";
import type { ApplicationModel } from "../model";
import { type HttpResponse, jsonResponse, type OutboundRequest, readText } from "../network";
import { DeviceAuthorizations, type DevicePollError } from "./device-authorizations";
import { EntraError } from "./entra-error";
import type { ClientAuthentication, EntraResource, EntraTenant, EntraUser } from "./entra-tenant";
import { sameSecret } from "./open-id-provider";
import { type TokenRequest, tokenResponse } from "./token-request";

/** Scopes of OpenID Connect itself, which belong to no API. */
const OPEN_ID_SCOPES = new Set(["openid", "profile", "offline_access", "email"]);
const JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const DEVICE_GRANTS = new Set(["urn:ietf:params:oauth:grant-type:device_code", "device_code"]);

/** Texts that clients of Entra see while they poll for a device code. */
const POLL_ERRORS: Readonly<Record<DevicePollError, readonly [code: number, text: string]>> = {
  authorization_pending: [70016, "OAuth 2.0 device flow error. Authorization is pending. Continue polling."],
  slow_down: [70016, "OAuth 2.0 device flow error. Polling too often."],
  access_denied: [70018, "The user declined."],
  expired_token: [70020, "The device code has expired."],
  invalid_grant: [70000, "The device code is not valid for this client."],
};

interface Grant {
  readonly client: ApplicationModel;
  readonly scope: string;
  readonly user: EntraUser;
}

/** The token and device-code endpoints of one tenant: both versions, client credentials, device flow, refresh. */
export class EntraTokenEndpoint {
  public readonly devices: DeviceAuthorizations<EntraUser>;
  private readonly refreshTokens = new Map<string, Grant>();

  /** @param fetch reads the keys of federated issuers */
  public constructor(
    private readonly tenant: EntraTenant,
    private readonly clock: Clock,
    private readonly fetch: (request: OutboundRequest) => Promise<HttpResponse>,
  ) {
    this.devices = new DeviceAuthorizations(clock);
  }

  /** Answers a token request. */
  public token(request: TokenRequest): Promise<HttpResponse> {
    return this.answer(async () => {
      const grant = request.get("grant_type") ?? "";
      const client = this.client(request);
      if (grant === "client_credentials") {
        return this.clientCredentials(client, request);
      }
      if (DEVICE_GRANTS.has(grant)) {
        return this.deviceToken(client, request);
      }
      if (grant === "refresh_token") {
        return this.refresh(client, request);
      }
      throw new EntraError("unsupported_grant_type", 70003, `The grant type '${grant}' is not supported.`);
    });
  }

  /** Starts a device authorization. */
  public deviceCode(request: TokenRequest): Promise<HttpResponse> {
    return this.answer(() => {
      const client = this.client(request);
      this.requirePublic(client);
      const started = this.devices.start(client.clientId, request.get("scope") ?? "");
      const uri = "https://microsoft.com/devicelogin";
      const message = `To sign in, open ${uri} and enter the code ${started.user_code}.`;
      return Promise.resolve(jsonResponse(200, { ...started, verification_uri: uri, message }));
    });
  }

  private client(request: TokenRequest): ApplicationModel {
    const client = this.tenant.application(request.client.id);
    if (client?.servicePrincipal === undefined) {
      throw new EntraError(
        "unauthorized_client",
        700016,
        `Application with identifier '${request.client.id}' was not found in the directory '${this.tenant.id}'.`,
      );
    }
    return client;
  }

  private async clientCredentials(client: ApplicationModel, request: TokenRequest): Promise<HttpResponse> {
    const authentication = await this.authenticate(client, request);
    const { resource, scopes } = this.target(request.get("scope"), request.get("resource"));
    if (request.get("scope") !== undefined && scopes.some((scope) => scope !== ".default")) {
      throw new EntraError("invalid_scope", 1002012, "Client credentials take the scope '/.default' only.");
    }
    this.tenant.requireAssignment(client.clientId, client.servicePrincipal?.objectId, resource);
    const { token, expiresIn } = await this.tenant.accessToken({ client, authentication, resource });
    return tokenResponse({ token_type: "Bearer", ...this.expiry(expiresIn), access_token: token });
  }

  private deviceToken(client: ApplicationModel, request: TokenRequest): Promise<HttpResponse> {
    this.requirePublic(client);
    const result = this.devices.poll(
      request.get("device_code") ?? request.get("code") ?? "",
      client.clientId,
    );
    if (typeof result === "string") {
      const [code, text] = POLL_ERRORS[result];
      throw new EntraError(result, code, text);
    }
    return this.delegated({ client, scope: result.scope, user: result.user });
  }

  private refresh(client: ApplicationModel, request: TokenRequest): Promise<HttpResponse> {
    const grant = this.refreshTokens.get(request.get("refresh_token") ?? "");
    if (grant === undefined || grant.client.clientId !== client.clientId) {
      throw new EntraError("invalid_grant", 70000, "The refresh token is not valid.");
    }
    return this.delegated({ ...grant, scope: request.get("scope") ?? grant.scope });
  }

  private async delegated(grant: Grant): Promise<HttpResponse> {
    const { client, user } = grant;
    const { resource, scopes } = this.target(grant.scope, undefined);
    this.tenant.requireUserAssignment(user, resource);
    const offered = (resource.application?.scopes ?? []).map(({ value }) => value);
    const granted = scopes.includes(".default") ? offered : scopes;
    const unknown = granted.filter((scope) => !offered.includes(scope));
    if (resource.application !== undefined && unknown.length > 0) {
      throw new EntraError(
        "invalid_scope",
        70011,
        `The scope '${unknown.join(" ")}' does not exist on the resource.`,
      );
    }
    const { token, expiresIn } = await this.tenant.accessToken({
      client,
      authentication: "public",
      resource,
      user,
      scopes: granted,
    });
    const refreshToken = randomBytes(32).toString("base64url");
    this.refreshTokens.set(refreshToken, grant);
    const clientInfo = JSON.stringify({ uid: user.objectId, utid: this.tenant.id });
    return tokenResponse({
      token_type: "Bearer",
      scope: granted.map((scope) => `${resource.requested}/${scope}`).join(" "),
      ...this.expiry(expiresIn),
      access_token: token,
      refresh_token: refreshToken,
      id_token: await this.tenant.idToken(client, user),
      client_info: Buffer.from(clientInfo).toString("base64url"),
    });
  }

  private expiry(seconds: number): Readonly<Record<string, number>> {
    return { expires_in: seconds, ext_expires_in: seconds };
  }

  /** The one API that a request is for: version 1 names it, version 2 puts it before each scope. */
  private target(
    scope: string | undefined,
    v1Resource: string | undefined,
  ): { readonly resource: EntraResource; readonly scopes: readonly string[] } {
    const entries = (scope ?? "")
      .split(" ")
      .filter((entry) => entry !== "" && !OPEN_ID_SCOPES.has(entry))
      .map((entry) => ({
        resource: entry.slice(0, entry.lastIndexOf("/")),
        name: entry.slice(entry.lastIndexOf("/") + 1),
      }));
    const identifiers = new Set(entries.map(({ resource }) => resource));
    if (identifiers.size > 1) {
      throw new EntraError("invalid_scope", 28000, "The scopes belong to more than one resource.");
    }
    const identifier = v1Resource ?? [...identifiers][0] ?? "";
    return { resource: this.tenant.requireResource(identifier), scopes: entries.map(({ name }) => name) };
  }

  private requirePublic(client: ApplicationModel): void {
    if (!client.publicClient) {
      throw new EntraError(
        "invalid_client",
        7000218,
        "The request body must contain 'client_assertion' or 'client_secret': the client is not public.",
        401,
      );
    }
  }

  private async authenticate(client: ApplicationModel, request: TokenRequest): Promise<ClientAuthentication> {
    const assertion = request.get("client_assertion");
    if (assertion !== undefined) {
      await this.checkAssertion(client, assertion, request.get("client_assertion_type"));
      return "assertion";
    }
    const secret = client.secrets.find(({ value }) => sameSecret(value, request.client.secret));
    const now = this.clock.now();
    if (secret === undefined || now < instant(secret.validFrom, -Infinity)) {
      throw new EntraError("invalid_client", 7000215, "Invalid client secret provided.", 401);
    }
    if (now >= instant(secret.validUntil, Infinity)) {
      const text = `The provided client secret keys for app '${client.clientId}' are expired.`;
      throw new EntraError("invalid_client", 7000222, text, 401);
    }
    return "secret";
  }

  /** Workload identity federation: issuer, subject and audience must match one federated credential exactly. */
  private async checkAssertion(
    client: ApplicationModel,
    assertion: string,
    type: string | undefined,
  ): Promise<void> {
    const refused = new EntraError(
      "invalid_client",
      700213,
      "No matching federated identity record found for the presented assertion.",
      401,
    );
    if (type !== JWT_BEARER) {
      throw refused;
    }
    try {
      const { iss, sub } = decodeJwt(assertion);
      const credential = client.federatedCredentials.find(
        ({ issuer, subject }) => issuer === iss && subject === sub,
      );
      if (credential === undefined) {
        throw refused;
      }
      await jwtVerify(assertion, createLocalJWKSet(await this.keysOf(credential.issuer)), {
        audience: [...credential.audiences],
        currentDate: this.clock.date(),
        requiredClaims: ["exp"],
      });
    } catch (error) {
      throw error instanceof errors.JOSEError ? refused : error;
    }
  }

  private async keysOf(issuer: string): Promise<JSONWebKeySet> {
    const configuration = await this.json(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
    return (await this.json(String(configuration["jwks_uri"]))) as unknown as JSONWebKeySet;
  }

  private async json(url: string): Promise<Record<string, unknown>> {
    const response = await this.fetch({ url, method: "GET", headers: {} });
    return JSON.parse(await readText(response.body)) as Record<string, unknown>;
  }

  private async answer(work: () => Promise<HttpResponse>): Promise<HttpResponse> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof EntraError)) {
        throw error;
      }
      return jsonResponse(error.status, {
        error: error.error,
        error_description: error.message,
        error_codes: [error.code],
        timestamp: this.clock.date().toISOString(),
        trace_id: randomUUID(),
        correlation_id: randomUUID(),
      });
    }
  }
}

function instant(date: string | undefined, fallback: number): number {
  return date === undefined ? fallback : Date.parse(date);
}
