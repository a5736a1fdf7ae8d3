import { readFileSync, writeFileSync } from "node:fs";
import { simulate } from "../../../simulator";
import { loadStacks, type StackInputs, StackLoadError } from "../../../simulator/terraform";
import { moduleSteps } from "../../../simulator/terraform/plan-addresses";
import { type PlannedFixture, writeJson, writePlan, writeState } from "./shown-fixture";

const PLACED = { location: "westeurope", resource_group_name: "rg" };
const OF_GATEWAY = { api_management_name: "apim-x", resource_group_name: "rg" };

/** What the provider says that nobody configured: a plan shows it beside the rest. */
const FILLED_IN = {
  tags: null,
  timeouts: null,
  description: "",
  certificate: [],
  client_certificate_enabled: false,
};

const GATEWAY: PlannedFixture = {
  address: "azurerm_api_management.this",
  values: {
    ...PLACED,
    ...FILLED_IN,
    name: "apim-x",
    publisher_name: "P",
    publisher_email: "a@b.co",
    sku_name: "Developer_1",
  },
};

const DESCRIPTION = {
  openapi: "3.0.1",
  info: { title: "Models", version: "1" },
  paths: {
    "/deployments/{deployment-id}/chat/completions": {
      post: {
        operationId: "chat",
        parameters: [{ name: "deployment-id", in: "path", required: true, schema: { type: "string" } }],
        responses: { 200: { description: "an answer" } },
      },
    },
  },
};

const POLICY = `<policies>
  <inbound>
    <base />
    <include-fragment fragment-id="caller" />
    <return-response>
      <set-status code="200" />
      <set-body>@((string)context.Variables["caller"] + " \${not.a_template}")</set-body>
    </return-response>
  </inbound>
  <backend><base /></backend>
  <outbound><base /></outbound>
  <on-error><base /></on-error>
</policies>
`;

/** Two APIs by `count`, from one description; policies as heredocs have them, with a fragment. */
const COUNTED: readonly PlannedFixture[] = [
  GATEWAY,
  {
    address: "azurerm_api_management_policy_fragment.caller",
    values: {
      name: "caller",
      format: "rawxml",
      value:
        `<fragment>\n  <set-variable name="caller" value="@{ // first\n    return &quot;from &quot; + context.Api.Name;\n  }" />\n</fragment>\n`.replaceAll(
          "&quot;",
          '"',
        ),
    },
    references: {
      api_management_id: { references: ["azurerm_api_management.this.id", "azurerm_api_management.this"] },
    },
    unknown: { api_management_id: true },
  },
  ...[0, 1].flatMap((index): readonly PlannedFixture[] => [
    {
      address: `azurerm_api_management_api.this[${index}]`,
      values: {
        ...OF_GATEWAY,
        name: `models-${index}`,
        path: `models/${index}`,
        revision: "1",
        display_name: `Models ${index}`,
        protocols: ["https"],
        subscription_required: false,
        import: [
          { content_format: "openapi+json", content_value: JSON.stringify(DESCRIPTION), wsdl_selector: [] },
        ],
      },
    },
    {
      address: `azurerm_api_management_api_policy.this[${index}]`,
      values: { ...OF_GATEWAY, api_name: `models-${index}`, xml_content: POLICY, xml_link: null },
    },
  ]),
];

async function problemsOf(file: string, inputs: StackInputs = {}): Promise<readonly string[]> {
  try {
    await loadStacks(file, inputs);
  } catch (error) {
    if (error instanceof StackLoadError) {
      return error.problems.map(({ address, message }) => `${address}: ${message}`);
    }
    throw error;
  }
  return [];
}

test("a plan with count, an imported description, a fragment and heredocs answers", async () => {
  const simulation = await simulate(writePlan(COUNTED));
  try {
    const texts = [0, 1].map(async (index) => {
      const target = `/models/${index}/deployments/chat/chat/completions`;
      return (await simulation.call(target, { body: {} })).text();
    });
    expect(await Promise.all(texts)).toEqual([
      "from Models 0 ${not.a_template}",
      "from Models 1 ${not.a_template}",
    ]);
  } finally {
    await simulation.close();
  }
});

test("names that are known after apply are made up, and the same for what reads them", async () => {
  const suffix = { references: ["random_string.suffix.result", "random_string.suffix"] };
  const name = { references: ["azurerm_api_management.this.name", "azurerm_api_management.this"] };
  const file = writePlan([
    { address: "random_string.suffix", values: { length: 4 }, unknown: { result: true } },
    {
      ...GATEWAY,
      values: { ...GATEWAY.values, name: undefined },
      references: { name: suffix },
      unknown: { name: true },
    },
    {
      address: "azurerm_api_management_product.this",
      values: { resource_group_name: "rg", product_id: "p", display_name: "P", published: true },
      references: { api_management_name: name },
      unknown: { api_management_name: true },
    },
  ]);
  const { gateways } = await loadStacks(file);
  expect(gateways.map((gateway) => gateway.products.map(({ productId }) => productId))).toEqual([["p"]]);
  expect(gateways[0]?.name).toMatch(/^n[\da-f]{10}$/);
});

