import { csharp } from "../../../../lib/policy/csharp";
import {
  authenticationManagedIdentity,
  base,
  choose,
  deleteHeader,
  deleteQueryParameter,
  emitMetric,
  forwardRequest,
  includeFragment,
  limitConcurrency,
  llmEmitTokenMetric,
  llmTokenLimit,
  rateLimitByKey,
  retry,
  returnResponse,
  setBackendService,
  setBody,
  setHeader,
  setVariable,
  trace,
  validateAzureAdToken,
  validateClientCertificate,
  validateJwt,
  when,
} from "../../../../lib/policy/elements";
import type { PolicyElement } from "../../../../lib/policy/policy-element";
import { PolicyExpression } from "../../../../lib/policy/policy-expression";
import { renderPolicy } from "../../../../lib/policy/policy-renderer";

const KEY = csharp`key`;
const GUID = "11111111-1111-4111-8111-111111111111";

/** Each policy with everything that its factory offers, as Azure documents it. */
const RENDERED: readonly (readonly [PolicyElement, string])[] = [
  [base(), "<base />"],
  [includeFragment("f"), '<include-fragment fragment-id="f" />'],
  [setVariable("a", "b"), '<set-variable name="a" value="b" />'],
  [setVariable("a", PolicyExpression.of(KEY)), '<set-variable name="a" value="@(key)" />'],
  [
    trace({
      source: "s",
      severity: "information",
      message: "m",
      metadata: { a: "b", c: PolicyExpression.of(KEY) },
    }),
    '<trace source="s" severity="information"><message>m</message>' +
      '<metadata name="a" value="b" /><metadata name="c" value="@(key)" /></trace>',
  ],
  [setBody("a"), "<set-body>a</set-body>"],
  [setHeader("a", "b"), '<set-header name="a" exists-action="override"><value>b</value></set-header>'],
  [deleteHeader("a"), '<set-header name="a" exists-action="delete" />'],
  [deleteQueryParameter("a"), '<set-query-parameter name="a" exists-action="delete" />'],
  [setBackendService("pool"), '<set-backend-service backend-id="pool" />'],
  [when(KEY, base()), '<choose><when condition="@(key)"><base /></when></choose>'],
  [
    choose([{ condition: KEY, policies: [] }], [base()]),
    '<choose><when condition="@(key)" /><otherwise><base /></otherwise></choose>',
  ],
  [
    forwardRequest({ timeout: 10, bufferRequestBody: true, bufferResponse: false }),
    '<forward-request timeout="10" buffer-request-body="true" buffer-response="false" />',
  ],
  [
    retry({ condition: KEY, count: 2, intervalSeconds: 1, policies: [base()] }),
    '<retry condition="@(key)" count="2" interval="1" first-fast-retry="true"><base /></retry>',
  ],
  [
    limitConcurrency({ key: KEY, maxCount: 3, policies: [base()] }),
    '<limit-concurrency key="@(key)" max-count="3"><base /></limit-concurrency>',
  ],
  [
    returnResponse({ statusCode: 400, headers: [setHeader("a", "b")], body: "c" }),
    '<return-response><set-status code="400" /><set-header name="a" exists-action="override">' +
      "<value>b</value></set-header><set-body>c</set-body></return-response>",
  ],
  [
    rateLimitByKey({ id: "i", counterKey: KEY, calls: 5, renewalPeriodSeconds: 60, retryAfterVariable: "w" }),
    '<rate-limit-by-key id="i" calls="5" renewal-period="60" counter-key="@(key)" retry-after-variable-name="w" />',
  ],
  [
    llmTokenLimit({
      id: "i",
      counterKey: KEY,
      tokensPerMinute: 5,
      tokenQuota: 10,
      tokenQuotaPeriod: "Daily",
      retryAfterVariable: "w",
      remainingTokensVariable: "r",
    }),
    '<llm-token-limit id="i" counter-key="@(key)" tokens-per-minute="5" token-quota="10" ' +
      'token-quota-period="Daily" estimate-prompt-tokens="true" retry-after-variable-name="w" ' +
      'remaining-tokens-variable-name="r" />',
  ],
  [
    emitMetric({ name: "m", namespace: "n", dimensions: [{ name: "d", value: KEY }] }),
    '<emit-metric name="m" value="1" namespace="n"><dimension name="d" value="@(key)" /></emit-metric>',
  ],
  [
    llmEmitTokenMetric({ namespace: "n", dimensions: [{ name: "d", value: KEY }] }),
    '<llm-emit-token-metric namespace="n"><dimension name="d" value="@(key)" /></llm-emit-token-metric>',
  ],
  [
    validateJwt({
      id: "i",
      openIdConfigUrl: "https://a.example/c",
      issuers: ["https://a.example"],
      audiences: ["api"],
      requiredClaims: [{ name: "c", match: "any", values: ["v", "w"] }],
      clockSkewSeconds: 5,
      outputTokenVariable: "t",
    }),
    '<validate-jwt id="i" header-name="Authorization" require-scheme="Bearer" require-expiration-time="true" ' +
      'require-signed-tokens="true" clock-skew="5" failed-validation-httpcode="401" ' +
      'output-token-variable-name="t"><openid-config url="https://a.example/c" />' +
      "<audiences><audience>api</audience></audiences><issuers><issuer>https://a.example</issuer></issuers>" +
      '<required-claims><claim name="c" match="any"><value>v</value><value>w</value></claim></required-claims>' +
      "</validate-jwt>",
  ],
  [
    validateAzureAdToken({
      id: "i",
      tenantId: GUID,
      audiences: ["api"],
      clientApplicationIds: [GUID],
      requiredClaims: [{ name: "ver", values: ["2.0"] }],
      outputTokenVariable: "t",
    }),
    `<validate-azure-ad-token id="i" tenant-id="${GUID}" header-name="Authorization" ` +
      'failed-validation-httpcode="401" output-token-variable-name="t">' +
      `<client-application-ids><application-id>${GUID}</application-id></client-application-ids>` +
      "<audiences><audience>api</audience></audiences>" +
      '<required-claims><claim name="ver" match="all"><value>2.0</value></claim></required-claims>' +
      "</validate-azure-ad-token>",
  ],
  [
    validateClientCertificate({
      id: "i",
      validateRevocation: true,
      validateTrust: true,
      validateDates: true,
      identities: [{ subject: "CN=a", thumbprint: "AB", issuerSubject: "CN=ca", issuerThumbprint: "CD" }],
    }),
    '<validate-client-certificate id="i" validate-revocation="true" validate-trust="true" ' +
      'validate-not-before="true" validate-not-after="true" ignore-error="false"><identities>' +
      '<identity thumbprint="AB" subject="CN=a" issuer-subject="CN=ca" issuer-thumbprint="CD" />' +
      "</identities></validate-client-certificate>",
  ],
  [
    authenticationManagedIdentity("https://a.example", GUID),
    `<authentication-managed-identity id="managed-identity" resource="https://a.example" client-id="${GUID}" ` +
      'ignore-error="false" />',
  ],
];

