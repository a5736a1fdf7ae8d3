import type { Document } from "@xmldom/xmldom";
import { CertificateStore, type OpenAiApiOptions } from "../../lib";
import { csharp, NamedValueReference, PolicyElement, setVariable, when } from "../../lib/policy";
import { apis } from "../../lib/security-checks/h-04-apis";
import { templateSequences } from "../../lib/security-checks/h-29-template-sequences";
import type { ApiSettings, AuthSettings } from "../../stacks/environment-settings";
import { GatewayStack, PLACE, TENANT } from "../lib/gateway/gateway-stack";
import { OKTA } from "../support/callers";
import { expectRefused, R401_TOKEN } from "../support/refusal";
import { chat, type EnvironmentName, HELLO, statusOf, synthesized } from "../support/simulation";
import { allElements, allTexts, type SynthesizedStack } from "../support/synthesized-stack";
import { ChangedEnvironment } from "./changed-environment";
import { runIn } from "./run-in";

const ENVIRONMENTS: readonly EnvironmentName[] = ["dev", "test", "prod"];
const FILE = '${file("/etc/passwd")}';
const OIDC = {
  kind: "oidc",
  name: "okta",
  issuer: OKTA.issuer,
  audiences: ["api://ai-gateway"],
  clientIdClaim: "cid",
  clientIds: ["0oa1"],
} as const;
/** What operators read and write: which release runs, and whom they have cut off. */
const PUBLIC_VALUES: readonly string[] = ["ai-gateway-release", "ai-gateway-cut-off"];
const PLAIN = "plain";

type OidcSettings = Partial<Extract<AuthSettings, { readonly kind: "oidc" }>>;

/** The assistant API of the test environment with one external issuer before it. */
const withAuth = (change: OidcSettings): ChangedEnvironment =>
  ChangedEnvironment.ofApiAlone("test", "assistant", { auth: { ...OIDC, ...change } });
const withApi = (change: Partial<ApiSettings>): ChangedEnvironment =>
  ChangedEnvironment.ofApiAlone("test", "assistant", { auth: OIDC, ...change });
const refused = (environment: ChangedEnvironment, says: RegExp): void =>
  expect(() => environment.synthesize()).toThrow(says);

/** Texts of `<value>` elements, where required claims end up. */
const valuesOf = ({ policies }: SynthesizedStack): readonly (string | null)[] =>
  policies.flatMap(({ document }) => allElements(document, "value").map(({ textContent }) => textContent));

const elementNames = (document: Document): readonly string[] =>
  Array.from(document.getElementsByTagName("*")).map(({ tagName }) => tagName);

/** What a stack consists of, but for its texts. */
const structureOf = ({ policies, resources }: SynthesizedStack): unknown => [
  policies.map(({ document }) => elementNames(document)),
  resources.map(({ address }) => address),
];