test("a document that is known after apply only is named, with what it is made of", async () => {
  const file = writePlan([
    GATEWAY,
    {
      address: "azurerm_api_management_policy.this",
      values: {},
      references: {
        api_management_id: { references: ["azurerm_api_management.this.id", "azurerm_api_management.this"] },
        xml_content: { references: ["azurerm_user_assigned_identity.this.client_id", "local.text"] },
      },
      unknown: { api_management_id: true, xml_content: true },
    },
  ]);
  expect(await problemsOf(file)).toEqual([
    "azurerm_api_management_policy.this: 'xml_content': it is known after apply only (it is made of " +
      "azurerm_user_assigned_identity.this.client_id, local.text); read a state, or let a named value hold what is " +
      "not known",
  ]);
});

test("the document of a fragment is not what it refers to either", async () => {
  const file = writePlan([
    GATEWAY,
    {
      address: "azurerm_api_management_policy_fragment.this",
      values: { name: "caller", format: "rawxml" },
      references: {
        api_management_id: { references: ["azurerm_api_management.this.id", "azurerm_api_management.this"] },
        value: { references: ["azurerm_api_management.this.gateway_url", "azurerm_api_management.this"] },
      },
      unknown: { api_management_id: true, value: true },
    },
  ]);
  expect(await problemsOf(file)).toEqual([
    "azurerm_api_management_policy_fragment.this: 'value': it is known after apply only (it is made of " +
      "azurerm_api_management.this.gateway_url); read a state, or let a named value hold what is not known",
  ]);
});

test("an argument that a plan sets and the simulator does not know is refused", async () => {
  const file = writePlan([{ ...GATEWAY, values: { ...GATEWAY.values, warp_drive: true } }]);
  expect(await problemsOf(file)).toEqual([
    "azurerm_api_management.this: argument 'warp_drive' is not supported: the simulator cannot tell what a request " +
      "would notice of it",
  ]);
});

test("a state may have what the provider fills in and computes, and nothing else that is unknown", async () => {
  const recorded = {
    ...GATEWAY,
    values: { ...GATEWAY.values, id: "/id", gateway_url: "https://apim-x.azure-api.net", warp_drive: true },
  };
  expect(await problemsOf(writeState([recorded]))).toEqual([
    "azurerm_api_management.this: argument 'warp_drive' is not supported: the simulator cannot tell what a request " +
      "would notice of it",
  ]);
});

test("data sources of a plan have what Terraform read", async () => {
  const read = {
    id: "/identities/i",
    client_id: "client",
    principal_id: "principal",
    name: "i",
    tenant_id: null,
  };
  const identity = "data.azurerm_user_assigned_identity.this";
  const file = writePlan(
    [
      {
        ...GATEWAY,
        values: { ...GATEWAY.values, identity: [{ type: "UserAssigned", identity_ids: ["/identities/i"] }] },
      },
    ],
    {
      prior_state: {
        values: {
          root_module: {
            resources: [
              {
                address: identity,
                mode: "data",
                type: "azurerm_user_assigned_identity",
                name: "this",
                values: read,
              },
            ],
          },
        },
      },
    },
  );
  const { gateways } = await loadStacks(file);
  expect(gateways[0]?.identities).toEqual([
    { kind: "UserAssigned", clientId: "client", principalId: "principal" },
  ]);
});

const SYSTEM_ASSIGNED = [{ type: "SystemAssigned" }];

/** A resource with the identity that Azure gives it, of which a plan has the type only. */
function identified(resource: PlannedFixture): PlannedFixture {
  return {
    ...resource,
    values: { ...resource.values, identity: SYSTEM_ASSIGNED },
    references: { ...resource.references, identity: [{ type: { constant_value: "SystemAssigned" } }] },
    unknown: { ...resource.unknown, identity: [{ principal_id: true, tenant_id: true }] },
  };
}

function account(key: string, rest: Partial<PlannedFixture> = {}): PlannedFixture {
  const name = `oai-${key.replaceAll(/\W/g, "")}`;
  return {
    address: `azurerm_cognitive_account.a[${key}]`,
    values: { ...PLACED, name, kind: "OpenAI", sku_name: "S0", custom_subdomain_name: name },
    ...rest,
    unknown: { id: true, endpoint: true, primary_access_key: true, ...rest.unknown },
  };
}

function backend(key: string, references: readonly string[]): PlannedFixture {
  return {
    address: `azurerm_api_management_backend.b[${key}]`,
    values: { ...OF_GATEWAY, name: `b-${key.replaceAll(/\W/g, "")}`, protocol: "http" },
    references: { url: { references } },
    unknown: { url: true },
  };
}

function role(address: string, scope: readonly string[], principal: readonly string[]): PlannedFixture {
  return {
    address: `azurerm_role_assignment.${address}`,
    values: { role_definition_name: "Cognitive Services OpenAI User" },
    references: { scope: { references: scope }, principal_id: { references: principal } },
    unknown: { scope: true, principal_id: true },
  };
}

const GATEWAY_PRINCIPAL = [
  "azurerm_api_management.this.identity[0].principal_id",
  "azurerm_api_management.this.identity[0]",
  "azurerm_api_management.this.identity",
  "azurerm_api_management.this",
];

