import { randomUUID } from "node:crypto";
import type { Clock } from "../clock";
import type { IdentityModel } from "../model";
import { headerValue, type HttpRequest, type HttpResponse, jsonResponse } from "../network";
import type { EntraAuthority } from "./entra-authority";
import { EntraError } from "./entra-error";
import type { EntraTenant } from "./entra-tenant";

/** Address of the Azure Instance Metadata Service on every virtual machine. */
export const INSTANCE_METADATA_HOST = "169.254.169.254";

/**
 * Gives tokens of the stacks' user-assigned identities to workloads, as Azure's hosts do: the Instance Metadata
 * Service (`GET /metadata/identity/oauth2/token`, header `Metadata: true`), and App Service (`GET /msi/token`,
 * header `X-IDENTITY-HEADER` with `secret`). Whoever reaches it may have a token of every identity in the stacks.
 */
export class ManagedIdentityEndpoint {
  /** `IDENTITY_HEADER` of App Service clients; new in every run. */
  public readonly secret = randomUUID();

  private readonly identities: IdentityModel[];

  public constructor(
    identities: readonly IdentityModel[],
    private readonly authority: EntraAuthority,
    private readonly clock: Clock,
  ) {
    this.identities = [...identities];
  }

  /** Attaches an identity that no loaded stack creates to the host. */
  public addIdentity(identity: Omit<IdentityModel, "address">): void {
    this.identities.push({ address: `identity ${identity.name}`, ...identity });
  }

  public async handle(request: HttpRequest): Promise<HttpResponse> {
    switch (request.url.pathname) {
      case "/metadata/identity/oauth2/token":
        return headerValue(request.headers, "metadata") === "true" && !("x-forwarded-for" in request.headers)
          ? this.token(request.url.searchParams)
          : failure("invalid_request", "Required metadata header not specified");
      case "/msi/token":
        return headerValue(request.headers, "x-identity-header") === this.secret
          ? this.token(request.url.searchParams)
          : failure("unauthorized", "The X-IDENTITY-HEADER header is missing or wrong", 401);
      default:
        return failure("not_found", "The simulator has the token endpoint only", 404);
    }
  }

  private async token(query: URLSearchParams): Promise<HttpResponse> {
    const resource = query.get("resource");
    if (resource === null || query.get("api-version") === null) {
      return failure("invalid_request", "Parameters 'resource' and 'api-version' are required");
    }
    const wanted = this.wanted(query);
    const [identity, ...others] = this.identities.filter(wanted);
    if (identity === undefined) {
      return failure("invalid_request", "Identity not found");
    }
    if (others.length > 0) {
      return failure(
        "invalid_request",
        "Multiple user assigned identities exist, please specify the clientId / resourceId of the identity in the token request",
      );
    }
    let issued: Awaited<ReturnType<EntraTenant["managedIdentityToken"]>>;
    try {
      issued = await this.authority
        .tenant(identity.tenantId)
        .managedIdentityToken({ ...identity, resourceId: identity.id }, resource);
    } catch (error) {
      if (error instanceof EntraError) {
        return failure(error.error, error.message);
      }
      throw error;
    }
    const { token, expiresIn } = issued;
    const now = Math.floor(this.clock.now() / 1000);
    return jsonResponse(200, {
      access_token: token,
      client_id: identity.clientId,
      expires_in: String(expiresIn),
      expires_on: String(now + expiresIn),
      ext_expires_in: String(expiresIn),
      not_before: String(now),
      resource,
      token_type: "Bearer",
    });
  }

  private wanted(query: URLSearchParams): (identity: IdentityModel) => boolean {
    const clientId = query.get("client_id");
    const principalId = query.get("object_id") ?? query.get("principal_id");
    const resourceId = query.get("msi_res_id") ?? query.get("mi_res_id");
    return (identity) =>
      (clientId === null || identity.clientId === clientId) &&
      (principalId === null || identity.principalId === principalId) &&
      (resourceId === null || identity.id.toLowerCase() === resourceId.toLowerCase());
  }
}

function failure(error: string, description: string, status = 400): HttpResponse {
  return jsonResponse(status, { error, error_description: description });
}
