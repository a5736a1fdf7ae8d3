import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AccessResult } from "../../demo/access-case";
import { demonstrate } from "../../demo/demonstration";
import { ReferenceStacks } from "../../demo/reference-stacks";
import { run } from "../../scripts/demo";
import { resultOf } from "../support/command-result";
import { copyReferenceStacks } from "../support/reference-stacks";

// Each test changes one policy of a copy by hand, as a reader of docs/clients.md is told to.
let copy: string;

beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), "broken-policies-"));
  copyReferenceStacks(copy);
});

afterEach(() => rmSync(copy, { recursive: true }));

function change(stack: string, pattern: RegExp, replacement: string): void {
  const file = join(copy, "stacks", stack, "cdk.tf.json");
  const before = readFileSync(file, "utf8");
  const after = before.replaceAll(new RegExp(pattern, "g"), replacement);
  expect(after).not.toBe(before);
  writeFileSync(file, after);
}

async function failures(environment: string): Promise<readonly string[]> {
  const stacks = new ReferenceStacks(copy);
  const { results } = await demonstrate({ stacks, environment, clientPrograms: false });
  return results
    .filter(({ result }) => result === "failed")
    .map(({ target, who, how, got }) => `${target} ${who}: ${how} → ${got}`);
}

test("an audience more fails the case of the wrong audience, and the exit code says so", async () => {
  const own = "<audience>https://ai.contoso.com</audience>";
  change("test", new RegExp(own), `${own}<audience>99999999-8888-4777-8666-555555555555</audience>`);
  const { exitCode, stdout } = await resultOf(() => run(["--stacks", copy, "--env", "test", "--json"]));
  const results = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as AccessResult);
  const failed = results.filter(({ result }) => result === "failed");
  expect(failed).toMatchObject([{ target: "test/assistant", how: "token, wrong audience", got: "200" }]);
  expect(exitCode).toBe(1);
});

/** Takes a refusal out of the policies: the rule is asked, and its answer is nothing. */
const answer = (refusal: string) => new RegExp(`return &quot;${refusal}&quot;;`);
const NOTHING = "return &quot;&quot;;";
/** One of several lines of a policy, with another before it. */
const before = (line: string, added: string) => ({
  pattern: new RegExp(line.replaceAll('"', "&quot;")),
  replacement: `${added} ${line}`.replaceAll('"', "&quot;"),
});

