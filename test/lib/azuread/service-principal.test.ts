import { ServicePrincipal } from "../../../lib/azuread/service-principal";
import { rendered } from "./rendered";

describe("ServicePrincipal", () => {
  it("renders its arguments as azuread calls them", () => {
    const props = { clientId: "c", appRoleAssignmentRequired: true, owners: ["o"] };

    expect(
      rendered("azuread_service_principal", (stack) => new ServicePrincipal(stack, "it", props)),
    ).toEqual({ client_id: "c", app_role_assignment_required: true, owners: ["o"] });
  });
});
