import { CertificateAuthority } from "../../../../simulator/certificates";
import { PolicyGateway, problemsOf } from "../../support/policy-gateway";

describe("authentication-certificate", () => {
  it("presents the certificate to the backend", async () => {
    const { der, certificate } = await CertificateAuthority.createRoot({ subject: "CN=gateway" });
    const gateway = await PolicyGateway.start({
      inbound: `<authentication-certificate certificate-id="gateway" />`,
      model: {
        certificates: [{ address: "azurerm_api_management_certificate.gateway", name: "gateway", der }],
      },
    });
    await gateway.call();
    const thumbprint = Buffer.from(await certificate.getThumbprint("SHA-1"))
      .toString("hex")
      .toUpperCase();
    expect(gateway.running.sinks.traces[0]?.backendCalls).toMatchObject([{ clientCertificate: thumbprint }]);
  });

  it.each([
    ["a thumbprint", `thumbprint="AB"`, "literal 'certificate-id' only"],
    ["a certificate that does not exist", `certificate-id="none"`, "does not exist"],
    ["two forms", `certificate-id="none" thumbprint="AB"`, "exactly one of"],
  ])("refuses %s at load", async (_, attributes, problem) => {
    const problems = await problemsOf({ inbound: `<authentication-certificate ${attributes} />` });
    expect(problems).toContainEqual(expect.stringContaining(problem));
  });
});
