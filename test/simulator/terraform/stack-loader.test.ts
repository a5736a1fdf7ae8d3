import { createHash } from "node:crypto";
import { issueSelfSigned } from "../../../simulator/certificates";
import { loadStacks, type StackInputs, StackLoadError } from "../../../simulator/terraform";
import { GATEWAY_RESOURCES, OF_GATEWAY, PLACED, type StackFixture, writeStack } from "./stack-fixture";

const OPEN_AI_USER = "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd";

async function problemsOf(sections: StackFixture, inputs: StackInputs = {}): Promise<readonly string[]> {
  const failure: unknown = await loadStacks(writeStack("main", sections), inputs).catch(
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(StackLoadError);
  return (failure as StackLoadError).problems.map(({ address, message }) => `${address}: ${message}`);
}

const ACCOUNT = {
  azurerm_cognitive_account: {
    east: {
      ...PLACED,
      name: "aoai-x",
      kind: "OpenAI",
      sku_name: "S0",
      custom_subdomain_name: "aoai-X",
      local_auth_enabled: false,
    },
  },
  azurerm_cognitive_deployment: {
    chat: {
      name: "gpt-4o",
      cognitive_account_id: "${azurerm_cognitive_account.east.id}",
      model: { format: "OpenAI", name: "gpt-4o", version: "2024-08-06" },
      sku: { name: "GlobalStandard", capacity: 10 },
    },
  },
};

describe("computed attributes", () => {
  test("ids have Azure's shapes and are the same in every load", async () => {
    const directory = writeStack("main", { resource: { ...GATEWAY_RESOURCES, ...ACCOUNT } });
    const [first, second] = [await loadStacks(directory), await loadStacks(directory)];
    expect(first).toEqual(second);
    expect(first.accounts[0]?.id).toBe(
      "/subscriptions/sub-1/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/aoai-x",
    );
    expect(first.identities[0]?.clientId).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(first.identities[0]?.clientId).not.toBe(first.identities[0]?.principalId);
  });

  test("a stack's values do not change when another stack is loaded beside it", async () => {
    const main = writeStack("main", { resource: GATEWAY_RESOURCES });
    const other = writeStack("other", {
      resource: { azurerm_resource_group: { rg: { name: "r", location: "westeurope" } } },
    });
    const alone = await loadStacks(main);
    const together = await loadStacks([main, other]);
    expect(together.identities[0]?.clientId).toBe(alone.identities[0]?.clientId);
    expect(together.identities[0]?.address).toBe("main/azurerm_user_assigned_identity.gateway");
  });

  test("a provider alias places its resources in its own subscription", async () => {
    const model = await loadStacks(
      writeStack("main", {
        provider: { azurerm: [{ subscription_id: "sub-1" }, { alias: "hub", subscription_id: "sub-2" }] },
        resource: {
          azurerm_user_assigned_identity: { a: { ...PLACED, name: "a", provider: "azurerm.hub" } },
        },
      }),
    );
    expect(model.identities[0]?.id).toContain("/subscriptions/sub-2/");
  });
});

describe("accounts", () => {
  test("answer at the hosts of their subdomain, with their deployments", async () => {
    const [model] = (await loadStacks(writeStack("main", { resource: ACCOUNT }))).accounts;
    expect(model).toMatchObject({
      address: "azurerm_cognitive_account.east",
      hostNames: ["aoai-x.openai.azure.com", "aoai-x.cognitiveservices.azure.com"],
      localAuthEnabled: false,
      tenantId: "tenant-1",
      deployments: [{ name: "gpt-4o", modelName: "gpt-4o", sku: "GlobalStandard", capacity: 10 }],
      network: {
        publicAccess: true,
        defaultAction: "Allow",
        privateEndpoint: false,
        subnetRules: false,
        addressRules: [],
      },
    });
  });

  const inRegion = (location: string, sku: string): StackFixture => ({
    resource: {
      azurerm_cognitive_account: { east: { ...ACCOUNT.azurerm_cognitive_account.east, location } },
      azurerm_cognitive_deployment: {
        chat: { ...ACCOUNT.azurerm_cognitive_deployment.chat, sku: { name: sku, capacity: 1 } },
      },
    },
  });

  test.each([
    ["DataZoneStandard", "westeurope"],
    ["DataZoneStandard", "Sweden Central"],
    ["DataZoneBatch", "eastus2"],
    ["DataZoneProvisionedManaged", "westcentralus"],
    ["Standard", "australiaeast"],
    ["GlobalStandard", "uksouth"],
  ])("have a deployment of SKU %s in %s", async (sku, location) => {
    const { accounts } = await loadStacks(writeStack("main", inRegion(location, sku)));
    expect(accounts[0]?.deployments[0]?.sku).toBe(sku);
  });

  test.each(["australiaeast", "uksouth", "switzerlandnorth", "notaregion"])(
    "have no data zone in %s, as the service says",
    async (location) => {
      expect(await problemsOf(inRegion(location, "DataZoneStandard"))).toEqual([
        "azurerm_cognitive_deployment.chat: InvalidResourceProperties: The specified SKU 'DataZoneStandard' for model " +
          `'gpt-4o 2024-08-06' is not supported in this region '${location}'.`,
      ]);
    },
  );

  test("know whether a private endpoint leads to them", async () => {
    const model = await loadStacks(
      writeStack("main", {
        resource: {
          ...ACCOUNT,
          azurerm_private_endpoint: {
            pe: {
              ...PLACED,
              name: "pe",
              subnet_id: "x",
              private_service_connection: {
                name: "c",
                is_manual_connection: false,
                private_connection_resource_id: "${azurerm_cognitive_account.east.id}",
              },
            },
          },
        },
      }),
    );
    expect(model.accounts[0]?.network.privateEndpoint).toBe(true);
  });
});

describe("trusted certificates", () => {
  function trusting(store_name: string, encoded_certificate: string): StackFixture {
    const { gateway } = GATEWAY_RESOURCES.azurerm_api_management;
    return {
      resource: {
        ...GATEWAY_RESOURCES,
        azurerm_api_management: {
          gateway: { ...gateway, certificate: [{ store_name, encoded_certificate }] },
        },
      },
    };
  }

  test("are read in DER form as roots, and refused as intermediates in the words of the service", async () => {
    const { der } = await issueSelfSigned({ subject: "CN=Partner" });
    const base64 = Buffer.from(der).toString("base64");
    const { gateways } = await loadStacks(writeStack("main", trusting("Root", base64)));
    expect(gateways[0]?.trustedCertificates).toEqual([{ store: "Root", der: Buffer.from(der) }]);
    expect(await problemsOf(trusting("CertificateAuthority", base64))).toEqual([
      "azurerm_api_management.gateway: certificate[0]: Invalid parameter: The certificate's data file format " +
        "associated with Intermediates must be a Base64-encoded .pfx file",
    ]);
  });
});

describe("role assignments", () => {
  test.each([
    ["a name", { role_definition_name: "Cognitive Services OpenAI User" }],
    [
      "an ARM id",
      {
        role_definition_id: `/subscriptions/\${data.azurerm_client_config.me.subscription_id}/providers/Microsoft.Authorization/roleDefinitions/${OPEN_AI_USER.toUpperCase()}`,
      },
    ],
  ])("name a role by %s", async (_name, role) => {
    const model = await loadStacks(
      writeStack("main", {
        data: { azurerm_client_config: { me: {} } },
        resource: {
          azurerm_role_assignment: { a: { ...role, scope: "/subscriptions/s", principal_id: "p" } },
        },
      }),
    );
    expect(model.roleAssignments).toEqual([
      {
        address: "azurerm_role_assignment.a",
        scope: "/subscriptions/s",
        principalId: "p",
        roleDefinitionId: OPEN_AI_USER,
      },
    ]);
  });

  const customRole = (scope: string): StackFixture => ({
    resource: {
      azurerm_role_definition: {
        models: {
          name: "Models",
          scope: "/subscriptions/s/resourceGroups/rg",
          permissions: [
            {
              actions: ["*/read"],
              data_actions: ["Microsoft.CognitiveServices/accounts/MaaS/*"],
              not_data_actions: ["Microsoft.CognitiveServices/accounts/MaaS/images/*"],
            },
          ],
        },
      },
      azurerm_role_assignment: {
        a: {
          role_definition_id:
            "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/${azurerm_role_definition.models.role_definition_id}",
          scope,
          principal_id: "p",
        },
      },
    },
  });

  test("name a custom role of the stacks", async () => {
    const { roleAssignments } = await loadStacks(
      writeStack("main", customRole("/subscriptions/s/resourceGroups/RG/providers/X/y/z")),
    );
    expect(roleAssignments).toMatchObject([
      {
        customRole: {
          dataActions: ["Microsoft.CognitiveServices/accounts/MaaS/*"],
          notDataActions: ["Microsoft.CognitiveServices/accounts/MaaS/images/*"],
        },
      },
    ]);
  });

  test("of a custom role are refused outside its assignable scopes", async () => {
    expect(await problemsOf(customRole("/subscriptions/s/resourceGroups/rg2"))).toEqual([
      "azurerm_role_assignment.a: custom role 'Models' cannot be assigned at '/subscriptions/s/resourceGroups/rg2', " +
        "only at or below /subscriptions/s/resourceGroups/rg",
    ]);
  });

  test("of a group count for its members", async () => {
    const model = await loadStacks(
      writeStack("main", {
        resource: {
          azuread_group: { g: { display_name: "g", members: ["m1"] } },
          azurerm_role_assignment: {
            a: {
              role_definition_name: "Reader",
              scope: "/subscriptions/s",
              principal_id: "${azuread_group.g.object_id}",
            },
          },
        },
      }),
    );
    expect(model.roleAssignments.map(({ principalId }) => principalId)).toContain("m1");
  });

  test("at a management group are refused, because nothing says which subscriptions lie below it", async () => {
    const problems = await problemsOf({
      resource: {
        azurerm_role_assignment: {
          a: {
            scope: "/providers/Microsoft.Management/managementGroups/mg",
            role_definition_name: "Cognitive Services OpenAI User",
            principal_id: "p",
          },
        },
      },
    });
    expect(problems).toEqual([
      expect.stringContaining("azurerm_role_assignment.a: 'scope' is the management group 'mg'"),
    ]);
  });

  test("with a condition or an unknown role are refused", async () => {
    const base = { scope: "/subscriptions/s", principal_id: "p" };
    expect(
      await problemsOf({
        resource: {
          azurerm_role_assignment: {
            a: { ...base, role_definition_name: "Reader", condition: "x" },
            b: { ...base, role_definition_name: "Wizard" },
          },
        },
      }),
    ).toEqual([
      expect.stringContaining("azurerm_role_assignment.a: 'condition' is not supported"),
      expect.stringContaining(
        "azurerm_role_assignment.b: role 'Wizard' is neither a custom role of the loaded stacks",
      ),
    ]);
  });
});

describe("several stacks", () => {
  const hub = (): string =>
    writeStack("hub", {
      resource: { azurerm_user_assigned_identity: GATEWAY_RESOURCES.azurerm_user_assigned_identity },
      output: { "cross-id": { value: "${azurerm_user_assigned_identity.gateway.id}", sensitive: true } },
    });
  const gateway = (): string =>
    writeStack("gateway", {
      data: {
        terraform_remote_state: {
          "reference-hub": { backend: "local", config: { path: "/state/hub.tfstate" } },
        },
      },
      resource: {
        azurerm_api_management: {
          gateway: {
            ...GATEWAY_RESOURCES.azurerm_api_management.gateway,
            identity: {
              type: "UserAssigned",
              identity_ids: ["${data.terraform_remote_state.reference-hub.outputs.cross-id}"],
            },
          },
        },
      },
    });

  test("are joined through remote state", async () => {
    const model = await loadStacks([hub(), gateway()]);
    expect(model.gateways[0]?.identities).toEqual([
      {
        kind: "UserAssigned",
        clientId: model.identities[0]?.clientId,
        principalId: model.identities[0]?.principalId,
      },
    ]);
  });

  test("must all be loaded", async () => {
    await expect(loadStacks(gateway())).rejects.toThrow(
      "no loaded stack keeps its state there; no other stack is loaded",
    );
  });

  test("of which none keeps its state where it is read are named with where they do", async () => {
    await expect(loadStacks([gateway(), writeStack("other", {})])).rejects.toThrow(
      /; '[^']+' keeps it at local path "/,
    );
  });
});