test("roles of identities that Azure makes with the resource are assigned to them", async () => {
  const file = writePlan([
    identified(GATEWAY),
    identified(account("0")),
    identified(account("1")),
    role(
      "gateway",
      ["azurerm_cognitive_account.a[0].id", "azurerm_cognitive_account.a[0]"],
      GATEWAY_PRINCIPAL,
    ),
    // `azurerm_cognitive_account.a[count.index].identity[0].principal_id`: Terraform lists no more.
    role(
      "account[1]",
      ["azurerm_cognitive_account.a[0].id", "azurerm_cognitive_account.a[0]"],
      ["azurerm_cognitive_account.a", "count.index"],
    ),
  ]);
  const { gateways, roleAssignments, assumptions } = await loadStacks(file);
  expect(gateways[0]?.identities[0]?.principalId).toMatch(/^[\da-f-]{36}$/);
  expect(roleAssignments[0]?.principalId).toBe(gateways[0]?.identities[0]?.principalId);
  expect(roleAssignments[1]?.principalId).toMatch(/^[\da-f-]{36}$/);
  expect(roleAssignments[1]?.principalId).not.toBe(roleAssignments[0]?.principalId);
  expect(assumptions).toEqual([
    "ids that are known after apply are exactly what they refer to (a plan does not tell if more stands in them): " +
      "'scope' is azurerm_cognitive_account.a[0].id (2 times); " +
      "'principal_id' is azurerm_api_management.this.identity[0].principal_id; " +
      "'principal_id' is azurerm_cognitive_account.a[1].identity[0].principal_id",
  ]);
});

test("roles of what runs beside the gateway are assigned to identities of theirs", async () => {
  const scope = ["azurerm_cognitive_account.a[0].id", "azurerm_cognitive_account.a[0]"];
  const web: PlannedFixture = { address: "azurerm_linux_web_app.web", values: { ...PLACED, name: "web" } };
  const cluster = "azurerm_kubernetes_cluster.aks";
  const file = writePlan([
    GATEWAY,
    account("0"),
    identified(web),
    {
      address: cluster,
      values: { ...PLACED, name: "aks" },
      unknown: { kubelet_identity: true },
    },
    role("web", scope, [`${web.address}.identity[0].principal_id`, `${web.address}.identity`, web.address]),
    role("aks", scope, [`${cluster}.kubelet_identity[0].object_id`, `${cluster}.kubelet_identity`, cluster]),
  ]);
  const { roleAssignments } = await loadStacks(file);
  const principals = roleAssignments.map(({ principalId }) => principalId);
  expect(principals).toEqual([
    expect.stringMatching(/^[\da-f-]{36}$/),
    expect.stringMatching(/^[\da-f-]{36}$/),
  ]);
  expect(new Set(principals).size).toBe(2);
});

/** The identity block as a `dynamic` one: a plan's configuration does not have it. */
function dynamic(identity: object, unknown: object): PlannedFixture {
  return {
    ...GATEWAY,
    values: { ...GATEWAY.values, identity: [identity] },
    unknown: { identity: [unknown] },
    unwritten: ["identity"],
  };
}

test("a 'dynamic' identity is made by Azure, too", async () => {
  const scope = ["azurerm_cognitive_account.a[0].id", "azurerm_cognitive_account.a[0]"];
  const file = writePlan([
    dynamic({ type: "SystemAssigned" }, { principal_id: true, tenant_id: true }),
    account("0"),
    role("gateway", scope, GATEWAY_PRINCIPAL),
  ]);
  const { gateways, roleAssignments } = await loadStacks(file);
  expect(gateways[0]?.identities.map(({ principalId }) => principalId)).toEqual([
    roleAssignments[0]?.principalId,
  ]);
});

test("an argument of a 'dynamic' block that the simulator does not know is refused like any other", async () => {
  const east = backend('"east"', []);
  const file = writePlan([
    GATEWAY,
    {
      ...east,
      values: { ...east.values, url: "https://east.example", tls: [{ warp_drive: true }] },
      references: {},
      unknown: {},
      unwritten: ["tls"],
    },
  ]);
  expect(await problemsOf(file)).toEqual([
    `azurerm_api_management_backend.b["east"]: tls[0]: argument 'warp_drive' is not supported: the simulator cannot ` +
      "tell what a request would notice of it",
  ]);
});

test("what is not known of a 'dynamic' block is refused, and not left out", async () => {
  const file = writePlan([dynamic({ type: "UserAssigned" }, { identity_ids: true, principal_id: true })]);
  expect(await problemsOf(file)).toEqual([
    "azurerm_api_management.this: 'identity': 'identity_ids' is known after apply only, and a plan does not show what " +
      "'dynamic' blocks refer to; read a state",
  ]);
});

test("addresses of a 'dynamic' block that are known after apply are refused, and not left out", async () => {
  const rules = { default_action: "Deny", virtual_network_rules: [] };
  const closed = account("0", {
    unknown: { network_acls: [{ ip_rules: true }] },
    unwritten: ["network_acls"],
  });
  const file = writePlan([GATEWAY, { ...closed, values: { ...closed.values, network_acls: [rules] } }]);
  expect(await problemsOf(file)).toEqual([
    "azurerm_cognitive_account.a[0]: 'network_acls': 'ip_rules' is known after apply only, and a plan does not show " +
      "what 'dynamic' blocks refer to; read a state",
  ]);
});

