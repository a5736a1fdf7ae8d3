import { connect as connectPlain } from "node:net";
import { connect, type SecureVersion } from "node:tls";
import * as environments from "../support/reference-environments";
import { type EnvironmentName, SimulatedEnvironment, synthesized } from "../support/simulation";
import { type Attributes, block, blocks, type SynthesizedStack } from "../support/synthesized-stack";
import { ChangedEnvironment } from "./changed-environment";

const ENVIRONMENTS: readonly EnvironmentName[] = ["dev", "test", "prod"];
const OPENAI = "https://cognitiveservices.azure.com";
const VAULT = "https://vault.azure.net";

/** The only roles that identities of the stacks hold. Source: Azure built-in roles. */
const READ_AND_USE = [
  "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd", // Cognitive Services OpenAI User
  "4633458b-17de-408a-b874-0445c86b69e6", // Key Vault Secrets User
  "3913510d-42f4-4e42-8a64-420c390055eb", // Monitoring Metrics Publisher
  // Of the queue: the gateway sends and keeps results, the worker takes and pulls its image.
  "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39", // Azure Service Bus Data Sender
  "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0", // Azure Service Bus Data Receiver
  "ba92f5b4-2d11-453d-a403-e96b0029c9fe", // Storage Blob Data Contributor
  "7f951dda-4ed3-4680-a7ca-43fe172d538d", // AcrPull
  // Where budgets refuse: the gateway asks what its callers have spent.
  "73c42c96-874c-492b-b04d-ab87d138a893", // Log Analytics Reader
];

const rulesOf = (stack: SynthesizedStack, group: string): readonly Attributes[] =>
  stack
    .ofType("azurerm_network_security_group")
    .filter(({ attributes }) => String(attributes.name).startsWith(`nsg-${group}-`))
    .flatMap(({ attributes }) => blocks(attributes.security_rule))
    .filter(({ access }) => access === "Allow");

test.each(["test", "prod"] as const)(
  "T-265 only the gateway and named machines of %s reach endpoints",
  (name) => {
    const { network } = environments[name];
    expect(
      rulesOf(synthesized(name), "private-endpoints").map((rule) => [
        rule.direction,
        rule.source_address_prefixes,
      ]),
    ).toEqual([
      [
        "Inbound",
        [
          network?.gatewaySubnet,
          // The worker of a queue asks the gateway and keeps results.
          ...(network?.workerSubnet === undefined ? [] : [network.workerSubnet]),
          ...(network?.operatorRanges ?? []),
        ],
      ],
    ]);
  },
);

test("T-266 the gateway reaches the internet over HTTPS only where another provider than Entra ID issues tokens", () => {
  const reaches = (stack: SynthesizedStack): readonly unknown[] =>
    rulesOf(stack, "gateway")
      .filter(({ destination_address_prefix }) => destination_address_prefix === "Internet")
      .map(({ destination_port_range }) => destination_port_range);
  const { apis = [], clients = [] } = environments.prod;
  const entraOnly = ChangedEnvironment.of("prod", {
    apis: apis.filter(({ name }) => name === "assistant"),
    clients: clients.filter(({ api }) => api === "assistant"),
  });
  expect(reaches(synthesized("prod"))).toEqual(["80", "443"]);
  expect(reaches(entraOnly.synthesize())).toEqual(["80"]);
});

