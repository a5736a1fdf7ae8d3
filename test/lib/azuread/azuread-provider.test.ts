import { TerraformStack, Testing } from "cdktf";
import { AzureadProvider } from "../../../lib/azuread/azuread-provider";

function synthesized(props?: ConstructorParameters<typeof AzureadProvider>[2]): unknown {
  const stack = new TerraformStack(Testing.app(), "prod");
  new AzureadProvider(stack, "azuread", props);
  return JSON.parse(Testing.synth(stack));
}

describe("AzureadProvider", () => {
  it("asks for every version that the constructs are for", () => {
    expect(synthesized()).toMatchObject({
      terraform: {
        required_providers: { azuread: { source: "hashicorp/azuread", version: ">= 3.7.0, < 4.0.0" } },
      },
    });
  });

  it("renders all arguments as azuread calls them", () => {
    const props = { alias: "own", tenantId: "t", clientId: "c", useOidc: true, useMsi: false, useCli: false };

    expect(synthesized(props)).toMatchObject({
      provider: {
        azuread: [
          { alias: "own", tenant_id: "t", client_id: "c", use_oidc: true, use_msi: false, use_cli: false },
        ],
      },
    });
  });
});