test("what the provider fills in where a 'dynamic' block says nothing is not refused", async () => {
  const region = {
    location: "northeurope",
    gateway_disabled: false,
    virtual_network_configuration: [],
    zones: null,
  };
  const file = writePlan([
    {
      ...GATEWAY,
      values: { ...GATEWAY.values, sku_name: "Premium_1", additional_location: [region] },
      unknown: {
        additional_location: [{ capacity: true, gateway_regional_url: true, public_ip_addresses: true }],
      },
      unwritten: ["additional_location"],
    },
  ]);
  expect((await loadStacks(file)).gateways[0]?.additionalLocations).toEqual(["northeurope"]);
});

test("an argument that only a configuration has the value of is refused, though the plan shows none", async () => {
  const file = writePlan([
    GATEWAY,
    {
      address: "azapi_resource.backend",
      values: {
        type: "Microsoft.ApiManagement/service/backends@2024-05-01",
        name: "b",
        body: { properties: { url: "https://b.example", protocol: "http" } },
        sensitive_body: null,
      },
      references: {
        parent_id: { references: ["azurerm_api_management.this.id", "azurerm_api_management.this"] },
        sensitive_body: { references: ["var.key"] },
      },
      unknown: { parent_id: true },
    },
  ]);
  expect(await problemsOf(file)).toEqual([
    expect.stringContaining("azapi_resource.backend: argument 'sensitive_body' is not supported"),
  ]);
});

test.each([
  ["for_each", ['"swe"', '"fra"'], "each.key"],
  ["count", ["0", "1"], "count.index"],
])("a backend made by %s has the endpoint of the account with the same key", async (_, keys, reference) => {
  const file = writePlan([
    GATEWAY,
    ...keys.flatMap((key) => [account(key), backend(key, ["azurerm_cognitive_account.a", reference])]),
  ]);
  const { gateways, assumptions = [] } = await loadStacks(file);
  expect(gateways[0]?.backends.map(({ name, single }) => [name, single?.url.split(".")[0]])).toEqual(
    keys.map((key) => key.replaceAll('"', "")).map((key) => [`b-${key}`, `https://oai-${key}`]),
  );
  keys.forEach((key) =>
    expect(assumptions.join("\n")).toContain(`taken for azurerm_cognitive_account.a[${key}].endpoint`),
  );
});

test("an instance and an attribute that a way through an object names are found", async () => {
  const each = ["azurerm_cognitive_account.a"];
  const scope = ['azurerm_cognitive_account.a["swe"].id', 'azurerm_cognitive_account.a["swe"]'];
  const file = writePlan([
    identified(GATEWAY),
    account('"swe"'),
    account('"fra"'),
    { ...backend('"fra"', ["each.value.endpoint", "each.value"]), each },
    {
      ...backend('"x"', ["each.value.swe.endpoint", "each.value.swe", "each.value"]),
      address: 'azurerm_api_management_backend.named["x"]',
      each,
    },
    {
      ...role('each["x"]', scope, ["each.value.service.identity[0].principal_id", "each.value.service"]),
      each: ["azurerm_api_management.this"],
    },
  ]);
  const { gateways, roleAssignments } = await loadStacks(file);
  expect(gateways[0]?.backends.map(({ single }) => single?.url.split(".")[0])).toEqual([
    "https://oai-fra",
    "https://oai-swe",
  ]);
  expect(roleAssignments[0]?.principalId).toBe(gateways[0]?.identities[0]?.principalId);
});

const ACCOUNTS = "azurerm_cognitive_account.a";

/** What an expression is made of, in an instance with the key `fra`, and what its instances are made from. */
interface Keyed {
  readonly references: readonly string[];
  readonly each: { readonly references?: readonly string[]; readonly constant_value?: unknown };
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** A plan with accounts `swe` and `fra`, and something with a key that refers to one of them. */
function keyedPlan(
  refers: PlannedFixture,
  { each, variables = {} }: Keyed,
  others: readonly PlannedFixture[],
): string {
  const accounts = ['"swe"', '"fra"'].map((key) => identified(account(key)));
  const file = writePlan([GATEWAY, ...accounts, refers, ...others], {
    variables: Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, { value }])),
  });
  const plan = JSON.parse(readFileSync(file, "utf8")) as {
    configuration: { root_module: { resources: Record<string, unknown>[] } };
  };
  const [, type, name] = /^(\w+)\.(\w+)/.exec(refers.address) ?? [];
  const configured = plan.configuration.root_module.resources.filter(
    (resource) => resource.type === type && resource.name === name,
  );
  configured.forEach((resource) => (resource.for_each_expression = each));
  writeFileSync(file, JSON.stringify(plan));
  return file;
}

