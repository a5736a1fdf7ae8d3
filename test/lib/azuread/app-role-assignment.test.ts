import { AppRoleAssignment } from "../../../lib/azuread/app-role-assignment";
import { rendered } from "./rendered";

describe("AppRoleAssignment", () => {
  it("renders its arguments as azuread calls them", () => {
    const props = { appRoleId: "r", principalObjectId: "p", resourceObjectId: "o" };

    expect(
      rendered("azuread_app_role_assignment", (stack) => new AppRoleAssignment(stack, "it", props)),
    ).toEqual({ app_role_id: "r", principal_object_id: "p", resource_object_id: "o" });
  });
});
