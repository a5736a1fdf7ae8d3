import { accessOf, simulate, type Simulation } from "../../../simulator";
import type { StackModel } from "../../../simulator/model";
import { loadStacks, type StackInputs } from "../../../simulator/terraform";
import { RecordedKeys } from "../../../simulator/terraform/recorded-keys";
import { type PlannedFixture, serviceOf, writePlan, writeState } from "./shown-fixture";
import { writeStack } from "./stack-fixture";

const GROUP = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg";
const SERVICE = `${GROUP}/providers/Microsoft.ApiManagement/service/apim-x`;
const ACCOUNT_ID = `${GROUP}/providers/Microsoft.CognitiveServices/accounts/oai-x`;
const PLACED = { location: "westeurope", resource_group_name: "rg" };
const OF_GATEWAY = { api_management_name: "apim-x", resource_group_name: "rg" };

const KEY = "REAL5f0c2b7e9d4a1836c0ffee1234abcd";
const OTHER_KEY = "REAL0000111122223333444455556666";
/** As Storage and Service Bus have them. */
const BASE64_KEY = "REALabcdefghijklmnop+rstuvwxyz/0123456789AB=";

const GATEWAY = serviceOf(SERVICE);

const SUBSCRIPTION_VALUES = {
  ...OF_GATEWAY,
  id: `${SERVICE}/subscriptions/team`,
  subscription_id: "team",
  display_name: "team",
  state: "active",
  api_id: `${SERVICE}/apis/models`,
  primary_key: KEY,
  secondary_key: OTHER_KEY,
};
const SUBSCRIPTION: PlannedFixture = {
  address: "azurerm_api_management_subscription.team",
  values: SUBSCRIPTION_VALUES,
};

const ACCOUNT: PlannedFixture = {
  address: "azurerm_cognitive_account.oai",
  values: {
    ...PLACED,
    id: ACCOUNT_ID,
    name: "oai-x",
    kind: "OpenAI",
    sku_name: "S0",
    custom_subdomain_name: "oai-x",
    endpoint: "https://oai-x.openai.azure.com/",
    primary_access_key: KEY,
    secondary_access_key: OTHER_KEY,
  },
};
const DEPLOYMENT: PlannedFixture = {
  address: "azurerm_cognitive_deployment.chat",
  values: {
    id: `${ACCOUNT_ID}/deployments/chat`,
    name: "chat",
    cognitive_account_id: ACCOUNT_ID,
    model: [{ format: "OpenAI", name: "gpt-5.4", version: "2026-03-05" }],
    sku: [{ name: "GlobalStandard", capacity: 10 }],
  },
};

function namedValue(name: string, value: string): PlannedFixture {
  return {
    address: `azurerm_api_management_named_value.${name}`,
    values: {
      ...OF_GATEWAY,
      id: `${SERVICE}/namedValues/${name}`,
      name,
      display_name: name,
      value,
      secret: true,
    },
  };
}

function api(isSubscriptionRequired: boolean): PlannedFixture {
  return {
    address: "azurerm_api_management_api.models",
    values: {
      ...OF_GATEWAY,
      id: `${SERVICE}/apis/models;rev=1`,
      name: "models",
      path: "models",
      revision: "1",
      display_name: "Models",
      protocols: ["https"],
      subscription_required: isSubscriptionRequired,
    },
  };
}

const CHAT: PlannedFixture = {
  address: "azurerm_api_management_api_operation.chat",
  values: {
    ...OF_GATEWAY,
    id: `${SERVICE}/apis/models/operations/chat`,
    api_name: "models",
    operation_id: "chat",
    display_name: "Chat",
    method: "POST",
    url_template: "/deployments/{deployment}/chat/completions",
    template_parameter: [{ name: "deployment", required: true, type: "string" }],
  },
};

function policy(inbound: string): PlannedFixture {
  return {
    address: "azurerm_api_management_api_policy.models",
    values: {
      ...OF_GATEWAY,
      id: `${SERVICE}/apis/models`,
      api_name: "models",
      xml_content: `<policies><inbound><base />${inbound}</inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`,
    },
  };
}

