import { problemsOf } from "../support/policy-gateway";

describe("authentication-certificate", () => {
  it.each([
    ["a thumbprint", `thumbprint="AB"`, "literal 'certificate-id' only"],
    ["a certificate that does not exist", `certificate-id="none"`, "does not exist"],
    ["two forms", `certificate-id="none" thumbprint="AB"`, "exactly one of"],
  ])("refuses %s at load", async (_, attributes, problem) => {
    const problems = await problemsOf({ inbound: `<authentication-certificate ${attributes} />` });
    expect(problems).toContainEqual(expect.stringContaining(problem));
  });
});