describe("text of a setting", () => {
  let plain: SynthesizedStack;

  beforeAll(() => {
    plain = withAuth({ requiredClaims: [{ name: "department", values: [PLAIN] }] }).synthesize();
  });

  test.each([
    ["T-182 with the end of an attribute", '"/><set-header name="x"><value>1</value></set-header><a b="'],
    ["T-183 with the end of an element", "</value></set-header><return-response/>"],
    ["T-185 with the end of a comment", "--><base/><!--"],
    ["T-186 with a document type", "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;"],
    ["T-186 with character data", "<![CDATA[<base/>]]>"],
    ["T-194 with a Terraform template", FILE],
    ["T-195 with a Terraform directive", "%{ if true }x%{ endif }"],
    ["T-202 that would take a regular expression for ever", "(a+)+$"],
  ])("%s stays that text", (_what, text) => {
    const stack = withAuth({ requiredClaims: [{ name: "department", values: [text] }] }).synthesize();
    expect(valuesOf(stack)).toEqual(valuesOf(plain).map((value) => (value === PLAIN ? text : value)));
    expect(structureOf(stack)).toEqual(structureOf(plain));
  });

  test.each<[string, string, RegExp]>([
    ["T-184 a null character", "a\0b", /must not hold control characters/],
    ["T-184 a control character", "a\u0085b", /must not hold control characters/],
    ["T-184 half of a surrogate pair", "a\ud800", /must not hold half of a surrogate pair/],
    ["T-187 an expression", "@(context.Subscription.Key)", /start a policy expression/],
    [
      "T-187 an expression after blanks",
      " @{ return context.Subscription.Key; }",
      /start a policy expression/,
    ],
    ["T-188 an expression in the middle", "abc@(context.Subscription.Key)", /start a policy expression/],
    ["T-191 a named value", "a{{other-secret}}b", /enclose a named value/],
    ["T-191 the end of a named value", "a}}b", /enclose a named value/],
  ])("%s is refused", (_what, text, says) => {
    refused(withAuth({ requiredClaims: [{ name: "department", values: [text] }] }), says);
  });

  test("T-185 stands in no comment", () => {
    for (const name of ENVIRONMENTS) {
      for (const { xml } of synthesized(name).policies) {
        expect(xml).not.toContain("<!--");
      }
    }
  });

  test.each<[string, OidcSettings]>([
    ["audience", { audiences: ["@(1)"] }],
    ["scope", { scopes: ["a{{b}}"] }],
    ["claim name", { requiredClaims: [{ name: "{{a}}", values: ["x"] }] }],
  ])("T-187 T-191 is refused as %s, too, or is a string of C#", (_place, change) => {
    let stack: SynthesizedStack;
    try {
      stack = withAuth(change).synthesize();
    } catch (error) {
      expect((error as Error).message).toMatch(/start a policy expression|enclose a named value/);
      return;
    }
    for (const { xml } of stack.policies) {
      expect(xml?.replaceAll("{{ai-gateway-cut-off}}", "")).not.toMatch(/\{\{|\}\}|@\(1\)/);
    }
  });

  test("T-194 T-195 T-203 of names that people read stays that text", () => {
    const displayName = `<script>${FILE}</script>%{ if true }x%{ endif }`;
    const stack = withApi({ displayName }).synthesize();
    expect(JSON.stringify(stack.json)).toContain(JSON.stringify("$${file(").slice(1, -1));
    expect(templateSequences.check(stack)).toEqual([]);
    const [shown] = stack
      .ofType("azurerm_api_management_api")
      .map(({ attributes }) => String(attributes.display_name).replace(/([$%])\1\{/g, "$1{"))
      .filter((name) => name.includes("script"));
    expect(shown).toBe(displayName);
  });

  test("T-203 is in no description, which the portal would show as HTML", () => {
    for (const name of ENVIRONMENTS) {
      const described = synthesized(name).resources.filter(({ attributes }) => "description" in attributes);
      for (const { attributes } of described) {
        expect(attributes.description).not.toMatch(/[<>]/);
      }
      const texts = synthesized(name).ofType("azurerm_api_management_api", "azurerm_api_management_product");
      for (const { attributes } of texts) {
        expect(attributes).not.toHaveProperty("description");
      }
    }
  });
});

describe("C# of policies", () => {
  const hostile = [
    '" + context.Subscription.Key + "',
    "\\",
    "\\u0022",
    "a\nb",
    "{0}",
    '$"{context.Subscription.Key}"',
    "a}}b{{c",
    FILE,
    "é😀\u2028",
  ];

  test("T-189 T-190 compares and hands on the exact text of a client's id", () =>
    runIn(withAuth({ clientIds: hostile }).simulate(), async (environment) => {
      for (const cid of hostile) {
        environment.reset();
        const headers = await environment.bearer(OKTA, { cid });
        const response = environment.simulation.call(chat("assistant"), { headers, body: HELLO });
        expect(await statusOf(response)).toBe(200);
        const [request] = environment.accountRequests();
        const client = request?.headers["x-ai-gateway-client-id"];
        expect(client?.map(decodeURIComponent)).toEqual([`okta/${cid}`]);
      }
      const headers = await environment.bearer(OKTA, { cid: "0oa1" });
      await expectRefused(environment, R401_TOKEN, chat("assistant"), { headers, body: HELLO });
    }));

  test.each(ENVIRONMENTS)("T-190 has no interpolated strings in %s", (name) => {
    const texts = synthesized(name).policies.flatMap(({ document }) => allTexts(document));
    const code = texts.filter(({ text }) => /^\s*@[({]/.test(text));
    expect(code.length).toBeGreaterThan(0);
    expect(code.filter(({ text }) => /\$@?"|@\$"/.test(text))).toEqual([]);
  });

  test("T-192 holds no named value, whose writer could write code", () => {
    expect(() => csharp`context.Subscription.Key == "{{secret}}"`).toThrow(/\{\{/);
    expect(csharp`${"{{secret}}"}`.code).not.toMatch(/[{}]/);
  });

  test.each(ENVIRONMENTS)("T-192 named values of %s are secrets of its vault, and in no policy", (name) => {
    const secrets = synthesized(name)
      .ofType("azurerm_api_management_named_value")
      .filter(({ attributes }) => !PUBLIC_VALUES.includes(String(attributes.name)));
    for (const { attributes } of secrets) {
      expect(attributes).not.toHaveProperty("value");
      expect(attributes).toMatchObject({ secret: true, value_from_key_vault: expect.anything() as unknown });
    }
    for (const { xml } of synthesized(name).policies) {
      // The one that operators write is read as a text, between quotation marks of an attribute.
      expect(xml.replaceAll("{{ai-gateway-cut-off}}", "")).not.toMatch(/\{\{|\}\}/);
    }
  });

  test("T-202 is searched for by patterns of the library's own", () => {
    const patterns = ({ policies }: SynthesizedStack): ReadonlySet<string> =>
      new Set(policies.flatMap(({ xml }) => xml.match(/Regex\.\w+\([^;]*?&quot;.*?&quot;/g) ?? []));
    const plain = withAuth({ scopes: [PLAIN], roles: [PLAIN], groups: [PLAIN] }).synthesize();
    const text = "(a+)+$";
    const hostile = withAuth({ scopes: [text], roles: [text], groups: [text] }).synthesize();
    expect(patterns(plain).size).toBeGreaterThan(0);
    expect(patterns(hostile)).toEqual(patterns(plain));
  });
});

describe("names and references", () => {
  test.each(["a b", "a}}", "{{a", "@(a)", "", "a/b", "ä"])("T-193 no named value is called '%s'", (name) => {
    const stage = new GatewayStack();
    const store = new CertificateStore(stage.stack, "vault", { ...PLACE, name: "kv-ai", tenantId: TENANT });
    const gateway = stage.gateway({ certificateStore: store });
    expect(() => gateway.addNamedValue(name, { store, secretName: "secret" })).toThrow(
      /name must be a literal/,
    );
    expect(() => new NamedValueReference(name)).toThrow(/display name of a named value/);
  });

  test("T-196 a reference beside text stays a reference, and the text that text", () => {
    const stage = new GatewayStack();
    stage.api(stage.gateway(), { displayName: `${stage.identity.clientId} ${FILE}` });
    const [api] = stage.attributes("azurerm_api_management_api");
    expect(api?.display_name).toMatch(
      /^\$\{azurerm_user_assigned_identity\.[\w-]+\.client_id\} \$\$\{file\("\/etc\/passwd"\)\}$/,
    );
  });

  test.each<[string, (reference: string) => Partial<OpenAiApiOptions>, RegExp]>([
    ["a path", (path) => ({ path }), /path must be a literal/],
    ["a name of an API", (name) => ({ name }), /name must be a literal/],
  ])("T-197 a value that only Terraform knows is refused as %s", (_what, options, says) => {
    const stage = new GatewayStack();
    const gateway = stage.gateway();
    expect(() => stage.api(gateway, options(stage.identity.clientId))).toThrow(says);
  });

  test.each<[string, AuthSettings]>([
    ["tenant", { kind: "entraId", tenantId: "contoso", audiences: [TENANT] }],
    ["audience", { kind: "entraId", tenantId: TENANT, audiences: ["https://contoso.com"] }],
    ["client", { kind: "entraId", tenantId: TENANT, audiences: [TENANT], clientApplicationIds: ["web"] }],
    ["group", { kind: "entraId", tenantId: TENANT, audiences: [TENANT], groups: ["Engineering"] }],
  ])("T-198 what is not an id is refused as %s", (_what, auth) =>
    refused(withApi({ auth }), /must be (?:a )?(?:GUID|object id)/),
  );

  test.each([
    "http://id.contoso.com",
    "https://user:pw@id.contoso.com",
    "https://id.contoso.com/?x",
    "https://id.contoso.com#f",
    "https://192.0.2.1",
    "https://[2001:db8::1]",
    "https://localhost",
    "https://idp.localhost",
    "https://contoso",
    "https://соntoso.com",
    "file:///etc/passwd",
    "//id.contoso.com",
    "https://login.microsoftonline.com/common/v2.0",
  ])("T-199 the issuer %s is refused", (issuer) => {
    const change = { issuer, openIdConfigurationUrl: issuer };
    refused(withAuth(change), /issuer of 'okta' [^]*openIdConfigurationUrl of 'okta' /);
  });

  test.each(["x\r\ny", "x y", "", "*", "x:", "Authorization", "API-KEY", "Cookie", "X-ARR-ClientCert"])(
    "T-200 the header %j is not logged",
    (header) => {
      const stage = new GatewayStack();
      expect(() => stage.gateway({ loggedRequestHeaders: [header] })).toThrow(/loggedRequestHeaders must/);
    },
  );

  test.each(["../admin", "/", "*", "/assistant", "assistant/", "a//b", "a/../b", "a?b", "a b", "", "%2e%2e"])(
    "T-201 the path '%s' is refused",
    (path) => refused(withApi({ path }), /path must be a literal/),
  );
});

test("T-186 an element is called by a name, and by nothing else", () => {
  for (const name of ["!DOCTYPE x", "?xml", "![CDATA[", "a b", "a><b", "", "a/"]) {
    expect(() => new PolicyElement({ name })).toThrow(/name of a policy element/);
    expect(() => new PolicyElement({ name: "a", attributes: { [name]: "x" } })).toThrow(/attribute of <a>/);
  }
});

test("T-204 a policy that the service would not store is refused, with what to do", () => {
  const clientIds = Array.from({ length: 3_000 }, (_, index) => `${index}`.padStart(100, "0"));
  refused(withAuth({ clientIds }), /must not exceed 262144 bytes.*split the clients over several APIs/);
});

test("T-205 settings read from JSON bring in nothing but their own members", () => {
  const text = JSON.stringify(OIDC).replace(
    "{",
    '{"__proto__":{"clockSkewSeconds":300,"validateRevocation":false},"constructor":{"prototype":{"polluted":true}},',
  );
  const auth = JSON.parse(text) as AuthSettings;
  expect(withApi({ auth }).synthesize().json).toEqual(withApi({}).synthesize().json);
  expect({}).not.toHaveProperty("polluted");
});

test("T-206 what is overridden past the constructs is for the house checks to find", () => {
  const stage = new GatewayStack();
  const api = stage.api(stage.gateway());
  api.resource.addOverride("protocols", ["http"]);
  expect(apis.check(stage.synthesize())).toEqual([expect.stringContaining("protocols") as unknown]);
});

test("T-206 a policy is made of elements: text in the place of one is escaped", () => {
  const element = when(csharp`true`, setVariable("x", "<base />"));
  expect([...element.descendants()].map(({ name }) => name)).toEqual(["choose", "when", "set-variable"]);
});