/** Whose identity gets the role: the key of its account, or that the plan is refused. */
async function holderOf(keyed: Keyed): Promise<string | undefined> {
  const scope = ['azurerm_cognitive_account.a["swe"].id', 'azurerm_cognitive_account.a["swe"]'];
  const certain = ["swe", "fra"].map((key) =>
    role(key, scope, [`${ACCOUNTS}["${key}"].identity[0].principal_id`, `${ACCOUNTS}["${key}"]`]),
  );
  const file = keyedPlan(role('each["fra"]', scope, keyed.references), keyed, certain);
  const problems = await problemsOf(file);
  if (problems.length > 0) {
    expect(problems).toEqual([
      expect.stringContaining(
        `'principal_id': it is known after apply only (it is made of ${keyed.references[0] ?? ""}`,
      ),
    ]);
    return "refused";
  }
  const [swe, fra, each] = ["swe", "fra", 'each["fra"]'].map((name) => `azurerm_role_assignment.${name}`);
  const held = new Map(
    (await loadStacks(file)).roleAssignments.map(({ address, principalId }) => [address, principalId]),
  );
  return [swe, fra].find((one) => held.get(one ?? "") === held.get(each ?? ""))?.split(".")[1];
}

const VALUE = [ACCOUNTS, "each.value"];
const PART = [ACCOUNTS, "each.value.account", "each.value"];
const PAIRS = [
  { name: "fra", account: "swe" },
  { name: "swe", account: "fra" },
];

test.each<[name: string, keyed: Keyed, holder: string]>([
  ["a[each.key]", { references: [ACCOUNTS, "each.key"], each: {} }, "fra"],
  [
    "a[each.value], of a set",
    { references: VALUE, each: { references: ["var.x"] }, variables: { x: ["swe", "fra"] } },
    "fra",
  ],
  [
    "a[each.value], of a map",
    { references: VALUE, each: { references: ["var.x"] }, variables: { x: { fra: "swe" } } },
    "swe",
  ],
  ["a[each.value], of constants", { references: VALUE, each: { constant_value: { fra: "swe" } } }, "swe"],
  ["a[each.value], of a function of constants", { references: VALUE, each: {} }, "refused"],
  ["a[each.value], of a local value", { references: VALUE, each: { references: ["local.x"] } }, "refused"],
  [
    "a[each.value.account]",
    { references: PART, each: { references: ["var.x"] }, variables: { x: { fra: { account: "swe" } } } },
    "swe",
  ],
  [
    "a[each.value.account], of a local value",
    { references: PART, each: { references: ["local.x"] } },
    "refused",
  ],
  [
    "a[lookup(each.value, …, each.key)]",
    { references: [...VALUE, "each.key"], each: { references: ["var.x"] }, variables: { x: PAIRS } },
    "refused",
  ],
  [
    "a[each.key] and each.value, in a text",
    {
      references: [...VALUE, "each.key"],
      each: { references: ["var.x"] },
      variables: { x: { fra: "swe" } },
    },
    "refused",
  ],
  ["a[local.x[each.key]]", { references: [ACCOUNTS, "local.x", "each.key"], each: {} }, "refused"],
  ["a[module.x.y]", { references: [ACCOUNTS, "module.x.y", "each.key"], each: {} }, "refused"],
  ["a[var.x]", { references: [ACCOUNTS, "var.x", "each.key"], each: {}, variables: { x: "swe" } }, "refused"],
  [
    "a[each.key] and a text",
    { references: [ACCOUNTS, "var.x", "each.key"], each: {}, variables: { x: "y" } },
    "fra",
  ],
  [
    "a[each.key] and a text that nobody set",
    { references: [ACCOUNTS, "var.x", "each.key"], each: {} },
    "refused",
  ],
  [
    "a[var.x[var.y[each.key]]]",
    {
      references: [ACCOUNTS, "var.x", "var.y", "each.key"],
      each: {},
      variables: { x: { fra: "fra", z: "swe" }, y: { fra: "z" } },
    },
    "refused",
  ],
])("whose identity a role is for: %s", async (_name, keyed, holder) => {
  expect(await holderOf(keyed)).toBe(holder);
});

type Plan = Record<
  "configuration" | "planned_values",
  { root_module: Record<string, Record<string, unknown>[]> }
> & {
  resource_changes: { address: string }[];
};

/** The plan with the role of a key in a module, to which the accounts come by a variable. */
function inModule(file: string, argumentsOfCall: object, variables: object): string {
  const plan = JSON.parse(readFileSync(file, "utf8")) as Plan;
  const take = (resources: Record<string, unknown>[] = []): Record<string, unknown>[] =>
    resources.splice(
      resources.findIndex(({ type, name }) => type === "azurerm_role_assignment" && name === "each"),
      1,
    );
  const [configured = {}] = take(plan.configuration.root_module.resources);
  const [planned = {}] = take(plan.planned_values.root_module.resources);
  const change = plan.resource_changes.find(({ address }) => address === planned.address);
  planned.address = `module.m.${String(planned.address)}`;
  change!.address = planned.address as string;
  const call = { expressions: { accounts: { references: [ACCOUNTS] }, ...argumentsOfCall } };
  const module = { resources: [configured], variables };
  Object.assign(plan.configuration.root_module, { module_calls: { m: { ...call, module } } });
  Object.assign(plan.planned_values.root_module, {
    child_modules: [{ address: "module.m", resources: [planned] }],
  });
  writeFileSync(file, JSON.stringify(plan));
  return file;
}

const OTHERS = { fra: "swe", swe: "fra" };