/** A program beside the gateway, which is told a text. */
function program(text: string): PlannedFixture {
  return {
    address: "azapi_resource.worker",
    values: {
      id: `${GROUP}/providers/Microsoft.App/containerApps/worker`,
      type: "Microsoft.App/containerApps@2024-03-01",
      name: "worker",
      parent_id: GROUP,
      body: {
        properties: { template: { containers: [{ name: "w", env: [{ name: "TOLD", value: text }] }] } },
      },
    },
  };
}

function told({ containerApps = [] }: StackModel): string {
  return containerApps[0]?.environment["TOLD"] ?? "";
}

async function load(files: string | readonly string[], inputs?: StackInputs): Promise<StackModel> {
  const model = await loadStacks(files, inputs);
  expect(JSON.stringify(model)).not.toContain("REAL");
  return model;
}

const RUNNING: Simulation[] = [];

async function started(files: string | readonly string[]): Promise<Simulation> {
  const simulation = await simulate(files);
  RUNNING.push(simulation);
  return simulation;
}

afterEach(async () => {
  await Promise.all(RUNNING.splice(0).map((simulation) => simulation.close()));
});

const CALL = "/models/deployments/chat/chat/completions?api-version=2024-10-21";
const HELLO = { messages: [{ role: "user", content: "Hello" }] };

/** A gateway that sends its account a recorded key, as a text. */
function keyed(key: string, account: readonly PlannedFixture[] = [ACCOUNT, DEPLOYMENT]): PlannedFixture[] {
  const url = "https://oai-x.openai.azure.com/openai";
  return [
    GATEWAY,
    ...account,
    {
      address: "azurerm_api_management_backend.oai",
      values: {
        ...OF_GATEWAY,
        id: `${SERVICE}/backends/oai`,
        name: "oai",
        protocol: "http",
        url,
        credentials: [{ header: { "api-key": key } }],
      },
    },
    namedValue("key", key),
    api(false),
    CHAT,
    policy(
      `<set-backend-service backend-id="oai" /><trace source="s" severity="error"><message>{{key}}</message></trace>`,
    ),
  ];
}

describe("a recorded key of an account", () => {
  it.each([
    ["primary", "state", KEY, writeState],
    ["secondary", "state", OTHER_KEY, writeState],
    ["primary", "plan", KEY, writePlan],
  ])("is one of the simulated account: %s, of a %s", async (_which, _kind, key, write) => {
    // What is deployed already, a plan has the values of.
    const file = write(keyed(key).map((resource) => ({ ...resource, unknown: { id: false } })));
    const simulation = await started(file);
    const response = await simulation.call(CALL, { body: HELLO });
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining("chatcmpl-")]);
    expect(JSON.stringify(simulation.traces)).toContain('"element":"trace"');
    expect(JSON.stringify([simulation.traces, simulation.model])).not.toContain("REAL");
  });

  it("opens the account where another document makes it", async () => {
    const { id, primary_access_key, secondary_access_key, endpoint, ...made } = ACCOUNT.values;
    const { name, model, sku } = DEPLOYMENT.values;
    const stack = writeStack("models", {
      resource: {
        azurerm_cognitive_account: { oai: made },
        azurerm_cognitive_deployment: {
          chat: { name, model, sku, cognitive_account_id: "${azurerm_cognitive_account.oai.id}" },
        },
      },
    });
    const values = { id, name: made["name"], endpoint, primary_access_key, secondary_access_key };
    const lookedUp = { address: "data.azurerm_cognitive_account.oai", values };
    const simulation = await started([stack, writeState(keyed(KEY, [lookedUp]))]);
    expect((await simulation.call(CALL, { body: HELLO })).status).toBe(200);
  });

  it.each([
    ["its id", { endpoint: undefined }],
    ["its endpoint", { id: `${ACCOUNT_ID}-as-another-tells-it` }],
  ])("is found in what another document has looked up by %s", async (_, told) => {
    const { primary_access_key, secondary_access_key, ...made } = ACCOUNT.values;
    const keys = { primary_access_key, secondary_access_key };
    const { id, name, endpoint } = made;
    const lookedUp = {
      address: "data.azurerm_cognitive_account.oai",
      values: { id, name, endpoint, ...keys, ...told },
    };
    const model = await load([
      writeState([GATEWAY, { ...ACCOUNT, values: made }]),
      writeState([lookedUp, namedValue("key", KEY), namedValue("other", OTHER_KEY)]),
    ]);
    const texts = model.gateways[0]?.namedValues.map(({ value }) => value);
    expect(model.accounts[0]?.keys.slice(2)).toEqual(texts);
  });

  it("is no reason to say that strangers stay out", async () => {
    const report = JSON.stringify(await accessOf(writeState(keyed(KEY))));
    expect(report).toContain('"allowed"');
    expect(report).not.toMatch(/401|REAL/);
  });
});

