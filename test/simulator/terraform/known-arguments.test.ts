import { readFileSync } from "node:fs";
import { loadStacks, StackLoadError } from "../../../simulator/terraform";
import type { KnownArguments } from "../../../simulator/terraform/known-arguments";
import { IRRELEVANT_TYPES, MODELLED_TYPES } from "../../../simulator/terraform/resource-types";
import { GATEWAY_RESOURCES, PLACED, type StackFixture, writeStack } from "./stack-fixture";

async function problemsOf(sections: StackFixture): Promise<readonly string[]> {
  const failure: unknown = await loadStacks(writeStack("main", sections)).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(StackLoadError);
  return (failure as StackLoadError).problems.map(({ address, message }) => `${address}: ${message}`);
}

/** An account with further arguments. */
const accountWith = (more: object): StackFixture => ({
  resource: {
    azurerm_cognitive_account: {
      east: { ...PLACED, name: "aoai", kind: "OpenAI", sku_name: "S0", ...more },
    },
  },
});

describe("an argument that the simulator does not know", () => {
  test.each<[string, object, string]>([
    ["of a resource", { qna_runtime_endpoint: "https://x" }, "argument 'qna_runtime_endpoint'"],
    ["of a block", { network_acls: { default_action: "Deny", extra: 1 } }, "network_acls: argument 'extra'"],
    [
      "of a block in a list of blocks",
      { network_acls: [{ default_action: "Deny", virtual_network_rules: [{ subnet_id: "s", extra: 1 }] }] },
      "network_acls[0].virtual_network_rules[0]: argument 'extra'",
    ],
    [
      "made by a dynamic block",
      { dynamic: { network_acls: { for_each: ["x"], content: { default_action: "Deny" } } } },
      "'dynamic' blocks are not supported",
    ],
    [
      "made by a dynamic block inside a block",
      { network_acls: { default_action: "Deny", dynamic: { virtual_network_rules: { for_each: [] } } } },
      "network_acls: 'dynamic' blocks are not supported",
    ],
  ])("%s is a problem", async (_name, more, message) => {
    const problems = await problemsOf(accountWith(more));
    expect(problems).toEqual([expect.stringContaining(`azurerm_cognitive_account.east: ${message}`)]);
  });

  test("in the body of an azapi resource is a problem", async () => {
    const problems = await problemsOf({
      resource: {
        ...GATEWAY_RESOURCES,
        azapi_resource: {
          backend: {
            type: "Microsoft.ApiManagement/service/backends@2024-05-01",
            name: "b",
            parent_id: "${azurerm_api_management.gateway.id}",
            body: {
              properties: { url: "https://b.example", protocol: "http", proxy: { url: "https://p.example" } },
            },
          },
        },
      },
    });
    expect(problems).toEqual([
      expect.stringContaining("azapi_resource.backend: body.properties: argument 'proxy'"),
    ]);
  });

  test.each([[null], [[]]])(
    "does not count when it is %p, which Terraform takes as not set",
    async (unset) => {
      const { accounts } = await loadStacks(writeStack("main", accountWith({ qna_runtime_endpoint: unset })));
      expect(accounts).toHaveLength(1);
    },
  );
});

test("no type is modelled and irrelevant", () => {
  expect([...MODELLED_TYPES.keys()].filter((type) => IRRELEVANT_TYPES.has(type))).toEqual([]);
});

describe("every known argument is one of the provider's", () => {
  const names = ({
    read = [],
    blocks = {},
    refused = {},
    irrelevant = [],
  }: KnownArguments): readonly string[] => [
    ...read,
    ...Object.keys(refused),
    ...irrelevant.flatMap(([, ...without]) => without),
    ...Object.entries(blocks).flatMap(([name, inner]) => [name, ...names(inner)]),
  ];

  test.each([...MODELLED_TYPES])("of %s", (type, known) => {
    const [provider = "", ...words] = type.split("_");
    const binding = require.resolve(`@cdktf/provider-${provider}/lib/${words.join("-")}/index.d.ts`);
    const members = new Set(readFileSync(binding, "utf8").match(/\w+/g));
    const camelCase = (name: string): string =>
      name.replace(/_(\w)/g, (_all, letter: string) => letter.toUpperCase());
    expect(names(known).filter((name) => !members.has(camelCase(name)))).toEqual([]);
  });
});

describe("a section in a form that the simulator does not read is a problem", () => {
  test.each<[string, object]>([
    ["resource", { resource: [{ azurerm_cognitive_account: {} }] }],
    ["resource.azurerm_cognitive_account", { resource: { azurerm_cognitive_account: [{ east: {} }] } }],
    [
      "resource.azurerm_cognitive_account.east",
      { resource: { azurerm_cognitive_account: { east: [{ name: "x" }] } } },
    ],
    ["output.o", { output: { o: [{ value: 1 }] } }],
  ])("%s", async (place, sections) => {
    const problems = await problemsOf(sections as StackFixture);
    expect(problems).toContainEqual(expect.stringContaining(`'${place}' must be an object`));
  });
});
