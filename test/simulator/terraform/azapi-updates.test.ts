import { loadStacks, StackLoadError } from "../../../simulator/terraform";
import { writePlan, writeState } from "./shown-fixture";
import { GATEWAY_RESOURCES, OF_GATEWAY, PLACED, writeStack } from "./stack-fixture";

const SERVICE = "${azurerm_api_management.gateway.id}";

const BACKENDS = "Microsoft.ApiManagement/service/backends@2024-05-01";

const RULE = {
  name: "breaker",
  tripDuration: "PT1M",
  acceptRetryAfter: true,
  failureCondition: { count: 1, interval: "PT5M", statusCodeRanges: [{ min: 429, max: 429 }] },
};

const BREAKER = {
  name: "breaker",
  count: 1,
  intervalSeconds: 300,
  tripSeconds: 60,
  acceptRetryAfter: true,
  statusCodeRanges: [{ min: 429, max: 429 }],
  errorReasons: [],
};

const RESOURCES = {
  ...GATEWAY_RESOURCES,
  azurerm_cognitive_account: {
    east: { ...PLACED, name: "aoai", kind: "OpenAI", sku_name: "S0", custom_subdomain_name: "aoai" },
  },
  azurerm_cognitive_deployment: {
    chat: {
      name: "chat",
      cognitive_account_id: "${azurerm_cognitive_account.east.id}",
      model: { format: "OpenAI", name: "gpt-4o", version: "2024-11-20" },
      sku: { name: "GlobalStandard", capacity: 10 },
    },
  },
  azurerm_api_management_backend: {
    east: {
      ...OF_GATEWAY,
      name: "east",
      protocol: "http",
      url: "https://models.example/openai",
      credentials: { header: { "x-a": "1" }, query: { code: "q" } },
      tls: { validate_certificate_name: false },
    },
  },
  azurerm_api_management_logger: { ai: { ...OF_GATEWAY, name: "ai" } },
  azurerm_api_management_diagnostic: {
    traces: {
      ...OF_GATEWAY,
      identifier: "applicationinsights",
      api_management_logger_id: `${SERVICE}/loggers/ai`,
      verbosity: "error",
      frontend_request: { body_bytes: 8, headers_to_log: ["x-client"] },
    },
  },
  azapi_resource: {
    west: {
      type: BACKENDS,
      name: "west",
      parent_id: SERVICE,
      body: { properties: { protocol: "http", url: "https://west.example" } },
    },
    pool: {
      type: BACKENDS,
      name: "pool",
      parent_id: SERVICE,
      body: {
        properties: {
          type: "Pool",
          pool: {
            services: [
              { id: "${azurerm_api_management_backend.east.id}", priority: 1 },
              { id: "${azapi_resource.west.id}", priority: 2 },
            ],
          },
        },
      },
    },
  },
};

function update(type: string, resourceId: string, properties: object, rest: object = {}): object {
  return { type, resource_id: resourceId, body: { properties, ...rest } };
}

function stackWith(updates: Readonly<Record<string, object>>): string {
  return writeStack("main", { resource: { ...RESOURCES, azapi_update_resource: updates } });
}

async function problemsOf(directory: string): Promise<readonly string[]> {
  try {
    await loadStacks(directory);
  } catch (error) {
    if (error instanceof StackLoadError) {
      return error.problems.map(({ address, message }) => `${address}: ${message}`);
    }
    throw error;
  }
  return [];
}