describe("around the gateway, in prod", () => {
  let environment: SimulatedEnvironment;

  beforeAll(async () => {
    environment = await SimulatedEnvironment.start("prod");
  });

  afterAll(() => environment.close());

  const url = (account: string, deployment = "chat"): string => {
    const { hostNames } = environment.account(account).model;
    return `https://${hostNames[0]}/openai/deployments/${deployment}/chat/completions?api-version=2024-10-21`;
  };
  const call = async (
    target: string,
    headers: Record<string, string>,
    origin: "virtualNetwork" | "internet" = "virtualNetwork",
    method = "POST",
  ): Promise<number> => {
    const body = method === "GET" ? undefined : Buffer.from('{"messages":[{"role":"user","content":"x"}]}');
    const request = {
      url: target,
      method,
      headers: { "content-type": "application/json", ...headers },
      body,
    };
    return (await environment.simulation.network.fetch(request, { origin })).status;
  };
  /** As the gateway gets it. */
  const gatewayToken = async (resource: string): Promise<Record<string, string>> => {
    const [gateway] = environment.simulation.model.gateways;
    if (gateway === undefined) {
      throw new Error("no gateway");
    }
    const clientId = gateway.identities.find(({ kind }) => kind === "UserAssigned")?.clientId;
    const token = await environment.simulation.identity.managedIdentityToken(gateway, resource, clientId);
    return { authorization: `Bearer ${token}` };
  };

  test("T-207 an account takes none of its own keys", async () => {
    const { keys } = environment.account("ptu").model;
    expect(keys).toHaveLength(2);
    for (const key of keys) {
      expect(await call(url("ptu"), { "api-key": key })).toBe(403);
    }
  });

  test("T-208 an account takes nothing from the internet, whoever asks", async () => {
    const headers = await gatewayToken(OPENAI);
    expect(await call(url("ptu"), headers)).toBe(200);
    expect(await call(url("ptu"), headers, "internet")).toBe(403);
  });

  test("T-210 the gateway's identity may use models: it may list no keys, deploy nothing", () => {
    for (const name of ENVIRONMENTS) {
      const roles = synthesized(name).ofType("azurerm_role_assignment");
      expect(roles.length).toBeGreaterThan(0);
      for (const { attributes } of roles) {
        expect(READ_AND_USE).toContain(String(attributes.role_definition_id).split("/").at(-1));
        expect(attributes.scope).toMatch(
          /^(?:\$\{azurerm_(?:cognitive_account|key_vault|application_insights|log_analytics_workspace|servicebus_queue|storage_container)\.|[^$]*\/Microsoft\.ContainerRegistry\/registries\/)/,
        );
      }
    }
  });

  test("T-211 of the vault, which holds what this gateway needs, the gateway reads secrets and nothing else", async () => {
    const [vault] = environment.simulation.model.vaults;
    const [gateway] = environment.simulation.model.gateways;
    if (vault === undefined || gateway === undefined) {
      throw new Error("no vault");
    }
    const token = await environment.simulation.identity.managedIdentityToken(gateway, VAULT, undefined);
    const headers = { authorization: `Bearer ${token}` };
    const read = (path: string): Promise<number> =>
      call(`${vault.uri}${path}?api-version=7.4`, headers, "virtualNetwork", "GET");
    const [certificate] = vault.certificates;
    expect(await read(`secrets/${certificate?.name}`)).toBe(200);
    expect(await read(`certificates/${certificate?.name}`)).toBe(403);
    expect(await read("certificates")).toBe(403);
    const url = `${vault.uri}secrets/${certificate?.name}?api-version=7.4`;
    expect(await call(url, await gatewayToken(OPENAI), "virtualNetwork", "GET")).toBe(401);
    expect(await call(url, await gatewayToken(VAULT), "virtualNetwork", "GET")).toBe(403);
  });

  test("T-211 the vault holds the gateway's certificate and the authorities of clients and model endpoints", () => {
    for (const name of ENVIRONMENTS) {
      const stored = synthesized(name).ofType("azurerm_key_vault_secret", "azurerm_key_vault_certificate");
      const ids = stored.map(({ address }) => address.replace(/_[0-9A-F]{8}$/, ""));
      for (const id of ids) {
        expect(id).toMatch(/\.certificates_(?:devices|corporate|gateway-tls)/);
      }
    }
  });

  test("T-212 another identity of the tenant gets nothing from an account", async () => {
    const tenant = environment.simulation.model.tenantIds[0] ?? "";
    const headersOf = (oid: string | undefined) =>
      environment.bearer({
        issuer: `https://login.microsoftonline.com/${tenant}/v2.0`,
        claims: { aud: OPENAI, tid: tenant, oid, ver: "2.0" },
      });
    expect(await call(url("ptu"), await headersOf("99999999-9999-4999-8999-999999999999"))).toBe(401);
    const [identity] = environment.simulation.model.identities;
    expect(await call(url("ptu"), await headersOf(identity?.principalId))).toBe(200);
  });

  test.each<SecureVersion>(["TLSv1", "TLSv1.1"])("T-213 %s is refused", async (version) => {
    await expect(handshake(version)).rejects.toThrow();
    expect(await handshake("TLSv1.2")).toBe("TLSv1.2");
  });

  test("T-214 plain HTTP is not answered", async () => {
    const { port } = new URL(environment.simulation.url);
    const answer = await new Promise<string>((resolve) => {
      let text = "";
      const socket = connectPlain(Number(port), "127.0.0.1", () =>
        socket.write("GET / HTTP/1.1\r\nHost: ai.contoso.com\r\nConnection: close\r\n\r\n"),
      );
      socket.on("data", (chunk) => (text += chunk.toString("latin1")));
      socket.on("error", () => undefined);
      socket.on("close", () => resolve(text));
    });
    expect(answer).not.toMatch(/^HTTP\/1\.1 [23]/);
    for (const name of ENVIRONMENTS) {
      for (const { attributes } of synthesized(name).ofType("azurerm_api_management_api")) {
        expect(attributes.protocols).toEqual(["https"]);
      }
    }
  });

  function handshake(version: SecureVersion): Promise<string | null> {
    const { port } = new URL(environment.simulation.url);
    return new Promise((resolve, reject) => {
      const socket = connect({
        host: "127.0.0.1",
        port: Number(port),
        servername: "ai.contoso.com",
        ca: environment.simulation.caPem,
        minVersion: version,
        maxVersion: version,
        ciphers: "DEFAULT@SECLEVEL=0",
      });
      socket.on("secureConnect", () => {
        resolve(socket.getProtocol());
        socket.destroy();
      });
      socket.on("error", reject);
    });
  }
});

describe.each(ENVIRONMENTS)("the platform of %s", (name) => {
  const stack = synthesized(name);
  const attributesOf = (type: string) => stack.ofType(type).map(({ attributes }) => attributes);

  test("T-207 no account takes keys", () => {
    const accounts = attributesOf("azurerm_cognitive_account");
    expect(accounts.length).toBeGreaterThan(0);
    for (const account of accounts) {
      expect(account.local_auth_enabled).toBe(false);
    }
  });

  test("T-208 no account is open to the internet", () => {
    const hasNetwork = attributesOf("azurerm_virtual_network").length > 0;
    for (const account of attributesOf("azurerm_cognitive_account")) {
      expect(account.public_network_access_enabled).toBe(!hasNetwork);
      expect(block(account.network_acls)?.default_action ?? "Deny").toBe("Deny");
    }
  });

  test("T-209 names of accounts lead to private addresses wherever there is a network", () => {
    const zones = attributesOf("azurerm_private_dns_zone").map(({ name: zone }) => zone);
    const endpoints = attributesOf("azurerm_private_endpoint").filter((endpoint) =>
      /azurerm_cognitive_account\./.test(
        String(block(endpoint.private_service_connection)?.private_connection_resource_id),
      ),
    );
    const hasNetwork = attributesOf("azurerm_virtual_network").length > 0;
    expect(endpoints).toHaveLength(hasNetwork ? attributesOf("azurerm_cognitive_account").length : 0);
    expect(zones.includes("privatelink.openai.azure.com")).toBe(hasNetwork);
    for (const endpoint of endpoints) {
      expect(block(endpoint.private_dns_zone_group)?.private_dns_zone_ids).toContainEqual(
        expect.stringContaining("privatelink-openai-azure-com"),
      );
    }
  });

  test("T-213 old protocols and ciphers are off, towards clients and towards accounts", () => {
    const security = block(attributesOf("azurerm_api_management")[0]?.security) ?? {};
    expect(Object.keys(security).filter((key) => /ssl30|tls10|tls11|triple_des/.test(key))).toHaveLength(7);
    expect(Object.values(security).every((value) => value === false)).toBe(true);
  });

  test("T-216 the portals are closed, and so is signing in with a password", () => {
    const properties = attributesOf("azapi_update_resource")
      .filter(({ type }) => !String(type).includes("/diagnostics@"))
      .map(({ body }) => block(block(body)?.properties));
    // What is not written is open: Azure's default.
    expect(properties).toEqual([
      { enableBasicAuth: false },
      expect.objectContaining({ developerPortalStatus: "Disabled", legacyPortalStatus: "Disabled" }),
    ]);
  });

  test("T-215 the management endpoint is not open", () => {
    for (const service of attributesOf("azurerm_api_management")) {
      for (const closed of ["tenant_access", "sign_in", "sign_up", "delegation"]) {
        expect(service).not.toHaveProperty(closed);
      }
      const hostNames = block(service.hostname_configuration) ?? {};
      expect(Object.keys(hostNames).filter((kind) => kind !== "proxy")).toEqual([]);
    }
  });

  test("T-217 the gateway of an environment with a network is reached from inside only", () => {
    const [service] = attributesOf("azurerm_api_management");
    const networks = attributesOf("azurerm_virtual_network");
    expect(service?.virtual_network_type).toBe(networks.length > 0 ? "Internal" : "None");
  });

  test("T-218 certificates of accounts are checked, chain and name", () => {
    const backends = attributesOf("azurerm_api_management_backend");
    expect(backends.length).toBeGreaterThan(0);
    for (const { tls } of backends) {
      expect(block(tls)).toEqual({ validate_certificate_chain: true, validate_certificate_name: true });
    }
  });

  test("T-219 accounts call no host but their own", () => {
    for (const account of attributesOf("azurerm_cognitive_account")) {
      expect(account.outbound_network_access_restricted).toBe(true);
      expect(account.fqdns).toEqual([`${String(account.custom_subdomain_name)}.openai.azure.com`]);
    }
  });
});

test("T-220 in prod, what cannot be made again is not destroyed by a plan", () => {
  const lasting = ["azurerm_api_management", "azurerm_cognitive_account", "azurerm_key_vault"];
  for (const { attributes } of synthesized("prod").ofType(...lasting)) {
    expect(block(attributes.lifecycle)).toMatchObject({ prevent_destroy: true });
  }
  const [vault] = synthesized("prod").ofType("azurerm_key_vault");
  expect(vault?.attributes.purge_protection_enabled).toBe(true);
});

test.each(["dev-state", "test-state", "prod-state"] as const)(
  "T-221 %s keeps the state where Entra ID alone decides",
  (name) => {
    const [storage, ...more] = synthesized(name).ofType("azurerm_storage_account");
    expect(more).toEqual([]);
    expect(storage?.attributes).toMatchObject({
      shared_access_key_enabled: false,
      allow_nested_items_to_be_public: false,
      local_user_enabled: false,
      min_tls_version: "TLS1_2",
    });
  },
);

test("T-276 whoever was not assigned gets no token for the API from Entra ID", () => {
  const dev = synthesized("dev");
  const apis = dev
    .ofType("azuread_application")
    .filter(({ attributes }) => block(attributes.api)?.oauth2_permission_scope !== undefined)
    .map(({ address }) => `\${${address}.client_id}`);
  expect(apis).toHaveLength(1);
  const principals = dev
    .ofType("azuread_service_principal")
    .filter(({ attributes }) => apis.includes(String(attributes.client_id)));
  expect(principals.map(({ attributes }) => attributes.app_role_assignment_required)).toEqual([true]);
});
