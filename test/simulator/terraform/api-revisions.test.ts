import { simulate } from "../../../simulator";
import type { GatewayModel } from "../../../simulator/model";
import { loadStacks, StackLoadError } from "../../../simulator/terraform";
import { type PlannedFixture, serviceOf, writePlan, writeState } from "./shown-fixture";
import { GATEWAY_RESOURCES, OF_GATEWAY, writeStack } from "./stack-fixture";

const GROUP = "/subscriptions/s/resourceGroups/rg";
const SERVICE = `${GROUP}/providers/Microsoft.ApiManagement/service/apim-x`;
const CHILD = { api_management_name: "apim-x", resource_group_name: "rg" };
const POLICIES = "Microsoft.ApiManagement/service/apis/policies@2024-05-01";

const answering = (status: number): string =>
  `<policies><inbound><base /><return-response><set-status code="${status}" /></return-response></inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`;
/** What answers where no policy of an API does. */
const UNGUARDED = 204;
const REFUSING = answering(403);

const GATEWAY: readonly PlannedFixture[] = [
  serviceOf(SERVICE),
  {
    address: "azurerm_api_management_policy.all",
    values: {
      id: SERVICE,
      api_management_id: SERVICE,
      xml_content: `<policies><inbound /><backend><return-response><set-status code="${UNGUARDED}" /></return-response></backend><outbound /><on-error /></policies>`,
    },
  },
];

/** An API `models`, at `/models`. */
function api(name: string, values: Readonly<Record<string, unknown>> = {}): PlannedFixture {
  const { revision = "1" } = values;
  return {
    address: `azurerm_api_management_api.${name}`,
    values: {
      ...CHILD,
      id: `${SERVICE}/apis/models;rev=${String(revision)}`,
      name: "models",
      path: "models",
      revision: "1",
      display_name: "models",
      protocols: ["https"],
      subscription_required: false,
      ...values,
    },
  };
}

/** A revision that is made as a copy of another one. */
function copy(revision: string, values: Readonly<Record<string, unknown>> = {}): PlannedFixture {
  return api(`copy_${revision}`, { revision, source_api_id: `${SERVICE}/apis/models;rev=1`, ...values });
}

function operation(id = "chat", values: Readonly<Record<string, unknown>> = {}): PlannedFixture {
  const { api_name = "models" } = values;
  return {
    address: `azurerm_api_management_api_operation.${id}`,
    values: {
      ...CHILD,
      id: `${SERVICE}/apis/${String(api_name)}/operations/${id}`,
      api_name: "models",
      operation_id: id,
      display_name: id,
      method: "GET",
      url_template: `/${id}`,
      ...values,
    },
  };
}

function apiPolicy(
  name: string,
  apiName: string,
  xml: string,
  values: Readonly<Record<string, unknown>> = {},
): PlannedFixture {
  return {
    address: `azurerm_api_management_api_policy.${name}`,
    values: { ...CHILD, id: `${SERVICE}/apis/${apiName}`, api_name: apiName, xml_content: xml, ...values },
  };
}

function operationPolicy(apiName: string, xml: string, name = "guard"): PlannedFixture {
  return {
    address: `azurerm_api_management_api_operation_policy.${name}`,
    values: {
      ...CHILD,
      id: `${SERVICE}/apis/${apiName}/operations/chat`,
      api_name: apiName,
      operation_id: "chat",
      xml_content: xml,
    },
  };
}

function azapiPolicy(name: string, apiName: string, xml: string): PlannedFixture {
  const parent = `${SERVICE}/apis/${apiName}`;
  return {
    address: `azapi_resource.${name}`,
    values: {
      id: `${parent}/policies/policy`,
      type: POLICIES,
      name: "policy",
      parent_id: parent,
      body: { properties: { format: "rawxml", value: xml } },
    },
  };
}

function updatedPolicy(name: string, apiName: string, xml: string): PlannedFixture {
  const id = `${SERVICE}/apis/${apiName}/policies/policy`;
  return {
    address: `azapi_update_resource.${name}`,
    values: { id, type: POLICIES, resource_id: id, body: { properties: { format: "rawxml", value: xml } } },
  };
}

