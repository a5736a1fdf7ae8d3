import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import Ajv2019 from "ajv/dist/2019";
import { CONTRACT_OPERATIONS } from "../../../lib/contracts/client-contract";
import { ContractError } from "../../../lib/contracts/contract-error";
import { CONTRACT_SCHEMA } from "../../../lib/contracts/contract-schema";
import { Contracts, readContracts } from "../../../lib/contracts/contracts";
import { OPENAI_OPERATION_GROUPS } from "../../../lib/gateway/policy/openai-operation";

const PUBLISHED = resolve(__dirname, "../../../contracts");
const KEY = { kind: "subscriptionKey" };
const RIGHT = {
  client: "claims",
  owner: { team: "Claims", email: "claims@contoso.com" },
  costCentre: "4100",
  environments: { prod: { api: "assistant", credentials: [KEY] } },
};

const GUID = "66666666-6666-4666-8666-66666666666a";
const APPLICATION = { kind: "application", clientId: GUID };
const CERTIFICATE = { kind: "certificate", name: "a.contoso.com" };

/** A contract with one environment of these terms. */
function having(terms: object): object {
  return { ...RIGHT, environments: { prod: { ...RIGHT.environments.prod, ...terms } } };
}

function folderWith(files: Readonly<Record<string, unknown>>): string {
  const folder = mkdtempSync(join(tmpdir(), "contracts-"));
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  }
  return folder;
}

/** What is wrong with files, without the folder. */
function problemsOf(files: Readonly<Record<string, unknown>>): readonly string[] {
  const folder = folderWith(files);
  try {
    readContracts(folder, { environments: ["dev", "prod"] });
    return [];
  } catch (error) {
    if (!(error instanceof ContractError)) {
      throw error;
    }
    return error.message.replaceAll(`${folder}/`, "").split("\n");
  }
}

const without = (member: keyof typeof RIGHT): object =>
  Object.fromEntries(Object.entries(RIGHT).filter(([name]) => name !== member));

