import type { TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { Application, ApplicationPreAuthorized, ServicePrincipal } from "../azuread";
import { terraformLiteral } from "../private";
import type { Problems } from "../validation";

const HTTPS_URL = /https:\/\/[^/\s*]+\/[^\s*]*/;
const LOOPBACK_URL = /http:\/\/(?:localhost|127\.0\.0\.1)(?:[:/][^\s*]*)?/;
const OWN_SCHEME = /(?!https?:|javascript:|data:)[a-z][\w.+-]*:[^\s*]+/;
const REDIRECT_URI = new RegExp(
  `^(?:${[HTTPS_URL, LOOPBACK_URL, OWN_SCHEME].map((it) => it.source).join("|")})$`,
  "i",
);

/** A client that cannot keep a secret: notebooks, scripts, command-line tools, desktop apps. */
export interface EntraPublicClientOptions {
  /** Name that users see when they sign in. */
  readonly displayName: string;
  /**
   * Values of the API's scopes that the client may ask for without a consent prompt. @default - all of them
   */
  readonly scopes?: readonly string[];
  /**
   * Where the browser may hand over the result of a sign-in. The device-code flow needs none.
   * @default ["http://localhost"]
   */
  readonly redirectUris?: readonly string[];
  /** Object ids of the owners. @default - the owners of the API's registration */
  readonly owners?: readonly string[];
}

/** What the registration of the API knows when it makes a client. */
export interface EntraPublicClientProps extends EntraPublicClientOptions {
  /** Id of the API's application, as azuread writes it. */
  readonly apiApplicationId: string;
  readonly apiClientId: string;
  readonly scopeIds: readonly string[];
  readonly provider?: TerraformProvider;
}

/**
 * A registered public client: it signs users in by device code or browser, and has no credential of its own.
 * Made by `EntraAppRegistration.addPublicClient`.
 *
 * Source: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code
 */
export class EntraPublicClient extends Construct {
  /** Client id: what a client asks for tokens with, and `azp` of those tokens. @returns a token */
  public readonly clientId: string;
  /** The application itself, for what this class does not offer. */
  public readonly resource: Application;

  public constructor(scope: Construct, id: string, props: EntraPublicClientProps) {
    super(scope, id);
    const { provider } = props;
    this.resource = new Application(this, "Resource", {
      displayName: terraformLiteral(props.displayName),
      signInAudience: "AzureADMyOrg",
      preventDuplicateNames: true,
      fallbackPublicClientEnabled: true,
      publicClientRedirectUris: props.redirectUris ?? ["http://localhost"],
      requiredResourceAccess: [
        {
          resourceAppId: props.apiClientId,
          resourceAccess: props.scopeIds.map((scopeId) => ({ id: scopeId, type: "Scope" })),
        },
      ],
      owners: props.owners,
      provider,
    });
    this.clientId = this.resource.clientId;
    // Who may sign in is decided once, at the API: its service principal requires an assignment.
    new ServicePrincipal(this, "ServicePrincipal", { clientId: this.clientId, provider });
    new ApplicationPreAuthorized(this, "PreAuthorization", {
      applicationId: props.apiApplicationId,
      authorizedClientId: this.clientId,
      permissionIds: props.scopeIds,
      provider,
    });
  }
}

/** @internal Adds what is wrong with where a client's sign-ins end. */
export function checkRedirectUris(problems: Problems, redirectUris: readonly string[] = []): void {
  for (const uri of redirectUris) {
    problems.checkPattern(uri, REDIRECT_URI, {
      rule: "redirectUris must be https URLs with a path, http URLs of this computer or URIs of an own scheme",
      remedy: "a token sent to any other address can be read on its way",
    });
  }
}