function release(apiName: string, name = "current"): PlannedFixture {
  return {
    address: `azurerm_api_management_api_release.${name}`,
    values: {
      id: `${SERVICE}/apis/models/releases/${name}`,
      name,
      api_id: `${SERVICE}/apis/${apiName}`,
    },
  };
}

/** Statuses of GET requests to a gateway that has this besides. */
async function statuses(
  resources: readonly PlannedFixture[],
  paths: readonly string[],
): Promise<readonly number[]> {
  const simulation = await simulate(writeState([...GATEWAY, ...resources]));
  try {
    const answers: number[] = [];
    for (const path of paths) {
      const { status } = await simulation.call(path);
      answers.push(status);
    }
    return answers;
  } finally {
    await simulation.close();
  }
}

async function problemsOf(stacks: string): Promise<readonly string[]> {
  const failure: unknown = await loadStacks(stacks).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (failure instanceof StackLoadError) {
    return failure.problems.map(({ address, message }) => `${address}: ${message}`);
  }
  expect(failure).toBeUndefined();
  return [];
}

const problemsWith = (...resources: readonly PlannedFixture[]): Promise<readonly string[]> =>
  problemsOf(writeState([...GATEWAY, ...resources]));

async function gatewayWith(...resources: readonly PlannedFixture[]): Promise<GatewayModel | undefined> {
  const { gateways } = await loadStacks(writeState([...GATEWAY, ...resources]));
  return gateways[0];
}

const CHAT = "/models/chat";
const CHAT_1 = "/models;rev=1/chat";
const CHAT_2 = "/models;rev=2/chat";

describe("what names no revision is written to", () => {
  test("the only one there is, whatever its number", async () => {
    const only = [api("models", { revision: "2" }), operation()];

    expect(await statuses([...only, azapiPolicy("guard", "models", REFUSING)], [CHAT])).toEqual([403]);
    expect(await statuses([...only, updatedPolicy("guard", "models", REFUSING)], [CHAT])).toEqual([403]);
    expect(await statuses([...only, apiPolicy("guard", "models", REFUSING)], [CHAT])).toEqual([403]);
  });

  test("the one that a release makes current, whose copies have the policy before", async () => {
    const resources = [
      api("models"),
      operation(),
      copy("2"),
      release("models;rev=2"),
      azapiPolicy("guard", "Models", REFUSING),
      azapiPolicy("before", "models;rev=1", answering(401)),
    ];

    expect(await statuses(resources, [CHAT, CHAT_1, CHAT_2])).toEqual([403, 401, 403]);
  });

  test("the first one as well, which was current before a release", async () => {
    const resources = [
      api("models"),
      operation(),
      copy("2"),
      release("models;rev=2"),
      apiPolicy("guard", "models", REFUSING),
    ];

    expect(await statuses(resources, [CHAT, CHAT_1])).toEqual([403, 403]);
  });
});

