import { csharp } from "../../../lib/policy/csharp";
import {
  base,
  forwardRequest,
  rateLimitByKey,
  setBackendService,
  setHeader,
  setVariable,
  when,
} from "../../../lib/policy/elements";
import { PolicyDocument, type PolicyDocumentProps } from "../../../lib/policy/policy-document";

const CLASSIC = { tier: "classic", policyDocumentBytes: 256 * 1024 } as const;

function document(sections: Partial<PolicyDocumentProps> = {}): PolicyDocument {
  return new PolicyDocument({
    scope: "api",
    inbound: [base()],
    backend: [base()],
    outbound: [base()],
    onError: [base()],
    ...sections,
  });
}

const LIMIT = rateLimitByKey({
  id: "limit",
  counterKey: csharp`"x"`,
  calls: 1,
  renewalPeriodSeconds: 60,
  retryAfterVariable: "wait",
});

describe("PolicyDocument", () => {
  it("writes all four sections", () => {
    expect(document().render()).toMatch(
      new RegExp(
        "^<policies>\n" +
          "  <inbound>\n    <base />\n  </inbound>\n" +
          "  <backend>\n    <base />\n  </backend>\n" +
          "  <outbound>\n    <base />\n  </outbound>\n" +
          '  <on-error>\n    <base />\n    <set-variable name="policyDigest" value="[0-9a-f]{32}" />\n  </on-error>\n' +
          "</policies>\n$",
      ),
    );
  });

  it("has no problem if every section inherits first", () => {
    expect(document().problems(CLASSIC)).toEqual([]);
  });

  it("refuses a section that does not inherit", () => {
    expect(document({ inbound: [setVariable("a", "b"), base()] }).problems(CLASSIC)).toEqual([
      {
        rule: "<base /> must come first in inbound, or policies of broader scopes do not run",
        value: "set-variable",
        remedy: "start the section with base()",
      },
      {
        rule: "<base /> may stand once in inbound, not inside another policy",
        remedy: "remove the other one",
      },
    ]);
  });

  it("refuses <base /> inside another policy", () => {
    expect(document({ inbound: [base(), when(csharp`true`, base())] }).problems(CLASSIC)).toEqual([
      {
        rule: "<base /> may stand once in inbound, not inside another policy",
        remedy: "remove the other one",
      },
    ]);
  });

  it("needs no <base /> at global scope", () => {
    const global = document({
      scope: "global",
      inbound: [],
      backend: [forwardRequest({ timeout: 10 })],
      outbound: [],
      onError: [],
    });
    expect(global.problems(CLASSIC)).toEqual([]);
  });

  it("lets a backend section forward by itself instead of inheriting", () => {
    expect(document({ backend: [forwardRequest({ timeout: 10 })] }).problems(CLASSIC)).toEqual([]);
  });

  it("refuses a second policy in backend", () => {
    expect(document({ backend: [base(), setBackendService("a")] }).problems(CLASSIC)).toEqual([
      {
        rule: "the backend section takes one policy",
        value: ["base", "set-backend-service"],
        remedy: "nest the policies in one",
      },
    ]);
  });

  it("refuses a policy in a section that does not take it, however deep it stands", () => {
    expect(document({ outbound: [base(), when(csharp`true`, LIMIT)] }).problems(CLASSIC)).toEqual([
      {
        rule: "<rate-limit-by-key> may stand in inbound only",
        value: "outbound",
        remedy: "move the policy, or do without it on this gateway",
      },
    ]);
  });

  it("refuses a policy that the tier does not run", () => {
    const store = { tier: "consumption", policyDocumentBytes: 16 * 1024 } as const;
    expect(document({ inbound: [base(), LIMIT] }).problems(store)).toEqual([
      {
        rule: "<rate-limit-by-key> runs on classic, v2 gateways only",
        value: "consumption",
        remedy: "move the policy, or do without it on this gateway",
      },
    ]);
  });

  it("reports all texts that are not plain text at once", () => {
    const bad = document({ inbound: [base(), setHeader("@(x)", "{{y}}")] });
    expect(bad.problems(CLASSIC)).toEqual([
      {
        rule: "attribute 'name' of <set-header> must not hold '@(' or '@{', which start a policy expression",
        value: "@(x)",
        remedy: "use plain text",
      },
      {
        rule: "text of <value> must not hold '{{' or '}}', which enclose a named value",
        value: "{{y}}",
        remedy: "use plain text",
      },
    ]);
  });

  it("refuses a document that the service would not store, with the remedy", () => {
    const store = { tier: "classic", policyDocumentBytes: 100 } as const;
    expect(document().problems(store)).toEqual([
      {
        rule: "the policy document must not exceed 100 bytes",
        value: Buffer.byteLength(document().render()),
        remedy: "split the clients over several APIs, or give more of them the same rights and limits",
      },
    ]);
  });
});
