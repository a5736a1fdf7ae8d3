import { AzureadProvider } from "@cdktf/provider-azuread/lib/provider";
import { TerraformOutput, type TerraformStack } from "cdktf";
import {
  EntraAppRegistration,
  type EntraAppRegistrationProps,
} from "../../../lib/identity/entra-app-registration";
import { FederatedSubject } from "../../../lib/identity/federated-subject";
import { Principal } from "../../../lib/identity/principal";
import { WorkloadIdentity } from "../../../lib/identity/workload-identity";
import { ValidationError } from "../../../lib/private/problems";
import { azureStack, synthesizeStack } from "../../support/azure-stack";
import type { SynthesizedResource } from "../../support/synthesized-stack";

const GUID = "11111111-2222-4333-8444-555555555555";
const scope = { value: "Models.Invoke", displayName: "Call models for the signed-in user" } as const;
const role = {
  value: "Models.User",
  displayName: "Call models",
  allowedMemberTypes: ["User", "Application"],
} as const;
const props = { displayName: "AI gateway", scopes: [scope], appRoles: [role] };

function registration(
  overrides: Partial<EntraAppRegistrationProps> = {},
): [EntraAppRegistration, TerraformStack] {
  const stack = azureStack();
  return [new EntraAppRegistration(stack, "api", { ...props, ...overrides }), stack];
}

/** Resources of the API itself, or of the client with this construct id. */
function find(stack: TerraformStack, type: string, id = "api"): SynthesizedResource | undefined {
  return synthesizeStack(stack)
    .ofType(`azuread_${type}`)
    .find(({ address }) => new RegExp(`\\.${id}(_[A-Z][A-Za-z]+)?_[0-9A-F]{8}$`).test(address));
}

