import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { AnnotationMetadataEntryType, TerraformOutput, type TerraformStack } from "cdktf";
import { WorkloadIdentity } from "../../../lib/identity";
import { CertificateStore, type CertificateStoreProps } from "../../../lib/key-vault";
import { pkcs12 } from "../../../lib/key-vault/pkcs12";
import { ValidationError } from "../../../lib/validation/problems";
import { SynthesisDate } from "../../../lib/validation/synthesis-date";
import { azureStack, synthesizeStack } from "../../support/azure-stack";
import type { Attributes } from "../../support/synthesized-stack";
import { pem, TestAuthority } from "./test-authority";

const PLACE = { resourceGroupName: "rg-aigw-prod", location: "westeurope" };
const PROPS: CertificateStoreProps = {
  ...PLACE,
  name: "kv-aigw-prod-7f3",
  tenantId: "11111111-2222-4333-8444-555555555555",
};
const VAULT_ID =
  "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-hub/providers/Microsoft.KeyVault/vaults/kv-hub";
const REASON = "Throw-away stack of the integration tests";

function datedStack(date = "2026-12-01"): TerraformStack {
  const stack = azureStack();
  SynthesisDate.set(stack, new Date(date));
  return stack;
}

function only(stack: TerraformStack, type: string): Attributes {
  const resources = synthesizeStack(stack).ofType(type);
  expect(resources).toHaveLength(1);
  return resources[0]!.attributes;
}

/** What Terraform will read where `value` is used. */
function rendered(stack: TerraformStack, value: string): unknown {
  const output = new TerraformOutput(stack, "rendered", { value, sensitive: true });
  const { json } = synthesizeStack(stack);
  return (json.output as Record<string, Attributes>)[output.friendlyUniqueId]!.value;
}

