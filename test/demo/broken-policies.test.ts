import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type AccessResult, nameOf } from "../../demo/access-case";
import { demonstrateEnvironment } from "../../demo/demonstration";
import { ReferenceStacks } from "../../demo/reference-stacks";
import { demoOf } from "../../scripts/demo";
import { resultOf } from "../support/command-result";
import { referenceEnvironmentsFolder } from "../support/environments";
import * as environments from "../support/reference-environments";

/** A rule that somebody takes out of the policies of an environment, as a reader of docs/clients.md is told to. */
interface Broken {
  readonly rule: string;
  readonly environment: "test" | "prod";
  readonly pattern: RegExp;
  readonly replacement: string;
  /** Whether it makes cases of other rules come to something else. @default false */
  readonly meetsOthers?: boolean;
  /** Cases that fail, in their order, and what comes of them. */
  readonly failing: readonly string[];
}

/** Takes a refusal out of the policies: the rule is asked, and its answer is nothing. */
const answer = (refusal: string) => new RegExp(`return &quot;${refusal}&quot;;`);
const NOTHING = "return &quot;&quot;;";
/** One of several lines of a policy, with another before it. */
const before = (line: string, added: string) => ({
  pattern: new RegExp(line.replaceAll('"', "&quot;")),
  replacement: `${added} ${line}`.replaceAll('"', "&quot;"),
});

const BROKEN: readonly Broken[] = [
  {
    rule: "tokens are for the API",
    environment: "test",
    pattern: /<audience>https:\/\/ai\.contoso\.com<\/audience>/,
    replacement: "$&<audience>99999999-8888-4777-8666-555555555555</audience>",
    failing: ["test/assistant auth0 client: token, wrong audience → 200"],
  },
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
    // What others call by it then has the rights of the model that it is taken for.
    meetsOthers: true,
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
];

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "broken-policies-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Writes the stack of an environment into the folder, changed. */
function change(environment: string, changes: readonly Broken[]): void {
  const file = join("stacks", environment, "cdk.tf.json");
  const changed = changes.reduce(
    (text, { pattern, replacement }) => {
      const after = text.replaceAll(new RegExp(pattern, "g"), replacement);
      expect(after).not.toBe(text);
      return after;
    },
    readFileSync(join(referenceEnvironmentsFolder(), file), "utf8"),
  );
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), changed);
}

/** Without those rules. @param only names of the cases to run @default - all of them */
async function failures(broken: readonly Broken[], only?: ReadonlySet<string>): Promise<readonly string[]> {
  const environment = broken[0]?.environment ?? "test";
  change(environment, broken);
  const { results } = await demonstrateEnvironment(environments[environment], {
    stacks: new ReferenceStacks(folder),
    clientPrograms: false,
    overNetwork: false,
    only: (claim) => only?.has(nameOf(claim)) ?? true,
  });
  return results
    .filter(({ result }) => result === "failed")
    .map((result) => `${nameOf(result)} → ${result.got}`);
}

/** Names of the cases of a rule, and of the first case of each other one of its environment. */
function concerned({ environment, failing }: Broken): ReadonlySet<string> {
  const firsts = BROKEN.filter((each) => each.environment === environment).flatMap((each) =>
    each.failing.slice(0, 1),
  );
  return new Set([...failing, ...firsts].map((line) => line.split(" → ")[0] ?? ""));
}

// Each rule alone: which of them it is that its own cases speak of.
test.each(BROKEN)("without the rule that $rule, its cases fail and no others", async (broken) => {
  const { failing } = broken;
  expect(await failures([broken], concerned(broken))).toEqual(failing);
});

// On all cases, of which a demonstration takes seconds: hence for all rules at once that keep out of each other's way.
test.each([
  { environment: "test", left: BROKEN.filter(({ environment }) => environment === "test") },
  {
    environment: "prod",
    left: BROKEN.filter(({ environment, meetsOthers }) => environment === "prod" && !meetsOthers),
  },
  ...BROKEN.filter(({ meetsOthers }) => meetsOthers).map((broken) => ({
    environment: `${broken.environment}, ${broken.rule}`,
    left: [broken],
  })),
])("no case fails that speaks of none of the rules that are broken: $environment", async ({ left }) => {
  const failing = left.flatMap((broken) => broken.failing);
  expect([...(await failures(left))].sort()).toEqual([...new Set(failing)].sort());
});

test("a case that fails is told by the command, and by its exit code", async () => {
  const [broken] = BROKEN;
  change("test", BROKEN.slice(0, 1));
  const args = ["--stacks", folder, "--env", "test", "--only", "wrong audience", "--json"];
  const { exitCode, stdout } = await resultOf(() => demoOf(environments)(args));
  const results = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as AccessResult);
  expect(results.map((result) => `${nameOf(result)} → ${result.got}`)).toEqual(
    expect.arrayContaining([...(broken?.failing ?? [])]),
  );
  expect(exitCode).toBe(1);
});
