import type { Clock } from "../clock";
import type { GatewayModel, StackModel } from "../model";
import { type HttpRequest, type HttpResponse, jsonResponse, type Network } from "../network";
import { EntraAuthority } from "./entra-authority";
import type { EntraTenant, EntraUser } from "./entra-tenant";
import { INSTANCE_METADATA_HOST, ManagedIdentityEndpoint } from "./managed-identity-endpoint";
import { issuerOfConfiguration, OpenIdProvider, type OpenIdUser } from "./open-id-provider";
import { issuersNamedByPolicies } from "./policy-issuers";
import type { TokenProps } from "./token-mint";

export interface IdentityPlatformProps {
  readonly model: StackModel;
  readonly network: Network;
  readonly clock: Clock;
}

/** Version 1 and 2 issuers of Entra tenants, and their discovery documents. */
const ENTRA_ISSUER =
  /^https:\/\/(?:sts\.windows\.net|login\.microsoftonline\.com)\/([^/]+)(?:\/v2\.0)?\/?(?:\.well-known\/openid-configuration)?$/;

/**
 * Everybody who issues tokens in a simulation: the stacks' Entra tenants, the OpenID providers that policies
 * name, and the endpoint for managed identities; and the test's way to mint any token of theirs.
 */
export class IdentityPlatform {
  public readonly entra: EntraAuthority;
  public readonly managedIdentities: ManagedIdentityEndpoint;
  private readonly model: StackModel;
  private readonly network: Network;
  private readonly clock: Clock;
  private readonly providers = new Map<string, OpenIdProvider>();
  /** Providers by host; several may share one and differ by path. */
  private readonly byHost = new Map<string, OpenIdProvider[]>();

  public constructor(props: IdentityPlatformProps) {
    this.model = props.model;
    this.network = props.network;
    this.clock = props.clock;
    this.entra = new EntraAuthority(props.network, props.clock);
    this.managedIdentities = new ManagedIdentityEndpoint(props.model.identities, this.entra, props.clock);
    for (const id of props.model.tenantIds) {
      this.entra.tenant(
        id,
        props.model.applications.filter(({ tenantId }) => tenantId === id),
      );
    }
    // Outside the simulator, IDENTITY_ENDPOINT names the listener's loopback address.
    for (const host of [INSTANCE_METADATA_HOST, "127.0.0.1", "localhost"]) {
      props.network.register(host, (request) => this.managedIdentities.handle(request));
    }
    props.model.gateways.forEach((gateway) => this.addIssuersOf(gateway));
  }

  /** A tenant of Entra, made when it does not exist: a foreign one that tests attack from. */
  public tenant(id: string): EntraTenant {
    return this.entra.tenant(id);
  }

  /**
   * The OpenID provider with an issuer identifier, made when it does not exist. With or without a slash at the end
   * it is the same provider: both have the same discovery document (OpenID Connect Discovery 1.0, section 4).
   * @param issuer identifier, or the URL of its discovery document
   * @throws Error for an issuer of Entra: ask for its tenant
   */
  public provider(issuer: string): OpenIdProvider {
    const identifier = issuerOfConfiguration(issuer);
    const key = identifier.replace(/\/$/, "");
    const known = this.providers.get(key);
    if (known !== undefined) {
      return known;
    }
    if (ENTRA_ISSUER.test(issuer)) {
      throw new Error(`'${issuer}' is an issuer of Entra; use tenant()`);
    }
    const provider = new OpenIdProvider({ issuer: identifier, clock: this.clock });
    this.providers.set(key, provider);
    const { host } = new URL(identifier);
    const neighbours = this.byHost.get(host);
    if (neighbours === undefined) {
      this.byHost.set(host, [provider]);
      this.network.register(host, (request) => this.dispatch(host, request));
    } else {
      neighbours.push(provider);
    }
    return provider;
  }

