import { TerraformOutput, TerraformStack, Testing } from "cdktf";
import { ServicePrincipal } from "../../../lib/azuread/service-principal";

describe("AzureadResource", () => {
  it("does not synthesize in a stack without the provider", () => {
    const stack = new TerraformStack(Testing.app(), "prod");
    new ServicePrincipal(stack, "it", { clientId: "c" });

    expect(() => Testing.synth(stack, true)).toThrow("for the following providers: azuread");
  });

  it("is waited for by whoever reads its id", () => {
    const stack = new TerraformStack(Testing.app(), "prod");
    new TerraformOutput(stack, "id", { value: new ServicePrincipal(stack, "it", { clientId: "c" }).id });

    expect(Testing.synth(stack)).toContain('"value": "${azuread_service_principal.it.id}"');
  });
});
