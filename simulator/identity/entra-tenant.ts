import { randomBytes, randomUUID } from "node:crypto";
import { errors, type JWTPayload, jwtVerify } from "jose";
import type { Clock } from "../clock";
import type { ApplicationModel } from "../model";
import { EntraError } from "./entra-error";
import type { PolicyApi } from "./policy-issuers";
import type { SigningKeys } from "./signing-keys";
import { mintToken, type TokenProps } from "./token-mint";

/** How a client proved who it is: `azpacr` and `appidacr` of its tokens. */
export type ClientAuthentication = "public" | "secret" | "assertion";

/** A user of a tenant. */
export interface EntraUser {
  readonly objectId: string;
  /** @default - the object id */
  readonly name?: string;
  /** Values of app roles that the user holds beside those that the stacks assign. @default - none */
  readonly roles?: readonly string[];
  /** Object ids of groups that the user is in: what is assigned to them counts for the user. @default - none */
  readonly groups?: readonly string[];
  /** Further claims, such as `groups`. @default - none */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** An identity that Azure manages. */
export interface ManagedIdentity {
  readonly clientId: string;
  readonly principalId: string;
  /** ARM id, for the claim `xms_mirid`. */
  readonly resourceId?: string;
}

/** What an access token is for. */
export interface AccessTokenProps {
  readonly client: ApplicationModel;
  readonly authentication: ClientAuthentication;
  readonly resource: EntraResource;
  /** For delegated access. @default - the application itself */
  readonly user?: EntraUser;
  /** Delegated scopes. @default - none */
  readonly scopes?: readonly string[];
}

/** An API that tokens are for. */
export interface EntraResource {
  /** `aud` of version 1 tokens: the identifier that was asked for. */
  readonly requested: string;
  /** None for Azure's own services. */
  readonly application?: ApplicationModel;
}

/** Azure services that take tokens of every tenant; all of them get version 1 tokens. */
const AZURE_SERVICES = new Set([
  "https://api.loganalytics.azure.com",
  "https://api.loganalytics.io",
  "https://cognitiveservices.azure.com",
  "https://eventhubs.azure.net",
  "https://graph.microsoft.com",
  "https://management.azure.com",
  "https://management.core.windows.net",
  "https://monitor.azure.com",
  "https://servicebus.azure.net",
  "https://storage.azure.com",
  "https://vault.azure.net",
]);

const AUTHENTICATION_CLASS: Readonly<Record<ClientAuthentication, string>> = {
  public: "0",
  secret: "1",
  assertion: "2",
};

/** Lifetime of access tokens in seconds: Entra's is 60 to 90 minutes, and a day for managed identities. */
const LIFETIME_SECONDS = 3600;
const MANAGED_IDENTITY_LIFETIME_SECONDS = 86_400;

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Good tokens that a tenant remembers. */
const MAX_VERIFIED_TOKENS = 1000;

export interface EntraTenantProps {
  readonly id: string;
  readonly clock: Clock;
  readonly applications: readonly ApplicationModel[];
  /** Entra signs the tokens of all tenants with the same keys: a good signature says nothing about the tenant. */
  readonly keys: SigningKeys;
}

/** A Microsoft Entra tenant: its applications, its keys, and the tokens that its two issuers make. */
export class EntraTenant {
  public readonly id: string;
  public readonly keys: SigningKeys;
  /** How often discovery documents and keys have been read. */
  public readonly metadataFetches = { discovery: 0, keys: 0 };
  private readonly clock: Clock;
  private applications: readonly ApplicationModel[];
  /** Claims of tokens found good, by token and audiences: checking a signature again costs more than all else. */
  private readonly verified = new Map<string, { readonly claims: JWTPayload; readonly keySet: unknown }>();

  public constructor(props: EntraTenantProps) {
    this.id = props.id;
    this.keys = props.keys;
    this.clock = props.clock;
    this.applications = props.applications;
  }

  /** `iss` of version 1 tokens. */
  public get issuerV1(): string {
    return `https://sts.windows.net/${this.id}/`;
  }

  /** `iss` of version 2 tokens. */
  public get issuerV2(): string {
    return `https://login.microsoftonline.com/${this.id}/v2.0`;
  }

  /**
   * Registers an application that no loaded stack creates, in place of one with the same client id.
   * @returns the application, with ids that were not given
   */
  public addApplication(
    application: Partial<ApplicationModel> & { readonly displayName: string },
  ): ApplicationModel {
    const complete: ApplicationModel = {
      address: `application ${application.displayName}`,
      clientId: randomUUID(),
      objectId: randomUUID(),
      tenantId: this.id,
      identifierUris: [],
      accessTokenVersion: 2,
      publicClient: false,
      appRoles: [],
      scopes: [],
      secrets: [],
      federatedCredentials: [],
      servicePrincipal: { objectId: randomUUID(), appRoleAssignmentRequired: false, assignedRoles: [] },
      ...application,
    };
    this.applications = [
      ...this.applications.filter(({ clientId }) => clientId !== complete.clientId),
      complete,
    ];
    return complete;
  }

