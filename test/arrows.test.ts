import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { keptResult } from "./support/kept-result";

const ROOT = resolve(__dirname, "..");
const CONFIG = join(ROOT, ".dependency-cruiser.cjs");
/** What the linter is, and what it reads besides the files that it looks at. */
const LINTER = [
  ".dependency-cruiser.cjs",
  "package-lock.json",
  "package.json",
  "packages/azure-apim-simulator/package.json",
  "worker/package.json",
];
const CRUISER = join(ROOT, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");

type Arrow = readonly [rule: string, from: string, to: string];

/** One arrow that each rule forbids, in files as small as can be. */
const PLANTED: readonly Arrow[] = [
  ["no-circular", "scripts/one.ts", "scripts/other.ts"],
  ["lib-stands-alone", "lib/naming/a.ts", "simulator/index.ts"],
  ["policy-knows-no-azure-resource", "lib/policy/a.ts", "lib/naming/index.ts"],
  ["policy-knows-no-azure-resource", "lib/policy/a.ts", "node_modules/@cdktf/provider-azurerm/index.js"],
  ["auth-knows-policy-only", "lib/auth/a.ts", "lib/gateway/index.ts"],
  ["nothing-below-knows-the-gateway", "lib/key-vault/a.ts", "lib/gateway/index.ts"],
  ["security-checks-know-no-construct", "lib/security-checks/a.ts", "lib/gateway/index.ts"],
  ["contracts-are-files", "lib/contracts/a.ts", "lib/gateway/index.ts"],
  ["nobody-in-lib-knows-contracts", "lib/gateway/a.ts", "lib/contracts/index.ts"],
  ["nobody-in-lib-knows-the-platform", "lib/gateway/a.ts", "lib/platform/index.ts"],
  ["lib-rooms-by-index", "lib/gateway/a.ts", "lib/openai/openai-account.ts"],
  ["private-knows-validation-only", "lib/private/a.ts", "lib/naming/index.ts"],
  ["validation-knows-nobody", "lib/validation/a.ts", "lib/private/name-rules.ts"],
  ["lib-imports-what-its-package-declares", "lib/naming/a.ts", "node_modules/jose/index.js"],
  ["entries-pass-packages-on", "entries/a.ts", "lib/index.ts"],
  ["stacks-compose-lib", "stacks/a.ts", "simulator/index.ts"],
  ["environments-are-data", "environments/a.ts", "stacks/index.ts"],
  ["main-reads-environments-and-stacks", "main.ts", "lib/index.ts"],
  ["examples-import-the-package-by-name", "examples/a.ts", "stacks/index.ts"],
  ["demo-reads-environments-and-simulates-them", "demo/a.ts", "lib/index.ts"],
  ["public-cdktf-api-only", "stacks/a.ts", "node_modules/cdktf/lib/tokens/resolve.js"],

  ["expressions-stand-alone", "expressions/library/a.ts", "simulator/index.ts"],
  ["expressions-by-index", "simulator/gateway/a.ts", "expressions/library/index.ts"],
  ["expressions-context", "expressions/context.ts", "expressions/values/a.ts"],
  ["expressions-expression-error", "expressions/expression-error.ts", "expressions/values/a.ts"],
  ["expressions-expression-coverage", "expressions/expression-coverage.ts", "expressions/values/a.ts"],
  ["expressions-syntax", "expressions/syntax/a.ts", "expressions/types/a.ts"],
  ["expressions-values", "expressions/values/b.ts", "expressions/types/a.ts"],
  ["expressions-types", "expressions/types/b.ts", "expressions/json/a.ts"],
  ["expressions-xml", "expressions/xml/a.ts", "expressions/types/a.ts"],
  ["expressions-json", "expressions/json/b.ts", "expressions/library/index.ts"],
  ["expressions-buffered-body", "expressions/buffered-body.ts", "expressions/values/a.ts"],
  ["expressions-jwt", "expressions/jwt.ts", "expressions/values/a.ts"],
  ["expressions-result", "expressions/result.ts", "expressions/types/a.ts"],
  ["expressions-host-value", "expressions/host-value.ts", "expressions/json/a.ts"],
  ["expressions-binding", "expressions/binding/a.ts", "expressions/library/index.ts"],
  ["expressions-library", "expressions/library/a.ts", "expressions/binding/b.ts"],
  ["expressions-compiled-expression", "expressions/compiled-expression.ts", "expressions/json/a.ts"],
  ["expressions-index", "expressions/index.ts", "expressions/other.ts"],
  ["expressions-has-no-other-room", "expressions/helpers/a.ts", "expressions/context.ts"],

  ["simulator-stands-alone", "simulator/network/a.ts", "lib/index.ts"],
  ["simulator-knows-no-cdk", "simulator/terraform/a.ts", "node_modules/constructs/index.js"],
  ["simulator-knows-no-cdk", "expressions/values/b.ts", "node_modules/constructs/index.js"],
  ["simulator-imports-what-its-package-declares", "simulator/network/a.ts", "node_modules/openai/index.js"],
  [
    "simulator-imports-what-its-package-declares",
    "expressions/jwt.ts",
    "node_modules/gpt-3-encoder/index.js",
  ],
  ["simulator-rooms-by-index", "simulator/gateway/a.ts", "simulator/policies/document/a.ts"],
  ["simulator-by-index", "demo/a.ts", "simulator/terraform/a.ts"],
  ["simulator-model", "simulator/model.ts", "simulator/policies/index.ts"],
  ["simulator-clock", "simulator/clock/a.ts", "simulator/policies/index.ts"],
  ["simulator-encodings", "simulator/encodings/a.ts", "simulator/policies/index.ts"],
  ["simulator-network", "simulator/network/a.ts", "simulator/policies/index.ts"],
  ["simulator-network", "simulator/network/types.ts", "simulator/policies/index.ts"],
  ["simulator-certificates", "simulator/certificates/a.ts", "simulator/policies/index.ts"],
  ["simulator-identity", "simulator/identity/a.ts", "simulator/accounts/index.ts"],
  ["simulator-key-vault", "simulator/key-vault/a.ts", "simulator/terraform/index.ts"],
  ["simulator-service-bus", "simulator/service-bus/a.ts", "simulator/accounts/index.ts"],
  ["simulator-blob-storage", "simulator/blob-storage/a.ts", "simulator/service-bus/index.ts"],
  ["simulator-accounts", "simulator/accounts/a.ts", "simulator/gateway/index.ts"],
  ["simulator-model-endpoints", "simulator/model-endpoints/a.ts", "simulator/policies/index.ts"],
  ["simulator-log-analytics", "simulator/log-analytics/a.ts", "simulator/sinks/index.ts"],
  ...["gateway", "identity", "accounts", "terraform", "simulation", "sinks"].map((room): Arrow => [
    "simulator-policies",
    "simulator/policies/elements/a.ts",
    `simulator/${room}/index.ts`,
  ]),
  ["simulator-terraform", "simulator/terraform/a.ts", "simulator/gateway/index.ts"],
  ["simulator-sinks", "simulator/sinks/a.ts", "simulator/gateway/index.ts"],
  ...["terraform", "simulation", "cli", "page"].map((room): Arrow => [
    "simulator-gateway",
    "simulator/gateway/a.ts",
    `simulator/${room}/index.ts`,
  ]),
  ["simulator-simulation", "simulator/simulation/a.ts", "simulator/access/index.ts"],
  ["simulator-access", "simulator/access/a.ts", "simulator/page/index.ts"],
  ["simulator-page", "simulator/page/a.ts", "simulator/cli/index.ts"],
  ["simulator-cli", "simulator/cli/a.ts", "simulator/gateway/index.ts"],
  ["simulator-index", "simulator/index.ts", "simulator/cli/index.ts"],
  ["simulator-main", "simulator/main.ts", "simulator/simulation/index.ts"],
  ["simulator-has-no-other-room", "simulator/helpers/a.ts", "simulator/clock/index.ts"],

  ["worker-stands-alone", "worker/a.ts", "simulator/index.ts"],
  ["nobody-knows-the-worker", "lib/request-queue/a.ts", "worker/queue-worker.ts"],
  ["worker-imports-what-its-manifest-declares", "worker/b.ts", "node_modules/jose/index.js"],

  ["policies-policy-error", "simulator/policies/policy-error.ts", "simulator/policies/document/a.ts"],
  [
    "policies-gateway-services",
    "simulator/policies/gateway-services.ts",
    "simulator/policies/policy-error.ts",
  ],
  ["policies-policy-execution", "simulator/policies/policy-execution.ts", "simulator/policies/document/a.ts"],
  ["policies-policy-compiler", "simulator/policies/policy-compiler.ts", "simulator/policies/document/a.ts"],
  ["policies-not-simulated", "simulator/policies/not-simulated.ts", "simulator/policies/document/a.ts"],
  [
    "policies-applying-diagnostics",
    "simulator/policies/applying-diagnostics.ts",
    "simulator/policies/document/a.ts",
  ],
  ["policies-document", "simulator/policies/document/b.ts", "simulator/policies/elements/b.ts"],
  ["policies-messages", "simulator/policies/messages/a.ts", "simulator/policies/caching/b.ts"],
  ["policies-certificates", "simulator/policies/certificates/a.ts", "simulator/policies/tokens/b.ts"],
  ["policies-caching", "simulator/policies/caching/a.ts", "simulator/policies/limits/b.ts"],
  ["policies-limits", "simulator/policies/limits/a.ts", "simulator/policies/language-models/b.ts"],
  ["policies-tokens", "simulator/policies/tokens/a.ts", "simulator/policies/limits/b.ts"],
  ["policies-language-models", "simulator/policies/language-models/a.ts", "simulator/policies/tokens/b.ts"],
  ["policies-elements", "simulator/policies/elements/a.ts", "simulator/policies/index.ts"],
  ["policies-policy-compilers", "simulator/policies/policy-compilers.ts", "simulator/policies/limits/b.ts"],
  ["policies-index", "simulator/policies/index.ts", "simulator/policies/limits/b.ts"],
  ["policies-has-no-other-room", "simulator/policies/helpers/a.ts", "simulator/policies/policy-error.ts"],
];

/** Arrows that are right; the first one closes the circle, which is reported once. */
const ALLOWED: readonly (readonly [from: string, to: string])[] = [
  ["scripts/other.ts", "scripts/one.ts"],
  ["environments/types.ts", "stacks/index.ts"],
  ["stacks/b.ts", "lib/index.ts"],
  ["lib/naming/b.ts", "node_modules/ipaddr.js/lib/ipaddr.js"],
  ["entries/b.ts", "simulator/index.ts"],
  ["entries/b.ts", "lib/policy/index.ts"],
  ["stacks/b.ts", "node_modules/cdktf/lib/index.js"],
  ["demo/b.ts", "simulator/terraform/index.ts"],
  ["simulator/gateway/b.ts", "expressions/index.ts"],
  ["simulator/gateway/b.ts", "node_modules/saxes/saxes.js"],
  ["simulator/gateway/b.ts", "simulator/policies/index.ts"],
  ["simulator/gateway/b.ts", "simulator/gateway/c.ts"],
  ["simulator/policies/elements/c.ts", "simulator/policies/document/c.ts"],
  ["simulator/policies/elements/c.ts", "simulator/network/index.ts"],
  ["expressions/binding/c.ts", "expressions/types/c.ts"],
];

/**
 * The files of the arrows by their paths. A file imports whatever an arrow from it points to, one that is called `types`
 * only the types of it.
 */
function sourcesOf(arrows: readonly (readonly [from: string, to: string])[]): ReadonlyMap<string, string> {
  const imports = new Map<string, string[]>();
  for (const [from, to] of arrows) {
    imports.set(to, imports.get(to) ?? []);
    imports.set(from, [...(imports.get(from) ?? []), to]);
  }
  const files = [...imports].map(([from, targets]): readonly [string, string] => {
    const lines = targets.map((to) => {
      const inside = relative(dirname(from), to).replace(/\.ts$/, "");
      const specifier = to.startsWith("node_modules/")
        ? to.slice("node_modules/".length)
        : inside.replace(/^(?!\.)/, "./");
      return `import ${from.endsWith("/types.ts") ? "type {} from " : ""}"${specifier}";\n`;
    });
    return [from, `${lines.join("")}export {};\n`];
  });
  return new Map([...files, ["tsconfig.json", "{}"]]);
}

function plant(folder: string, sources: ReadonlyMap<string, string>): void {
  for (const [name, text] of sources) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

interface Rule {
  readonly name: string;
  readonly from: { readonly path?: string | readonly string[] };
  readonly to: { readonly pathNot?: string | readonly string[] };
}

interface Report {
  readonly summary: {
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
    }[];
  };
}

/** What the linter of `npm run lint` reports of a folder. */
function violations(folder: string): readonly Arrow[] {
  let output: string;
  try {
    output = execFileSync(process.execPath, [CRUISER, "--config", CONFIG, "--output-type", "json", "."], {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (error) {
    // Its exit code is the number of violations.
    output = (error as { readonly stdout: string }).stdout;
  }
  const { summary } = JSON.parse(output) as Report;
  return summary.violations.map(({ rule, from, to }) => [rule.name, from, to]);
}

describe("the arrows of the house", () => {
  let folder: string;
  let found: readonly Arrow[];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "arrows-"));
    const sources = sourcesOf([...PLANTED.map(([, from, to]) => [from, to] as const), ...ALLOWED]);
    const linter = LINTER.map((file) => readFileSync(join(ROOT, file), "utf8"));
    found = keptResult("arrows", __filename, [...linter, ...sources], () => {
      plant(folder, sources);
      return violations(folder);
    });
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test.each(PLANTED)("%s forbids %s → %s", (...arrow) => {
    expect(found).toContainEqual(arrow);
  });

  test.each(ALLOWED)("%s → %s is right", (from, to) => {
    expect(found.filter((arrow) => arrow[1] === from && arrow[2] === to)).toEqual([]);
  });

  const { forbidden } = jest.requireActual<{ readonly forbidden: readonly Rule[] }>(CONFIG);

  it("have a planted violation for each rule", () => {
    const rules = new Set(PLANTED.map(([rule]) => rule));
    expect(forbidden.map(({ name }) => name).filter((name) => !rules.has(name))).toEqual([]);
  });

  it("cannot be written so that one runs up, or rooms form a circle", () => {
    const config = readFileSync(CONFIG, "utf8");
    const upwards = join(folder, "upwards.cjs");
    const elsewhere = config.replaceAll('require("./', `require("${ROOT}/`);
    writeFileSync(upwards, elsewhere.replace("  clock: [],", '  clock: ["network"],'));
    expect(() => jest.requireActual<object>(upwards)).toThrow(
      "simulator/clock names network, which is not above it in the table",
    );
  });

  it("are those that ARCHITECTURE.md draws inside the simulator", () => {
    const [, section = ""] = readFileSync(join(ROOT, "ARCHITECTURE.md"), "utf8").split(
      "## Inside the simulator\n",
    );
    const [table = ""] = /(?:^\|.*\n)+/m.exec(section) ?? [];
    const rows = [...table.matchAll(/^\| `([\w-]+)(?:\.ts)?` +\|[^|]*\|([^|]*)\|$/gm)].map(
      ([, room = "", others = ""]) =>
        [room, [...others.matchAll(/`([\w-]+)`/g)].map(([, other]) => other)] as const,
    );
    const drawn = rows.map(([room, others]) => [room, ...others.filter((other) => other !== "expressions")]);
    // Of a layer's rule, `pathNot` names the room and what it may import.
    const ruled = forbidden.flatMap(({ name, from, to }) => {
      const isRoom = /^\^simulator\/\([\w-]+\)/.test(from.path?.toString() ?? "");
      const [, rooms = ""] = /\((.*?)\)/.exec(to.pathNot?.toString() ?? "") ?? [];
      return isRoom && !["simulator-index", "simulator-main"].includes(name) ? [rooms.split("|")] : [];
    });
    const sorted = (table: readonly (readonly (string | undefined)[])[]): readonly unknown[] =>
      table.map(([room, ...others]) => [room, ...others.sort()]);
    expect(sorted(drawn)).toEqual(sorted(ruled));
  });
});