describe("CertificateStore", () => {
  let root: TestAuthority;
  let issuing: TestAuthority;

  beforeAll(async () => {
    root = await TestAuthority.create({ subject: "CN=Partner Root", notAfter: "2046-01-01" });
    issuing = await TestAuthority.create({
      subject: "CN=Partner Issuing",
      issuer: root,
      notAfter: "2031-06-30",
    });
  });

  it("is a vault with RBAC, protected from deletion and closed to public networks", () => {
    const stack = azureStack();
    new CertificateStore(stack, "certificates", PROPS);

    expect(only(stack, "azurerm_key_vault")).toEqual({
      name: "kv-aigw-prod-7f3",
      resource_group_name: "rg-aigw-prod",
      location: "westeurope",
      tenant_id: "11111111-2222-4333-8444-555555555555",
      sku_name: "standard",
      rbac_authorization_enabled: true,
      purge_protection_enabled: true,
      soft_delete_retention_days: 90,
      public_network_access_enabled: false,
      network_acls: { default_action: "Deny", bypass: "None", ip_rules: [] },
      enabled_for_deployment: false,
      enabled_for_disk_encryption: false,
      enabled_for_template_deployment: false,
    });
  });

  it("takes tags, trusted services and what was opted out of", () => {
    const stack = azureStack();
    new CertificateStore(stack, "certificates", {
      ...PROPS,
      tags: { team: "platform" },
      trustedServicesBypass: true,
      allowedAddressRanges: ["203.0.113.0/24"],
      securityOptOuts: [
        { control: "vault-public-network", reason: REASON },
        { control: "vault-purge-protection", reason: REASON },
      ],
    });

    expect(only(stack, "azurerm_key_vault")).toMatchObject({
      purge_protection_enabled: false,
      soft_delete_retention_days: 7,
      public_network_access_enabled: true,
      network_acls: { default_action: "Deny", bypass: "AzureServices", ip_rules: ["203.0.113.0/24"] },
      tags: { team: "platform", securityException: "vault-public-network vault-purge-protection" },
    });
  });

  it("reports everything that is wrong with the props at once, before it creates anything", () => {
    const stack = azureStack();

    expect(
      () =>
        new CertificateStore(stack, "certificates", {
          name: "kv--x",
          tenantId: "contoso.com",
          resourceGroupName: "rg.",
          location: "West Europe",
          allowedAddressRanges: ["10.0.0.0/24"],
        }),
    ).toThrow(
      [
        "[prod/certificates] name must be 3 to 24 letters, digits or single '-', starting with a letter, got \"kv--x\": shorten or change it",
        "[prod/certificates] resourceGroupName must be 1 to 90 letters, digits or -_.() without a final '.', got \"rg.\": give the name, not the id, of the resource group",
        "[prod/certificates] location must be a region in its short form, such as 'westeurope', got \"West Europe\": write it in lower case without blanks",
        '[prod/certificates] tenantId must be a GUID, got "contoso.com": give the directory\'s id, not its domain name',
        "[prod/certificates] allowedAddressRanges needs opt-out 'vault-public-network', got [\"10.0.0.0/24\"]: use a private endpoint, or opt out with the reason",
        '[prod/certificates] allowedAddressRanges must be public IPv4 addresses, or ranges of /8 to /30, got "10.0.0.0/24": write 203.0.113.7 or 203.0.113.0/24; private networks need a private endpoint',
      ].join("\n"),
    );
    expect(stack.node.tryFindChild("certificates")?.node.children).toEqual([]);
  });

  describe("addCertificateAuthority", () => {
    it("holds every certificate of the chain as a secret that ends with it", () => {
      const stack = datedStack();
      const store = new CertificateStore(stack, "certificates", PROPS);

      const [issuer] = store.addCertificateAuthority("partner-ca", { pem: pem(issuing, root) });

      const secrets = synthesizeStack(stack).ofType("azurerm_key_vault_secret");
      const byName = new Map(secrets.map(({ attributes }) => [attributes.name, attributes]));
      expect([byName.get("partner-ca"), byName.get("partner-ca-issuer-1")]).toEqual([
        {
          name: "partner-ca",
          key_vault_id: expect.stringMatching(/^\$\{azurerm_key_vault\.certificates_\w+\.id\}$/) as string,
          value: Buffer.from(pkcs12(issuing.der)).toString("base64"),
          content_type: "application/x-pkcs12",
          expiration_date: "2031-06-30T00:00:00Z",
          tags: { thumbprint: issuer!.thumbprint },
        },
        expect.objectContaining({
          name: "partner-ca-issuer-1",
          value: Buffer.from(root.der).toString("base64"),
          content_type: "application/pkix-cert",
          expiration_date: "2046-01-01T00:00:00Z",
        }),
      ]);
    });

    it("refers to the certificates in the vault, issuing authority first", () => {
      const stack = datedStack();
      const store = new CertificateStore(stack, "certificates", PROPS);

      const references = store.addCertificateAuthority("partner-ca", { pem: pem(issuing, root) });

      expect(references.map(({ subject, isRoot, notAfter }) => ({ subject, isRoot, notAfter }))).toEqual([
        { subject: "CN=Partner Issuing", isRoot: false, notAfter: new Date("2031-06-30") },
        { subject: "CN=Partner Root", isRoot: true, notAfter: new Date("2046-01-01") },
      ]);
      expect(rendered(stack, references[0]!.encodedCertificate)).toMatch(
        /^\$\{azurerm_key_vault_secret\.certificates_partner-ca_issuing_\w+\.value\}$/,
      );
    });

    it("keeps the names when the certificate is replaced", async () => {
      const successor = await TestAuthority.create({ subject: "CN=Partner Root" });
      const addresses = [root, successor].map((authority) => {
        const stack = datedStack();
        new CertificateStore(stack, "certificates", PROPS).addCertificateAuthority("partner-ca", {
          der: authority.der,
        });
        return synthesizeStack(stack).ofType("azurerm_key_vault_secret")[0]!.address;
      });

      expect(addresses[0]).toBe(addresses[1]);
    });

    it("names every problem of every certificate by its subject", async () => {
      const expired = await TestAuthority.create({ subject: "CN=Old", notAfter: "2026-11-30" });
      const early = await TestAuthority.create({ subject: "CN=New", notBefore: "2026-12-24" });
      const store = new CertificateStore(datedStack(), "certificates", PROPS);

      expect(() => store.addCertificateAuthority("partner_ca", { pem: pem(expired, early) })).toThrow(
        [
          "[prod/certificates/partner_ca] name must be 1 to 110 letters, digits or '-', got \"partner_ca\": set name",
          "[prod/certificates/partner_ca] 'CN=Old' must be valid on 2026-12-01, got \"not after 2026-11-30T00:00:00.000Z\": replace it by the authority's current certificate",
          "[prod/certificates/partner_ca] 'CN=New' must be valid on 2026-12-01, got \"not before 2026-12-24T00:00:00.000Z\": wait until it is valid, or correct the synthesis date",
        ].join("\n"),
      );
      expect(store.node.tryFindChild("partner_ca")).toBeUndefined();
    });

    it("needs a synthesis date", () => {
      const store = new CertificateStore(azureStack(), "certificates", PROPS);

      expect(() => store.addCertificateAuthority("partner-ca", { der: root.der })).toThrow(
        /validity can only be judged against a date/,
      );
    });

    it.each([
      ["90 days before its end is silent", "2031-04-01", []],
      [
        "89 days before its end warns",
        "2031-04-02",
        [
          "certificate authority 'CN=Partner Issuing' ends on 2031-06-30, in 89 days: add its successor now, so that client certificates can be reissued before that",
        ],
      ],
    ])("%s", (_what, date, warnings) => {
      const store = new CertificateStore(datedStack(date), "certificates", PROPS);
      store.addCertificateAuthority("partner-ca", { pem: pem(issuing, root) });

      const { metadata } = store.node.findChild("partner-ca").node;
      const warned = metadata.filter(({ type }) => type === String(AnnotationMetadataEntryType.WARN));
      expect(warned.map(({ data }) => data as string)).toEqual(warnings);
    });
  });

  it("writes content only after what it is reached through, whatever was added first", () => {
    const stack = datedStack();
    const store = new CertificateStore(stack, "certificates", PROPS);
    const prerequisite = new ResourceGroup(stack, "endpoint", { name: "rg", location: "westeurope" });
    store.addCertificateAuthority("before", { der: root.der });
    store.writeContentAfter(prerequisite);
    store.addServerCertificate("after", { hostNames: ["ai.contoso.com"], issuerName: "DigiCert" });

    const synthesized = synthesizeStack(stack);
    expect(
      synthesized
        .ofType("azurerm_key_vault_secret", "azurerm_key_vault_certificate")
        .map(({ attributes }) => attributes.depends_on),
    ).toEqual([["azurerm_resource_group.endpoint"], ["azurerm_resource_group.endpoint"]]);
  });

  it("lets trusted services past the firewall once one of them reads, and keeps its other rules", () => {
    const stack = azureStack();
    const store = new CertificateStore(stack, "certificates", {
      ...PROPS,
      allowedAddressRanges: ["203.0.113.0/24"],
      securityOptOuts: [{ control: "vault-public-network", reason: REASON }],
    });
    store.grantReadSecretsPastFirewall(
      new WorkloadIdentity(stack, "gateway-identity", { ...PLACE, name: "id-gateway" }),
    );

    expect(only(stack, "azurerm_key_vault").network_acls).toEqual({
      default_action: "Deny",
      bypass: "AzureServices",
      ip_rules: ["203.0.113.0/24"],
    });
    expect(only(stack, "azurerm_role_assignment").role_definition_id).toMatch(
      /4633458b-17de-408a-b874-0445c86b69e6$/,
    );
  });

  it("grants reading of secrets, and nothing else, below the grantee", () => {
    const stack = azureStack();
    const store = new CertificateStore(stack, "certificates", PROPS);
    const identity = new WorkloadIdentity(stack, "gateway-identity", { ...PLACE, name: "id-gateway" });

    store.grantReadSecrets(identity);
    store.grantReadSecrets(identity);

    expect(only(stack, "azurerm_role_assignment")).toMatchObject({
      scope: expect.stringMatching(/^\$\{azurerm_key_vault\.certificates_\w+\.id\}$/) as string,
      role_definition_id: expect.stringMatching(/4633458b-17de-408a-b874-0445c86b69e6$/) as string,
      principal_type: "ServicePrincipal",
    });
  });

  it("names a certificate of the vault without a version, so that renewals are picked up", () => {
    const stack = azureStack();
    const store = new CertificateStore(stack, "certificates", PROPS);

    expect(rendered(stack, store.certificateByName("ai-contoso-com").versionlessSecretId)).toMatch(
      /^\$\{azurerm_key_vault\.certificates_\w+\.vault_uri\}secrets\/ai-contoso-com$/,
    );
  });

  it("refuses an id where the name of a certificate is asked for", () => {
    const store = new CertificateStore(azureStack(), "certificates", PROPS);

    expect(() => store.certificateByName("https://kv.vault.azure.net/certificates/x")).toThrow(
      /^\[prod\/certificates\] name of a certificate must be 1 to 127 letters, digits or '-'/,
    );
  });

  describe("of another team", () => {
    const attributes = { id: VAULT_ID, vaultUri: "https://kv-hub.vault.azure.net/" };

    it("creates nothing, and reads an authority by the name of its secret", () => {
      const stack = azureStack();
      const store = CertificateStore.fromCertificateStoreAttributes(stack, "hub", attributes);

      const authority = store.certificateAuthorityByName("partner-ca", {
        secretName: "partner-ca",
        subject: "CN=Partner CA, O=Partner",
        thumbprint: "aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd",
        isRoot: true,
      });

      expect(authority.thumbprint).toBe("AABBCCDDEEFF00112233445566778899AABBCCDD");
      expect(rendered(stack, authority.encodedCertificate)).toMatch(
        /^\$\{data\.azurerm_key_vault_secret\.hub_partner-ca_\w+\.value\}$/,
      );
      const { json, resources } = synthesizeStack(stack);
      expect(resources).toEqual([]);
      expect(Object.values(Object.values(json.data as object)[0] as object)).toEqual([
        { key_vault_id: VAULT_ID, name: "partner-ca" },
      ]);
    });

    it("gives a literal id for a certificate", () => {
      const store = CertificateStore.fromCertificateStoreAttributes(azureStack(), "hub", attributes);

      expect(store.certificateByName("ai").versionlessSecretId).toBe(
        "https://kv-hub.vault.azure.net/secrets/ai",
      );
    });

    it("reports a wrong id and URI at once", () => {
      expect(() =>
        CertificateStore.fromCertificateStoreAttributes(azureStack(), "hub", {
          id: "kv-hub",
          vaultUri: "https://kv-hub.vault.azure.net",
        }),
      ).toThrow(/^\[prod\/hub\] id must be the ARM id.*\n\[prod\/hub\] vaultUri must be https/);
    });

    it("reports everything that is wrong with an authority's name", () => {
      const store = CertificateStore.fromCertificateStoreAttributes(azureStack(), "hub", attributes);

      expect(() =>
        store.certificateAuthorityByName("partner", {
          secretName: "a/b",
          subject: "CN=*",
          thumbprint: "AABBCCDDEEFF00112233445566778899AABBCC",
          isRoot: true,
        }),
      ).toThrow(
        /^\[prod\/hub\/partner\] secretName must be .*\n.* thumbprint must be .*\n.* subject must be /,
      );
    });
  });

  it("reads as documentation", () => {
    const stack = datedStack();
    const auditorIdentity = new WorkloadIdentity(stack, "auditor-identity", { ...PLACE, name: "id-auditor" });

    const certificates = new CertificateStore(stack, "certificates", PROPS);
    const partner = certificates.addCertificateAuthority("partner-ca", { pem: pem(issuing, root) });
    const host = certificates.addServerCertificate("ai-contoso-com", {
      hostNames: ["ai.contoso.com"],
      issuerName: "DigiCert",
    });
    certificates.grantReadSecrets(auditorIdentity);

    expect(partner.map(({ subject }) => subject)).toEqual(["CN=Partner Issuing", "CN=Partner Root"]);
    expect(rendered(stack, host.versionlessSecretId)).toMatch(/versionless_secret_id/);
  });

  it("throws errors of one kind", () => {
    expect(() => new CertificateStore(azureStack(), "certificates", { ...PROPS, name: "-" })).toThrow(
      ValidationError,
    );
  });
});