describe("what names a revision", () => {
  const two = [api("models"), operation(), copy("2"), apiPolicy("open", "models", answering(200))];

  test("answers for that one alone", async () => {
    const guarded = [...two, apiPolicy("guard", "models;rev=2", REFUSING)];

    expect(await statuses(guarded, [CHAT, CHAT_1, CHAT_2])).toEqual([200, 200, 403]);
  });

  test("is known by its id where the provider has read its name back without the revision", async () => {
    const guarded = [...two, apiPolicy("guard", "models", REFUSING, { id: `${SERVICE}/apis/models;rev=2` })];

    expect(await statuses(guarded, [CHAT, CHAT_2])).toEqual([200, 403]);
  });

  test("is one of that revision's operations, with a policy of its own", async () => {
    const resources = [
      api("models"),
      operation(),
      copy("2"),
      operation("new", { api_name: "Models;rev=2" }),
      operationPolicy("models;rev=2", REFUSING),
    ];

    expect(await statuses(resources, [CHAT, CHAT_2, "/models/new", "/models;rev=2/new"])).toEqual([
      UNGUARDED,
      403,
      404,
      UNGUARDED,
    ]);
  });

  test("is read for one of the revision's own operations though the provider has read its name back", async () => {
    const guard = operationPolicy("models;rev=2", REFUSING);
    const resources = [
      api("models"),
      copy("2"),
      operation("chat", { api_name: "models", id: `${SERVICE}/apis/models;rev=2/operations/chat` }),
      { ...guard, values: { ...guard.values, api_name: "models" } },
    ];

    expect(await statuses(resources, [CHAT, CHAT_2])).toEqual([404, 403]);
    expect(await problemsWith(...resources.slice(0, -1), operationPolicy("models", REFUSING))).toEqual([
      expect.stringContaining("'operation_id' is 'chat': API 'models' has no such operation"),
    ]);
  });

  test("replaces the operation of its id that the revision has from elsewhere", async () => {
    const own = operation("chat", { api_name: "models;rev=2", url_template: "/own" });
    const resources = [
      api("models"),
      operation(),
      copy("2"),
      { ...own, address: "azurerm_api_management_api_operation.own" },
      release("models;rev=2"),
    ];

    expect(await statuses(resources, [CHAT, "/models/own", CHAT_1])).toEqual([404, UNGUARDED, UNGUARDED]);
  });

  test("takes policies of operations from the revision that it copies, which no number names", async () => {
    const guard = operationPolicy("models;rev=1", REFUSING);
    const resources = [
      api("models"),
      operation(),
      copy("2", { source_api_id: `${SERVICE}/apis/models` }),
      release("models;rev=2"),
      guard,
    ];

    expect(await statuses(resources, [CHAT, CHAT_1])).toEqual([403, 403]);
  });

  test("is found when a release names the API in another letter case", async () => {
    const released = [...two, azapiPolicy("guard", "models;rev=2", REFUSING), release("Models;rev=2")];

    expect(await statuses(released, [CHAT, CHAT_1, CHAT_2])).toEqual([403, 200, 403]);
  });

  test("takes from the revision that it copies what nothing writes to it", async () => {
    const resources = [
      ...two,
      copy("3", { source_api_id: `${SERVICE}/apis/MODELS;rev=2` }),
      azapiPolicy("guard", "models;rev=2", REFUSING),
    ];

    expect(await statuses(resources, [CHAT, CHAT_2, "/models;rev=3/chat"])).toEqual([200, 403, 403]);
  });
});

