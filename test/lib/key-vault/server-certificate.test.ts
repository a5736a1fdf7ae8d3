import { CertificateStore, type ServerCertificateOptions } from "../../../lib/key-vault";
import { azureStack, synthesizeStack } from "../../support/azure-stack";

const OPTIONS: ServerCertificateOptions = { hostNames: ["ai.contoso.com"], issuerName: "DigiCert" };

function store(stack = azureStack()): CertificateStore {
  return new CertificateStore(stack, "certificates", {
    name: "kv-aigw-prod-7f3",
    resourceGroupName: "rg-aigw-prod",
    location: "westeurope",
    tenantId: "11111111-2222-4333-8444-555555555555",
  });
}

describe("ServerCertificate", () => {
  it("is issued in the vault with a fresh key, as PKCS#12, and renews by itself", () => {
    const stack = azureStack();
    store(stack).addServerCertificate("ai-contoso-com", OPTIONS);

    expect(synthesizeStack(stack).ofType("azurerm_key_vault_certificate")[0]?.attributes).toEqual({
      name: "ai-contoso-com",
      key_vault_id: expect.stringMatching(/^\$\{azurerm_key_vault\./) as string,
      certificate_policy: {
        issuer_parameters: { name: "DigiCert" },
        key_properties: { key_type: "RSA", key_size: 3072, exportable: true, reuse_key: false },
        secret_properties: { content_type: "application/x-pkcs12" },
        x509_certificate_properties: {
          subject: "CN=ai.contoso.com",
          subject_alternative_names: { dns_names: ["ai.contoso.com"] },
          validity_in_months: 6,
          key_usage: ["digitalSignature", "keyEncipherment"],
          extended_key_usage: ["1.3.6.1.5.5.7.3.1"],
        },
        lifetime_action: [{ action: { action_type: "AutoRenew" }, trigger: { days_before_expiry: 30 } }],
      },
    });
  });

  it("takes a name, a life and a key size of its own", () => {
    const stack = azureStack();
    store(stack).addServerCertificate("gateway", {
      hostNames: ["ai.contoso.com", "*.ai.contoso.com"],
      issuerName: "Self",
      name: "gateway-tls",
      validityInMonths: 3,
      renewBeforeExpiryDays: 14,
      keySize: 4096,
    });

    expect(synthesizeStack(stack).ofType("azurerm_key_vault_certificate")[0]?.attributes).toMatchObject({
      name: "gateway-tls",
      certificate_policy: {
        issuer_parameters: { name: "Self" },
        key_properties: { key_size: 4096 },
        x509_certificate_properties: {
          subject_alternative_names: { dns_names: ["ai.contoso.com", "*.ai.contoso.com"] },
          validity_in_months: 3,
        },
        lifetime_action: [{ trigger: { days_before_expiry: 14 } }],
      },
    });
  });

  it.each<[string, Partial<ServerCertificateOptions>, RegExp]>([
    ["no host", { hostNames: [] }, /hostNames must name at least one host/],
    [
      "upper case",
      { hostNames: ["AI.contoso.com"] },
      /hostNames must be DNS names in lower case, got "AI\.contoso/,
    ],
    ["a URL", { hostNames: ["https://ai.contoso.com"] }, /hostNames must be DNS names/],
    [
      "a common name over 64 characters",
      { hostNames: [`${"a".repeat(60)}.contoso.com`] },
      /the first of hostNames is the common name, and must have 64 characters at most/,
    ],
    ["an issuer that cannot renew", { issuerName: "Unknown" }, /issuerName must be an issuer that can renew/],
    ["a long life", { validityInMonths: 13 }, /validityInMonths must be 1 to 12, got 13/],
    ["a late renewal", { renewBeforeExpiryDays: 6 }, /renewBeforeExpiryDays must be 7 to 60, got 6/],
    [
      "a renewal before the issue",
      { validityInMonths: 1, renewBeforeExpiryDays: 30 },
      /renewBeforeExpiryDays must be less than the 28 days of validityInMonths, got 30/,
    ],
    [
      "a name that Key Vault does not take",
      { name: "ai.contoso.com" },
      /name must be 1 to 127 letters, digits or '-'/,
    ],
  ])("refuses %s", (_what, change, message) => {
    expect(() => store().addServerCertificate("ai", { ...OPTIONS, ...change })).toThrow(message);
  });
});
