import { ApplicationPreAuthorized } from "../../../lib/azuread/application-pre-authorized";
import { rendered } from "./rendered";

describe("ApplicationPreAuthorized", () => {
  it("renders its arguments as azuread calls them", () => {
    const props = { applicationId: "/applications/a", authorizedClientId: "c", permissionIds: ["p"] };

    expect(
      rendered(
        "azuread_application_pre_authorized",
        (stack) => new ApplicationPreAuthorized(stack, "it", props),
      ),
    ).toEqual({ application_id: "/applications/a", authorized_client_id: "c", permission_ids: ["p"] });
  });
});
