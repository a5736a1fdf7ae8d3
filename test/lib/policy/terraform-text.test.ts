import { Lazy } from "cdktf";
import { csharp } from "../../../lib/policy/csharp";
import { TerraformText, terraformText } from "../../../lib/policy/terraform-text";

const token = Lazy.stringValue({ produce: () => "known to Terraform only" });

describe("terraformText", () => {
  it("is a literal like any other without a token", () => {
    expect(terraformText('a "quoted" text')).toBe('a "quoted" text');
  });

  it("keeps a token, so that Terraform fills it in", () => {
    expect(terraformText(`id-${token}`)).toEqual(new TerraformText(`id-${token}`));
  });

  it("does not change a C# string that has no token", () => {
    expect(csharp`${terraformText('a"b')}`).toEqual(csharp`${'a"b'}`);
  });
});