/** A policy that compares the key of the subscription with a text. */
const GUARDED = [
  api(true),
  CHAT,
  policy(
    `<choose><when condition="@(context.Subscription.PrimaryKey != &quot;{{door}}&quot;)"><return-response><set-status code="403" /></return-response></when></choose><return-response><set-status code="200" /></return-response>`,
  ),
];
const LOOKED_UP = { ...SUBSCRIPTION, address: `data.${SUBSCRIPTION.address}` };

test.each([
  ["one state", [[GATEWAY, SUBSCRIPTION, ...GUARDED, namedValue("door", KEY)]]],
  ["a data source besides", [[LOOKED_UP, GATEWAY, SUBSCRIPTION, ...GUARDED, namedValue("door", KEY)]]],
  ["two states", [[GATEWAY, SUBSCRIPTION, ...GUARDED], [namedValue("door", KEY)]]],
])("one key has one replacement: %s", async (_, documents) => {
  const simulation = await started(documents.map((document) => writeState(document)));
  const headers = { "Ocp-Apim-Subscription-Key": simulation.subscriptionKey("team") };
  expect((await simulation.call(CALL, { headers, body: HELLO })).status).toBe(200);
});

test("keys of one address in two documents stay different ones", async () => {
  const other = {
    ...SUBSCRIPTION_VALUES,
    subscription_id: "other",
    primary_key: `${KEY}2`,
    secondary_key: `${OTHER_KEY}2`,
  };
  const { gateways } = await load([
    writeState([GATEWAY, api(true), SUBSCRIPTION]),
    writeState([{ ...SUBSCRIPTION, values: other }]),
  ]);
  const keys = gateways[0]?.subscriptions.flatMap(({ primaryKey, secondaryKey }) => [
    primaryKey,
    secondaryKey,
  ]);
  expect(new Set(keys).size).toBe(4);
});

test.each([
  ["plan", writePlan],
  ["state", writeState],
])("keys that callers of Azure have are in nothing that is made of a %s", async (_kind, write) => {
  const { gateways } = await load(write([GATEWAY, api(true), SUBSCRIPTION, namedValue("k", `Key ${KEY}`)]));
  const [gateway] = gateways;
  // Whoever has been given the key has the other one as well.
  expect(gateway?.namedValues).toMatchObject([{ value: `Key ${gateway?.subscriptions[0]?.primaryKey}` }]);
});

const base64 = (text: string): string => Buffer.from(text).toString("base64");