describe("API Management", () => {
  test("a service has its default host name beside the custom ones", async () => {
    const service = {
      ...GATEWAY_RESOURCES.azurerm_api_management.gateway,
      hostname_configuration: {
        proxy: [{ host_name: "AI.contoso.com", negotiate_client_certificate: true, certificate: "x" }],
      },
    };
    const model = await loadStacks(
      writeStack("main", {
        resource: { ...GATEWAY_RESOURCES, azurerm_api_management: { gateway: service } },
      }),
    );
    expect(model.gateways[0]).toMatchObject({
      tier: "Developer",
      hostNames: [
        { hostName: "apim-x.azure-api.net", negotiateClientCertificate: false, isDefault: true },
        { hostName: "ai.contoso.com", negotiateClientCertificate: true, isDefault: false },
      ],
    });
  });

  test("a service has host names that are bound to it afterwards, with certificates that its own identity reads", async () => {
    const vault = {
      name: "kv-x",
      tenant_id: "11111111-1111-4111-8111-111111111111",
      location: "westeurope",
      resource_group_name: "rg-x",
      sku_name: "standard",
      rbac_authorization_enabled: true,
    };
    const binding = {
      api_management_id: "${azurerm_api_management.gateway.id}",
      gateway: {
        host_name: "AI.contoso.com",
        negotiate_client_certificate: true,
        key_vault_certificate_id: "${azurerm_key_vault.vault.vault_uri}secrets/tls",
      },
    };
    const role = {
      scope: "${azurerm_key_vault.vault.id}",
      role_definition_name: "Key Vault Secrets User",
      principal_id: "${azurerm_api_management.gateway.identity[0].principal_id}",
    };
    const resource = {
      ...GATEWAY_RESOURCES,
      azurerm_api_management: {
        gateway: {
          ...GATEWAY_RESOURCES.azurerm_api_management.gateway,
          identity: { type: "SystemAssigned", identity_ids: [] },
        },
      },
      azurerm_key_vault: { vault },
      azurerm_key_vault_secret: {
        tls: { key_vault_id: "${azurerm_key_vault.vault.id}", name: "tls", value: "x" },
      },
      azurerm_api_management_custom_domain: { binding },
    };
    const granted = await loadStacks(
      writeStack("granted", { resource: { ...resource, azurerm_role_assignment: { reader: role } } }),
    );
    expect(granted.gateways[0]?.hostNames).toEqual([
      { hostName: "apim-x.azure-api.net", negotiateClientCertificate: false, isDefault: true },
      { hostName: "ai.contoso.com", negotiateClientCertificate: true, isDefault: false },
    ]);
    await expect(loadStacks(writeStack("refused", { resource }))).rejects.toThrow(
      /azurerm_api_management_custom_domain\.binding.*Key Vault Secrets User/s,
    );
  });

  test.each([
    ["Developer_1", 1],
    ["Premium_2", 1],
    ["StandardV2_1", 0],
    ["BasicV2_1", 0],
    ["PremiumV2_1", 0],
    ["Consumption_0", 0],
  ])("of SKU %s has %i public addresses of its own", async (sku_name, count) => {
    const gateway = { ...GATEWAY_RESOURCES.azurerm_api_management.gateway, sku_name };
    const { gateways } = await loadStacks(
      writeStack("main", { resource: { ...GATEWAY_RESOURCES, azurerm_api_management: { gateway } } }),
    );
    expect(gateways[0]?.publicIpAddresses).toHaveLength(count);
  });

  test("without a public address of its own is told by none", async () => {
    const gateway = { ...GATEWAY_RESOURCES.azurerm_api_management.gateway, sku_name: "BasicV2_1" };
    const { east } = ACCOUNT.azurerm_cognitive_account;
    const network_acls = {
      default_action: "Deny",
      ip_rules: ["${element(azurerm_api_management.gateway.public_ip_addresses, 0)}"],
    };
    expect(
      await problemsOf({
        resource: {
          ...GATEWAY_RESOURCES,
          azurerm_api_management: { gateway },
          azurerm_cognitive_account: { east: { ...east, network_acls } },
        },
      }),
    ).toEqual([expect.stringMatching(/^azurerm_cognitive_account\.east: .*the list is empty/)]);
  });

  test.each<[string, object, string]>([
    ["service-wide outside Consumption", { client_certificate_enabled: true }, "is for tier Consumption"],
    [
      "at a host name of a v2 tier",
      {
        sku_name: "StandardV2_1",
        hostname_configuration: {
          proxy: { host_name: "ai.example", negotiate_client_certificate: true },
        },
      },
      "does nothing on a v2 tier",
    ],
  ])("client certificates asked for %s are refused: Azure asks for none", async (_name, service, message) => {
    const gateway = { ...GATEWAY_RESOURCES.azurerm_api_management.gateway, ...service };
    expect(
      await problemsOf({ resource: { ...GATEWAY_RESOURCES, azurerm_api_management: { gateway } } }),
    ).toEqual([expect.stringContaining(message)]);
  });

  test("client certificates of Consumption are asked for at every host name", async () => {
    const gateway = {
      ...GATEWAY_RESOURCES.azurerm_api_management.gateway,
      sku_name: "Consumption_0",
      client_certificate_enabled: true,
    };
    const { gateways } = await loadStacks(
      writeStack("main", { resource: { ...GATEWAY_RESOURCES, azurerm_api_management: { gateway } } }),
    );
    expect(gateways[0]?.hostNames).toMatchObject([{ negotiateClientCertificate: true }]);
  });

  test("APIs carry operations, policies and the names of their keys", async () => {
    const api = { ...OF_GATEWAY, api_name: "${azurerm_api_management_api.openai.name}" };
    const model = await loadStacks(
      writeStack("main", {
        resource: {
          ...GATEWAY_RESOURCES,
          azurerm_api_management_api: {
            openai: {
              ...OF_GATEWAY,
              name: "openai",
              revision: "1",
              display_name: "OpenAI",
              path: "openai",
              protocols: ["https"],
              subscription_key_parameter_names: { header: "api-key", query: "key" },
            },
          },
          azurerm_api_management_api_operation: {
            chat: {
              ...api,
              operation_id: "chat",
              display_name: "Chat",
              method: "post",
              url_template: "/chat",
            },
          },
          azurerm_api_management_api_operation_policy: {
            chat: { ...api, operation_id: "chat", xml_content: "<policies>$${x}</policies>" },
          },
          azurerm_api_management_api_policy: { api: { ...api, xml_content: "<policies/>" } },
          azurerm_api_management_policy: {
            all: { api_management_id: "${azurerm_api_management.gateway.id}", xml_content: "<policies/>" },
          },
          azurerm_api_management_policy_fragment: {
            f: { api_management_id: "${azurerm_api_management.gateway.id}", name: "f", value: "<fragment/>" },
          },
          azurerm_api_management_subscription: {
            s: {
              ...OF_GATEWAY,
              display_name: "s",
              api_id: "${azurerm_api_management.gateway.id}/apis/${azurerm_api_management_api.openai.name}",
              state: "active",
            },
          },
        },
      }),
    );
    const [gateway] = model.gateways;
    expect(gateway?.policy).toEqual({ address: "azurerm_api_management_policy.all", xml: "<policies/>" });
    expect(gateway?.fragments).toMatchObject([{ name: "f", format: "xml" }]);
    expect(gateway?.subscriptions).toMatchObject([
      { state: "active", scope: { kind: "api", api: "openai" } },
    ]);
    expect(gateway?.apis).toMatchObject([
      {
        name: "openai",
        path: "openai",
        subscriptionRequired: true,
        subscriptionKeyParameterNames: { header: "api-key", query: "key" },
        operations: [{ operationId: "chat", method: "POST", policy: { xml: "<policies>${x}</policies>" } }],
        policy: { xml: "<policies/>" },
      },
    ]);
  });

  test("an imported description makes operations", async () => {
    const description = {
      servers: [{ url: "https://x.openai.azure.com/openai" }],
      paths: { "/models": { get: { operationId: "models", summary: "Models" } } },
    };
    const model = await loadStacks(
      writeStack("main", {
        resource: {
          ...GATEWAY_RESOURCES,
          azurerm_api_management_api: {
            openai: {
              ...OF_GATEWAY,
              name: "openai",
              revision: "1",
              import: { content_format: "openapi+json", content_value: JSON.stringify(description) },
            },
          },
        },
      }),
    );
    expect(model.gateways[0]?.apis[0]).toMatchObject({
      serviceUrl: "https://x.openai.azure.com/openai",
      operations: [{ operationId: "models", displayName: "Models", method: "GET", urlTemplate: "/models" }],
    });
  });

  test("backends keep breakers, credentials and TLS checks; pools name their members", async () => {
    const model = await loadStacks(
      writeStack("main", {
        resource: {
          ...GATEWAY_RESOURCES,
          ...ACCOUNT,
          azurerm_api_management_backend: {
            east: {
              ...OF_GATEWAY,
              name: "east",
              protocol: "http",
              url: "${azurerm_cognitive_account.east.endpoint}openai",
              credentials: { header: { "x-a": "1" }, authorization: { scheme: "Basic", parameter: "abc" } },
              tls: { validate_certificate_chain: true, validate_certificate_name: false },
              circuit_breaker_rule: {
                name: "breaker",
                trip_duration: "PT1M30S",
                accept_retry_after_enabled: true,
                failure_condition: {
                  count: 3,
                  interval_duration: "PT1H",
                  status_code_range: [{ min: 429, max: 429 }],
                },
              },
            },
          },
          azapi_resource: {
            pool: {
              type: "Microsoft.ApiManagement/service/backends@2024-05-01",
              name: "pool",
              parent_id: "${azurerm_api_management.gateway.id}",
              body: {
                properties: {
                  type: "Pool",
                  pool: {
                    services: [{ id: "${azurerm_api_management_backend.east.id}", priority: 1, weight: 50 }],
                  },
                },
              },
            },
          },
        },
      }),
    );
    expect(model.gateways[0]?.backends).toEqual([
      {
        address: "azurerm_api_management_backend.east",
        id: `${model.gateways[0]?.id}/backends/east`,
        name: "east",
        single: {
          url: "https://aoai-X.openai.azure.com/openai",
          validateCertificateChain: true,
          validateCertificateName: false,
          headers: { "x-a": "1", Authorization: "Basic abc" },
          query: {},
          circuitBreaker: {
            name: "breaker",
            count: 3,
            intervalSeconds: 3600,
            tripSeconds: 90,
            acceptRetryAfter: true,
            statusCodeRanges: [{ min: 429, max: 429 }],
            errorReasons: [],
          },
        },
      },
      {
        address: "azapi_resource.pool",
        id: `${model.gateways[0]?.id}/backends/pool`,
        name: "pool",
        pool: [{ backend: "east", priority: 1, weight: 50 }],
      },
    ]);
  });

  test("a tier without a value is told beside the other problems", async () => {
    const gateway = { ...GATEWAY_RESOURCES.azurerm_api_management.gateway, sku_name: "${var.sku}" };
    expect(
      await problemsOf({
        variable: { sku: { type: "string" } },
        resource: { ...GATEWAY_RESOURCES, azurerm_api_management: { gateway }, azurerm_other: { one: {} } },
      }),
    ).toEqual(
      expect.arrayContaining([
        expect.stringContaining("azurerm_other.one: resource type"),
        "azurerm_api_management.gateway: 'sku_name': variable 'sku' has no value; pass it in 'variables'",
      ]),
    );
  });

  test("circuit breakers are refused on tier Consumption, which has none", async () => {
    const gateway = { ...GATEWAY_RESOURCES.azurerm_api_management.gateway, sku_name: "Consumption_0" };
    const backend = { ...OF_GATEWAY, protocol: "http", url: "https://models.example" };
    const failure = { count: 1, interval_duration: "PT1H", error_reasons: ["Timeout"] };
    expect(
      await problemsOf({
        resource: {
          ...GATEWAY_RESOURCES,
          azurerm_api_management: { gateway },
          azurerm_api_management_backend: {
            plain: { ...backend, name: "plain" },
            broken: {
              ...backend,
              name: "broken",
              circuit_breaker_rule: { name: "b", trip_duration: "PT1M", failure_condition: failure },
            },
          },
        },
      }),
    ).toEqual([
      "azurerm_api_management_backend.broken: circuit breakers are not available on tier Consumption; leave the rule out",
    ]);
  });

  test("loggers and diagnostics come from azurerm and azapi alike", async () => {
    const model = await loadStacks(
      writeStack("main", {
        resource: {
          ...GATEWAY_RESOURCES,
          azurerm_api_management_logger: {
            hub: { ...OF_GATEWAY, name: "hub", eventhub: { name: "h", endpoint_uri: "x" } },
          },
          azurerm_api_management_diagnostic: {
            d: {
              ...OF_GATEWAY,
              identifier: "azuremonitor",
              api_management_logger_id: "${azurerm_api_management.gateway.id}/loggers/azuremonitor",
              frontend_request: {
                body_bytes: 8,
                headers_to_log: ["x-client"],
                data_masking: { query_params: [{ mode: "Hide", value: "*" }] },
              },
            },
          },
          azapi_resource: {
            insights: {
              type: "Microsoft.ApiManagement/service/loggers@2024-05-01",
              name: "appi",
              parent_id: "${azurerm_api_management.gateway.id}",
              body: { properties: { loggerType: "applicationInsights" } },
            },
            metrics: {
              type: "Microsoft.ApiManagement/service/diagnostics@2024-05-01",
              name: "applicationinsights",
              parent_id: "${azurerm_api_management.gateway.id}",
              body: {
                properties: {
                  loggerId: "${azurerm_api_management.gateway.id}/loggers/appi",
                  metrics: true,
                  frontend: {
                    request: { dataMasking: { headers: [{ mode: "Mask", value: "x-client" }] } },
                  },
                },
              },
            },
          },
        },
      }),
    );
    expect(model.gateways[0]?.loggers).toMatchObject([
      { name: "hub", kind: "eventHub" },
      { name: "appi", kind: "applicationInsights" },
    ]);
    expect(model.gateways[0]?.diagnostics).toMatchObject([
      {
        identifier: "azuremonitor",
        logger: "azuremonitor",
        metrics: false,
        bodyBytes: 8,
        headersToLog: { frontendRequest: ["x-client"], backendRequest: [] },
        masking: { frontendRequest: { queryParameters: [{ name: "*", mode: "Hide" }] } },
      },
      {
        identifier: "applicationinsights",
        logger: "appi",
        metrics: true,
        masking: { frontendRequest: { headers: [{ name: "x-client", mode: "Mask" }] } },
      },
    ]);
  });
});

