import { ApplicationFederatedIdentityCredential } from "../../../lib/azuread/application-federated-identity-credential";
import { rendered } from "./rendered";

describe("ApplicationFederatedIdentityCredential", () => {
  it("renders its arguments as azuread calls them", () => {
    const props = {
      applicationId: "/applications/a",
      displayName: "main",
      audiences: ["api://AzureADTokenExchange"],
      issuer: "https://issuer",
      subject: "s",
    };

    expect(
      rendered(
        "azuread_application_federated_identity_credential",
        (stack) => new ApplicationFederatedIdentityCredential(stack, "it", props),
      ),
    ).toEqual({
      application_id: "/applications/a",
      display_name: "main",
      audiences: ["api://AzureADTokenExchange"],
      issuer: "https://issuer",
      subject: "s",
    });
  });
});
