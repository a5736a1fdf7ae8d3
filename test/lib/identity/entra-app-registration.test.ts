import { TerraformOutput } from "cdktf";
import { AzureadProvider } from "../../../lib/azuread";
import {
  EntraAppRegistration,
  type EntraAppRegistrationProps,
} from "../../../lib/identity/entra-app-registration";
import { FederatedSubject } from "../../../lib/identity/federated-subject";
import { Principal } from "../../../lib/identity/principal";
import { WorkloadIdentity } from "../../../lib/identity/workload-identity";
import { ValidationError } from "../../../lib/validation/problems";
import { azureStack, synthesizeStack } from "../../support/azure-stack";
import { find, GUID, registration, ROLE, SCOPE } from "./api-registration";

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
      optional_claims: { access_token: [{ name: "idtyp" }] },
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
      scopes: [{ ...SCOPE, id: GUID, description: "Ask questions", consent: "User" }],
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
    ["a value with blanks", { scopes: [{ ...SCOPE, value: "Call models" }] }, /value of a scope or app role/],
    [
      "a value with a leading dot",
      { scopes: [{ ...SCOPE, value: ".default" }] },
      /value of a scope or app role/,
    ],
    [
      "an id that is not a GUID",
      { appRoles: [{ ...ROLE, id: "user" }] },
      /id of scope or app role 'Models.User'/,
    ],
    ["an empty description", { scopes: [{ ...SCOPE, displayName: "" }] }, /displayName of scope or app role/],
    [
      "a value that a scope and a role share",
      { appRoles: [{ ...ROLE, value: "Models.Invoke" }] },
      /values of scopes and app roles must be unique on an application, got "Models.Invoke"/,
    ],
    [
      "an id that a scope and a role share",
      { scopes: [{ ...SCOPE, id: GUID }], appRoles: [{ ...ROLE, id: GUID }] },
      /ids of scopes and app roles must be unique/,
    ],
    [
      "a role for nobody",
      { scopes: [], appRoles: [{ ...ROLE, allowedMemberTypes: [] }] },
      /must be assignable to users, applications or both/,
    ],
    [
      "scopes that no user could get",
      { appRoles: [{ ...ROLE, allowedMemberTypes: ["Application"] }] },
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
      const [api, stack] = registration({ appRoles: [ROLE, { ...ROLE, value: "models.user" }] });
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
        appRoles: [{ ...ROLE, allowedMemberTypes: ["Application"] }],
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
      appRoles: [{ ...ROLE, id: "33333333-2222-4333-8444-555555555555" }],
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