describe("EntraAppRegistration", () => {
  it("issues version 2 tokens to assigned callers of one tenant", () => {
    const [, stack] = registration();
    const application = find(stack, "application");

    expect(application?.attributes).toEqual({
      display_name: "AI gateway",
      sign_in_audience: "AzureADMyOrg",
      prevent_duplicate_names: true,
      fallback_public_client_enabled: false,
      api: {
        requested_access_token_version: 2,
        oauth2_permission_scope: [
          {
            id: "5ddba6d2-784a-5760-848c-5dbac5fbd653",
            value: "Models.Invoke",
            type: "Admin",
            admin_consent_display_name: "Call models for the signed-in user",
            admin_consent_description: "Call models for the signed-in user",
            user_consent_display_name: "Call models for the signed-in user",
            user_consent_description: "Call models for the signed-in user",
            enabled: true,
          },
        ],
      },
      app_role: [
        {
          id: "00eec78e-0ee0-5fd0-a7e6-4236bbc07e5f",
          value: "Models.User",
          display_name: "Call models",
          description: "Call models",
          allowed_member_types: ["User", "Application"],
          enabled: true,
        },
      ],
      lifecycle: { ignore_changes: ["identifier_uris"] },
    });
    expect(find(stack, "service_principal")?.attributes).toEqual({
      client_id: `\${${application?.address}.client_id}`,
      app_role_assignment_required: true,
    });
    expect(find(stack, "application_identifier_uri")?.attributes).toEqual({
      application_id: `\${${application?.address}.id}`,
      identifier_uri: `api://\${${application?.address}.client_id}`,
    });
  });

  it("takes ids, descriptions, consent by users, identifier URI, owners and provider", () => {
    const stack = azureStack();
    const provider = new AzureadProvider(stack, "other", { alias: "other" });
    new EntraAppRegistration(stack, "api", {
      displayName: "AI gateway",
      scopes: [{ ...scope, id: GUID, description: "Ask questions", consent: "User" }],
      identifierUri: "https://contoso.com/ai",
      owners: [GUID],
      provider,
    });

    expect(find(stack, "application")?.attributes).toMatchObject({
      api: {
        oauth2_permission_scope: [{ id: GUID, type: "User", admin_consent_description: "Ask questions" }],
      },
      owners: [GUID],
      provider: "azuread.other",
    });
    expect(find(stack, "application_identifier_uri")?.attributes).toMatchObject({
      identifier_uri: "https://contoso.com/ai",
      provider: "azuread.other",
    });
    expect(find(stack, "service_principal")?.attributes).toMatchObject({
      owners: [GUID],
      provider: "azuread.other",
    });
  });

  it("tells what its tokens are for and what clients ask for", () => {
    const [api, stack] = registration();
    new TerraformOutput(stack, "audience", { value: api.audience });
    new TerraformOutput(stack, "scope", { value: api.scope("Models.Invoke") });
    new TerraformOutput(stack, "default-scope", { value: api.defaultScope });

    const clientId = `\${${find(stack, "application")?.address}.client_id}`;
    expect(synthesizeStack(stack).json.output).toEqual({
      audience: { value: clientId },
      scope: { value: `api://${clientId}/Models.Invoke` },
      "default-scope": { value: `api://${clientId}/.default` },
    });
  });

  it("refuses to name a scope that it does not have", () => {
    const [api] = registration();

    expect(() => api.scope("Models.Read")).toThrow(
      `[prod/api] scope must be one of the API's: Models.Invoke, got "Models.Read"`,
    );
  });

  it.each<[string, Partial<EntraAppRegistrationProps>, RegExp]>([
    ["neither scope nor role", { scopes: [], appRoles: [] }, /needs at least one scope or app role/],
    ["an empty display name", { displayName: " " }, /displayName must be/],
    ["a value with blanks", { scopes: [{ ...scope, value: "Call models" }] }, /value of a scope or app role/],
    [
      "a value with a leading dot",
      { scopes: [{ ...scope, value: ".default" }] },
      /value of a scope or app role/,
    ],
    [
      "an id that is no GUID",
      { appRoles: [{ ...role, id: "user" }] },
      /id of scope or app role 'Models.User'/,
    ],
    ["an empty description", { scopes: [{ ...scope, displayName: "" }] }, /displayName of scope or app role/],
    [
      "a value that a scope and a role share",
      { appRoles: [{ ...role, value: "Models.Invoke" }] },
      /values of scopes and app roles must be unique on an application, got "Models.Invoke"/,
    ],
    [
      "an id that a scope and a role share",
      { scopes: [{ ...scope, id: GUID }], appRoles: [{ ...role, id: GUID }] },
      /ids of scopes and app roles must be unique/,
    ],
    [
      "a role for nobody",
      { scopes: [], appRoles: [{ ...role, allowedMemberTypes: [] }] },
      /must be assignable to users, applications or both/,
    ],
    [
      "scopes that no user could get",
      { appRoles: [{ ...role, allowedMemberTypes: ["Application"] }] },
      /an API with scopes needs an app role that can be assigned to users/,
    ],
    ["an identifier URI without scheme", { identifierUri: "contoso" }, /identifierUri must be/],
    [
      "an identifier URI with a slash at its end",
      { identifierUri: "api://contoso/" },
      /identifierUri must be/,
    ],
    ["an owner by name", { owners: ["ada@contoso.com"] }, /owners must be object ids/],
  ])("refuses %s", (_case, overrides, message) => {
    expect(() => registration(overrides)).toThrow(message);
    expect(() => registration(overrides)).toThrow(ValidationError);
  });

  describe("grantAppRole", () => {
    it("lets a managed identity call the API without a secret, and is made once", () => {
      const [api, stack] = registration();
      const app = new WorkloadIdentity(stack, "app", {
        name: "id-claims",
        resourceGroupName: "rg",
        location: "westeurope",
      });
      api.grantAppRole(app, "Models.User");
      api.grantAppRole(app, "Models.User");

      const synthesized = synthesizeStack(stack);
      const [identity] = synthesized.ofType("azurerm_user_assigned_identity");
      expect(synthesized.ofType("azuread_app_role_assignment").map(({ attributes }) => attributes)).toEqual([
        {
          app_role_id: "00eec78e-0ee0-5fd0-a7e6-4236bbc07e5f",
          principal_object_id: `\${${identity?.address}.principal_id}`,
          resource_object_id: `\${${find(stack, "service_principal")?.address}.object_id}`,
        },
      ]);
    });

    it("keeps roles apart whose values differ in case only", () => {
      const [api, stack] = registration({ appRoles: [role, { ...role, value: "models.user" }] });
      const group = Principal.group(stack, "group", GUID);
      api.grantAppRole(group, "Models.User");
      api.grantAppRole(group, "models.user");

      expect(synthesizeStack(stack).ofType("azuread_app_role_assignment")).toHaveLength(2);
    });

    it("refuses a role that the API does not have", () => {
      const [api, stack] = registration();

      expect(() => api.grantAppRole(Principal.user(stack, "ada", GUID), "Models.Admin")).toThrow(
        /app role must be one of the API's: Models.User, got "Models.Admin"/,
      );
    });

    it("refuses a role of applications to a group", () => {
      const [api, stack] = registration({
        scopes: [],
        appRoles: [{ ...role, allowedMemberTypes: ["Application"] }],
      });

      expect(() => api.grantAppRole(Principal.group(stack, "group", GUID), "Models.User")).toThrow(
        /app role 'Models.User' must be assignable to member type User/,
      );
    });
  });

  describe("grantAccess", () => {
    it("assigns a principal to an API that has no roles", () => {
      const [api, stack] = registration({ appRoles: [] });
      api.grantAccess(Principal.group(stack, "group", GUID));

      expect(synthesizeStack(stack).ofType("azuread_app_role_assignment")[0]?.attributes).toMatchObject({
        app_role_id: "00000000-0000-0000-0000-000000000000",
        principal_object_id: GUID,
      });
    });

    it("is refused on an API with roles", () => {
      const [api, stack] = registration();

      expect(() => api.grantAccess(Principal.group(stack, "group", GUID))).toThrow(
        /access without a role can be granted on an API without app roles only/,
      );
    });
  });

  describe("addPublicClient", () => {
    it("registers a client for the device-code flow, without a secret and without a consent prompt", () => {
      const [api, stack] = registration();
      api.addPublicClient("notebooks", { displayName: "AI notebooks" });

      const apiAddress = find(stack, "application")?.address;
      const client = find(stack, "application", "api_notebooks");
      expect(client?.attributes).toEqual({
        display_name: "AI notebooks",
        sign_in_audience: "AzureADMyOrg",
        prevent_duplicate_names: true,
        fallback_public_client_enabled: true,
        public_client: { redirect_uris: ["http://localhost"] },
        required_resource_access: [
          {
            resource_app_id: `\${${apiAddress}.client_id}`,
            resource_access: [{ id: "5ddba6d2-784a-5760-848c-5dbac5fbd653", type: "Scope" }],
          },
        ],
      });
      expect(find(stack, "service_principal", "api_notebooks")?.attributes).toEqual({
        client_id: `\${${client?.address}.client_id}`,
      });
      expect(find(stack, "application_pre_authorized", "api_notebooks")?.attributes).toEqual({
        application_id: `\${${apiAddress}.id}`,
        authorized_client_id: `\${${client?.address}.client_id}`,
        permission_ids: ["5ddba6d2-784a-5760-848c-5dbac5fbd653"],
      });
    });

    it("takes scopes, redirect URIs and owners, the API's owners by default", () => {
      const [api, stack] = registration({
        owners: [GUID],
        scopes: [scope, { ...scope, value: "Models.Read" }],
      });
      api.addPublicClient("tool", {
        displayName: "AI tool",
        scopes: ["Models.Invoke"],
        redirectUris: ["https://ai.contoso.com/", "http://localhost:8400/auth", "msal1234://auth"],
      });

      expect(find(stack, "application", "api_tool")?.attributes).toMatchObject({
        owners: [GUID],
        public_client: {
          redirect_uris: ["https://ai.contoso.com/", "http://localhost:8400/auth", "msal1234://auth"],
        },
      });
      expect(find(stack, "application_pre_authorized", "api_tool")?.attributes.permission_ids).toEqual([
        "5ddba6d2-784a-5760-848c-5dbac5fbd653",
      ]);
    });

    it.each([
      "http://ai.contoso.com/",
      "http://localhost.contoso.com/",
      "https://*.contoso.com/",
      "https://ai.contoso.com",
      "javascript:alert(1)",
    ])("refuses redirect URI %s", (uri) => {
      const [api] = registration();

      expect(() => api.addPublicClient("tool", { displayName: "AI tool", redirectUris: [uri] })).toThrow(
        /\[prod\/api\/tool\] redirectUris must be/,
      );
    });

    it("refuses an unknown scope, and an API that has none", () => {
      const [api] = registration();
      const [scopeless] = registration({ scopes: [] });

      expect(() => api.addPublicClient("tool", { displayName: "AI tool", scopes: ["Models.Read"] })).toThrow(
        /scope must be one of the API's/,
      );
      expect(() => scopeless.addPublicClient("tool", { displayName: "AI tool" })).toThrow(
        /needs at least one scope of the API/,
      );
    });
  });

  describe("addConfidentialClient", () => {
    it("registers a workload by federated credential, with its roles assigned", () => {
      const [api, stack] = registration();
      api
        .addConfidentialClient("pipeline", { displayName: "AI evaluation", appRoles: ["Models.User"] })
        .addFederatedCredential("github-prod", {
          subject: FederatedSubject.gitHubEnvironment({
            repository: "contoso/evaluation",
            environment: "prod",
          }),
        });

      const client = find(stack, "application", "api_pipeline");
      expect(client?.attributes).toMatchObject({
        fallback_public_client_enabled: false,
        required_resource_access: [
          { resource_access: [{ id: "00eec78e-0ee0-5fd0-a7e6-4236bbc07e5f", type: "Role" }] },
        ],
      });
      const synthesized = synthesizeStack(stack);
      expect(
        synthesized
          .ofType("azuread_application_federated_identity_credential")
          .map(({ attributes }) => attributes),
      ).toEqual([
        {
          application_id: `\${${client?.address}.id}`,
          display_name: "github-prod",
          issuer: "https://token.actions.githubusercontent.com",
          subject: "repo:contoso/evaluation:environment:prod",
          audiences: ["api://AzureADTokenExchange"],
        },
      ]);
      expect(synthesized.ofType("azuread_app_role_assignment")[0]?.attributes).toMatchObject({
        app_role_id: "00eec78e-0ee0-5fd0-a7e6-4236bbc07e5f",
        principal_object_id: `\${${find(stack, "service_principal", "api_pipeline")?.address}.object_id}`,
      });
    });

    it("does not synthesize without a credential", () => {
      const [api, stack] = registration();
      api.addConfidentialClient("pipeline", { displayName: "AI evaluation" });

      expect(() => synthesizeStack(stack)).toThrow(
        /\[prod\/api\/pipeline\] a confidential client needs a federated credential/,
      );
    });

    it("refuses a role that applications cannot have", () => {
      const [api] = registration({ appRoles: [{ ...role, allowedMemberTypes: ["User"] }] });

      expect(() =>
        api.addConfidentialClient("pipeline", { displayName: "AI evaluation", appRoles: ["Models.User"] }),
      ).toThrow(
        /\[prod\/api\/pipeline\] app role 'Models.User' must be assignable to member type Application/,
      );
    });
  });

  describe("preAuthorizeClient", () => {
    it("spares users of the Azure CLI the consent prompt", () => {
      const [api, stack] = registration();
      api.preAuthorizeClient("azure-cli", { clientId: "04b07795-8ddb-461a-bbee-02f9e1bf7b46" });

      expect(
        synthesizeStack(stack).ofType("azuread_application_pre_authorized")[0]?.attributes,
      ).toMatchObject({
        authorized_client_id: "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
        permission_ids: ["5ddba6d2-784a-5760-848c-5dbac5fbd653"],
      });
    });

    it("refuses a client by name", () => {
      const [api] = registration();

      expect(() => api.preAuthorizeClient("azure-cli", { clientId: "azure-cli" })).toThrow(
        /\[prod\/api\/azure-cli\] clientId must be a GUID/,
      );
    });
  });

  it("never makes a password", () => {
    const [api, stack] = registration();
    api.addPublicClient("tool", { displayName: "AI tool" });
    const credential = {
      subject: FederatedSubject.other({ issuer: "https://issuer.example", subject: "a" }),
    };
    api
      .addConfidentialClient("pipeline", { displayName: "AI evaluation" })
      .addFederatedCredential("any", credential);

    expect(JSON.stringify(synthesizeStack(stack).json)).not.toMatch(/password|secret/i);
  });

  describe("fromEntraAppRegistrationAttributes", () => {
    const attributes = {
      clientId: GUID,
      servicePrincipalId: "22222222-2222-4333-8444-555555555555",
      appRoles: [{ ...role, id: "33333333-2222-4333-8444-555555555555" }],
    };

    it("grants its roles without any other resource", () => {
      const stack = azureStack();
      const api = EntraAppRegistration.fromEntraAppRegistrationAttributes(stack, "api", attributes);
      api.grantAppRole(Principal.group(stack, "group", GUID), "Models.User");

      expect(api.defaultScope).toBe(`api://${GUID}/.default`);
      expect(synthesizeStack(stack).resources.map((resource) => resource.attributes)).toEqual([
        {
          app_role_id: "33333333-2222-4333-8444-555555555555",
          principal_object_id: GUID,
          resource_object_id: "22222222-2222-4333-8444-555555555555",
        },
      ]);
    });

    it("refuses ids that are none", () => {
      expect(() =>
        EntraAppRegistration.fromEntraAppRegistrationAttributes(azureStack(), "api", {
          ...attributes,
          clientId: "api",
          servicePrincipalId: "api",
        }),
      ).toThrow(/clientId must be a GUID[^]*servicePrincipalId must be a GUID/);
    });
  });
});