describe("which revision is current", () => {
  test("stays as it is where a release names none", async () => {
    expect(
      await statuses([api("models", { revision: "2" }), operation(), release("models")], [CHAT]),
    ).toEqual([UNGUARDED]);
  });

  test("is what releases agree on, beside one that names none", async () => {
    const gateway = await gatewayWith(
      api("models"),
      copy("2"),
      operation(),
      release("models", "before"),
      release("models;rev=2", "first"),
      release("models;rev=2", "second"),
    );

    expect(gateway?.apis).toMatchObject([{ revision: "2" }]);
  });

  test("is what a state has recorded where no release says so", async () => {
    const gateway = await gatewayWith(
      api("models", { is_current: false }),
      copy("2", { is_current: true }),
      operation(),
    );

    expect(gateway?.apis).toMatchObject([{ revision: "2" }]);
    expect(gateway?.revisions).toMatchObject([{ revision: "1", isCurrent: false }]);
  });

  /** What the provider has read, and nobody has written. */
  const unwritten = ["is_current"];
  const recordedAs = (current: string): readonly PlannedFixture[] => [
    { ...api("models", { is_current: current === "1" }), unwritten },
    { ...copy("2", { is_current: current === "2" }), unwritten },
    operation(),
  ];
  const RELEASE = "azurerm_api_management_api_release";

  test("is what a state and its release agree on", async () => {
    const gateway = await gatewayWith(...recordedAs("2"), release("models;rev=2"));

    expect(gateway?.apis).toMatchObject([{ revision: "2" }]);
  });

  test("is not told by a state whose releases differ, or differ from what it has recorded", async () => {
    const STALE =
      "a state does not say which of them is newer: give a plan, for which Terraform asks Azure anew";

    expect(
      await problemsWith(
        api("models"),
        copy("2"),
        operation(),
        release("models;rev=1", "first"),
        release("MODELS;rev=2", "second"),
      ),
    ).toEqual([
      `${RELEASE}.second: by it revision 2 of API 'MODELS' is current, and by ${RELEASE}.first revision 1; ${STALE}`,
    ]);
    expect(await problemsWith(...recordedAs("1"), release("models;rev=2"))).toEqual([
      `${RELEASE}.current: by it revision 2 of API 'models' is current, and by azurerm_api_management_api.models ` +
        `revision 1; ${STALE}`,
    ]);
    expect(await problemsWith(...recordedAs("2"), release("models;rev=1"))).toEqual([
      expect.stringContaining(
        "revision 1 of API 'models' is current, and by azurerm_api_management_api.copy_2",
      ),
    ]);
    expect(
      await problemsWith(api("models", { is_current: true }), copy("2", { is_current: true }), operation()),
    ).toEqual([
      expect.stringContaining("azurerm_api_management_api.copy_2: by it revision 2 of API 'models'"),
    ]);
  });

  describe("in a plan", () => {
    const asIs = (resources: readonly PlannedFixture[]): readonly PlannedFixture[] =>
      resources.map((resource) => ({ ...resource, actions: ["no-op"] }));

    const plan = (...resources: readonly PlannedFixture[]): string =>
      writePlan([...asIs(GATEWAY), ...resources]);

    async function currentIn(
      ...resources: readonly PlannedFixture[]
    ): Promise<readonly string[] | undefined> {
      const { gateways } = await loadStacks(plan(...resources));
      return gateways[0]?.apis.map(({ revision }) => revision);
    }

    const history = [release("models;rev=2", "first"), release("models;rev=1", "second")];

    test("is what Azure has said, whatever was released before", async () => {
      for (const number of ["1", "2"]) {
        expect(await currentIn(...asIs([...recordedAs(number), ...history]))).toEqual([number]);
      }
    });

    test.each([[["create"]], [["update"]], [["delete", "create"]], [["create", "delete"]]])(
      "is what a release is to make so, by %j",
      async (actions) => {
        const made = { ...release("models;rev=2"), actions };

        expect(
          await currentIn(...asIs([...recordedAs("1"), release("models;rev=1", "before")]), made),
        ).toEqual(["2"]);
      },
    );

    test("is what was released where nothing is recorded", async () => {
      const made = [api("models"), copy("2"), operation()];

      expect(await currentIn(...made, ...asIs([release("models;rev=2")]))).toEqual(["2"]);
    });

    test("is not told by two releases that it makes, which are refused", async () => {
      expect(await problemsOf(plan(...asIs(recordedAs("1")), ...history))).toEqual([
        `${RELEASE}.second: by it revision 1 of API 'models' is current, and by ${RELEASE}.first revision 2; ` +
          "which of them is made last does not follow: keep one",
      ]);
    });
  });

  test("is not told by two releases of a stack, which are refused", async () => {
    const models = "${azurerm_api_management_api.models.id}";
    const own = { ...OF_GATEWAY, name: "models", revision: "1", display_name: "models", path: "models" };
    const stack = writeStack("main", {
      resource: {
        ...GATEWAY_RESOURCES,
        azurerm_api_management_api: {
          models: { ...own, protocols: ["https"] },
          two: { ...own, revision: "2", source_api_id: models },
        },
        azurerm_api_management_api_release: {
          first: { name: "first", api_id: "${azurerm_api_management_api.two.id}" },
          second: { name: "second", api_id: models },
        },
      },
    });

    expect(await problemsOf(stack)).toEqual([expect.stringMatching(/^azurerm_\w+\.second: .*: keep one$/)]);
  });

  test("is not told by two revisions that are no copies, unless a release names one", async () => {
    const two = [api("models"), api("two", { revision: "2" }), operation()];

    expect(await problemsWith(...two)).toContainEqual(
      "azurerm_api_management_api.two: it is the API 'models', which azurerm_api_management_api.models is already; " +
        "API Management has one, and of its revisions one is current: a release says which",
    );
    expect((await gatewayWith(...two, release("models;rev=2")))?.apis).toMatchObject([{ revision: "2" }]);
  });
});