  /**
   * Registers the API behind an audience that a policy names, unless an application has it already: somebody made it
   * by hand, because no stack does. It has a service principal, takes everybody, declares nothing, and is known by
   * the audience, and by `api://<client id>` too.
   */
  public assumeApi({ audience, accessTokenVersion }: Omit<PolicyApi, "tenantId">): void {
    const clientId = audience.replace(/^api:\/\//, "").toLowerCase();
    const known = this.applications.some(
      (application) =>
        application.clientId.toLowerCase() === clientId || application.identifierUris.includes(audience),
    );
    if (!known) {
      this.addApplication({
        address: `application '${audience}' of a policy`,
        displayName: audience,
        accessTokenVersion,
        ...(GUID.test(clientId)
          ? { clientId, identifierUris: [`api://${clientId}`] }
          : { identifierUris: [audience] }),
      });
    }
  }

  /** An application by client id. */
  public application(clientId: string): ApplicationModel | undefined {
    return this.applications.find((candidate) => candidate.clientId === clientId);
  }

  /**
   * The API behind an identifier; a final slash is kept in `requested`.
   * @param identifier client id or identifier URI of an application, or the URL of an Azure service
   * @throws EntraError AADSTS500011 when no service principal of the tenant answers to it: an application alone is
   * a description, which may exist in another tenant
   */
  public requireResource(identifier: string): EntraResource {
    const trimmed = identifier.replace(/\/$/, "");
    const application = this.applications.find(
      ({ clientId, identifierUris, servicePrincipal }) =>
        servicePrincipal !== undefined && (clientId === trimmed || identifierUris.includes(trimmed)),
    );
    if (application === undefined && !AZURE_SERVICES.has(trimmed)) {
      throw new EntraError(
        "invalid_resource",
        500011,
        `The resource principal named '${identifier}' was not found in the tenant '${this.id}'.`,
      );
    }
    return { requested: identifier, application };
  }

  /**
   * Refuses applications and managed identities without an assignment where the API asks for one.
   * @param principalId object id of the service principal
   * @throws EntraError AADSTS501051
   */
  public requireAssignment(clientId: string, principalId: string | undefined, resource: EntraResource): void {
    if (!this.isAssigned([principalId], resource)) {
      throw new EntraError(
        "invalid_grant",
        501051,
        `Application '${clientId}' is not assigned to a role for the application '${resource.application?.clientId}'.`,
      );
    }
  }

  /** Refuses users without an assignment where the API asks for one. @throws EntraError AADSTS50105 */
  public requireUserAssignment(user: EntraUser, resource: EntraResource): void {
    if ((user.roles ?? []).length === 0 && !this.isAssigned(principalsOf(user), resource)) {
      throw new EntraError(
        "invalid_grant",
        50105,
        `The signed in user '${user.name ?? user.objectId}' is not assigned to a role for the application '${resource.application?.clientId}'.`,
      );
    }
  }

  /** Makes a token of any content; the issuer's standard claims are set unless the claims say otherwise. */
  public async mint(props: TokenProps & { readonly version?: 1 | 2 }): Promise<string> {
    return mintToken(this.keys, {
      ...props,
      claims:
        typeof props.claims === "string"
          ? props.claims
          : { ...this.standardClaims(props.version ?? 2, LIFETIME_SECONDS), ...props.claims },
    });
  }

  /** An access token as Entra issues it.  @returns the token and its lifetime in seconds */
  public async accessToken(
    props: AccessTokenProps,
  ): Promise<{ readonly token: string; readonly expiresIn: number }> {
    const { client, resource, user } = props;
    const version = resource.application?.accessTokenVersion ?? 1;
    const objectId = user?.objectId ?? client.servicePrincipal?.objectId ?? "";
    const roles =
      user === undefined
        ? this.assignedRoles([client.servicePrincipal?.objectId], "Application", resource)
        : [...new Set([...(user.roles ?? []), ...this.assignedRoles(principalsOf(user), "User", resource)])];
    const acr = AUTHENTICATION_CLASS[props.authentication];
    const token = await this.mint({
      version,
      claims: {
        aud: version === 2 ? resource.application?.clientId : resource.requested,
        ...(version === 2
          ? { azp: client.clientId, azpacr: acr }
          : { appid: client.clientId, appidacr: acr }),
        ...tokenType(resource, user === undefined ? "app" : "user"),
        oid: objectId,
        sub: objectId,
        ...(user === undefined
          ? {}
          : { name: user.name ?? user.objectId, scp: (props.scopes ?? []).join(" ") }),
        ...(roles.length === 0 ? {} : { roles }),
        ...user?.claims,
      },
    });
    return { token, expiresIn: LIFETIME_SECONDS };
  }

  /** An ID token for a client. */
  public idToken(client: ApplicationModel, user: EntraUser): Promise<string> {
    return this.mint({
      claims: {
        aud: client.clientId,
        name: user.name ?? user.objectId,
        oid: user.objectId,
        preferred_username: user.name ?? user.objectId,
        sub: user.objectId,
      },
    });
  }

  /**
   * A token of a managed identity, issued for a day: for an Azure service of version 1, for an application of the
   * tenant of the version that it asks for, with the app roles that the identity holds.
   * @throws EntraError when the tenant has no such resource, or the identity lacks the assignment it requires
   */
  public async managedIdentityToken(
    identity: ManagedIdentity,
    resource: string,
  ): Promise<{ readonly token: string; readonly expiresIn: number }> {
    const target = this.requireResource(resource);
    this.requireAssignment(identity.clientId, identity.principalId, target);
    const { application } = target;
    const version = application?.accessTokenVersion ?? 1;
    const roles = this.assignedRoles([identity.principalId], "Application", target);
    const acr = AUTHENTICATION_CLASS.assertion;
    const token = await mintToken(this.keys, {
      claims: {
        ...this.standardClaims(version, MANAGED_IDENTITY_LIFETIME_SECONDS),
        ...(version === 2
          ? { aud: application?.clientId, azp: identity.clientId, azpacr: acr }
          : { aud: resource, appid: identity.clientId, appidacr: acr, idp: this.issuerV1 }),
        ...tokenType(target, "app"),
        oid: identity.principalId,
        sub: identity.principalId,
        ...(roles.length === 0 ? {} : { roles }),
        ...(identity.resourceId === undefined ? {} : { xms_mirid: identity.resourceId }),
      },
    });
    return { token, expiresIn: MANAGED_IDENTITY_LIFETIME_SECONDS };
  }

  /**
   * Verifies an access token as an Azure service does: signature by a published key, issuer of this tenant,
   * audience, times by the simulation's clock.
   * @returns the claims, or why the token is refused
   */
  public async verify(
    token: string,
    audiences: readonly string[],
  ): Promise<{ readonly claims: Readonly<Record<string, unknown>> } | { readonly refused: string }> {
    const keySet = await this.keys.resolver();
    const key = `${token}\n${audiences.join(" ")}`;
    const known = this.verified.get(key);
    if (known !== undefined && known.keySet === keySet && this.isCurrent(known.claims)) {
      return { claims: known.claims };
    }
    try {
      const { payload } = await jwtVerify(token, keySet, {
        algorithms: ["RS256"],
        audience: [...audiences],
        issuer: [this.issuerV1, this.issuerV2],
        currentDate: this.clock.date(),
        requiredClaims: ["exp", "oid"],
      });
      if (this.verified.size >= MAX_VERIFIED_TOKENS) {
        this.verified.clear();
      }
      this.verified.set(key, { claims: payload, keySet });
      return { claims: payload };
    } catch (error) {
      if (error instanceof errors.JOSEError) {
        return { refused: error.message };
      }
      throw error;
    }
  }

  /**
   * The caller of an Azure service, by its token: see {@link verify}.
   * @returns object id of the principal; none for a token that is refused
   */
  public async callerOf(token: string, audiences: readonly string[]): Promise<string | undefined> {
    const result = await this.verify(token, audiences);
    const id = "claims" in result ? result.claims["oid"] : undefined;
    return typeof id === "string" ? id : undefined;
  }

  private isCurrent({ nbf, exp }: JWTPayload): boolean {
    const now = Math.floor(this.clock.now() / 1000);
    return exp !== undefined && now < exp && (nbf === undefined || now >= nbf);
  }

  private isAssigned(principalIds: readonly (string | undefined)[], { application }: EntraResource): boolean {
    const api = application?.servicePrincipal;
    return (
      api?.appRoleAssignmentRequired !== true ||
      api.assignedRoles.some(({ principalId }) => principalIds.includes(principalId))
    );
  }

  /** App roles of the resource that one of the principals holds. */
  private assignedRoles(
    principalIds: readonly (string | undefined)[],
    memberType: "Application" | "User",
    { application }: EntraResource,
  ): readonly string[] {
    const held = new Set(
      (application?.servicePrincipal?.assignedRoles ?? [])
        .filter(({ principalId }) => principalIds.includes(principalId))
        .map(({ appRoleId }) => appRoleId),
    );
    return (application?.appRoles ?? [])
      .filter(({ id, memberTypes }) => held.has(id) && memberTypes.includes(memberType))
      .map(({ value }) => value);
  }

  private standardClaims(version: 1 | 2, lifetime: number): Readonly<Record<string, unknown>> {
    const now = Math.floor(this.clock.now() / 1000);
    return {
      iss: version === 1 ? this.issuerV1 : this.issuerV2,
      tid: this.id,
      ver: `${version}.0`,
      iat: now,
      nbf: now,
      exp: now + lifetime,
      uti: randomBytes(16).toString("base64url"),
    };
  }
}

function principalsOf({ objectId, groups = [] }: EntraUser): readonly string[] {
  return [objectId, ...groups];
}

/** The claim `idtyp`, which only APIs get that ask for it, and of users' tokens only if they ask for that, too. */
function tokenType({ application }: EntraResource, value: "app" | "user"): Readonly<Record<string, string>> {
  const wanted = application?.tokenTypeClaim;
  return wanted === "allTokens" || (wanted === "applicationTokens" && value === "app")
    ? { idtyp: value }
    : {};
}
