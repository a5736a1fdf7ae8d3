import { Auth } from "../../../lib/auth/auth";
import type { ICertificateAuthority } from "../../../lib/auth/certificate-authority";
import type { AiGatewayProps } from "../../../lib/gateway/ai-gateway-props";
import { ClientIdentity } from "../../../lib/gateway/client-identity";
import { GatewaySku } from "../../../lib/gateway/gateway-sku";
import { CertificateStore } from "../../../lib/key-vault/certificate-store";
import { pkcs12 } from "../../../lib/key-vault/pkcs12";
import { PrivateNetwork } from "../../../lib/network/private-network";
import type { PrivateNetworkProps } from "../../../lib/network/private-network-props";
import { Telemetry } from "../../../lib/observability/telemetry";
import { names } from "../../../lib/security-checks/h-35-names";
import { describeProblem, Problems } from "../../../lib/validation/problems";
import type { Attributes } from "../../support/synthesized-stack";
import { ENTRA_ID, GatewayStack, PLACE, REASON, TENANT, WEB_APP } from "./gateway-stack";

const ROOT: ICertificateAuthority = {
  subject: "CN=Partner Root, O=Partner",
  thumbprint: "A".repeat(40),
  isRoot: true,
  encodedCertificate: "cm9vdA==",
};
const ISSUER: ICertificateAuthority = {
  subject: "CN=Partner Issuing, O=Partner",
  thumbprint: "B".repeat(40),
  isRoot: false,
  encodedCertificate: Buffer.from(pkcs12(Buffer.from("issuer"))).toString("base64"),
};
const CERTIFICATE = Auth.clientCertificate({
  certificateAuthorities: [ISSUER, ROOT],
  issuers: [ISSUER],
  identities: [{ name: "CN=claims, O=Partner" }],
});

function network(stack: GatewayStack, props: Partial<PrivateNetworkProps> = {}): PrivateNetwork {
  return new PrivateNetwork(stack.stack, "network", {
    ...PLACE,
    name: "vnet-ai",
    addressSpace: ["10.0.0.0/22"],
    privateEndpointSubnetPrefix: "10.0.1.0/24",
    gatewaySubnetPrefix: "10.0.0.0/24",
    ...props,
  });
}

function store(stack: GatewayStack): CertificateStore {
  return new CertificateStore(stack.stack, "vault", { ...PLACE, name: "kv-ai", tenantId: TENANT });
}

function telemetry(stack: GatewayStack): Telemetry {
  return new Telemetry(stack.stack, "telemetry", {
    ...PLACE,
    workspaceName: "log-ai",
    applicationInsightsName: "appi-ai",
  });
}

function service(stack: GatewayStack): Attributes | undefined {
  return stack.attributes("azurerm_api_management")[0];
}