describe("a revision that nothing makes is refused", () => {
  const has =
    "API 'models' has no such revision, but '1'; name one that it has, or load the stack, plan or state";

  test.each<[what: string, tried: PlannedFixture, problem: string]>([
    [
      "as the parent of a policy",
      azapiPolicy("tried", "models;rev=3", REFUSING),
      `'parent_id' is '${SERVICE}/apis/models;rev=3': ${has}`,
    ],
    ["by a policy", apiPolicy("tried", "models;rev=3", REFUSING), `'api_name' is 'models;rev=3': ${has}`],
    [
      "by an operation",
      operation("tried", { api_name: "models;rev=3" }),
      `'api_name' is 'models;rev=3': ${has}`,
    ],
    [
      "by a policy of an operation",
      operationPolicy("models;rev=9", REFUSING),
      `'api_name' is 'models;rev=9': ${has}`,
    ],
    ["by a release", release("models;rev=7"), `'api_id' is '${SERVICE}/apis/models;rev=7': ${has}`],
    [
      "as what a copy is made of",
      copy("2", { source_api_id: `${SERVICE}/apis/models;rev=7` }),
      `'source_api_id' is '${SERVICE}/apis/models;rev=7': API 'models' has no such revision, but '1', '2'`,
    ],
  ])("%s", async (_what, tried, problem) => {
    expect(await problemsWith(api("models"), operation(), tried)).toEqual([
      expect.stringContaining(`${tried.address}: ${problem}`),
    ]);
  });

  test("among those of its own API, and not where the API is missing as well", async () => {
    const other = api("other", { name: "other", path: "other", revision: "5" });

    expect(
      await problemsWith(
        api("models"),
        other,
        apiPolicy("tried", "models;rev=5", REFUSING),
        apiPolicy("lost", "nope;rev=1", REFUSING),
      ),
    ).toEqual([
      expect.stringContaining("API 'models' has no such revision, but '1';"),
      expect.stringContaining("'nope;rev=1': service 'apim-x' has no such API, but 'models', 'other';"),
    ]);
  });

  test("but not of an API that the stacks look up", async () => {
    const directory = writeStack("main", {
      data: { azurerm_api_management_api: { theirs: { ...OF_GATEWAY, name: "theirs", revision: "1" } } },
      resource: {
        ...GATEWAY_RESOURCES,
        azurerm_api_management_api_policy: {
          tried: { ...OF_GATEWAY, api_name: "theirs;rev=2", xml_content: REFUSING },
        },
      },
    });

    expect(await problemsOf(directory)).toEqual([]);
  });
});

