import { FederatedSubject } from "../../../lib/identity/federated-subject";
import { synthesizeStack } from "../../support/azure-stack";
import { find, registration, ROLE } from "./api-registration";

describe("EntraConfidentialClient", () => {
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
    const [api] = registration({ appRoles: [{ ...ROLE, allowedMemberTypes: ["User"] }] });

    expect(() =>
      api.addConfidentialClient("pipeline", { displayName: "AI evaluation", appRoles: ["Models.User"] }),
    ).toThrow(/\[prod\/api\/pipeline\] app role 'Models.User' must be assignable to member type Application/);
  });
});
