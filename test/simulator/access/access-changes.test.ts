import {
  accessChanges,
  accessOf,
  type AccessReport,
  describeChange,
} from "../../../simulator/access";
import { exitCodeOf } from "../../../simulator/cli/access-command";
import { smallGateway } from "../support/small-gateway";
import { type StackFixture, writeStack } from "../terraform/stack-fixture";

type Resources = Record<string, Record<string, Record<string, unknown>>>;
type Change = (resources: Resources) => void;

/** Changes the API's policies. @throws Error when the text is not there */
function policy(text: string | RegExp, replacement: string): Change {
  return ({ azurerm_api_management_api_policy: { api } = {} }) => {
    const xml = String(api?.["xml_content"]);
    const changed = xml.replace(text, replacement);
    if (api === undefined || changed === xml) {
      throw new Error(`the policies have no ${text}`);
    }
    api["xml_content"] = changed;
  };
}

/** Changes arguments of a resource. */
function set(type: string, name: string, changed: Readonly<Record<string, unknown>>): Change {
  return (resources) => {
    const all = (resources[type] ??= {});
    all[name] = { ...all[name], ...structuredClone(changed) };
  };
}

function remove(type: string, name: string): Change {
  return (resources) => {
    delete resources[type]?.[name];
  };
}

const ALLOWED = 'case &quot;claims:chat:chat&quot;:';
const TABLE = 'case &quot;id/app-1&quot;: return &quot;batch&quot;;';
const MODEL = { format: "OpenAI", name: "gpt-5.4", version: "2026-03-05" };
const OPERATION = "azurerm_api_management_api_operation";

const UNTIL_MARCH = `<choose><when condition="@(string.CompareOrdinal(DateTime.UtcNow.ToString(&quot;yyyy-MM-dd&quot;), &quot;until 2027-03-31&quot;.Substring(6)) &gt; 0)"><return-response><set-status code="403" reason="Ended" /></return-response></when></choose>`;

const SECOND_ISSUER = `<choose><when condition="@(context.Request.Headers.ContainsKey(&quot;X-Partner&quot;))"><validate-jwt header-name="X-Partner" failed-validation-httpcode="401" output-token-variable-name="token"><openid-config url="https://partner.example.com/.well-known/openid-configuration" /><audiences><audience>api://models</audience></audiences></validate-jwt><set-variable name="callerClientId" value="batch" /></when><when condition="@(context.Request.Headers.ContainsKey(&quot;Authorization&quot;))">`;

/** Speaks for others: no call that is tried says that it does. */
const BEHALF = `<choose><when condition="@(context.Request.Headers.GetValueOrDefault(&quot;X-Behalf&quot;, &quot;&quot;) != &quot;&quot;)"><validate-jwt header-name="Authorization" failed-validation-httpcode="401" output-token-variable-name="token"><openid-config url="https://partner.example.com/.well-known/openid-configuration" /><audiences><audience>api://models</audience></audiences></validate-jwt><choose><when condition="@(((Jwt)context.Variables[&quot;token&quot;]).Claims.GetValueOrDefault(&quot;azp&quot;, &quot;&quot;) != &quot;worker-1&quot;)"><return-response><set-status code="401" reason="Unauthorized" /></return-response></when></choose><set-variable name="callerClientId" value="@(context.Request.Headers.GetValueOrDefault(&quot;X-Behalf&quot;, &quot;&quot;))" /></when><when condition="@(context.Request.Headers.ContainsKey(&quot;Authorization&quot;))">`;
const AUTHORIZATION = /<choose>\s*<when condition="@\(context\.Request\.Headers\.ContainsKey\(&quot;Authorization&quot;\)\)">/;

const VARIABLE = '<set-variable name="model"';
const DIGEST_OF_S = "043a718774c5";

function checkHeader(values: string): string {
  return `<check-header name="X-Secret" failed-check-httpcode="403" failed-check-error-message="no" ignore-case="false">${values}</check-header>`;
}