describe("a copy", () => {
  const released = (values: Readonly<Record<string, unknown>>): readonly PlannedFixture[] => [
    api("models"),
    operation(),
    copy("2", values),
    release("models;rev=2"),
  ];

  test("demands keys as it says, and by default", async () => {
    const paths = [CHAT, CHAT_1];

    expect(await statuses(released({ subscription_required: true }), paths)).toEqual([401, UNGUARDED]);
    expect(await statuses(released({ subscription_required: undefined }), paths)).toEqual([401, UNGUARDED]);
    expect(await statuses(released({ subscription_required: false }), paths)).toEqual([UNGUARDED, UNGUARDED]);
  });

  test("has a backend, protocols and names of keys of its own, or those of what it copies", async () => {
    const original = api("models", {
      service_url: "https://one.example",
      subscription_key_parameter_names: [{ header: "key", query: "key" }],
    });
    const gateway = await gatewayWith(
      original,
      copy("2", { protocols: undefined }),
      copy("3", {
        service_url: "https://three.example",
        protocols: ["http", "https"],
        subscription_key_parameter_names: [{ header: "api-key", query: "code" }],
      }),
    );

    expect(gateway?.revisions).toMatchObject([
      {
        serviceUrl: "https://one.example",
        protocols: ["https"],
        subscriptionKeyParameterNames: { header: "key", query: "key" },
      },
      {
        serviceUrl: "https://three.example",
        protocols: ["http", "https"],
        subscriptionKeyParameterNames: { header: "api-key", query: "code" },
      },
    ]);
  });

  test.each([
    ["path", { path: "other" }, "'path' is 'other', and 'models' in azurerm_api_management_api.models"],
    [
      "display_name",
      { display_name: "Other" },
      "'display_name' is 'Other', and 'models' in azurerm_api_management_api.models",
    ],
    ["version", { version: "v2" }, "'version' is 'v2', and '' in azurerm_api_management_api.models"],
  ])("is refused with another %s, which its revisions share", async (_name, values, problem) => {
    expect(await problemsWith(...released(values))).toEqual([
      `azurerm_api_management_api.copy_2: ${problem}; Azure changes it for the current revision only`,
    ]);
  });

  test("is refused with an import, of which nothing tells what becomes of the copied operations", async () => {
    const content_value = JSON.stringify({ openapi: "3.0.1", paths: { "/new": { get: {} } } });

    expect(
      await problemsWith(...released({ import: [{ content_format: "openapi+json", content_value }] })),
    ).toEqual([
      "azurerm_api_management_api.copy_2: 'import' is not supported for a copy: what becomes of the operations that it " +
        "copies is not documented; take the description into the API that is copied",
    ]);
  });

  test("is refused where it copies itself, by whatever way", async () => {
    expect(
      await problemsWith(
        api("models"),
        copy("2", { source_api_id: `${SERVICE}/apis/models;rev=3` }),
        copy("3", { source_api_id: `${SERVICE}/apis/models;rev=2` }),
      ),
    ).toEqual([
      expect.stringContaining("azurerm_api_management_api.copy_2: it is copied from itself"),
      expect.stringContaining("azurerm_api_management_api.copy_3: it is copied from itself"),
    ]);
  });

  test("is refused where its revision is there already", async () => {
    expect(
      await problemsWith(api("models"), copy("2"), {
        ...copy("2"),
        address: "azurerm_api_management_api.again",
      }),
    ).toEqual([
      "azurerm_api_management_api.again: it is revision 2 of API 'models', which azurerm_api_management_api.copy_2 is already",
    ]);
  });

  test("of another API is refused", async () => {
    const other = { name: "other", path: "other" };
    const copied = api("copied", { ...other, revision: "2", source_api_id: `${SERVICE}/apis/models;rev=1` });
    const problem =
      "azurerm_api_management_api.copied: copies of other APIs are not resolved; declare the operations";

    expect(await problemsWith(api("models"), copied)).toEqual([problem]);
    expect(await problemsWith(api("models"), api("other", other), copied)).toEqual([problem]);
  });
});