test.each([
  {
    rule: "tokens end",
    environment: "test",
    pattern: /clock-skew=\\"0\\"/,
    replacement: String.raw`clock-skew=\"86400\"`,
    failing: ["okta", "auth0"].flatMap((name) => [
      `test/assistant ${name} client: token, expired → 200`,
      `test/assistant ${name} client: token, not yet valid → 200`,
    ]),
  },
  {
    rule: "revoked certificates are out",
    environment: "prod",
    pattern: /validate-revocation=\\"true\\"/,
    replacement: String.raw`validate-revocation=\"false\"`,
    failing: ["prod/assistant scanner-line-1: certificate, revoked → 200"],
  },
  {
    rule: "tokens carry a scope or role that counts",
    environment: "prod",
    pattern: answer("insufficient_scope:token-scope"),
    replacement: NOTHING,
    failing: [
      "prod/assistant claims: token, missing scope → 200",
      "prod/assistant claims: token, missing role → 200",
      "prod/partners fabrikam: token, missing scope → 200",
    ],
  },
  {
    rule: "an application has the role that counts",
    environment: "prod",
    pattern: /new\[\] \{ &quot;Models\.Invoke\.All&quot; \}\.Contains\(value\)/,
    replacement: "true",
    failing: ["prod/assistant claims: token, missing role → 200"],
  },
  {
    rule: "ID tokens are not access tokens",
    environment: "prod",
    pattern: answer("unauthorized:token-is-access-token"),
    replacement: NOTHING,
    failing: [
      "prod/assistant claims: token, ID token for the API → 200",
      "prod/partners fabrikam: token, ID token for the API → 200",
    ],
  },
  {
    rule: "marketing has its own models only",
    environment: "prod",
    ...before('case "2:chat-mini":', 'case "2:chat": case "2:embeddings":'),
    failing: [
      "prod/assistant marketing: token, model not granted → 200",
      "prod/assistant marketing: v1: token, model not granted → 200",
    ],
  },
  {
    rule: "partners have one model",
    environment: "prod",
    ...before(
      'case "chat-partners": return "chat-partners:partners-chat-partners-pool:1:128000";',
      'case "chat": return "chat:assistant-chat-pool:2:128000";',
    ),
    failing: ["fabrikam", "northwind"].flatMap((name) => [
      `prod/partners ${name}: token and key, model not granted → 200`,
      `prod/partners ${name}: v1: token and key, model not granted → 200`,
    ]),
  },
  {
    rule: "a client has its own operations only",
    environment: "prod",
    pattern: answer("forbidden:operation-denied"),
    replacement: NOTHING,
    // An account runs no embeddings on a chat model.
    failing: [
      ["claims", "token", "200"],
      ["marketing", "token", "400 OperationNotSupported"],
      ["scanner-line-1", "certificate", "400 OperationNotSupported"],
    ].flatMap(([caller, credential, got]) => [
      `prod/assistant ${caller}: ${credential}, operation not granted → ${got}`,
      `prod/assistant ${caller}: v1: ${credential}, operation not granted → ${got}`,
    ]),
  },
  {
    rule: "the body of a v1 call names the model",
    environment: "prod",
    pattern: /return model\.Type == JTokenType\.String \? model\.ToString\(\) : &quot;\?&quot;;/,
    replacement: "return &quot;chat&quot;;",
    failing: [
      "prod/assistant marketing: v1: token → 403 forbidden",
      "prod/assistant scanner-line-1: v1: certificate → 403 forbidden",
      "prod/partners fabrikam: v1: token and key → 403 forbidden",
      "prod/partners northwind: v1: token and key → 403 forbidden",
    ],
  },
  {
    rule: "headers that steer the service stay here",
    environment: "prod",
    pattern: /(?<=!new\[\] \{ )(?=&quot;accept&quot;)/,
    replacement: "&quot;x-policy-id&quot;, ",
    failing: [
      "prod/assistant claims: x-policy-id of no content filter → 400 invalid_request",
      "prod/partners fabrikam: x-policy-id of no content filter → 400 invalid_request",
    ],
  },
  {
    rule: "callers are told what they have left",
    environment: "test",
    pattern: /name=\\"x-ratelimit-remaining-tokens\\" exists-action=\\"override\\"/,
    replacement: String.raw`name=\"x-left\" exists-action=\"override\"`,
    failing: [
      "test/assistant okta client: remaining tokens → not told",
      "test/devices scanner-test: remaining tokens → not told",
    ],
  },
  {
    rule: "the service keeps and reads no objects",
    environment: "prod",
    pattern: answer("invalid_request:body-stored-objects"),
    replacement: NOTHING,
    failing: ["assistant claims", "partners fabrikam"].flatMap((caller) =>
      [
        "store: true",
        "background: true",
        "an earlier response",
        "a stored conversation",
        "a stored prompt",
        "a file at the service",
      ].map((how) => `prod/${caller}: ${how} → 200`),
    ),
  },
  {
    rule: "the service calls no other host",
    environment: "prod",
    pattern: answer("invalid_request:body-remote-content"),
    replacement: NOTHING,
    failing: ["assistant claims", "partners fabrikam"].flatMap((caller) =>
      ["a data source", "a web search", "an image elsewhere"].map((how) => `prod/${caller}: ${how} → 200`),
    ),
  },
  {
    rule: "calls are counted",
    environment: "test",
    pattern: /id=\\"limit-requests-0\\" calls=\\"30\\"/,
    replacement: String.raw`id=\"limit-requests-0\" calls=\"6000\"`,
    failing: ["test/devices scanner-test: 31 calls at once → 200"],
  },
  {
    rule: "token and key are of one client",
    environment: "prod",
    pattern: answer("forbidden:client-mismatch"),
    replacement: NOTHING,
    failing: [
      "prod/partners fabrikam: token, other application → 200",
      "prod/partners fabrikam: key of another client → 200",
    ],
  },
])("without the rule that $rule, its cases fail and no others", async (broken) => {
  change(broken.environment, broken.pattern, broken.replacement);
  expect(await failures(broken.environment)).toEqual(broken.failing);
});
