import { simulate } from "../../../../simulator";
import type { NamedValueModel } from "../../../../simulator/model";
import { NamedValues } from "../../../../simulator/policies";
import { withoutSecrets } from "../../../../simulator/policies/document/secret-quotations";
import { apiStack } from "../../support/api-stack";
import { OF_GATEWAY } from "../../terraform/stack-fixture";

const VALUE = "REALSECRET-0123456789";

const named = (name: string, value: string, secret = true): object => ({
  ...OF_GATEWAY,
  name,
  display_name: name,
  value,
  secret,
});

/** What is wrong with a policy that names the secret value `k` and the open value `open`. */
async function problemsOf(policy: string): Promise<string> {
  const stack = apiStack({
    apiPolicy: `<policies><inbound><base />${policy}</inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`,
    resources: {
      azurerm_api_management_named_value: {
        k: named("k", VALUE),
        open: named("open", "what-all-know", false),
      },
    },
  });
  const failure: unknown = await simulate(stack).then(
    (simulation) => simulation.close(),
    (error: unknown) => error,
  );
  return (failure as Error).message;
}

test.each([
  ["an expression", `<set-variable name="v" value="@({{k}} == 1)" />`, "the name '{{k}}' is neither"],
  ["a backend", `<set-backend-service backend-id="{{k}}" />`, "names backend '{{k}}', which"],
  ["a fragment", `<include-fragment fragment-id="{{k}}" />`, "names fragment '{{k}}', which"],
  ["a URL", `<set-backend-service base-url="{{k}}" />`, "'base-url' is '{{k}}', which"],
  ["a number", `<rate-limit calls="{{k}}" renewal-period="5" />`, "'calls' is '{{k}}', which"],
  ["a text around it", `<rewrite-uri template="a{{k}}b" />`, "'template' is 'a{{k}}b'"],
  ["an element inside", `<ip-filter action="allow"><address>{{k}}</address></ip-filter>`, "'{{k}}' is not"],
])("a problem of a policy names a secret, and does not quote it: %s", async (_, policy, quoted) => {
  const message = await problemsOf(policy);
  expect(message).toContain(quoted);
  expect(message).not.toMatch(/REALSECRET|0123456789/i);
});

test("a value that is no secret is quoted", async () => {
  expect(await problemsOf(`<set-backend-service backend-id="{{open}}" />`)).toContain("'what-all-know'");
});

test.each([
  ["names header 'realsecret-0123456789 x'", VALUE, "names header '{{k}} x'"],
  ["holds REALSECRET-0123456789 twice", VALUE, "holds {{k}} twice"],
  ["begins with SECRET-012 and more", VALUE, "begins with {{k}} and more"],
  ["is '42', which is more than 420", "42", "is '{{k}}', which is more than 420"],
  ["the name 'on' is not listed", "this one is listed", "the name 'on' is not listed"],
  ["the name 'able' is available", "capable", "the name '{{k}}' is available"],
  ["is 'İSTANBUL-0123456789'", "İSTANBUL-0123456789", "is '{{k}}'"],
  ["is empty: ''", "", "is empty: ''"],
  ["is blank: ' '", " ", "is blank: ' '"],
  ["unexpected token `S3` (at `S3-cr`)", "S3-cr-et99", "unexpected token `{{k}}` (at `{{k}}`)"],
  ["the name 'S3' is none of 'S', 'S33'", "S3-cr-et99", "the name '{{k}}' is none of 'S', 'S33'"],
  ["attribute 'x' is missing", "some-secret-x", "attribute 'x' is missing"],
  [String.raw`is '"pa\"ss\"w"'`, 'pa"ss"w', `is '"{{k}}"'`],
  ["is 'a&amp;&lt;&gt;&quot;b'", 'a&<>"b', "is '{{k}}'"],
  ["attribute 'calls' is 42; allowed: 1 to 5", "42", "attribute 'calls' is {{k}}; allowed: 1 to 5"],
  ["line 12, column 3: a literal 'id'", "12", "line 12, column 3: a literal 'id'"],
  ["is simulated with a literal 'id' only", "a", "is simulated with a literal 'id' only"],
])("%s: of the value '%s' nothing remains", (text, value, expected) => {
  expect(withoutSecrets(text, [{ displayName: "k", value }])).toBe(expected);
});

test("what a vault holds is a secret, whatever the named value says of itself", () => {
  const value = (displayName: string, secretUrl?: string): NamedValueModel => ({
    address: "a.b",
    displayName,
    value: "v",
    secret: false,
    secretUrl,
  });
  const values = new NamedValues({ namedValues: [value("open"), value("k", "https://v/secrets/k")] });
  const names = new Set(["open", "k"]);
  expect(values.secretsAmong(names).map(({ displayName }) => displayName)).toEqual(["k"]);
});

test("the longer one of two secrets is named where both are quoted", () => {
  const secrets = [
    { displayName: "short", value: "secret" },
    { displayName: "long", value: "secret-and-more" },
  ];
  expect(withoutSecrets("is 'secret-and-more', not 'secret'", secrets)).toBe("is '{{long}}', not '{{long}}'");
});

test("the name that stands for a secret is not read again", () => {
  const secrets = [
    { displayName: "client-secret-name", value: "client-secret" },
    { displayName: "x", value: "secret" },
  ];
  expect(withoutSecrets("is 'client-secret'", secrets)).toBe("is '{{client-secret-name}}'");
});

test("two secrets side by side are both named", () => {
  const secrets = [
    { displayName: "left", value: "before-it" },
    { displayName: "right", value: "behind" },
  ];
  expect(withoutSecrets("is 'before-itbehind'", secrets)).toBe("is '{{left}}{{right}}'");
});