describe("secrets of Key Vault", () => {
  const vault = (roles: object): StackFixture["resource"] => ({
    ...GATEWAY_RESOURCES,
    azurerm_key_vault: {
      kv: {
        ...PLACED,
        name: "kv-x",
        sku_name: "standard",
        tenant_id: "44444444-4444-4444-8444-444444444444",
        rbac_authorization_enabled: true,
      },
    },
    azurerm_key_vault_secret: {
      s: { name: "s", key_vault_id: "${azurerm_key_vault.kv.id}", value: "top secret" },
    },
    azurerm_role_assignment: { ...roles },
    azurerm_api_management_named_value: {
      n: {
        ...OF_GATEWAY,
        name: "n",
        display_name: "n",
        secret: true,
        value_from_key_vault: {
          secret_id: "${azurerm_key_vault_secret.s.versionless_id}",
          identity_client_id: "${azurerm_user_assigned_identity.gateway.client_id}",
        },
      },
    },
  });
  const reader = {
    reader: {
      scope: "${azurerm_key_vault.kv.id}",
      role_definition_name: "Key Vault Secrets User",
      principal_id: "${azurerm_user_assigned_identity.gateway.principal_id}",
    },
  };

  test("become named values when the gateway's identity may read them", async () => {
    const model = await loadStacks(writeStack("main", { resource: vault(reader) }));
    expect(model.gateways[0]?.namedValues).toMatchObject([
      { displayName: "n", value: "top secret", secret: true },
    ]);
  });

  test("are refused without the role", async () => {
    expect(await problemsOf({ resource: vault({}) })).toEqual([
      expect.stringMatching(
        /azurerm_api_management_named_value\.n: value_from_key_vault: identity .* may not read/,
      ),
    ]);
  });

  describe("behind a firewall", () => {
    const closed = (
      rules: object,
      reading: "system" | "user",
      more: object = {},
    ): StackFixture["resource"] => {
      const open = vault({});
      return {
        ...open,
        azurerm_key_vault: {
          kv: {
            ...open?.["azurerm_key_vault"]?.["kv"],
            public_network_access_enabled: false,
            network_acls: { default_action: "Deny", bypass: "AzureServices", ...rules },
          },
        },
        azurerm_api_management: {
          gateway: {
            ...GATEWAY_RESOURCES.azurerm_api_management.gateway,
            identity: {
              type: "SystemAssigned, UserAssigned",
              identity_ids: ["${azurerm_user_assigned_identity.gateway.id}"],
            },
          },
        },
        azurerm_role_assignment: {
          user: reader.reader,
          system: {
            ...reader.reader,
            principal_id: "${azurerm_api_management.gateway.identity[0].principal_id}",
          },
        },
        azurerm_api_management_named_value: {
          n: {
            ...open?.["azurerm_api_management_named_value"]?.["n"],
            value_from_key_vault: {
              secret_id: "${azurerm_key_vault_secret.s.versionless_id}",
              ...(reading === "user"
                ? { identity_client_id: "${azurerm_user_assigned_identity.gateway.client_id}" }
                : {}),
            },
          },
        },
        ...more,
      };
    };

    test("are read by the system-assigned identity of a trusted service", async () => {
      const model = await loadStacks(writeStack("main", { resource: closed({}, "system") }));
      expect(model.gateways[0]?.namedValues).toMatchObject([{ value: "top secret" }]);
    });

    test.each([
      ["by a user-assigned identity", {}, "user", "read with that one"],
      ["when trusted services do not pass", { bypass: "None" }, "system", "set 'bypass' to 'AzureServices'"],
    ] as const)("are not read %s", async (_name, rules, identity, remedy) => {
      expect(await problemsOf({ resource: closed(rules, identity) })).toEqual([
        expect.stringMatching(
          new RegExp(`named_value\\.n: value_from_key_vault: the network rules of .* ${remedy}`),
        ),
      ]);
    });
  });

  test("of other vaults are given from outside", async () => {
    const resource = {
      ...GATEWAY_RESOURCES,
      azurerm_api_management_named_value: {
        n: {
          ...OF_GATEWAY,
          name: "n",
          display_name: "n",
          secret: true,
          value_from_key_vault: {
            secret_id: "https://elsewhere.vault.azure.net/secrets/s/0123",
            identity_client_id: "${azurerm_user_assigned_identity.gateway.client_id}",
          },
        },
      },
    };
    const model = await loadStacks(writeStack("main", { resource }), {
      secrets: { "https://elsewhere.vault.azure.net/secrets/s": "v" },
    });
    expect(model.gateways[0]?.namedValues[0]?.value).toBe("v");
    expect(await problemsOf({ resource })).toEqual([expect.stringContaining("give the value in 'secrets'")]);
  });
});