describe("a recorded key of a subscription", () => {
  const files = (text: string, keys: object = {}): readonly string[] => [
    writeState([GATEWAY, api(true), { ...SUBSCRIPTION, values: { ...SUBSCRIPTION_VALUES, ...keys } }]),
    writeState([program(text)]),
  ];

  it.each([
    ["in another text", (key: string) => `Key ${key}`],
    ["in Base64, as Basic has it", (key: string) => `Basic ${base64(`team:${key}`)}`],
    ["in Base64 behind one character", (key: string) => base64(`t${key}`)],
    ["in Base64 of another length, without padding", (key: string) => base64(`te${key}.`).replace(/=*$/, "")],
    ["in Base64 at the end of a path", (key: string) => `https://x.example.com/a/${base64(`team:${key}`)}`],
  ])("is replaced %s", async (_, made) => {
    const model = await load(files(made(KEY)));
    expect(told(model)).toBe(made(model.gateways[0]?.subscriptions[0]?.primaryKey ?? ""));
    expect(told(model)).not.toContain(base64(KEY).slice(0, 40));
  });

  it.each(["", "Key "])(
    "is replaced whole where another key is its beginning, behind '%s'",
    async (before) => {
      const keys = { primary_key: KEY, secondary_key: `${KEY}-and-the-rest` };
      const model = await load(files(`${before}${KEY}-and-the-rest`, keys));
      expect(told(model)).toBe(`${before}${model.gateways[0]?.subscriptions[0]?.secondaryKey}`);
    },
  );

  it("is replaced as a whole text where it is short, and nowhere in other texts", async () => {
    const short = { primary_key: "REAL-short", secondary_key: "models" };
    const whole = await load(files("REAL-short", short));
    expect(told(whole)).toBe(whole.gateways[0]?.subscriptions[0]?.primaryKey);
    // Nobody's name changes because somebody has chosen the same word as a key.
    expect(whole.gateways[0]?.apis[0]?.path).toBe("models");
    expect(whole.gateways[0]?.subscriptions[0]?.secondaryKey).toMatch(/^[\da-f]{32}$/);
    const { containerApps = [] } = await loadStacks(files("the REAL-short one", short));
    expect(containerApps[0]?.environment["TOLD"]).toBe("the REAL-short one");
  });

  it("is replaced where a test gives it", async () => {
    const stack = writeStack("program", {
      variable: { key: {} },
      resource: {
        azapi_resource: { worker: { ...program("${var.key}").values, id: undefined } },
      },
    });
    const [gateway] = files("");
    const model = await load([gateway ?? "", stack], { variables: { key: KEY } });
    expect(told(model)).toBe(model.gateways[0]?.subscriptions[0]?.primaryKey);
  });
});