const CHANGES: readonly (readonly [what: string, change: Change, changes: readonly string[]])[] = [
  // What widens.
  [
    "a scope more is accepted",
    policy("new[] { &quot;Use&quot; }", "new[] { &quot;Use&quot;, &quot;Read&quot; }"),
    ["+ models/batch: scp Use → Read or Use"],
  ],
  [
    "no scope is asked for",
    policy(/<choose>\s*<when condition="[^"]*scp[^"]*">.*?<\/when>\s*<\/choose>/s, ""),
    ["+ models/batch no longer needs scp Use", "~ models/batch: no longer tried: other scope, no scope"],
  ],
  [
    "the audience is not looked at",
    policy("<audiences><audience>api://models</audience></audiences>", ""),
    [
      "+ models/batch no longer needs aud api://models",
      "+ models/batch may now get in with other audience",
      "+ models/batch may now get in with no audience",
      "~ models/batch with ID token: 401 → 500",
    ],
  ],
  [
    "a second audience is accepted",
    policy("</audience>", "</audience><audience>api://other</audience>"),
    ["+ models/batch: aud api://models → api://models or api://other"],
  ],
  ["more requests", policy('calls="60"', 'calls="600"'), ["+ models/batch: 60 → 600 requests per minute"]],
  [
    "more tokens",
    policy('tokens-per-minute="1000"', 'tokens-per-minute="2000"'),
    ["+ models/batch: 1,000 → 2,000 tokens per minute"],
  ],
  [
    "a larger quota",
    policy('token-quota="50000"', 'token-quota="90000"'),
    ["+ models/batch: 50,000 → 90,000 tokens per month"],
  ],
  [
    "the quota of a day instead of a month",
    policy('"Monthly"', '"Daily"'),
    ["+ models/batch: no longer a limit of 50,000 tokens per month", "- models/batch: at most 50,000 tokens per day"],
  ],
  [
    "a limit goes",
    policy(/<rate-limit-by-key calls="30"[^>]*>/, ""),
    ["+ models/claims: no longer a limit of 30 requests per minute"],
  ],
  [
    "a limit that counts nothing",
    policy('calls="30"', 'calls="30" increment-condition="@(false)"'),
    ["+ models/claims: no longer a limit of 30 requests per minute"],
  ],
  [
    "a limit of each user instead of the client",
    policy("&quot;requests/&quot; +", "&quot;requests/&quot; + ((Jwt)context.Variables[&quot;token&quot;]).Subject +"),
    [
      "+ models/batch: no longer a limit of 60 requests per minute",
      "- models/batch: at most 60 requests per minute of each user",
    ],
  ],
  [
    "a model more",
    policy(ALLOWED, `${ALLOWED} case &quot;claims:chat:mini&quot;:`),
    [
      "+ models/claims may now call chat on mini by dated and v1 URLs",
    ],
  ],
  [
    "an operation more, for everybody who may use the model",
    (resources) => {
      const chat = resources[OPERATION]?.["v1-chat"];
      const url_template = "/openai/v1/embeddings";
      set(OPERATION, "v1-embeddings", { ...chat, operation_id: "v1-embeddings", url_template })(resources);
    },
    [
      "+ models/batch calling embeddings on embeddings: allowed by dated URLs → allowed by dated and v1 URLs",
    ],
  ],
  [
    "an authenticator more",
    policy(
      /<choose>\s*<when condition="@\(context.Request.Headers.ContainsKey\(&quot;Authorization&quot;\)\)">/,
      SECOND_ISSUER,
    ),
    [
      "+ models/batch may now call chat on chat and embeddings on embeddings by token of https://partner.example.com/.well-known/openid-configuration, at most 60 requests per minute, 1,000 tokens per minute, 50,000 tokens per month",
      "+ models/batch may now get in with ID token for the API",
      "+ models/batch may now get in with a key beside it",
      "+ models/batch may now get in with a forged key beside it",
    ],
  ],
  [
    "a client more",
    policy(TABLE, `${TABLE} case &quot;id/app-2&quot;: return &quot;claims&quot;;`),
    [
      "+ models/claims for a user may now call chat on chat by token of https://id.example.com, at most 30 requests per minute",
    ],
  ],
  [
    "a second application of a client",
    policy(TABLE, `${TABLE} case &quot;id/app-2&quot;: return &quot;batch&quot;;`),
    ["+ models/batch: azp app-1 → app-1 or app-2"],
  ],
  [
    "a key of another API gets rights",
    (resources) => {
      set("azurerm_api_management_subscription", "other", { api_id: undefined })(resources);
      policy(ALLOWED, ALLOWED.replace("claims", "other") + ALLOWED)(resources);
    },
    [
      "+ models/other may now call chat on chat by subscription key, at most 30 requests per minute",
      "~ models/claims: no longer tried: key of another API",
    ],
  ],
  [
    "tokens need not be signed",
    policy('require-signed-tokens="true"', 'require-signed-tokens="false"'),
    ["+ models/batch may now get in with unsigned"],
  ],
  [
    "tokens need not expire",
    policy('require-expiration-time="true"', 'require-expiration-time="false"'),
    ["+ models/batch may now get in with without expiry"],
  ],
  // What narrows.
  [
    "fewer requests",
    policy('calls="60"', 'calls="6"'),
    ["- models/batch: 60 → 6 requests per minute"],
  ],
  [
    "accounts share what one had first, of which one has no embeddings",
    set("azapi_resource", "pool", poolOf({ one: 1, two: 1 })),
    [
      "- models/batch may no longer call embeddings on embeddings: let through by dated URLs; the account answers 404 DeploymentNotFound",
      "~ models/batch and models/claims: chat is answered by account-one or account-two, no longer by account-one, then account-two",
    ],
  ],
  [
    "clients move to the other account",
    set("azapi_resource", "pool", poolOf({ two: 1 })),
    [
      "- models/batch and models/claims: chat is answered by account-two, no longer by account-one, then account-two",
      "- models/batch may no longer call embeddings on embeddings: let through by dated URLs; the account answers 404 DeploymentNotFound",
    ],
  ],
  [
    "the only model of a client goes",
    policy(ALLOWED, ""),
    [
      "- models/batch may no longer get in with a key beside it",
      "- models/batch may no longer get in with a forged key beside it",
      "- models/claims may no longer get in by subscription key",
      "~ models/whoever has a key only stays out, now tried with: key of subscription claims",
    ],
  ],
  [
    "an operation goes",
    remove(OPERATION, "v1-chat"),
    [
      "- models/batch and models/claims calling chat on chat: allowed by dated and v1 URLs → allowed by dated URLs",
    ],
  ],
  [
    "the role at an account goes",
    remove("azurerm_role_assignment", "two"),
    [
      "- models/batch and models/claims: chat is answered by account-one, no longer by account-one, then account-two",
    ],
  ],
  // Neither.
  [
    "another order of accounts",
    set("azapi_resource", "pool", poolOf({ one: 2, two: 1 })),
    [
      "- models/batch may no longer call embeddings on embeddings: let through by dated URLs; the account answers 404 DeploymentNotFound",
      "~ models/batch and models/claims: chat is answered by account-two, then account-one, no longer by account-one, then account-two",
    ],
  ],
  [
    "another status for those who stay out",
    policy('code="403"', 'code="401"'),
    ["~ models/batch with other scope: 403 insufficient_scope → 401 insufficient_scope"],
  ],
  [
    "access ends",
    policy('<rate-limit-by-key calls="60"', `${UNTIL_MARCH}<rate-limit-by-key calls="60"`),
    ["- models/batch gets in until 2027-03-31"],
  ],
  // What one request may hold, and who counts together.
  [
    "twice the answers of a request",
    policy("> 4)", "> 8)"),
    ["+ models/batch and models/claims: answers of a request: at most 4 → at most 8"],
  ],
  [
    "a service tier that costs more",
    policy("&quot;priority&quot;", "&quot;none of them&quot;"),
    [
      "+ models/batch and models/claims: service_tier of a request: auto or default or flex or scale → " +
        "auto or default or flex or priority or scale",
    ],
  ],
  [
    "one counter for all clients",
    policy(/@\(&quot;requests\/&quot; \+ [^)]*\)[^)]*\)/g, "requests"),
    [
      "- models/claims: requests per minute now count together with batch",
      "- models/batch: requests per minute now count together with claims",
    ],
  ],
  // Changes of the JSON, not of access.
  ["a display name", set("azurerm_api_management_api", "api", { display_name: "Models" }), []],
  [
    "capacity",
    set("azurerm_cognitive_deployment", "one-chat", { sku: { name: "DataZoneStandard", capacity: 999 } }),
    [],
  ],
  [
    "the newer version of a model",
    set("azurerm_cognitive_deployment", "one-chat", { model: { ...MODEL, version: "2026-04-01" } }),
    [],
  ],
  [
    "a header that nobody reads",
    policy(
      "<set-backend-service",
      '<set-header name="x-note" exists-action="override"><value>n</value></set-header><set-backend-service',
    ),
    [],
  ],
  ["white space and a comment", policy("<inbound>", "<inbound>\n\n    <!-- nothing -->"), []],
  ["a description", set("azurerm_api_management_backend", "one", { description: "first" }), []],
  [
    "a header that must have a value",
    policy(VARIABLE, checkHeader("<value>s</value>") + VARIABLE),
    [
      `- models/batch for a user and models/claims must now have X-Secret digest ${DIGEST_OF_S}`,
      "~ models/claims stays out, now tried with: other X-Secret, header alone, key alone",
      "~ models/batch for a user stays out, now tried with: other X-Secret, token alone, header alone",
    ],
  ],
  // What cannot be tried any more.
  [
    "a header whose value C# computes",
    policy(VARIABLE, checkHeader("<value>@(context.Api.Id)</value>") + VARIABLE),
    [
      expect.stringMatching(
        /^\? models: header X-Secret: cannot tell: <check-header> computes its name or its values; digest/,
      ) as string,
      expect.stringMatching(/^\? models: subscription key: cannot tell: /) as string,
      expect.stringMatching(/^\? models: token of https:\/\/id.example.com: cannot tell: /) as string,
    ],
  ],
];