test.each<[name: string, argumentsOfCall: object, variables: object, isTold: boolean]>([
  ["a text that is no key", { x: { constant_value: "y" } }, {}, true],
  ["other keys", { x: { constant_value: OTHERS } }, {}, false],
  ["a function", { x: {} }, {}, false],
  ["other keys by default", {}, { x: { default: OTHERS } }, false],
  ["a variable with other keys", { x: { references: ["var.x"] } }, {}, false],
])(
  "whose identity a role in a module is for, beside an argument that is %s",
  async (_name, call, variables, isTold) => {
    const references = ["var.accounts", "var.x", "each.key"];
    const scope = ['azurerm_cognitive_account.a["swe"].id', 'azurerm_cognitive_account.a["swe"]'];
    const certain = role("certain", scope, ['azurerm_cognitive_account.a["fra"].identity[0].principal_id']);
    const keyed = { references, each: { references: ["var.accounts"] }, variables: { x: OTHERS } };
    const refers = role('each["fra"]', ["var.scope"], references);
    const file = inModule(
      keyedPlan(refers, keyed, [certain]),
      { scope: { references: scope }, ...call },
      variables,
    );
    const [problem] = await problemsOf(file);
    if (!isTold) {
      expect(problem).toContain(
        "'principal_id': it is known after apply only (it is made of var.accounts, var.x, each.key)",
      );
      return;
    }
    const held = (await loadStacks(file)).roleAssignments.map(({ principalId }) => principalId);
    expect(new Set(held).size).toBe(1);
  },
);

const URL_OF_VALUE = ["each.value.url", "each.value"];

test.each<[name: string, keyed: Keyed, account: string]>([
  ["a[local.x[each.key]]", { references: [ACCOUNTS, "local.x", "each.key"], each: {} }, "fra"],
  ["a[each.value], of a local value", { references: VALUE, each: { references: ["local.x"] } }, "fra"],
  [
    "an object made of a local value",
    { references: URL_OF_VALUE, each: { references: [ACCOUNTS, "local.x"] } },
    "fra",
  ],
  [
    "an object made of a list",
    { references: URL_OF_VALUE, each: { references: [ACCOUNTS, "var.x"] }, variables: { x: ["swe", "fra"] } },
    "fra",
  ],
  [
    "an object made of objects",
    {
      references: URL_OF_VALUE,
      each: { references: [ACCOUNTS, "var.x"] },
      variables: { x: [{ name: "swe" }, { name: "fra", priority: 1 }] },
    },
    "fra",
  ],
  [
    "an object made of a map",
    {
      references: URL_OF_VALUE,
      each: { references: [ACCOUNTS, "var.x"] },
      variables: { x: { fra: { n: 1 } } },
    },
    "fra",
  ],
])("which account an address is of: %s", async (_name, keyed, found) => {
  const { gateways, assumptions = [] } = await loadStacks(
    keyedPlan(backend('"fra"', keyed.references), keyed, []),
  );
  expect(gateways[0]?.backends[0]?.single?.url).toMatch(new RegExp(`^https://oai-${found}\\.`));
  expect(assumptions.join("\n")).toContain(`taken for azurerm_cognitive_account.a["${found}"].endpoint`);
});

test("an instance that a value names is told without reserve", async () => {
  const keyed = {
    references: PART,
    each: { references: ["var.x"] },
    variables: { x: { fra: { account: "swe" } } },
  };
  const { assumptions = [] } = await loadStacks(keyedPlan(backend('"fra"', keyed.references), keyed, []));
  expect(assumptions.join("\n")).not.toContain("without");
});

test("an address that a variable names another account for is refused", async () => {
  const keyed = {
    references: URL_OF_VALUE,
    each: { references: [ACCOUNTS, "var.x"] },
    variables: { x: { fra: "swe" } },
  };
  expect(await problemsOf(keyedPlan(backend('"fra"', keyed.references), keyed, []))).toEqual([
    expect.stringContaining(
      "'url': it is known after apply only (it is made of each.value.url); read a state",
    ),
  ]);
});

/** A pool of two backends, of whose ids a plan tells what they may be. */
function pool(references: readonly string[]): PlannedFixture {
  const services = [{ priority: 1 }, { priority: 2 }];
  return {
    address: "azapi_resource.pool",
    values: {
      type: "Microsoft.ApiManagement/service/backends@2024-05-01",
      name: "pool",
      body: { properties: { type: "Pool", pool: { services } } },
    },
    references: {
      body: { references },
      parent_id: { references: ["azurerm_api_management.this.id", "azurerm_api_management.this"] },
    },
    unknown: {
      parent_id: true,
      body: { properties: { pool: { services: services.map(() => ({ id: true })) } } },
    },
  };
}

test("members of a pool are backends, whatever else the expression that makes them has the ids of", async () => {
  const keys = ['"fra"', '"swe"'];
  const accounts = keys.map((key) => account(key));
  const backends = keys.map((key) => backend(key, [`${ACCOUNTS}[${key}].endpoint`]));
  const file = writePlan([
    GATEWAY,
    ...accounts,
    ...backends,
    pool([ACCOUNTS, "azurerm_api_management_backend.b"]),
  ]);
  const { gateways } = await loadStacks(file);
  expect(gateways[0]?.backends.at(-1)?.pool?.map(({ backend: name }) => name)).toEqual(["b-fra", "b-swe"]);
});