const WRONG: readonly (readonly [what: string, contract: unknown, problems: readonly string[]])[] = [
  [
    "no client",
    without("client"),
    [
      "#: needs member 'client': add it: name of the client, that of the file: 3 to 40 lower-case letters, digits or '-', starting with a letter and not ending in '-'",
    ],
  ],
  ["no owner", without("owner"), ["#: needs member 'owner': add it: who answers for the client"]],
  [
    "no cost centre",
    without("costCentre"),
    ["#: needs member 'costCentre': add it: who pays: 1 to 40 letters, digits, '.', '_' or '-'"],
  ],
  [
    "no environments",
    without("environments"),
    ["#: needs member 'environments': add it: what holds where, by name of the environment"],
  ],
  ["a list", [], ["#: must be an object, got []: write what the schema says"]],
  [
    "an unknown member",
    { ...RIGHT, color: "red" },
    ["#: has no member 'color': remove it, or write one of client, owner, costCentre, environments"],
  ],
  [
    "a client in capitals",
    { ...RIGHT, client: "Claims" },
    [
      "#/client: must be name of the client, that of the file: 3 to 40 lower-case letters, digits or '-', starting with a letter and not ending in '-', got \"Claims\": correct it",
    ],
  ],
  [
    "another name than the file's",
    { ...RIGHT, client: "fraud" },
    ['#/client: must be the name of the file, claims, got "fraud": rename one of them'],
  ],
  [
    "an owner without a mail address",
    { ...RIGHT, owner: { team: "Claims" } },
    ["#/owner: needs member 'email': add it: a mail address that is read"],
  ],
  [
    "a mail address that is none",
    { ...RIGHT, owner: { team: "Claims", email: "claims" } },
    ['#/owner/email: must be a mail address that is read, got "claims": correct it'],
  ],
  [
    "a team without a name",
    { ...RIGHT, owner: { team: "", email: "c@contoso.com" } },
    ['#/owner/team: must not be empty, got "": write name of the team, in one line'],
  ],
  [
    "a team that nobody can say in one breath",
    { ...RIGHT, owner: { team: "x".repeat(101), email: "c@contoso.com" } },
    [`#/owner/team: must be at most 100 characters long, got "${"x".repeat(101)}": shorten it`],
  ],
  [
    "a cost centre that is a number",
    { ...RIGHT, costCentre: 4100 },
    ["#/costCentre: must be a string, got 4100: write who pays: 1 to 40 letters, digits, '.', '_' or '-'"],
  ],
  [
    "no environment at all",
    { ...RIGHT, environments: {} },
    [
      "#/environments: must not be empty: write what holds where, by name of the environment, or leave it out where that is allowed",
    ],
  ],
  [
    "a name that no environment has",
    { ...RIGHT, environments: { "Prod!": RIGHT.environments.prod } },
    [
      '#/environments/Prod!: must be the name of an environment: 2 to 8 lower-case letters or digits, got "Prod!": rename it',
    ],
  ],
  [
    "an environment that is not there",
    { ...RIGHT, environments: { qa: RIGHT.environments.prod } },
    [
      '#/environments/qa: must be one of the environments dev, prod, got "qa": correct the name, or add the environment',
    ],
  ],
  [
    "no API and no credentials",
    { ...RIGHT, environments: { prod: {} } },
    [
      "#/environments/prod: needs member 'api': add it: name of the API: 3 to 40 lower-case letters, digits or '-', starting with a letter and not ending in '-'",
      "#/environments/prod: needs member 'credentials': add it: what identifies the client, without anything secret",
    ],
  ],
  [
    "credentials that are none",
    having({ credentials: [] }),
    [
      "#/environments/prod/credentials: must not be empty: write what identifies the client, without anything secret, or leave it out where that is allowed",
    ],
  ],
  [
    "a credential of a kind that is not known",
    having({ credentials: [{ kind: "password" }] }),
    [
      '#/environments/prod/credentials/0: kind must be subscriptionKey, application or certificate, got "password": name the credential',
    ],
  ],
  [
    "a credential without a kind",
    having({ credentials: [{}] }),
    [
      "#/environments/prod/credentials/0: needs member 'kind': add it: see the schema",
      "#/environments/prod/credentials/0: kind must be subscriptionKey, application or certificate: name the credential",
    ],
  ],
  [
    "an application without its id",
    having({ credentials: [{ kind: "application" }] }),
    [
      "#/environments/prod/credentials/0: needs member 'clientId': add it: the client id in tokens: that of the application registration, in one line",
    ],
  ],
  [
    "a secret",
    having({ credentials: [{ ...KEY, key: "s3cret" }] }),
    ["#/environments/prod/credentials/0: has no member 'key': remove it, or write one of kind"],
  ],
  [
    "a thumbprint of SHA-256",
    having({ credentials: [{ kind: "certificate", name: "a.contoso.com", thumbprint: "00".repeat(32) }] }),
    [
      `#/environments/prod/credentials/0/thumbprint: must be SHA-1 of the one certificate that counts, 40 hexadecimal digits, got "${"00".repeat(32)}": correct it`,
    ],
  ],
  [
    "a credential twice",
    having({ credentials: [KEY, KEY] }),
    [
      '#/environments/prod/credentials: must have each item once, got [{"kind":"subscriptionKey"},{"kind":"subscriptionKey"}]: remove the second one',
    ],
  ],
  [
    "an operation that is not known",
    having({ operations: ["chatting"] }),
    [
      '#/environments/prod/operations/0: must be one of chat, completions, embeddings, responses, images, audio, models, stored-responses, files, batches, vector-stores, got "chatting": choose an operation group',
    ],
  ],
  [
    "a model by a URL",
    having({ models: ["https://models"] }),
    [
      "#/environments/prod/models/0: must be name of a model deployment: 2 to 64 letters, digits, '.', '_' or '-', got \"https://models\": correct it",
    ],
  ],
  [
    "limits without a limit",
    having({ limits: {} }),
    [
      "#/environments/prod/limits: must not be empty: write what the client may use at most, or leave it out where that is allowed",
    ],
  ],
  [
    "no requests",
    having({ limits: { requestsPerMinute: 0 } }),
    [
      "#/environments/prod/limits/requestsPerMinute: must be at least 1, got 0: write requests in any 60 seconds",
    ],
  ],
  [
    "half a token",
    having({ limits: { tokensPerMinute: 0.5 } }),
    [
      "#/environments/prod/limits/tokensPerMinute: must be a whole number, got 0.5: write prompt and completion tokens in any 60 seconds",
      "#/environments/prod/limits/tokensPerMinute: must be at least 1, got 0.5: write prompt and completion tokens in any 60 seconds",
    ],
  ],
  [
    "tokens as text",
    having({ limits: { tokensPerMinute: "1000" } }),
    [
      '#/environments/prod/limits/tokensPerMinute: must be a whole number, got "1000": write prompt and completion tokens in any 60 seconds',
    ],
  ],
  [
    "a quota without its period",
    having({ limits: { tokenQuota: 5 } }),
    ["#/environments/prod/limits: member 'tokenQuota' goes with 'tokenQuotaPeriod': give both or neither"],
  ],
  [
    "a period that is not known",
    having({ limits: { tokenQuota: 5, tokenQuotaPeriod: "monthly" } }),
    [
      '#/environments/prod/limits/tokenQuotaPeriod: must be one of Hourly, Daily, Weekly, Monthly, Yearly, got "monthly": choose period after which the quota is full again',
    ],
  ],
  [
    "a limit that is not known",
    having({ limits: { callsPerMinute: 5 } }),
    [
      "#/environments/prod/limits: has no member 'callsPerMinute': remove it, or write one of requestsPerMinute, tokensPerMinute, reservedTokensPerMinute, requestsPerMinutePerUser, tokensPerMinutePerUser, tokenQuota, tokenQuotaPeriod",
    ],
  ],
  [
    "a budget of nothing",
    having({ budget: { monthlyAmount: 0 } }),
    [
      "#/environments/prod/budget/monthlyAmount: must be above 0, got 0: write amount in the currency of the price list",
    ],
  ],
  [
    "a budget with what no budget has",
    having({ budget: { monthlyAmount: 5, currency: "EUR" } }),
    [
      "#/environments/prod/budget: has no member 'currency': remove it, or write one of monthlyAmount, atLimit, monthlyAmountPerUser",
    ],
  ],
  [
    "a budget in words",
    having({ budget: { monthlyAmount: "5 EUR" } }),
    [
      '#/environments/prod/budget/monthlyAmount: must be a number, got "5 EUR": write amount in the currency of the price list',
    ],
  ],
  [
    "the 30th of February",
    having({ expires: "2027-02-30" }),
    [
      '#/environments/prod/expires: must be last day of access, YYYY-MM-DD, in UTC, got "2027-02-30": correct it',
    ],
  ],
  [
    "a day of another form",
    having({ expires: "30.6.2027" }),
    [
      '#/environments/prod/expires: must be last day of access, YYYY-MM-DD, in UTC, got "30.6.2027": correct it',
    ],
  ],
  [
    "suspended in words",
    having({ suspended: "yes" }),
    [
      '#/environments/prod/suspended: must be a boolean, got "yes": write true while the client is locked out',
    ],
  ],
];