/** Members of the pool with their priorities. */
function poolOf(priorities: Readonly<Record<string, number>>): Readonly<Record<string, unknown>> {
  const services = Object.entries(priorities).map(([name, priority]) => ({
    id: `\${azurerm_api_management_backend.${name}.id}`,
    priority,
  }));
  return { body: { properties: { type: "Pool", pool: { services } } } };
}

describe("accessChanges", () => {
  let before: AccessReport;

  beforeAll(async () => {
    before = await reportOf(() => undefined);
  });

  it.each(CHANGES)("says in words: %s", async (_, change, expected) => {
    const changes = accessChanges(before, await reportOf(change));
    const lines = changes.map(describeChange);
    expect(lines).toEqual(expected);
    const marks = lines.map(([mark]) => mark);
    expect(exitCodeOf(changes)).toBe(marks.includes("+") ? 3 : marks.includes("?") ? 4 : 0);
  });

  it("says that a header may have one value more, and that it need not be there any more", async () => {
    const [one, two, none] = await Promise.all(
      ["<value>s</value>", "<value>s</value><value>t</value>", ""].map((values) =>
        reportOf(values === "" ? () => undefined : policy(VARIABLE, checkHeader(values) + VARIABLE)),
      ),
    ) as [AccessReport, AccessReport, AccessReport];
    expect(accessChanges(one, two).map(describeChange)).toEqual([
      expect.stringMatching(
        new RegExp(`^\\+ models/batch and models/claims: X-Secret digest ${DIGEST_OF_S} → .* or `),
      ),
    ]);
    expect(accessChanges(one, none).map(describeChange)).toContain(
      `+ models/batch for a user and models/claims no longer needs X-Secret digest ${DIGEST_OF_S}`,
    );
  });

  it.each([
    ["2027-03-31", "2027-06-30", "+ models/batch gets in until 2027-06-30, no longer until 2027-03-31"],
    ["2027-03-31", "2026-12-31", "- models/batch gets in until 2026-12-31, no longer until 2027-03-31"],
    ["2027-03-31", undefined, "+ models/batch gets in without end, no longer until 2027-03-31"],
  ])("says that access ends on another day: %s, then %s", (old, current, expected) => {
    const changes = accessChanges(endingOn(before, old), endingOn(before, current));
    expect(changes.map(describeChange)).toEqual([expected]);
  });

  it.each<[string, string | RegExp, string]>([
    ["what it asks", "worker-1", "worker-2"],
    ["when it is asked", "X-Behalf&quot;, &quot;&quot;) !=", "X-Other&quot;, &quot;&quot;) !="],
    ["that nothing is asked any more", / != &quot;worker-1&quot;/, " == &quot;nobody&quot;"],
  ])("says that it cannot tell what a change means where nobody gets in: %s", async (_, text, changed) => {
    const without = policy(AUTHORIZATION, BEHALF);
    const changes = accessChanges(
      await reportOf(without),
      await reportOf((resources) => {
        without(resources);
        policy(text, changed)(resources);
      }),
    );
    expect(changes.map(describeChange)).toEqual([
      expect.stringMatching(/^\? models: token of https:\/\/partner.example.com.*: cannot tell: .*digest/),
    ]);
    expect(exitCodeOf(changes)).toBe(4);
  });
});

/** The report with a last day for one client. */
function endingOn(report: AccessReport, day: string | undefined): AccessReport {
  const end = { topic: "limit", subject: "last day", value: day ?? "", verdict: "stated" } as const;
  return {
    ...report,
    apis: report.apis.map((api) => ({
      ...api,
      ways: api.ways.map((way) => ({
        ...way,
        callers: way.callers.map((caller) =>
          caller.client === "batch" && day !== undefined ? { ...caller, facts: [...caller.facts, end] } : caller,
        ),
      })),
    })),
  };
}

async function reportOf(change: Change): Promise<AccessReport> {
  const fixture: StackFixture = structuredClone(smallGateway());
  change(fixture.resource as Resources);
  return accessOf(writeStack("small", fixture));
}
