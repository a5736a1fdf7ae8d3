import { CDKTF, CDKTN, inFlavour } from "../../scripts/flavour";

describe("inFlavour", () => {
  it.each([
    ['import { App } from "cdktf";', 'import { App } from "cdktn";'],
    ['const cdktf_1 = require("cdktf");', 'const cdktf_1 = require("cdktn");'],
    [
      'import { Subnet } from "@cdktf/provider-azurerm/lib/subnet";',
      'import { Subnet } from "@cdktn/provider-azurerm/lib/subnet";',
    ],
    ['type T = import("cdktf").TerraformStack;', 'type T = import("cdktn").TerraformStack;'],
    [
      'import { Auth } from "cdktf-azure-openai-gateway";',
      'import { Auth } from "cdktn-azure-openai-gateway";',
    ],
    [
      'import { csharp } from "cdktf-azure-openai-gateway/policy";',
      'import { csharp } from "cdktn-azure-openai-gateway/policy";',
    ],
  ])("changes the names of packages: %s", (before, after) => {
    expect(inFlavour(before, CDKTN)).toBe(after);
  });

  it.each(["written on cdktf", 'const folder = "cdktf.out";', 'from "@cdktf/hcl2json"'])(
    "leaves alone what names no package of the constructs: %s",
    (text) => {
      expect(inFlavour(text, CDKTN)).toBe(text);
    },
  );

  it("changes nothing for the core that this tree is written on", () => {
    const text = 'import { App } from "cdktf";';
    expect(inFlavour(text, CDKTF)).toBe(text);
  });
});