  /**
   * Makes a token, good or bad.
   * @param props `issuer` chooses the keys and the standard claims: the identifier of a provider, or version 1 or
   * 2 of a tenant's; `claims` may say anything else, `iss` included
   */
  public mintToken(props: TokenProps & { readonly issuer: string }): Promise<string> {
    const tenantId = ENTRA_ISSUER.exec(props.issuer)?.[1];
    return tenantId === undefined
      ? this.provider(props.issuer).mint(props)
      : this.tenant(tenantId).mint({ ...props, version: props.issuer.includes("sts.windows.net") ? 1 : 2 });
  }

  /**
   * A token of an identity that is attached to a gateway, as API Management gets it.
   * @param clientId of a user-assigned identity; none for the system-assigned one
   * @throws Error when no such identity is attached, and when Entra refuses the token
   */
  public async managedIdentityToken(
    gateway: GatewayModel,
    resource: string,
    clientId: string | undefined,
  ): Promise<string> {
    const attached = gateway.identities.find((identity) =>
      clientId === undefined ? identity.kind === "SystemAssigned" : identity.clientId === clientId,
    );
    if (attached === undefined) {
      throw new Error(
        clientId === undefined
          ? `${gateway.address} has no system-assigned identity; name the client id of one that is attached`
          : `${gateway.address}: no identity with client id '${clientId}' is attached`,
      );
    }
    const identity = this.model.identities.find((candidate) => candidate.clientId === attached.clientId);
    const tenantId = identity?.tenantId ?? this.model.tenantIds[0];
    if (tenantId === undefined) {
      throw new Error(`${gateway.address}: the stacks name no tenant`);
    }
    const { token } = await this.tenant(tenantId).managedIdentityToken(
      { ...attached, resourceId: identity?.id ?? gateway.id },
      resource,
    );
    return token;
  }

  /** A user approves a device authorization of a tenant. @throws Error for an unknown tenant or code */
  public approveEntraDevice(tenantId: string, userCode: string, user: EntraUser): void {
    this.entra.approveDevice(tenantId, userCode, user);
  }

  /** A user approves a device authorization of an OpenID provider. @throws Error for an unknown code */
  public approveDevice(issuer: string, userCode: string, user: OpenIdUser): void {
    this.provider(issuer).devices.approve(userCode, user);
  }

  /** How often an issuer's metadata has been read. */
  public metadataFetches(issuer: string): { readonly discovery: number; readonly keys: number } {
    const tenantId = ENTRA_ISSUER.exec(issuer)?.[1];
    return tenantId === undefined
      ? this.provider(issuer).metadataFetches
      : { ...this.tenant(tenantId).metadataFetches };
  }

  private addIssuersOf(gateway: GatewayModel): void {
    const { openIdConfigurations, issuers, tenantIds, entraApis, resources } =
      issuersNamedByPolicies(gateway);
    for (const url of openIdConfigurations) {
      const tenantId = ENTRA_ISSUER.exec(url)?.[1];
      if (tenantId === undefined) {
        const withSlash = `${issuerOfConfiguration(url)}/`;
        this.provider(issuers.includes(withSlash) ? withSlash : url);
      } else if (!["common", "organizations", "consumers"].includes(tenantId)) {
        this.tenant(tenantId);
      }
    }
    tenantIds.forEach((id) => this.tenant(id));
    entraApis.forEach((api) => this.tenant(api.tenantId).assumeApi(api));
    const [ownTenant] = this.model.tenantIds;
    if (ownTenant !== undefined) {
      resources.forEach((audience) => this.tenant(ownTenant).assumeApi({ audience, accessTokenVersion: 1 }));
    }
  }

  private async dispatch(host: string, request: HttpRequest): Promise<HttpResponse> {
    const path = (provider: OpenIdProvider): string => new URL(provider.issuer).pathname.replace(/\/$/, "");
    const provider = (this.byHost.get(host) ?? [])
      .filter((candidate) => `${request.url.pathname}/`.startsWith(`${path(candidate)}/`))
      .sort((left, right) => path(right).length - path(left).length)[0];
    return provider === undefined ? jsonResponse(404, { error: "not_found" }) : provider.handle(request);
  }
}