test("updates are written into what azurerm and azapi make, and take nothing else away", async () => {
  const { gateways, accounts } = await loadStacks(
    stackWith({
      east: update(BACKENDS, "${azurerm_api_management_backend.east.id}", {
        circuitBreaker: { rules: [RULE] },
        credentials: { header: { "x-b": ["2"] } },
      }),
      west: update(BACKENDS, "${azapi_resource.west.id}", { circuitBreaker: { rules: [RULE] } }),
      // A list of the same length is updated item by item.
      pool: update(BACKENDS, "${azapi_resource.pool.id}", {
        pool: { services: [{ weight: 3 }, { priority: 1 }] },
      }),
      metrics: update(
        "Microsoft.ApiManagement/service/diagnostics@2024-05-01",
        "${azurerm_api_management_diagnostic.traces.id}",
        { metrics: true, frontend: { response: { headers: ["x-answer"] } } },
      ),
      capacity: update(
        "Microsoft.CognitiveServices/accounts/deployments@2024-10-01",
        "${azurerm_cognitive_deployment.chat.id}",
        {},
        { sku: { capacity: 25 } },
      ),
    }),
  );
  expect(gateways[0]?.backends).toEqual([
    expect.objectContaining({
      address: "azurerm_api_management_backend.east",
      single: {
        url: "https://models.example/openai",
        validateCertificateChain: true,
        validateCertificateName: false,
        headers: { "x-a": "1", "x-b": "2" },
        query: { code: "q" },
        circuitBreaker: BREAKER,
      },
    }),
    expect.objectContaining({
      address: "azapi_resource.west",
      single: expect.objectContaining({ url: "https://west.example", circuitBreaker: BREAKER }) as unknown,
    }),
    expect.objectContaining({
      pool: [
        { backend: "east", priority: 1, weight: 3 },
        { backend: "west", priority: 1, weight: 1 },
      ],
    }),
  ]);
  expect(gateways[0]?.diagnostics).toEqual([
    expect.objectContaining({
      identifier: "applicationinsights",
      logger: "ai",
      metrics: true,
      verbosity: "error",
      bodyBytes: 8,
      headersToLog: expect.objectContaining({
        frontendRequest: ["x-client"],
        frontendResponse: ["x-answer"],
      }) as unknown,
    }),
  ]);
  expect(accounts[0]?.deployments).toEqual([
    expect.objectContaining({ name: "chat", modelName: "gpt-4o", sku: "GlobalStandard", capacity: 25 }),
  ]);
});

test("an update of what nothing makes is refused by its address", async () => {
  const id =
    "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim-x/backends/lost";
  expect(await problemsOf(stackWith({ lost: update(BACKENDS, id, { title: "t" }) }))).toEqual([
    `azapi_update_resource.lost: it updates '${id}', which nothing in the loaded stacks makes: load the stack that ` +
      "does, or write the id of what this one makes",
  ]);
});

test("an update with what is not read is refused, and so is one that makes a backend wrong", async () => {
  const east = "${azurerm_api_management_backend.east.id}";
  const problems = await problemsOf(
    stackWith({
      unread: update(BACKENDS, east, { proxy: { url: "http://proxy.example" } }),
      wrong: update(BACKENDS, east, { protocol: "soap" }),
      other: update("Microsoft.ApiManagement/service/workspaces@2024-05-01", `${SERVICE}/workspaces/w`, {}),
    }),
  );
  expect(problems).toEqual([
    "azapi_update_resource.unread: body.properties: argument 'proxy' is not supported: the simulator cannot tell what " +
      "a request would notice of it",
    "azapi_update_resource.other: azapi type 'Microsoft.ApiManagement/service/workspaces' is not supported by the simulator",
    "azapi_update_resource.wrong: body.properties: 'protocol' is 'soap'; allowed: http",
  ]);
});

const GATEWAY = {
  address: "azurerm_api_management.this",
  values: {
    ...PLACED,
    name: "apim-x",
    publisher_name: "P",
    publisher_email: "a@b.co",
    sku_name: "Developer_1",
  },
};

const BACKEND = {
  address: "azurerm_api_management_backend.b[0]",
  values: {
    api_management_name: "apim-x",
    resource_group_name: "rg",
    name: "east",
    protocol: "http",
    url: "https://east.example",
  },
};

const UPDATE = {
  address: "azapi_update_resource.breaker[0]",
  values: { type: BACKENDS, body: { properties: { circuitBreaker: { rules: [RULE] } } } },
};

test("a plan's update has the target of the same key, and a state's may have what azapi read back", async () => {
  const planned = writePlan([
    GATEWAY,
    BACKEND,
    {
      ...UPDATE,
      references: { resource_id: { references: ["azurerm_api_management_backend.b", "count.index"] } },
      unknown: { resource_id: true, name: true, parent_id: true, output: true },
    },
  ]);
  const service = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim-x";
  const id = `${service}/backends/east`;
  const deployed = writeState([
    { ...GATEWAY, values: { ...GATEWAY.values, id: service } },
    { ...BACKEND, values: { ...BACKEND.values, id } },
    {
      ...UPDATE,
      values: { ...UPDATE.values, id, resource_id: id, name: "east", parent_id: service, output: { id } },
    },
  ]);
  for (const file of [planned, deployed]) {
    const { gateways } = await loadStacks(file);
    expect(gateways[0]?.backends.map(({ single }) => single?.circuitBreaker)).toEqual([BREAKER]);
  }
});