test.each([
  ["32 hexadecimal digits", KEY, /^told [\da-f]{32}$/],
  ["Base64 of Storage", BASE64_KEY, /^told [A-Za-z\d+/]{43}=$/],
  ["a GUID", "0EA10EA1-0ea1-4ea1-8ea1-0ea10ea10ea1", /^told [\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/],
])("a key in another text becomes one of its kind: %s", async (_, key, kind) => {
  const storage = { address: "data.azurerm_storage_account.s", values: { primary_access_key: key } };
  const model = await load(writeState([GATEWAY, storage, program(`told ${key}`)]));
  expect(told(model)).toMatch(kind);
  expect(told(model)).not.toContain(key);
});

test("a key is replaced as a URL has it", async () => {
  const storage = { address: "data.azurerm_storage_account.s", values: { primary_access_key: BASE64_KEY } };
  const url = (key: string): string => `https://x.example.com/?code=${encodeURIComponent(key)}`;
  const model = await load(
    writeState([GATEWAY, storage, program(url(BASE64_KEY)), namedValue("same", BASE64_KEY)]),
  );
  expect(told(model)).toBe(url(model.gateways[0]?.namedValues[0]?.value ?? ""));
});

test("a signature is replaced in a URL and where it stands alone", async () => {
  const sas = {
    address: "data.azurerm_storage_account_sas.s",
    values: { sas: `?sig=${encodeURIComponent(BASE64_KEY)}` },
  };
  const model = await load(
    writeState([GATEWAY, sas, program(`https://x/${sas.values.sas}`), namedValue("same", BASE64_KEY)]),
  );
  const other = model.gateways[0]?.namedValues[0]?.value ?? "";
  expect(told(model)).toBe(`https://x/?sig=${encodeURIComponent(other)}`);
});

test("a key with half of a character, which no URL has, is replaced", () => {
  const key = "REAL0123456789abc\ud800";
  expect(new RecordedKeys([{ key, place: "here" }]).replacedIn([`=${key}`])).toEqual([
    expect.stringMatching(/^=[\da-f]{32}$/),
  ]);
});

test("what is no key of a service stays as it is recorded", async () => {
  const state = writeState([
    GATEWAY,
    SUBSCRIPTION,
    api(true),
    namedValue("own", "a secret of the stack's own"),
  ]);
  expect((await load(state)).gateways[0]?.namedValues[0]?.value).toBe("a secret of the stack's own");
});

test("a document that is nested deeper than calls is gone through", () => {
  const depth = 20_000;
  const deep = JSON.parse(`${"[".repeat(depth)}"${KEY}"${"]".repeat(depth)}`) as unknown;
  let inner: unknown = new RecordedKeys([{ key: KEY, place: "here" }]).replacedIn(deep);
  while (Array.isArray(inner)) {
    [inner] = inner as readonly unknown[];
  }
  expect(inner).toMatch(/^[\da-f]{32}$/);
});

test("a key is replaced in Base64 for URLs, and that stays what it is", () => {
  // Its Base64 has signs that URLs do not take.
  const table = new RecordedKeys([{ key: "???>>>REAL~~~~key", place: "here" }]);
  const [encoded = "", other] = table.replacedIn([
    Buffer.from("~?>:???>>>REAL~~~~key").toString("base64url"),
    "???>>>REAL~~~~key",
  ]);
  expect(encoded).toBe(Buffer.from(`~?>:${other}`).toString("base64url"));
  expect(encoded).toMatch(/[-_]/);
});

/** A key that somebody has chosen, and what is put in its place. */
const CHOSEN = 'REAL"key<with>&signs\\of+all/kinds (it is!*)';
const TABLE = new RecordedKeys([{ key: CHOSEN, place: "here" }]);
const OTHER = TABLE.replacedIn(CHOSEN);

test.each([
  ["as a URL has it", encodeURIComponent(CHOSEN)],
  ["as a URL in lower case has it", "REAL%22key%3cwith%3e%26signs%5cof%2ball%2fkinds%20(it%20is!*)"],
  ["as urlencode writes it", "REAL%22key%3Cwith%3E%26signs%5Cof%2Ball%2Fkinds+%28it+is%21%2A%29"],
  ["as urlencode in lower case has it", "REAL%22key%3cwith%3e%26signs%5cof%2ball%2fkinds+%28it+is%21%2a%29"],
  ["as JSON has it", JSON.stringify({ key: CHOSEN }).slice(8, -2)],
  ["as jsonencode writes it", 'REAL\\"key\\u003cwith\\u003e\\u0026signs\\\\of+all/kinds (it is!*)'],
  ["as XML has it", "REAL&quot;key&lt;with&gt;&amp;signs\\of+all/kinds (it is!*)"],
  ["in Base64", Buffer.from(CHOSEN).toString("base64")],
  ["in Base64 for URLs", Buffer.from(CHOSEN).toString("base64url")],
])("a key of unusual signs is replaced %s", (_, text) => {
  const [replaced = ""] = TABLE.replacedIn([`=${text}.`]);
  expect(replaced).not.toBe(`=${text}.`);
  expect([OTHER, Buffer.from(OTHER).toString("base64"), Buffer.from(OTHER).toString("base64url")]).toContain(
    replaced.slice(1, -1),
  );
});

test("what was given is not written into, and what is no JSON stays what it is", () => {
  class Own {
    public readonly key = CHOSEN;
  }
  const given = { list: [CHOSEN], own: new Own(), none: null, count: 3 };
  const replaced = TABLE.replacedIn(given);
  expect(given.list).toEqual([CHOSEN]);
  expect(replaced).toEqual({ list: [OTHER], own: new Own(), none: null, count: 3 });
  expect(replaced.own).toBe(given.own);
});
