import type { Clock } from "../clock";
import type { ApplicationModel } from "../model";
import { type HttpRequest, type HttpResponse, jsonResponse, type Network } from "../network";
import { EntraTenant, type EntraUser } from "./entra-tenant";
import { EntraTokenEndpoint } from "./entra-token-endpoint";
import { SigningKeys } from "./signing-keys";
import { TokenRequest } from "./token-request";

/** Host names of the public cloud's authority, and of its version 1 issuer. */
const LOGIN_HOSTS = [
  "login.microsoftonline.com",
  "login.microsoft.com",
  "login.windows.net",
  "sts.windows.net",
];
const AUTHORITY = "https://login.microsoftonline.com";

/** Tenant names that stand for many tenants. */
const MULTI_TENANT_NAMES = new Set(["common", "organizations", "consumers"]);

interface Directory {
  readonly tenant: EntraTenant;
  readonly tokens: EntraTokenEndpoint;
}

/** Microsoft Entra's public endpoints for all tenants of a simulation, at their real URLs. */
export class EntraAuthority {
  /** The keys that sign for every tenant. */
  public readonly keys = new SigningKeys(AUTHORITY);
  private readonly directories = new Map<string, Directory>();

  public constructor(
    private readonly network: Network,
    private readonly clock: Clock,
  ) {
    for (const host of LOGIN_HOSTS) {
      network.register(host, (request) => this.handle(request));
    }
  }

  /** Tenants that exist. */
  public get tenants(): readonly EntraTenant[] {
    return [...this.directories.values()].map(({ tenant }) => tenant);
  }

  /** A tenant, made with the applications given when it does not exist yet. */
  public tenant(id: string, applications: readonly ApplicationModel[] = []): EntraTenant {
    const key = id.toLowerCase();
    let directory = this.directories.get(key);
    if (directory === undefined) {
      const tenant = new EntraTenant({ id: key, clock: this.clock, applications, keys: this.keys });
      const tokens = new EntraTokenEndpoint(tenant, this.clock, (request) => this.network.fetch(request));
      directory = { tenant, tokens };
      this.directories.set(key, directory);
    }
    return directory.tenant;
  }

  /** A user signs in on the device page of a tenant. @throws Error for an unknown tenant or code */
  public approveDevice(tenantId: string, userCode: string, user: EntraUser): void {
    this.existing(tenantId).tokens.devices.approve(userCode, user);
  }

  /** A user declines. @throws Error for an unknown tenant or code */
  public denyDevice(tenantId: string, userCode: string): void {
    this.existing(tenantId).tokens.devices.deny(userCode);
  }

  private existing(tenantId: string): Directory {
    const directory = this.directories.get(tenantId.toLowerCase());
    if (directory === undefined) {
      throw new Error(`no tenant '${tenantId}' in the simulation`);
    }
    return directory;
  }

  private async handle(request: HttpRequest): Promise<HttpResponse> {
    const [name = "", ...rest] = request.url.pathname.slice(1).split("/");
    const path = rest.join("/");
    if (path === "discovery/instance") {
      return jsonResponse(200, instanceDiscovery(request.url.searchParams.get("authorization_endpoint")));
    }
    if (MULTI_TENANT_NAMES.has(name)) {
      return this.metadata(name, path, undefined) ?? notFound();
    }
    const directory = this.directories.get(name.toLowerCase());
    if (directory === undefined) {
      return jsonResponse(400, {
        error: "invalid_tenant",
        error_description: `AADSTS90002: Tenant '${name}' not found.`,
        error_codes: [90002],
      });
    }
    if (request.method === "POST") {
      const form = await TokenRequest.read(request);
      switch (path) {
        case "oauth2/v2.0/token":
        case "oauth2/token":
          return directory.tokens.token(form);
        case "oauth2/v2.0/devicecode":
        case "oauth2/devicecode":
          return directory.tokens.deviceCode(form);
        default:
          return notFound();
      }
    }
    return this.metadata(directory.tenant.id, path, directory.tenant) ?? notFound();
  }

  /** Discovery documents and keys; nothing for any other path. */
  private metadata(
    name: string,
    path: string,
    tenant: EntraTenant | undefined,
  ): HttpResponse | Promise<HttpResponse> | undefined {
    const counts = tenant?.metadataFetches ?? { discovery: 0, keys: 0 };
    switch (path) {
      case "v2.0/.well-known/openid-configuration":
        counts.discovery += 1;
        return jsonResponse(200, discovery(name, "v2.0", tenant?.issuerV2 ?? `${AUTHORITY}/{tenantid}/v2.0`));
      case ".well-known/openid-configuration":
        counts.discovery += 1;
        return jsonResponse(
          200,
          discovery(name, "", tenant?.issuerV1 ?? "https://sts.windows.net/{tenantid}/"),
        );
      case "discovery/v2.0/keys":
      case "discovery/keys":
        counts.keys += 1;
        return this.keys.published().then((keys) => jsonResponse(200, keys));
      default:
        return undefined;
    }
  }
}

function discovery(name: string, version: "v2.0" | "", issuer: string): object {
  const segment = version === "" ? "" : `${version}/`;
  return {
    issuer,
    authorization_endpoint: `${AUTHORITY}/${name}/oauth2/${segment}authorize`,
    token_endpoint: `${AUTHORITY}/${name}/oauth2/${segment}token`,
    device_authorization_endpoint: `${AUTHORITY}/${name}/oauth2/${segment}devicecode`,
    jwks_uri: `${AUTHORITY}/${name}/discovery/${segment}keys`,
    response_types_supported: ["code", "id_token", "code id_token"],
    subject_types_supported: ["pairwise"],
    id_token_signing_alg_values_supported: ["RS256"],
    token_endpoint_auth_methods_supported: ["client_secret_post", "private_key_jwt", "client_secret_basic"],
    tenant_region_scope: null,
    cloud_instance_name: "microsoftonline.com",
  };
}

/** What MSAL asks before it trusts an authority. */
function instanceDiscovery(endpoint: string | null): object {
  const tenant = endpoint === null ? "common" : (new URL(endpoint).pathname.split("/")[1] ?? "common");
  return {
    tenant_discovery_endpoint: `${AUTHORITY}/${tenant}/v2.0/.well-known/openid-configuration`,
    "api-version": "1.1",
    metadata: [
      {
        preferred_network: "login.microsoftonline.com",
        preferred_cache: "login.windows.net",
        aliases: LOGIN_HOSTS,
      },
    ],
  };
}

function notFound(): HttpResponse {
  return jsonResponse(404, {
    error: "not_found",
    error_description: "The simulator has no such Entra endpoint.",
  });
}