describe("two policies on one scope are refused with both addresses", () => {
  const RIVALS = (one: string, other: string): string =>
    `${other}: it stands on the same scope as ${one}; one would overwrite the other`;

  test.each<[what: string, one: PlannedFixture, other: PlannedFixture]>([
    [
      "azurerm's and azapi's",
      apiPolicy("one", "models", REFUSING),
      azapiPolicy("other", "models;rev=1", answering(200)),
    ],
    [
      "two of azapi",
      azapiPolicy("one", "models;rev=1", REFUSING),
      azapiPolicy("other", "Models", answering(200)),
    ],
    [
      "two of azurerm",
      apiPolicy("one", "models", REFUSING),
      apiPolicy("other", "MODELS;rev=1", answering(200)),
    ],
    [
      "two of an operation",
      operationPolicy("models", REFUSING, "one"),
      operationPolicy("Models;rev=1", answering(200), "other"),
    ],
    [
      "two updates",
      updatedPolicy("one", "models;rev=1", REFUSING),
      updatedPolicy("other", "models", answering(200)),
    ],
  ])("%s", async (_what, one, other) => {
    expect(await problemsWith(api("models"), operation(), one, other)).toEqual([
      RIVALS(one.address, other.address),
    ]);
  });

  test("two updates of what azapi makes", async () => {
    const made = azapiPolicy("made", "models;rev=1", answering(200));
    const [one, other] = [
      updatedPolicy("one", "models;rev=1", REFUSING),
      updatedPolicy("other", "Models;rev=1", answering(200)),
    ];

    expect(await problemsWith(api("models"), operation(), made, one, other)).toEqual([
      RIVALS(one.address, other.address),
    ]);
  });

  test("but an update of what another one makes is what it is for", async () => {
    const made = apiPolicy("made", "models", answering(200));

    const numbered = apiPolicy("made", "models;rev=1", answering(200));
    const policies = [
      [made, updatedPolicy("update", "models;rev=1", REFUSING)],
      [numbered, updatedPolicy("update", "models", REFUSING)],
    ];
    for (const written of policies) {
      expect(await statuses([api("models"), operation(), ...written], [CHAT])).toEqual([403]);
    }
  });

  const released = (lifecycle?: object): string =>
    writeStack("main", {
      resource: {
        ...GATEWAY_RESOURCES,
        azurerm_api_management_api: {
          models: {
            ...OF_GATEWAY,
            name: "models",
            path: "models",
            revision: "1",
            display_name: "models",
            protocols: ["https"],
          },
          two: {
            ...OF_GATEWAY,
            name: "models",
            path: "models",
            revision: "2",
            source_api_id: "${azurerm_api_management_api.models.id}",
          },
        },
        azurerm_api_management_api_policy: {
          before: { ...OF_GATEWAY, api_name: "models", xml_content: answering(200), lifecycle },
        },
        azapi_resource: {
          after: {
            type: POLICIES,
            name: "policy",
            parent_id: "${azurerm_api_management_api.two.id}",
            body: { properties: { format: "rawxml", value: REFUSING } },
          },
        },
        azurerm_api_management_api_release: {
          current: { name: "current", api_id: "${azurerm_api_management_api.two.id}" },
        },
      },
    });

  test("where the current revision gets one by its number, and every apply writes another to the current one", async () => {
    expect(await problemsOf(released())).toEqual([
      RIVALS("azurerm_api_management_api_policy.before", "azapi_resource.after"),
    ]);
  });

  test.each<[object]>([[{ ignore_changes: ["xml_content"] }], [[{ ignore_changes: "all" }]]])(
    "but not where %j keeps the first one where it was written",
    async (lifecycle) => {
      const { gateways } = await loadStacks(released(lifecycle));

      expect(gateways[0]?.apis).toMatchObject([
        { revision: "2", policy: { address: "azapi_resource.after" } },
      ]);
      expect(gateways[0]?.revisions).toMatchObject([
        { revision: "1", policy: { address: "azurerm_api_management_api_policy.before" } },
      ]);
    },
  );
});

test("operations that take the same requests are refused in every revision", async () => {
  const same = operation("same", { api_name: "models;rev=2", url_template: "/chat" });

  expect(await problemsWith(api("models"), operation(), copy("2"), same)).toEqual([
    expect.stringMatching(
      /^azurerm_api_management_api_operation\.\w+: it is the operation 'GET \/chat' of API 'models'/,
    ),
  ]);
});

test("an operation of one id is declared once in a revision", async () => {
  const again = {
    ...operation("chat", { url_template: "/again" }),
    address: "azurerm_api_management_api_operation.b",
  };

  expect(await problemsWith(api("models"), operation(), again)).toEqual([
    "azurerm_api_management_api_operation.b: it is operation 'chat' of API 'models', which " +
      "azurerm_api_management_api_operation.chat is already",
  ]);
  expect(
    await problemsWith(api("models"), operation(), {
      ...again,
      values: { ...again.values, api_name: "models;rev=1" },
    }),
  ).toEqual([expect.stringContaining("which azurerm_api_management_api_operation.chat is already")]);
});