test("what cannot be told of a pool is one problem", async () => {
  const file = writePlan([GATEWAY, pool(["local.members"])]);
  expect(await problemsOf(file)).toEqual([
    expect.stringContaining(
      "azapi_resource.pool: 'body': it is known after apply only (it is made of local.members)",
    ),
  ]);
});

test("whose id an object made of a local value holds is not told by the own key", async () => {
  const scope = ['azurerm_cognitive_account.a["swe"].id'];
  const file = writePlan([
    identified(account('"swe"')),
    identified(account('"fra"')),
    GATEWAY,
    { ...role('each["fra"]', scope, ["each.value.id", "each.value"]), each: [ACCOUNTS, "local.grants"] },
  ]);
  expect(await problemsOf(file)).toEqual([
    expect.stringContaining("'principal_id': it is known after apply only (it is made of each.value.id)"),
  ]);
});

test("a backend with a key that no account has is refused, with the keys of both", async () => {
  const file = writePlan([
    GATEWAY,
    account('"swe"'),
    account('"fra"'),
    backend('"gwc"', ["azurerm_cognitive_account.a", "each.key"]),
  ]);
  expect(await problemsOf(file)).toEqual([
    `azurerm_api_management_backend.b["gwc"]: 'url': it is known after apply only (it is made of ` +
      `azurerm_cognitive_account.a, each.key, and azurerm_cognitive_account.a has the keys "swe", "fra", not ` +
      `"gwc"); read a state`,
  ]);
});

test("a subscription to an API is to it without its revision, in a plan, which does not show the function", async () => {
  const api: PlannedFixture = {
    address: "azurerm_api_management_api.this",
    values: {
      ...OF_GATEWAY,
      name: "models",
      path: "models",
      revision: "1",
      display_name: "Models",
      protocols: ["https"],
    },
  };
  const subscription: PlannedFixture = {
    address: "azurerm_api_management_subscription.this",
    values: { ...OF_GATEWAY, subscription_id: "mobile", display_name: "mobile", state: "active" },
    references: {
      api_id: { references: ["azurerm_api_management_api.this.id", "azurerm_api_management_api.this"] },
    },
    unknown: { api_id: true },
  };
  const { gateways, assumptions } = await loadStacks(writePlan([GATEWAY, api, subscription]));
  expect(gateways[0]?.subscriptions.map(({ scope }) => scope)).toEqual([{ kind: "api", api: "models" }]);
  expect(assumptions).toEqual([
    expect.stringMatching(/: 'api_id' is azurerm_api_management_api\.this\.id without its ';rev='$/),
  ]);
  const service =
    "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim-x/apis/models;rev=1";
  const deployed = [
    GATEWAY,
    api,
    {
      ...subscription,
      values: { ...subscription.values, primary_key: "p", secondary_key: "s", api_id: service },
    },
  ];
  expect(await problemsOf(writeState(deployed))).toEqual([
    "azurerm_api_management_subscription.this: 'api_id' names a revision (';rev='): keys of such a subscription do " +
      'not work on Azure; cut it off: replace(azurerm_api_management_api.<name>.id, "/;rev=.*/", "")',
  ]);
});

test("what values that are known after apply are taken for is said, since text may stand around them", async () => {
  const client = ["azurerm_user_assigned_identity.this.client_id", "azurerm_user_assigned_identity.this"];
  const namedValue = (name: string, references: readonly string[]): PlannedFixture => ({
    address: `azurerm_api_management_named_value.${name}`,
    values: { ...OF_GATEWAY, name, display_name: name },
    references: { value: { references } },
    unknown: { value: true },
  });
  const file = writePlan([
    GATEWAY,
    {
      address: "azurerm_user_assigned_identity.this",
      values: PLACED,
      references: { name: { references: ["random_pet.this.id", "random_pet.this"] } },
      unknown: { name: true, client_id: true, principal_id: true },
    },
    namedValue("client", client),
    // "api://${azurerm_user_assigned_identity.this.client_id}" looks the same in a plan.
    namedValue("audience", client),
    namedValue("longer", [...client, "local.environment"]),
  ]);
  const { assumptions } = await loadStacks(file);
  expect(assumptions).toEqual([
    "names that are known after apply are made up: azurerm_user_assigned_identity.this",
    "azurerm_api_management_named_value.client, azurerm_api_management_named_value.audience: 'value' is known after " +
      "apply; taken for exactly azurerm_user_assigned_identity.this.client_id (a plan does not tell if more stands " +
      "in it)",
    "azurerm_api_management_named_value.longer: 'value' is known after apply; taken for exactly " +
      "azurerm_user_assigned_identity.this.client_id, without local.environment (a plan does not tell if more stands " +
      "in it)",
  ]);
});

test("types that no request reaches can be ignored", async () => {
  const file = writePlan([GATEWAY, { address: "example_thing.this", values: { name: "t" } }]);
  expect(await problemsOf(file)).toEqual([
    "example_thing.this: resource type 'example_thing' is not supported by the simulator",
  ]);
  const ignoredTypes = ["example_thing", "example_other", "azurerm_api_management"];
  expect(await loadStacks(file, { ignoredTypes })).toMatchObject({
    irrelevant: ["example_thing.this"],
    unusedIgnoredTypes: ["example_other", "azurerm_api_management"],
  });
});

