import { Application, type ApplicationProps } from "../../../lib/azuread/application";
import type { Attributes } from "../../support/synthesized-stack";
import { rendered } from "./rendered";

const ID = "11111111-2222-4333-8444-555555555555";

function attributes(props: ApplicationProps): Attributes | undefined {
  return rendered("azuread_application", (stack) => new Application(stack, "app", props));
}

describe("Application", () => {
  it("renders its name, and nothing that was left out", () => {
    expect(attributes({ displayName: "Gateway" })).toEqual({ display_name: "Gateway" });
  });

  it("renders all arguments as azuread calls them", () => {
    expect(
      attributes({
        displayName: "Gateway",
        signInAudience: "AzureADMyOrg",
        preventDuplicateNames: true,
        fallbackPublicClientEnabled: false,
        api: {
          requestedAccessTokenVersion: 2,
          oauth2PermissionScopes: [
            {
              id: ID,
              value: "Models.Invoke",
              type: "Admin",
              displayName: "Call",
              description: "Call models",
            },
          ],
        },
        appRoles: [
          {
            id: ID,
            value: "Models.User",
            displayName: "Call",
            description: "Call models",
            allowedMemberTypes: ["User"],
          },
        ],
        optionalAccessTokenClaims: ["idtyp"],
        publicClientRedirectUris: ["http://localhost"],
        requiredResourceAccess: [{ resourceAppId: ID, resourceAccess: [{ id: ID, type: "Scope" }] }],
        owners: [ID],
        lifecycle: { ignoreChanges: ["identifier_uris"] },
      }),
    ).toEqual({
      display_name: "Gateway",
      sign_in_audience: "AzureADMyOrg",
      prevent_duplicate_names: true,
      fallback_public_client_enabled: false,
      api: {
        requested_access_token_version: 2,
        oauth2_permission_scope: [
          {
            id: ID,
            value: "Models.Invoke",
            type: "Admin",
            enabled: true,
            admin_consent_display_name: "Call",
            admin_consent_description: "Call models",
            user_consent_display_name: "Call",
            user_consent_description: "Call models",
          },
        ],
      },
      app_role: [
        {
          id: ID,
          value: "Models.User",
          enabled: true,
          display_name: "Call",
          description: "Call models",
          allowed_member_types: ["User"],
        },
      ],
      optional_claims: { access_token: [{ name: "idtyp" }] },
      public_client: { redirect_uris: ["http://localhost"] },
      required_resource_access: [{ resource_app_id: ID, resource_access: [{ id: ID, type: "Scope" }] }],
      owners: [ID],
      lifecycle: { ignore_changes: ["identifier_uris"] },
    });
  });
});
