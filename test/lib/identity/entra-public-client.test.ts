import { find, GUID, registration, SCOPE } from "./api-registration";

describe("EntraPublicClient", () => {
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
      scopes: [SCOPE, { ...SCOPE, value: "Models.Read" }],
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