describe("certificate authorities of the service", () => {
  const service = (encoded: string): StackFixture["resource"] => ({
    ...GATEWAY_RESOURCES,
    azurerm_api_management: {
      gateway: {
        ...GATEWAY_RESOURCES.azurerm_api_management.gateway,
        certificate: [{ encoded_certificate: encoded, store_name: "Root" }],
      },
    },
    azurerm_key_vault: {
      kv: {
        ...PLACED,
        name: "kv-x",
        sku_name: "standard",
        tenant_id: "44444444-4444-4444-8444-444444444444",
      },
    },
  });
  const thumb = (der: Uint8Array | undefined): string =>
    createHash("sha1")
      .update(der ?? "")
      .digest("hex")
      .toUpperCase();

  test("come as PEM in a secret of the stack, with or without line ends", async () => {
    const { pem, der } = await issueSelfSigned({ subject: "CN=Root" });
    for (const value of [pem, pem.replaceAll("\n", ""), pem.replaceAll("\n", "\\n")]) {
      const model = await loadStacks(
        writeStack("main", {
          resource: {
            ...service("${base64encode(azurerm_key_vault_secret.ca.value)}"),
            azurerm_key_vault_secret: {
              ca: { name: "ca", key_vault_id: "${azurerm_key_vault.kv.id}", value },
            },
          },
        }),
      );
      expect(model.gateways[0]?.trustedCertificates).toEqual([
        { store: "Root", der: expect.anything() as unknown },
      ]);
      expect(thumb(model.gateways[0]?.trustedCertificates[0]?.der)).toBe(thumb(der));
    }
  });

  test("come as base64 DER of an imported vault certificate", async () => {
    const { pem, privateKeyPem, der } = await issueSelfSigned({ subject: "CN=Root" });
    const model = await loadStacks(
      writeStack("main", {
        resource: {
          ...service("${azurerm_key_vault_certificate.ca.certificate_data_base64}"),
          azurerm_key_vault_certificate: {
            ca: {
              name: "ca",
              key_vault_id: "${azurerm_key_vault.kv.id}",
              certificate: { contents: `${privateKeyPem}\n${pem}` },
            },
          },
        },
      }),
    );
    expect(thumb(model.gateways[0]?.trustedCertificates[0]?.der)).toBe(thumb(der));
    expect(model.vaults[0]?.certificates).toMatchObject([{ name: "ca" }]);
  });

  test("come from a data source whose secret is given from outside", async () => {
    const { pem, der } = await issueSelfSigned({ subject: "CN=Root" });
    const model = await loadStacks(
      writeStack("main", {
        data: {
          azurerm_key_vault_secret: {
            ca: { name: "ca", key_vault_id: "/subscriptions/s/x/Microsoft.KeyVault/vaults/kv-far" },
          },
        },
        resource: service("${data.azurerm_key_vault_secret.ca.value}"),
      }),
      { secrets: { "https://kv-far.vault.azure.net/secrets/ca": pem } },
    );
    expect(thumb(model.gateways[0]?.trustedCertificates[0]?.der)).toBe(thumb(der));
  });

  test("that are not certificates are refused", async () => {
    expect(await problemsOf({ resource: service("bm90aGluZw==") })).toEqual([
      expect.stringContaining("certificate[0]: the content is neither a certificate nor a PKCS#12"),
    ]);
  });

  test("a certificate that the vault issues itself has a thumbprint", async () => {
    const model = await loadStacks(
      writeStack("main", {
        resource: {
          ...service("${azurerm_key_vault_certificate.tls.certificate_data_base64}"),
          azurerm_key_vault_certificate: {
            tls: {
              name: "tls",
              key_vault_id: "${azurerm_key_vault.kv.id}",
              certificate_policy: {
                issuer_parameters: { name: "Self" },
                x509_certificate_properties: { subject: "CN=gw", validity_in_months: 12, key_usage: [] },
              },
            },
          },
        },
      }),
    );
    expect(thumb(model.gateways[0]?.trustedCertificates[0]?.der)).toMatch(/^[0-9A-F]{40}$/);
  });
});