describe("policy elements", () => {
  it.each(RENDERED.map(([element, xml]) => ({ name: element.name, element, xml })))(
    "write <$name> as documented",
    ({ element, xml }) => {
      expect(renderPolicy(element).replace(/\n\s*/g, "")).toBe(xml);
    },
  );

  it.each([
    [
      "a time-out that API Management does not honour",
      forwardRequest({ timeout: 241 }),
      {
        rule: "timeout of <forward-request> must be a whole number from 1 to 240",
        value: 241,
        remedy: "choose a shorter wait: API Management may end longer ones by itself",
      },
    ],
    [
      "no concurrency at all",
      limitConcurrency({ key: KEY, maxCount: 0, policies: [] }),
      {
        rule: "max-count of <limit-concurrency> must be a whole number of 1 or more",
        value: 0,
        remedy: "allow at least one call",
      },
    ],
    [
      "a rate of nothing",
      rateLimitByKey({
        id: "i",
        counterKey: KEY,
        calls: 0,
        renewalPeriodSeconds: 60,
        retryAfterVariable: "w",
      }),
      {
        rule: "calls of <rate-limit-by-key> must be a whole number of 1 or more",
        value: 0,
        remedy: "allow at least one request, or suspend the client",
      },
    ],
    [
      "a window that the policy does not have",
      rateLimitByKey({
        id: "i",
        counterKey: KEY,
        calls: 1,
        renewalPeriodSeconds: 301,
        retryAfterVariable: "w",
      }),
      {
        rule: "renewal-period of <rate-limit-by-key> must be 1 to 300 seconds",
        value: 301,
        remedy: "use a token quota for longer periods",
      },
    ],
    [
      "half a quota",
      llmTokenLimit({
        id: "i",
        counterKey: KEY,
        tokenQuota: 1,
        retryAfterVariable: "w",
        remainingTokensVariable: "r",
      }),
      {
        rule: "<llm-token-limit> needs tokens-per-minute, or token-quota with token-quota-period, or all three",
        value: { tokenQuota: 1 },
        remedy: "give the missing one",
      },
    ],
    [
      "half a token",
      llmTokenLimit({
        id: "i",
        counterKey: KEY,
        tokensPerMinute: 0.5,
        retryAfterVariable: "w",
        remainingTokensVariable: "r",
      }),
      {
        rule: "tokens-per-minute of <llm-token-limit> must be a whole number of 1 or more",
        value: 0.5,
        remedy: "allow at least one token, or suspend the client",
      },
    ],
    [
      "more dimensions than a metric takes",
      emitMetric({ name: "m", namespace: "n", dimensions: Array(6).fill({ name: "d", value: KEY }) }),
      {
        rule: "<emit-metric> takes 1 to 5 dimensions",
        value: ["d", "d", "d", "d", "d", "d"],
        remedy: "keep the ones that queries group by",
      },
    ],
    [
      "certificates without an identity",
      validateClientCertificate({
        id: "i",
        validateRevocation: true,
        validateTrust: true,
        validateDates: true,
        identities: [],
      }),
      {
        rule: "<validate-client-certificate> needs an identity, or any certificate of a trusted authority passes",
        remedy: "name the certificates that get in, or register clients with certificates",
      },
    ],
  ])("refuse %s", (_what, element, problem) => {
    expect(element.problems).toEqual([problem]);
  });
});