describe("AiGateway", () => {
  it("is private, logged and hardened", () => {
    const stack = new GatewayStack();
    stack.gateway({
      sku: GatewaySku.premium(3),
      zones: ["1", "2", "3"],
      network: network(stack),
      telemetry: telemetry(stack),
      securityOptOuts: [],
    });

    expect(service(stack)).toEqual({
      name: "apim-ai",
      location: "westeurope",
      resource_group_name: "rg-ai",
      publisher_name: "Contoso",
      publisher_email: "ai@contoso.com",
      sku_name: "Premium_3",
      zones: ["1", "2", "3"],
      identity: {
        type: "UserAssigned",
        identity_ids: [expect.stringMatching(/^\$\{azurerm_user_assigned_identity\..*\.id\}$/)],
      },
      min_api_version: "2021-08-01",
      public_network_access_enabled: true,
      virtual_network_type: "Internal",
      virtual_network_configuration: {
        subnet_id: expect.stringMatching(/^\$\{azurerm_subnet\..*\.id\}$/) as unknown,
      },
      protocols: { http2_enabled: true },
      security: {
        backend_ssl30_enabled: false,
        backend_tls10_enabled: false,
        backend_tls11_enabled: false,
        frontend_ssl30_enabled: false,
        frontend_tls10_enabled: false,
        frontend_tls11_enabled: false,
        triple_des_ciphers_enabled: false,
        tls_ecdhe_ecdsa_with_aes128_cbc_sha_ciphers_enabled: false,
        tls_ecdhe_ecdsa_with_aes256_cbc_sha_ciphers_enabled: false,
        tls_ecdhe_rsa_with_aes128_cbc_sha_ciphers_enabled: false,
        tls_ecdhe_rsa_with_aes256_cbc_sha_ciphers_enabled: false,
        tls_rsa_with_aes128_cbc_sha256_ciphers_enabled: false,
        tls_rsa_with_aes128_cbc_sha_ciphers_enabled: false,
        tls_rsa_with_aes128_gcm_sha256_ciphers_enabled: false,
        tls_rsa_with_aes256_cbc_sha256_ciphers_enabled: false,
        tls_rsa_with_aes256_cbc_sha_ciphers_enabled: false,
        tls_rsa_with_aes256_gcm_sha384_ciphers_enabled: false,
      },
      depends_on: expect.arrayContaining([
        expect.stringMatching(/^azurerm_subnet_network_security_group_association\./),
      ]) as unknown,
    });
  });

  it("that weakens a control says so in a tag", () => {
    const stack = new GatewayStack();
    stack.gateway({ tags: { team: "ai" } });

    expect(service(stack)?.tags).toEqual({
      team: "ai",
      securityException: "gateway-private-network gateway-audit-logs",
    });
  });

  it("answers in further regions, each in its own network", () => {
    const stack = new GatewayStack();
    const swe = new PrivateNetwork(stack.stack, "network-swe", {
      resourceGroupName: "rg-ai-swe",
      location: "swedencentral",
      name: "vnet-ai-swe",
      addressSpace: ["10.1.0.0/22"],
      privateEndpointSubnetPrefix: "10.1.1.0/24",
      gatewaySubnetPrefix: "10.1.0.0/24",
    });
    stack.gateway({
      sku: GatewaySku.premium(2),
      network: network(stack),
      additionalLocations: [{ location: "swedencentral", network: swe, units: 1 }],
    });

    expect(service(stack)?.additional_location).toEqual([
      {
        location: "swedencentral",
        capacity: 1,
        virtual_network_configuration: { subnet_id: expect.stringContaining("network-swe") as unknown },
      },
    ]);
    expect(stack.attributes("azurerm_private_dns_a_record").map(({ records }) => String(records))).toEqual([
      expect.stringMatching(
        /^\$\{azurerm_api_management\..*\.additional_location\[0\]\.private_ip_addresses\}$/,
      ),
      expect.stringMatching(/^\$\{azurerm_api_management\.[^.]*\.private_ip_addresses\}$/),
    ]);
  });

  it("answers in further regions of one resource group, whose networks share the zone of its name", () => {
    const stack = new GatewayStack();
    const swe = new PrivateNetwork(stack.stack, "network-swe", {
      ...PLACE,
      location: "swedencentral",
      name: "vnet-ai-swe",
      addressSpace: ["10.1.0.0/22"],
      privateEndpointSubnetPrefix: "10.1.1.0/24",
      gatewaySubnetPrefix: "10.1.0.0/24",
    });
    stack.gateway({
      sku: GatewaySku.premium(2),
      network: network(stack),
      additionalLocations: [{ location: "swedencentral", network: swe, units: 1 }],
    });

    expect(names.check(stack.synthesize())).toEqual([]);
    expect(stack.attributes("azurerm_private_dns_zone")).toHaveLength(1);
    expect(stack.attributes("azurerm_private_dns_a_record").map(({ records }) => String(records))).toEqual([
      expect.stringMatching(
        /^\$\{concat\(\w+\.\w+\.private_ip_addresses, \w+\.\w+\.additional_location\[0\]\.private_ip_addresses\)\}$/,
      ),
    ]);
  });

  it("in an internal subnet has its names in the network's DNS", () => {
    const stack = new GatewayStack();
    stack.gateway({ network: network(stack) });

    expect(stack.attributes("azurerm_private_dns_zone").map(({ name }) => name)).toEqual([
      "apim-ai.azure-api.net",
    ]);
  });

  it("outside of a network is reached through a private endpoint, and closed to public networks after that", () => {
    const stack = new GatewayStack();
    stack.gateway({
      sku: GatewaySku.standardV2(),
      network: network(stack, { gatewayPlacement: "v2-integrated" }),
      telemetry: telemetry(stack),
      securityOptOuts: [],
    });

    const endpoint = stack
      .synthesize()
      .ofType("azurerm_private_endpoint")
      .find(({ attributes }) => JSON.stringify(attributes).includes('"Gateway"'));
    const [update] = stack.attributes("azapi_update_resource");
    expect(service(stack)).toMatchObject({
      virtual_network_type: "External",
      lifecycle: { ignore_changes: ["public_network_access_enabled"] },
    });
    expect(update).toMatchObject({
      type: "Microsoft.ApiManagement/service@2024-05-01",
      body: { properties: { publicNetworkAccess: "Disabled" } },
    });
    expect(update?.depends_on).toContain(endpoint?.address);
  });

  describe("host names", () => {
    function withHostNames(
      stack: GatewayStack,
      props: Partial<AiGatewayProps> = {},
    ): ReturnType<GatewayStack["gateway"]> {
      const vault = store(stack);
      return stack.gateway({
        certificateStore: vault,
        hostNames: [
          {
            hostName: "ai.contoso.com",
            certificate: vault.addServerCertificate("tls", {
              hostNames: ["ai.contoso.com"],
              issuerName: "DigiCert",
            }),
          },
        ],
        ...props,
      });
    }

    it("have certificates that the service reads with its own identity, and follows by version", () => {
      const stack = new GatewayStack();
      withHostNames(stack);

      expect(service(stack)?.identity).toEqual({
        type: "SystemAssigned, UserAssigned",
        identity_ids: ["${azurerm_user_assigned_identity.identity_0C5EE28D.id}"],
      });
      expect(service(stack)).not.toHaveProperty("hostname_configuration");
      expect(stack.attributes("azurerm_api_management_custom_domain")).toEqual([
        {
          api_management_id: "${azurerm_api_management.gateway_B15F83BA.id}",
          gateway: [
            {
              host_name: "ai.contoso.com",
              key_vault_certificate_id: expect.stringMatching(/\.versionless_secret_id\}$/) as unknown,
              negotiate_client_certificate: false,
              default_ssl_binding: true,
            },
          ],
          depends_on: expect.arrayContaining([
            expect.stringMatching(/^azurerm_key_vault_certificate\./),
            expect.stringMatching(/^azurerm_role_assignment\..*key-vault-secrets-user/),
          ]) as unknown,
        },
      ]);
    });

    it("open the vault to trusted services, and to the service's own identity only", () => {
      const stack = new GatewayStack();
      withHostNames(stack);

      expect(stack.attributes("azurerm_key_vault")[0]?.network_acls).toMatchObject({
        bypass: "AzureServices",
      });
      const readers = stack
        .attributes("azurerm_role_assignment")
        .filter(({ scope }) => String(scope).startsWith("${azurerm_key_vault."))
        .map(({ principal_id }) => principal_id);
      expect(readers).toEqual(["${azurerm_api_management.gateway_B15F83BA.identity[0].principal_id}"]);
    });

    it("are bound once everything else is written to the service, what is added later included", () => {
      const stack = new GatewayStack();
      const gateway = withHostNames(stack);
      const api = stack.api(gateway, { auth: Auth.allOf(ENTRA_ID, Auth.subscriptionKey()) });
      gateway.addClient("web", {
        api,
        identifiedBy: [ClientIdentity.application(WEB_APP), ClientIdentity.subscriptionKey()],
      });

      const written = stack
        .synthesize()
        .resources.map(({ address }) => address)
        .filter((address) => /^(azurerm_api_management_(?!custom_domain)|azapi_resource)/.test(address));
      const [binding] = stack.attributes("azurerm_api_management_custom_domain");
      expect(binding?.depends_on).toEqual(expect.arrayContaining(written));
      expect(written.length).toBeGreaterThan(5);
    });

    it("are bound before a private endpoint changes the service", () => {
      const stack = new GatewayStack();
      withHostNames(stack, {
        sku: GatewaySku.standardV2(),
        network: network(stack, { gatewayPlacement: "v2-integrated" }),
      });

      const [endpoint] = stack.attributes("azurerm_private_endpoint");
      expect(endpoint?.depends_on).toEqual([
        expect.stringMatching(/^azurerm_api_management_custom_domain\./),
        expect.stringMatching(/^azapi_update_resource\.gateway_UnusedEntrances_/),
      ]);
    });

    it("give the gateway its URL", () => {
      expect(withHostNames(new GatewayStack()).gatewayUrl).toBe("https://ai.contoso.com");
    });

    it("ask for client certificates as soon as an API takes them, and trust its authorities", () => {
      const stack = new GatewayStack();
      const gateway = withHostNames(stack);
      stack.api(gateway, { auth: CERTIFICATE });

      expect(stack.attributes("azurerm_api_management_custom_domain")[0]).toMatchObject({
        gateway: [{ host_name: "ai.contoso.com", negotiate_client_certificate: true }],
      });
      expect(service(stack)?.certificate).toEqual([
        { encoded_certificate: ISSUER.encodedCertificate, store_name: "CertificateAuthority" },
        { encoded_certificate: "cm9vdA==", store_name: "Root" },
      ]);
    });

    it("are needed by an API that takes client certificates", () => {
      const stack = new GatewayStack();

      expect(() => stack.api(stack.gateway(), { auth: CERTIFICATE })).toThrow(
        "[prod/gateway/claims] client certificates need a host name of the gateway's own: give the gateway hostNames: its " +
          "azure-api.net name never asks for client certificates",
      );
    });
  });

  it("trusts an authority once, however many APIs name it", () => {
    const stack = new GatewayStack();
    const vault = store(stack);
    const gateway = stack.gateway({
      certificateStore: vault,
      hostNames: [{ hostName: "ai.contoso.com", certificate: vault.certificateByName("tls") }],
    });
    const account = stack.account("weu");
    stack.api(gateway, { auth: CERTIFICATE, backends: [account] });
    gateway.addOpenAiApi("fraud", { path: "fraud", auth: otherCertificate(), backends: [account] });

    expect(service(stack)?.certificate).toHaveLength(2);
  });

  it("gets updates of Azure with the channel that it was given, and with Azure's own otherwise", () => {
    const channels = (releaseChannel?: "Stable") => {
      const stack = new GatewayStack();
      stack.gateway({ releaseChannel });
      return stack
        .attributes("azapi_update_resource")
        .filter(({ body }) => JSON.stringify(body).includes("releaseChannel"));
    };

    expect(channels("Stable")).toMatchObject([
      {
        type: "Microsoft.ApiManagement/service@2024-06-01-preview",
        body: { properties: { releaseChannel: "Stable" } },
      },
    ]);
    expect(channels()).toEqual([]);
  });

  it("trusts authorities that APIs of other stacks name, and asks for their clients' certificates", () => {
    const stack = new GatewayStack();
    const vault = store(stack);
    const gateway = stack.gateway({
      certificateStore: vault,
      hostNames: [{ hostName: "ai.contoso.com", certificate: vault.certificateByName("tls") }],
    });
    gateway.trustCertificateAuthorities([ISSUER, ROOT]);

    expect(service(stack)?.certificate).toHaveLength(2);
    expect(stack.attributes("azurerm_api_management_custom_domain")[0]).toMatchObject({
      gateway: [{ negotiate_client_certificate: true }],
    });
  });

  it("trusts nobody's authorities without a host name that asks for certificates, or on a tier that cannot", () => {
    expect(() => {
      new GatewayStack().gateway({ sku: GatewaySku.standardV2(1) }).trustCertificateAuthorities([ROOT]);
    }).toThrow(
      /client certificates need a host name[\s\S]*tier StandardV2 cannot validate client certificates against authorities/,
    );
  });

  it("refuses more authorities than the service holds", () => {
    const stack = new GatewayStack();
    const vault = store(stack);
    const gateway = stack.gateway({
      certificateStore: vault,
      hostNames: [{ hostName: "ai.contoso.com", certificate: vault.certificateByName("tls") }],
    });
    const certificateAuthorities = Array.from({ length: 11 }, (_, index) => ({
      ...ROOT,
      thumbprint: index.toString(16).toUpperCase().repeat(40),
    }));

    expect(() =>
      stack.api(gateway, {
        auth: Auth.clientCertificate({
          certificateAuthorities,
          issuers: certificateAuthorities.slice(0, 1),
          identities: [{ name: "CN=claims, O=Partner" }],
        }),
      }),
    ).toThrow(
      "[prod/gateway/claims] a gateway trusts at most 10 certificates, got 11: trust fewer authorities, or use a second " +
        "gateway",
    );
  });

  it("refuses an intermediate that is not a PKCS#12 container: Azure would, once it has created the service", () => {
    const stack = new GatewayStack();
    const vault = store(stack);
    const gateway = stack.gateway({
      certificateStore: vault,
      hostNames: [{ hostName: "ai.contoso.com", certificate: vault.certificateByName("tls") }],
    });
    const bare = { ...ISSUER, encodedCertificate: "aXNzdWVy" };

    expect(() =>
      stack.api(gateway, {
        auth: Auth.clientCertificate({
          certificateAuthorities: [bare, ROOT],
          identities: [{ name: "CN=claims, O=Partner" }],
        }),
      }),
    ).toThrow(
      "[prod/gateway/claims] certificate of 'CN=Partner Issuing, O=Partner', which is not a root, must be base64 of a " +
        "PKCS#12 container: write it with 'openssl pkcs12 -export -nokeys -passout pass:', or take it from a " +
        "CertificateStore",
    );
  });

  it("forwards in one global policy, saved after every backend that it names", () => {
    const stack = new GatewayStack();
    stack.api(stack.gateway());
    const [policy] = stack.synthesize().ofType("azurerm_api_management_policy");

    expect(policy?.attributes.xml_content).toContain('backend-id="claims-oai-weu-chat"');
    expect(policy?.attributes.depends_on).toEqual([
      expect.stringMatching(/^azurerm_api_management_policy_fragment\./),
      expect.stringMatching(/^azurerm_api_management_backend\./),
    ]);
  });

  it("refuses an OpenID provider whose keys its network would not let it fetch", () => {
    const stack = new GatewayStack();
    const problems = new Problems("api");
    stack.gateway({ network: network(stack) }).checkApi(
      {
        scope: stack.stack,
        apiName: "claims",
        path: "claims/openai",
        loads: () => [],
        operationCount: 1,
        negotiatesClientCertificates: false,
        certificateAuthorities: [],
        internetIssuers: ["okta"],
      },
      problems,
    );

    expect(problems.all.map(describeProblem)).toEqual([
      'the gateway\'s network must let it fetch the signing keys of OpenID providers, got ["okta"]: ' +
        "set gatewayOutboundToInternet: true on the network",
    ]);
  });

  it("refuses more operations than its tier holds", () => {
    const stack = new GatewayStack();
    const problems = new Problems("api");
    const gateway = stack.gateway();
    gateway.checkApi(
      {
        scope: gateway,
        apiName: "claims",
        path: "claims/openai",
        loads: () => [],
        operationCount: 3_001,
        negotiatesClientCertificates: false,
        certificateAuthorities: [],
        internetIssuers: [],
      },
      problems,
    );

    expect(problems.all.map(describeProblem)).toEqual([
      "tier Developer holds at most 3000 operations, got 3001: publish fewer operation groups or URL shapes",
    ]);
  });

  it("gives policies a secret of Key Vault, which its own identity may read before", () => {
    const stack = new GatewayStack();
    stack.gateway().addNamedValue("partner-secret", { store: store(stack), secretName: "partner" });

    expect(stack.attributes("azurerm_api_management_named_value")[0]).toMatchObject({
      name: "partner-secret",
      display_name: "partner-secret",
      secret: true,
      value_from_key_vault: {
        secret_id: expect.stringMatching(
          /^\$\{azurerm_key_vault\..*\.vault_uri\}secrets\/partner$/,
        ) as unknown,
      },
      depends_on: [expect.stringMatching(/^azurerm_role_assignment\..*key-vault-secrets-user/)],
    });
    expect(service(stack)?.identity).toMatchObject({ type: "SystemAssigned, UserAssigned" });
    expect(stack.attributes("azurerm_key_vault")[0]?.network_acls).toMatchObject({ bypass: "AzureServices" });
  });

  it("is written as an application team would", () => {
    const stack = new GatewayStack();
    const gateway = stack.gateway({
      sku: GatewaySku.premium(2),
      network: network(stack),
      telemetry: telemetry(stack),
      securityOptOuts: [],
    });
    gateway.addOpenAiApi("claims", {
      path: "claims",
      auth: ENTRA_ID,
      backends: [stack.account("weu"), stack.account("swe")],
      tokensPerMinute: 30_000,
    });

    expect(() => stack.synthesize()).not.toThrow();
  });

  it.each<[string, Partial<AiGatewayProps>, string]>([
    [
      "a gateway that is reachable from the internet",
      { securityOptOuts: [{ control: "gateway-audit-logs", reason: REASON }] },
      "the gateway must be reachable from a private network only: give it a network, or the opt-out " +
        "'gateway-private-network'",
    ],
    [
      "a gateway that logs nothing",
      { securityOptOuts: [{ control: "gateway-private-network", reason: REASON }] },
      "resource logs of the gateway must go to Log Analytics: give telemetry, or the opt-out 'gateway-audit-logs'",
    ],
    [
      "a name that Azure does not take",
      { name: "1-apim" },
      "name must be 1 to 50 letters, digits or '-', starting with a letter, got \"1-apim\": shorten or change it",
    ],
    [
      "a publisher without a mail address",
      { publisherEmail: "AI team" },
      'publisherEmail must be a mail address of at most 100 characters, got "AI team": give the mailing list of the team',
    ],
    [
      "a version that is not a date",
      { minApiVersion: "latest" },
      'minApiVersion must be a date as YYYY-MM-DD, got "latest": use 2021-08-01, the oldest version that Azure still answers',
    ],
    [
      "zones on a tier that takes none",
      { zones: ["1"] },
      'tier Developer does not take zones, got ["1"]: use Premium, or leave them to Azure',
    ],
    [
      "units that do not fill the zones",
      { sku: GatewaySku.premium(2), zones: ["1", "2", "3"] },
      "units must be a multiple of the number of zones, got 2: buy 3, so that every zone gets as many",
    ],
    [
      "further regions on a tier that has one",
      { additionalLocations: [{ location: "swedencentral" }] },
      'tier Developer answers in one region only, got "swedencentral": use Premium, or one gateway in each region',
    ],
    [
      "the first region once more",
      { sku: GatewaySku.premium(1), additionalLocations: [{ location: "westeurope" }] },
      'a gateway is in a region once, got ["westeurope","westeurope"]: buy more units there instead',
    ],
    [
      "host names without their vault",
      {
        hostNames: [
          { hostName: "ai.contoso.com", certificate: { versionlessSecretId: "id", dependables: [] } },
        ],
      },
      'hostNames need certificateStore, got ["ai.contoso.com"]: give the vault of their certificates: the gateway\'s ' +
        "identity must be able to read it",
    ],
    [
      "credentials in logs",
      { loggedRequestHeaders: ["Authorization"] },
      'loggedRequestHeaders must not carry credentials, got "Authorization": remove it: the caller\'s id is in the log ' +
        "already",
    ],
    [
      "a circuit breaker that never opens",
      { circuitBreaker: { failureCount: 0 } },
      "circuitBreaker.failureCount must be a whole number from 1 to 10000, got 0: use 1 to fail over within one request",
    ],
    [
      "more calls of one caller than API Management counts",
      { concurrentCallsPerCaller: 5_000 },
      "concurrentCallsPerCaller must be a whole number from 1 to 1000, got 5000: use a number in that range, or leave it out",
    ],
  ])("refuses %s", (_, props, message) => {
    const stack = new GatewayStack();

    expect(() => stack.gateway(props)).toThrow(`[prod/gateway] ${message}`);
  });

  it("refuses a network made for another placement than its tier has", () => {
    const stack = new GatewayStack();

    expect(() => stack.gateway({ sku: GatewaySku.standardV2(), network: network(stack) })).toThrow(
      '[prod/gateway] tier StandardV2 can be placed into a network as: v2-integrated, got "internal": choose another tier, ' +
        "or make the network for one of these",
    );
  });

  it("refuses a network of another region", () => {
    const stack = new GatewayStack();

    expect(() => stack.gateway({ location: "swedencentral", network: network(stack) })).toThrow(
      '[prod/gateway] network must be in the gateway\'s region, swedencentral, got "westeurope": make a network there',
    );
  });
});

