import { ApplicationIdentifierUri } from "../../../lib/azuread/application-identifier-uri";
import { rendered } from "./rendered";

describe("ApplicationIdentifierUri", () => {
  it("renders its arguments as azuread calls them", () => {
    const props = { applicationId: "/applications/a", identifierUri: "api://a" };

    expect(
      rendered(
        "azuread_application_identifier_uri",
        (stack) => new ApplicationIdentifierUri(stack, "it", props),
      ),
    ).toEqual({ application_id: "/applications/a", identifier_uri: "api://a" });
  });
});
