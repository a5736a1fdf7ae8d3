import { TerraformStack, Testing } from "cdktf";
import { Construct } from "constructs";
import { stackPath } from "../../../lib/private";

describe("stackPath", () => {
  const stack = new TerraformStack(Testing.app(), "ai-dev");
  const nested = new Construct(new Construct(new Construct(stack, "Default"), "platform"), "gateway");

  it("names constructs below the stack as Terraform's addresses do", () => {
    expect(stackPath(nested)).toEqual(["platform", "gateway"]);
  });

  it("starts with the stack if asked to", () => {
    expect(stackPath(nested, { stack: true })).toEqual(["ai-dev", "platform", "gateway"]);
  });
});