describe("applications", () => {
  test("have what their separate resources add", async () => {
    const model = await loadStacks(
      writeStack("main", {
        resource: {
          azuread_application: {
            api: {
              display_name: "api",
              api: { requested_access_token_version: 2 },
              app_role: [{ id: "r1", value: "Chat.All", allowed_member_types: ["Application"] }],
            },
          },
          azuread_application_registration: { cli: { display_name: "cli" } },
          azuread_application_identifier_uri: {
            uri: {
              application_id: "${azuread_application.api.id}",
              identifier_uri: "api://${azuread_application.api.client_id}",
            },
          },
          azuread_application_password: {
            p: { application_id: "${azuread_application_registration.cli.id}" },
          },
          azuread_service_principal: {
            api: { client_id: "${azuread_application.api.client_id}", app_role_assignment_required: true },
          },
          azuread_app_role_assignment: {
            a: {
              app_role_id: "r1",
              principal_object_id: "p1",
              resource_object_id: "${azuread_service_principal.api.object_id}",
            },
          },
        },
      }),
    );
    const [api, cli] = model.applications;
    expect(api).toMatchObject({
      displayName: "api",
      accessTokenVersion: 2,
      identifierUris: [`api://${api?.clientId}`],
      appRoles: [{ id: "r1", value: "Chat.All" }],
      servicePrincipal: {
        appRoleAssignmentRequired: true,
        assignedRoles: [{ principalId: "p1", appRoleId: "r1" }],
      },
    });
    const value = expect.stringMatching(/^[0-9a-f]+$/) as unknown;
    expect(cli).toMatchObject({ accessTokenVersion: 2, secrets: [{ value }] });
  });

  test("have passwords with the dates that the stack gives them", async () => {
    const { applications } = await loadStacks(
      writeStack("main", {
        resource: {
          azuread_application: { api: { display_name: "api" } },
          azuread_application_password: {
            p: {
              application_id: "${azuread_application.api.id}",
              start_date: "2020-01-01T00:00:00Z",
              end_date: "2021-01-01T00:00:00Z",
            },
          },
        },
      }),
    );
    expect(applications[0]?.secrets).toMatchObject([
      { validFrom: "2020-01-01T00:00:00Z", validUntil: "2021-01-01T00:00:00Z" },
    ]);
  });

  test.each([
    ["applicationTokens", { access_token: { name: "idtyp" } }],
    ["allTokens", { access_token: [{ name: "idtyp", additional_properties: ["include_user_token"] }] }],
    [undefined, { access_token: { name: "upn" }, id_token: { name: "idtyp" } }],
  ])("have idtyp in %p when their optional claims are %j", async (tokenTypeClaim, claims) => {
    const application_id = "${azuread_application.separate.id}";
    const { applications } = await loadStacks(
      writeStack("main", {
        resource: {
          azuread_application: {
            inline: { display_name: "inline", optional_claims: claims },
            separate: { display_name: "separate" },
          },
          azuread_application_optional_claims: { claims: { application_id, ...claims } },
        },
      }),
    );
    expect(applications.map((application) => application.tokenTypeClaim)).toEqual([
      tokenTypeClaim,
      tokenTypeClaim,
    ]);
  });

  test("that are disabled are refused: what that does to a sign-in is not modelled", async () => {
    const problems = await problemsOf({
      resource: {
        azuread_application: { api: { display_name: "api" } },
        azuread_service_principal: {
          api: { client_id: "${azuread_application.api.client_id}", account_enabled: false },
        },
      },
    });
    expect(problems).toEqual([
      expect.stringContaining("azuread_service_principal.api: 'account_enabled' false is not supported"),
    ]);
  });
});

