import { accessMarkdown, accessOf } from "cdktf-azure-openai-gateway/simulator";

// The gateway is the platform team's: a double of it is assumed, of what this stack tells.
test("who may call the models of this stack", async () => {
  const report = await accessOf("cdktf.out/stacks/claims-dev", { inputs: { assumeGateways: true } });
  expect(accessMarkdown(report, "claims-dev")).toMatchSnapshot();
}, 60_000);
