import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadStacks, StackLoadError } from "../../../simulator/terraform";
import { GATEWAY_RESOURCES, PLACED, type StackFixture, writeStack } from "./stack-fixture";

/** Problems of stacks, each with its address. */
async function problemsOf(...stacks: readonly string[]): Promise<readonly string[]> {
  const failure: unknown = await loadStacks(stacks).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(StackLoadError);
  return (failure as StackLoadError).problems.map(({ address, message }) => `${address}: ${message}`);
}

/** A stack whose one resource has a name that is computed. */
function named(name: unknown, sections: StackFixture = {}): string {
  return writeStack("main", {
    ...sections,
    resource: { azurerm_user_assigned_identity: { i: { ...PLACED, name } } },
  });
}

/** Of the name, and of what the provider makes of it. */
async function expectProblem(stack: string, problem: string): Promise<void> {
  const problems = await problemsOf(stack);
  const expected = expect.stringMatching(/^azurerm_user_assigned_identity\.i: '(?:name|id)': /) as unknown;
  expect(problems).toEqual(problems.map(() => expected));
  expect(problems.filter((text) => !text.includes(problem))).toEqual([]);
}

const LEVELS = 20_000;

/** Each local is made of two of the one before. */
function doubled(first: string, twice: (before: string) => string): StackFixture {
  const locals = Array.from({ length: 60 }, (_, level) => [
    `l${level}`,
    level === 0 ? first : twice(`local.l${level - 1}`),
  ]);
  return { locals: Object.fromEntries(locals) as Readonly<Record<string, string>> };
}

describe("an expression that would make more than any memory holds is refused at its address", () => {
  test.each([
    ["a text that doubles", doubled("xx", (before) => `\${${before}}\${${before}}`), "${local.l59}"],
    [
      "a list that doubles",
      doubled("${[1]}", (before) => `\${concat(${before}, ${before})}`),
      "${length(local.l59)}",
    ],
    [
      "a list that holds the one before twice, written as JSON",
      doubled("${[1]}", (before) => `\${[${before}, ${before}]}`),
      "${jsonencode(local.l59)}",
    ],
    [
      "lists that are compared, each of the one before twice",
      doubled("${[1]}", (before) => `\${[${before}, ${before}]}`),
      "${local.l59 == local.l59}",
    ],
    ["a range", {}, "${length(range(1000000000000))}"],
    ["a range without end", {}, "${length(range(0, 1, 1e-300))}"],
    [
      "loops in loops",
      {},
      "${length([for a in range(1000): [for b in range(1000): [for c in range(1000): c]]])}",
    ],
    ["a padded text", {}, '${format("%999999999s", "x")}'],
    ["an indented text", {}, '${indent(999999999, "a\\nb\\nc")}'],
    ["what try() would take instead", {}, '${try(length(range(1000000000000)), "x")}'],
  ])("%s", async (_name, sections, name) => {
    await expectProblem(named(name, sections), "the expression makes more than");
  });
});

describe("what nests too deeply is refused at its address", () => {
  test.each([
    ["brackets", `\${${"(".repeat(LEVELS)}1${")".repeat(LEVELS)}}`],
    ["lists", `\${${"[".repeat(LEVELS)}${"]".repeat(LEVELS)}}`],
    ["negations", `\${${"!".repeat(LEVELS)}true}`],
    ["templates in templates", `${'${"'.repeat(LEVELS)}${'"}'.repeat(LEVELS)}`],
    ["sums", `\${${"1+".repeat(LEVELS)}1}`],
  ])("%s", async (_name, name) => {
    await expectProblem(named(name), "the value nests too deeply");
  });

  test("JSON", async () => {
    const stack = named("nested");
    const file = join(stack, "cdk.tf.json");
    const nested = `${"[".repeat(LEVELS)}${"]".repeat(LEVELS)}`;
    writeFileSync(file, readFileSync(file, "utf8").replace('"nested"', nested));
    await expectProblem(stack, "the value nests too deeply");
  });
});