describe("what cannot be run", () => {
  test("is reported at once, with addresses", async () => {
    expect(
      await problemsOf({
        module: { m: {} },
        resource: {
          ...GATEWAY_RESOURCES,
          azurerm_ai_foundry: { k: { name: "k" } },
          azurerm_resource_group: { rg: { name: "rg", location: "westeurope", count: 2 } },
          azapi_resource: {
            w: { type: "Microsoft.ApiManagement/service/workspaces@2024-05-01", name: "w", parent_id: "p" },
          },
          azurerm_api_management_backend: {
            b: {
              ...OF_GATEWAY,
              name: "b",
              protocol: "soap",
              url: "${azurerm_cognitive_account.missing.endpoint}",
            },
            c: { ...OF_GATEWAY, api_management_name: "other", name: "c", protocol: "http", url: "https://x" },
          },
        },
      }),
    ).toEqual(
      [
        "'module' blocks are not supported",
        "azurerm_resource_group.rg: 'count' is not supported",
        "azurerm_ai_foundry.k: resource type 'azurerm_ai_foundry' is not supported",
        "azapi_resource.w: azapi type 'Microsoft.ApiManagement/service/workspaces' is not supported",
        "azurerm_api_management_backend.c: its API Management service 'other' in resource group",
        "azurerm_api_management_backend.b: 'protocol' is 'soap'",
        "azurerm_api_management_backend.b: 'url': stack 'main' has no azurerm_cognitive_account",
      ].map((text) => expect.stringContaining(text) as unknown as string),
    );
  });

  test("a circle of references is named", async () => {
    expect(
      await problemsOf({
        locals: { a: "${local.b}", b: "${local.a}" },
        resource: { azurerm_user_assigned_identity: { i: { ...PLACED, name: "${local.a}" } } },
      }),
    ).toEqual(expect.arrayContaining([expect.stringContaining("local.a of stack 'main' refers to itself")]));
  });

  test("a variable without a value is refused, and one with a value is used", async () => {
    const sections = {
      variable: { name: { type: "string" } },
      resource: { azurerm_user_assigned_identity: { i: { ...PLACED, name: "${var.name}" } } },
    };
    expect(await problemsOf(sections)).toEqual(
      expect.arrayContaining([expect.stringContaining("variable 'name' has no value")]),
    );
    const model = await loadStacks(writeStack("main", sections), { variables: { name: "n" } });
    expect(model.identities[0]?.name).toBe("n");
  });

  test("irrelevant resources are listed", async () => {
    const model = await loadStacks(
      writeStack("main", {
        resource: { azurerm_resource_group: { rg: { name: "rg", location: "westeurope" } } },
      }),
    );
    expect(model.irrelevant).toEqual(["azurerm_resource_group.rg"]);
  });

  test("a directory without a stack is refused", async () => {
    await expect(loadStacks("/nowhere")).rejects.toThrow("run 'cdktf synth' first");
  });
});