describe("readContracts", () => {
  it.each(WRONG)("refuses %s", (_what, contract, problems) => {
    expect(problemsOf({ "claims.json": contract })).toEqual(problems.map((each) => `claims.json${each}`));
  });

  it("says where a file ceases to be JSON", () => {
    expect(problemsOf({ "claims.json": '{ "client": }' })).toEqual([
      expect.stringMatching(/^claims\.json#: must be JSON \(Unexpected token .*\): correct it there$/),
    ]);
  });

  it("reports all files at once, and credentials that two clients share", () => {
    const application = { kind: "application", clientId: "app-1" };
    const fraud = { ...having({ credentials: [application] }), client: "fraud" };
    const claims = having({ credentials: [application] });
    expect(problemsOf({ "claims.json": claims, "fraud.json": fraud, "spam.json": {} })).toEqual([
      ...["client", "owner", "costCentre", "environments"].map((member): unknown =>
        expect.stringContaining(`spam.json#: needs member '${member}'`),
      ),
      "fraud.json#/environments/prod/credentials/0: must identify one client of API 'assistant'; it is that of claims, " +
        'got "app-1": give each client a credential of its own',
    ]);
  });

  it.each([
    ["one names the authenticator", APPLICATION, { ...APPLICATION, authenticator: "entra" }],
    ["the other one names it", { ...APPLICATION, authenticator: "entra" }, APPLICATION],
    ["one writes a GUID in capitals", APPLICATION, { ...APPLICATION, clientId: GUID.toUpperCase() }],
    ["one certificate is held to a thumbprint", CERTIFICATE, { ...CERTIFICATE, thumbprint: "0a".repeat(20) }],
  ])("refuses two clients with one credential where %s", (_what, one, other) => {
    const fraud = { ...having({ credentials: [other] }), client: "fraud" };
    expect(problemsOf({ "claims.json": having({ credentials: [one] }), "fraud.json": fraud })).toEqual([
      expect.stringContaining(
        "fraud.json#/environments/prod/credentials/0: must identify one client of API 'assistant'; it is that of claims",
      ),
    ]);
  });

  it("lets two clients have one id at two issuers", () => {
    const [one, other] = ["entra", "okta"].map((authenticator) => ({ ...APPLICATION, authenticator }));
    const fraud = { ...having({ credentials: [other] }), client: "fraud" };
    expect(problemsOf({ "claims.json": having({ credentials: [one] }), "fraud.json": fraud })).toEqual([]);
  });

  it("refuses a member that is there twice, however it is written, and says in which lines", () => {
    const text = JSON.stringify(having({ suspended: true, expires: "2027-01-31" }), undefined, 2);
    const again = text.replace(
      '"expires"',
      '"suspended": false,\n      "api": "other",\n      "suspen\\u0064ed": false,\n      "expires"',
    );
    const terms = "claims.json#/environments/prod";
    expect(problemsOf({ "claims.json": again })).toEqual([
      `${terms}/suspended: must be there once, and is in lines 16 and 17: leave the one that holds`,
      `${terms}/api: must be there once, and is in lines 10 and 18: leave the one that holds`,
      `${terms}/suspended: must be there once, and is in lines 17 and 19: leave the one that holds`,
    ]);
    expect(problemsOf({ "claims.json": `{ "environments": {}, ${JSON.stringify(RIGHT).slice(1)}` })).toEqual([
      "claims.json#/environments: must be there once, and is in lines 1 and 1: leave the one that holds",
    ]);
  });

  describe("takes texts of one line only", () => {
    const breaks = ["\n", "\r", "\u2028", "\u2029", "\u0000", "\u202e", "\u200b"];
    const hidden = "x\n\nNothing changes for anybody.\n\n<!--";
    const held: readonly (readonly [member: string, contract: (text: string) => object])[] = [
      ["$schema", (text) => ({ ...RIGHT, $schema: text })],
      ["client", (text) => ({ ...RIGHT, client: text })],
      ["owner/team", (team) => ({ ...RIGHT, owner: { ...RIGHT.owner, team } })],
      ["owner/email", (text) => ({ ...RIGHT, owner: { ...RIGHT.owner, email: `${text}@contoso.com` } })],
      ["costCentre", (costCentre) => ({ ...RIGHT, costCentre })],
      ["environments/prod/api", (api) => having({ api })],
      ["environments/prod/models/0", (text) => having({ models: [text] })],
      ["environments/prod/operations/0", (text) => having({ operations: [text] })],
      ["environments/prod/expires", (expires) => having({ expires })],
      ...(["clientId", "authenticator"] as const).map(
        (member) =>
          [
            `environments/prod/credentials/0/${member}`,
            (text: string) => having({ credentials: [{ ...APPLICATION, [member]: text }] }),
          ] as const,
      ),
      ...(["name", "thumbprint"] as const).map(
        (member) =>
          [
            `environments/prod/credentials/0/${member}`,
            (text: string) => having({ credentials: [{ ...CERTIFICATE, [member]: text }] }),
          ] as const,
      ),
    ];

    it.each(held)("in %s", (member, contract) => {
      for (const text of [hidden, ...breaks.map((each) => `ab${each}cd`)]) {
        const problems = problemsOf({ "claims.json": contract(text) }).filter((each) =>
          each.startsWith(`claims.json#/${member}: must be `),
        );
        expect([text, problems.length]).toEqual([text, 1]);
      }
    });

    it("in the name of an environment, and says so in one line", () => {
      expect(problemsOf({ "claims.json": { ...RIGHT, environments: { [hidden]: {} } } })[0]).toContain(
        "claims.json#/environments/x\\u{a}\\u{a}Nothing changes",
      );
    });
  });

  it("takes the names that teams, clients and certificates have", () => {
    const credentials = [
      { kind: "application", clientId: "https://apps.contoso.com/claims (prod)" },
      { kind: "certificate", name: "CN=Werk Süd – Schalter 1, O=Contoso" },
    ];
    const owner = { team: "Schäden & Fälle (Köln) – 保険", email: "o'neill+ai@claims.contoso.co.uk" };
    expect(problemsOf({ "claims.json": { ...having({ credentials }), owner } })).toEqual([]);
  });

  it("reads those of this repository, in the order of their names", () => {
    const contracts = readContracts(PUBLISHED);
    expect(contracts).toBeInstanceOf(Contracts);
    expect(contracts.of("prod").map(({ client, costCentre }) => [client, costCentre])).toEqual([
      ["claims", "4100"],
      ["fabrikam", "6100"],
      ["marketing", "4300"],
      ["northwind", "6100"],
      ["scanner-line-1", "5100"],
    ]);
    expect(contracts.of("nowhere")).toEqual([]);
  });

  it("refuses a folder that is not there: nobody's contracts are not no contracts", () => {
    expect(() => readContracts("no-such-folder")).toThrow(
      new ContractError([
        {
          file: "no-such-folder",
          pointer: "",
          rule: "must be the folder of contracts, and is not there",
          remedy: "correct the path; an environment without contracts has no clients of theirs: clients: []",
        },
      ]),
    );
  });

  it("finds nothing in a folder that holds none", () => {
    expect(readContracts(folderWith({})).all).toEqual([]);
  });
});

test("the schema is one of JSON Schema", () => {
  const schemas = new Ajv2019();
  expect([schemas.validateSchema(CONTRACT_SCHEMA), schemas.errors]).toEqual([true, null]);
});

test("the schema that editors read is the one that contracts are held to, and each contract names it", () => {
  const file = join(PUBLISHED, "contract.schema.json");
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(CONTRACT_SCHEMA);
  const { $schema } = JSON.parse(readFileSync(join(PUBLISHED, "claims.json"), "utf8")) as Record<
    string,
    string
  >;
  expect(relative(PUBLISHED, resolve(PUBLISHED, String($schema)))).toBe("contract.schema.json");
});

test("contracts may name every operation group of an API, and no other", () => {
  expect([...CONTRACT_OPERATIONS].sort()).toEqual([...OPENAI_OPERATION_GROUPS].sort());
});