function otherCertificate(): ReturnType<typeof Auth.clientCertificate> {
  return Auth.clientCertificate({
    certificateAuthorities: [ISSUER, ROOT],
    issuers: [ISSUER],
    identities: [{ name: "CN=fraud, O=Partner" }],
  });
}

describe("killSwitch", () => {
  const policyOf = (stack: GatewayStack): string =>
    stack
      .synthesize()
      .policies.map(({ xml }) => xml)
      .join();

  it("is a named value that Terraform leaves as operators set it", () => {
    const stack = new GatewayStack();
    stack.api(stack.gateway({ killSwitch: true }));
    expect(stack.attributes("azurerm_api_management_named_value")).toEqual([
      expect.objectContaining({
        name: "ai-gateway-cut-off",
        display_name: "ai-gateway-cut-off",
        value: "-",
        lifecycle: {
          ignore_changes: ["value"],
          replace_triggered_by: ["azurerm_api_management.gateway_B15F83BA.id"],
        },
      }),
    ]);
    expect(policyOf(stack)).toContain('value="cut-off: {{ai-gateway-cut-off}}"');
  });

  it("has the prefix of a team in a gateway that several share", () => {
    const stack = new GatewayStack();
    stack.api(stack.importedGateway({ killSwitch: true }));
    expect(policyOf(stack)).toContain("{{claims-ai-gateway-cut-off}}");
  });

  it("is not there unless it is asked for", () => {
    const stack = new GatewayStack();
    stack.api(stack.gateway());
    expect(stack.attributes("azurerm_api_management_named_value")).toEqual([]);
    expect(policyOf(stack)).not.toContain("cut-off");
  });
});