test.each<[string, (text: string) => Uint8Array]>([
  ["UTF-16, as '>' of Windows PowerShell writes", (text) => Buffer.from(`\ufeff${text}`, "utf16le")],
  ["UTF-16 of the other byte order", (text) => Buffer.from(`\ufeff${text}`, "utf16le").swap16()],
  ["UTF-8 with a mark", (text) => Buffer.from(`\ufeff${text}`)],
])("a plan in %s is read", async (_, encode) => {
  const file = writePlan([{ ...GATEWAY, values: { ...GATEWAY.values, publisher_name: "Größe" } }]);
  writeFileSync(file, encode(readFileSync(file, "utf8")));
  expect((await loadStacks(file)).gateways.map(({ name }) => name)).toEqual(["apim-x"]);
});

test("small providers beside a gateway, and what serves its portal and its management, are left out", async () => {
  const types = [
    "azurecaf_name",
    "local_file",
    "modtm_telemetry",
    "time_rotating",
    "tls_private_key",
    "azurerm_api_management_user",
    "azurerm_api_management_group_user",
    "azurerm_api_management_api_operation_tag",
    "azurerm_api_management_email_template",
    "azurerm_api_management_api_schema",
    "azurerm_api_management_identity_provider_aad",
  ];
  const file = writePlan([GATEWAY, ...types.map((type) => ({ address: `${type}.this`, values: {} }))]);
  expect((await loadStacks(file)).irrelevant).toEqual(types.map((type) => `${type}.this`));
});

test.each([
  [
    "a plan as Terraform keeps it",
    "PK\u0003\u0004",
    /cannot be read as JSON .*; write it with 'terraform show -json'$/,
  ],
  [
    "a file of secrets",
    "KEY=REALSECRETKEY",
    /: cannot be read as JSON \(Unexpected token 'K'\); write it with 'terraform show -json'$/,
  ],
  [
    "a longer file of secrets",
    "KEY=REALSECRETKEY\n".repeat(9),
    /: cannot be read as JSON \(Unexpected token 'K'\); write it with 'terraform show -json'$/,
  ],
  [
    "a list that a secret stands in",
    `[${"1,".repeat(50)}REALSECRET${",1".repeat(50)}]`,
    /: cannot be read as JSON \(Unexpected token 'R'\); write it with 'terraform show -json'$/,
  ],
  [
    "a plan with something behind a secret",
    '{ "password": "REALSECRET" REAL',
    /: cannot be read as JSON \((?!.*REAL).+\); write it with 'terraform show -json'$/,
  ],
  [
    "a plan that ends too early",
    '{ "password": "REALSECRET',
    /: cannot be read as JSON \((?!.*REAL).+\); write it with 'terraform show -json'$/,
  ],
  [
    "other JSON",
    { version: 4, resources: [] },
    /is neither a plan nor a state; write one with 'terraform show -json'$/,
  ],
  [
    "a format that nobody knows yet",
    { format_version: "2.0", values: { root_module: { resources: [{ address: "a.b", values: {} }] } } },
    /its 'format_version' is '2\.0', and the simulator reads 1 with any minor version/,
  ],
  ["an empty state", { format_version: "1.0", values: { root_module: {} } }, /no resource in the state$/],
])("%s is refused", async (_, content, message) => {
  expect(await problemsOf(writeJson("plan.json", content))).toEqual([expect.stringMatching(message)]);
});

const nested = (levels: number): string => `${'{"child_modules":['.repeat(levels)}${"]}".repeat(levels)}`;
const stateOf = (module: object): object => ({ format_version: "1.0", values: { root_module: module } });
const addressed = (address: string): object => ({
  address,
  mode: "managed",
  type: "a",
  name: "b",
  values: {},
});

test.each<[problem: string, document: object | string]>([
  ["'resources' holds null, which is not an object", stateOf({ resources: [null] })],
  ["'child_modules' holds 1, which is not an object", stateOf({ child_modules: [1] })],
  [`an address has the key "\\q"`, stateOf({ resources: [addressed(`module.m["\\q"].a.b`)] })],
  ["nests too deeply", `{"format_version":"1.0","values":{"root_module":${nested(20_000)}}}`],
])("a file that Terraform did not write so is one problem: %s", async (problem, document) => {
  const problems = await problemsOf(writeJson("state.json", document));
  expect(problems).toContainEqual(expect.stringContaining(problem));
});

test("references that are no texts are one problem of their file", async () => {
  const file = writePlan([GATEWAY, account('"swe"'), backend('"swe"', [null as unknown as string])]);
  expect(await problemsOf(file)).toEqual([
    expect.stringContaining("'references' holds null, which is not a text"),
  ]);
});

test.each([
  ["a character of another plane", `\\U0001f3fb`, "\u{1f3fb}"],
  ["an escaped template", "a$${b}", "a${b}"],
  ["a quotation mark", 'a\\"b', 'a"b'],
])("a module's key is read as Terraform quotes it: %s", (_name, quoted, key) => {
  const modules = [{ name: "team", key }];
  expect(moduleSteps(`module.team["${quoted}"].a.b`)).toEqual({ steps: modules, rest: "a.b" });
});