describe("references in a circle are named", () => {
  test("between outputs of two stacks", async () => {
    const [first, second] = ["first", "second"].map((name, index) => {
      const other = index === 0 ? "second" : "first";
      return writeStack(name, {
        terraform: { backend: { local: { path: `/state/${name}.tfstate` } } },
        data: {
          terraform_remote_state: {
            other: { backend: "local", config: { path: `/state/${other}.tfstate` } },
          },
        },
        output: { o: { value: "${data.terraform_remote_state.other.outputs.o}" } },
        resource: {
          azurerm_user_assigned_identity: {
            i: { ...PLACED, name: "${data.terraform_remote_state.other.outputs.o}" },
          },
        },
      });
    }) as [string, string];
    expect(await problemsOf(first, second)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^first\/.*: output 'o' of stack 'second' refers to itself$/),
        expect.stringMatching(/^second\/.*: output 'o' of stack 'first' refers to itself$/),
      ]),
    );
  });

  test("between resources", async () => {
    const [a, b] = ["${azurerm_user_assigned_identity.b.name}", "${azurerm_user_assigned_identity.a.name}"];
    const resource = {
      azurerm_user_assigned_identity: { a: { ...PLACED, name: a }, b: { ...PLACED, name: b } },
    };
    expect(await problemsOf(writeStack("main", { resource }))).toEqual(
      expect.arrayContaining([
        expect.stringContaining("azurerm_user_assigned_identity.a.name refers to itself"),
      ]),
    );
  });
});

describe("a pattern of replace()", () => {
  test("that takes text in several ways is refused", () =>
    expectProblem(
      named(`\${replace("${"a".repeat(40)}!", "/^(a+)+$/", "")}`),
      "may take text in several ways",
    ));

  test("that is none is refused", () =>
    expectProblem(named('${replace("a", "/(/", "")}'), "is not a pattern"));

  test("that takes it in one way is run", async () => {
    const model = await loadStacks(named('${replace("my  name", "/\\\\s+/", "-")}'));
    expect(model.identities[0]?.name).toBe("my-name");
  });
});

describe("names that JavaScript gives to every object", () => {
  test.each(["constructor", "toString", "__proto__", "hasOwnProperty"])(
    "%s is not an attribute of a resource",
    async (attribute) => {
      const other = { azurerm_resource_group: { rg: { name: "rg", location: "westeurope" } } };
      const resource = {
        ...other,
        azurerm_user_assigned_identity: {
          i: { ...PLACED, name: `\${azurerm_resource_group.rg.${attribute}}` },
        },
      };
      await expectProblem(
        writeStack("main", { resource }),
        `azurerm_resource_group.rg has no value for '${attribute}'`,
      );
    },
  );

  test.each(["constructor", "__proto__"])("%s is not a type that the simulator supports", async (type) => {
    const resource = JSON.parse(`{"${type}":{"x":{"name":"n"}}}`) as StackFixture["resource"];
    expect(await problemsOf(writeStack("main", { resource }))).toEqual([
      `${type}.x: resource type '${type}' is not supported by the simulator`,
    ]);
  });

  test("members below __proto__ are unknown ones, not those of the object", async () => {
    const body = JSON.parse('{"properties":{"__proto__":{"type":"Pool"}}}') as object;
    const azapi_resource = {
      b: {
        type: "Microsoft.ApiManagement/service/backends@2024-05-01",
        name: "b",
        parent_id: "${azurerm_api_management.gateway.id}",
        body,
      },
    };
    expect(
      await problemsOf(writeStack("main", { resource: { ...GATEWAY_RESOURCES, azapi_resource } })),
    ).toEqual(expect.arrayContaining([expect.stringContaining("'__proto__' is not supported")]));
  });

  test.each([
    [
      'jsonencode({for name in ["__proto__", "constructor"]: name => name})',
      '{"__proto__":"__proto__","constructor":"constructor"}',
    ],
    [
      'jsonencode(merge({a = 1}, jsondecode("{\\"__proto__\\": {\\"b\\": 2}}")))',
      '{"__proto__":{"b":2},"a":1}',
    ],
  ])("%s keeps them as keys", async (expression, name) => {
    const model = await loadStacks(named(`\${${expression}}`));
    expect(model.identities[0]?.name).toBe(name);
  });

  test("a function of such a name is unknown", () =>
    expectProblem(named('${constructor("x")}'), "function 'constructor' is not supported"));
});

test.each(["1e999", "-1e999"])("%s is not a number", async (text) => {
  const account = { ...PLACED, name: "oai", kind: "OpenAI", sku_name: "S0", custom_subdomain_name: "oai" };
  const deployment = {
    name: "chat",
    cognitive_account_id: "${azurerm_cognitive_account.a.id}",
    model: { format: "OpenAI", name: "gpt-4o", version: "1" },
    sku: { name: "Standard", capacity: text },
  };
  const resource = {
    azurerm_cognitive_account: { a: account },
    azurerm_cognitive_deployment: { d: deployment },
  };
  expect(await problemsOf(writeStack("main", { resource }))).toEqual([
    "azurerm_cognitive_deployment.d: sku: 'capacity': a number is needed, not string",
  ]);
});
