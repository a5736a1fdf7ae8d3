import { problemsOf } from "../support/policy-gateway";

describe("policies that are not simulated", () => {
  it.each([
    ["proxy", `<proxy url="http://proxy.example:8080" />`],
    ["json-to-xml", `<json-to-xml apply="always" />`],
    ["xml-to-json", `<xml-to-json kind="direct" apply="always" />`],
  ])("%s is refused at load, never skipped", async (_, inbound) => {
    expect(await problemsOf({ inbound })).toEqual([expect.stringContaining("is not simulated")]);
  });
});
