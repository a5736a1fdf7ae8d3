import { join } from "node:path";
import { importBlocks } from "../../scripts/import-blocks";
import { type ResourceId, resourceIds } from "../../simulator/terraform";
import { referenceEnvironmentsFolder } from "../support/environments";

let resources: readonly ResourceId[];

beforeAll(() => {
  resources = resourceIds(join(referenceEnvironmentsFolder(), "stacks/prod"));
});

const idOf = (type: string, part = ""): string => {
  const found = resources.find((each) => each.type === type && each.address.includes(part));
  return found?.id ?? "";
};

const addressed = (inventory: unknown): readonly string[] =>
  importBlocks(resources, inventory).blocks.map((block) => /to = (\S+)/.exec(block)?.[1] ?? "");

describe("import blocks", () => {
  it("are there for what exists, whatever case Azure writes its id in", () => {
    const service = idOf("azurerm_api_management");
    const account = idOf("azurerm_cognitive_account", "ptu");
    const inventory = [{ id: service.toUpperCase(), name: "x", tags: {} }, { id: account }];

    expect(importBlocks(resources, inventory).blocks).toContain(
      `import {\n  to = ${resources.find(({ id }) => id === account)?.address ?? ""}\n  id = "${account}"\n}`,
    );
    // The global policy of a service exists with it.
    expect(addressed(inventory)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^azurerm_api_management\./),
        expect.stringMatching(/^azurerm_api_management_policy\./),
      ]),
    );
    expect(addressed(inventory)).toHaveLength(3);
  });

  it("name the version of the API for what is made through azapi", () => {
    const pool = idOf("azapi_resource", "chat-pool");
    const { blocks } = importBlocks(resources, [pool.replace(/\?.*/, "")]);

    expect(blocks).toEqual([expect.stringMatching(/\/backends\/[\w-]+\?api-version=20\d\d-\d\d-\d\d"/)]);
  });

  it("name an API with its revision, as azurerm wants it, and its policy without", () => {
    const api = idOf("azurerm_api_management_api", "assistant").replace(";rev=1", "");
    const { blocks, conflicts } = importBlocks(resources, { value: [{ id: api, path: "assistant/openai" }] });

    expect(conflicts).toEqual([]);
    expect(blocks.map((block) => /id = "(.*)"/.exec(block)?.[1])).toEqual([`${api};rev=1`, api]);
  });

  describe("of a secret", () => {
    const VERSION = "0123456789abcdef0123456789abcdef";
    let secret: string;

    beforeAll(() => {
      secret = idOf("azurerm_key_vault_secret").replace(/\/[^/]*$/, "");
    });

    it("take its version from the inventory, and miss it", () => {
      expect(importBlocks(resources, [secret, `${secret}/${VERSION}`])).toMatchObject({
        blocks: [expect.stringContaining(`id = "${secret}/${VERSION}"`)],
        conflicts: [],
      });
      expect(importBlocks(resources, [secret])).toEqual({
        blocks: [],
        conflicts: [
          expect.stringMatching(/ is there without a version: take the id that 'az keyvault … show' prints$/),
        ],
      });
    });

    it("are none where the inventory has two versions", () => {
      const other = VERSION.replaceAll("0", "1");
      expect(importBlocks(resources, [{ id: `${secret}/${VERSION}` }, { id: `${secret}/${other}` }])).toEqual(
        {
          blocks: [],
          conflicts: [
            expect.stringMatching(`: the inventory has several versions, .*${VERSION}, .*${other}: leave`),
          ],
        },
      );
    });

    it.each([
      [
        "code of Terraform",
        '1"\n}\ndata "external" "x" {\n  program = ["sh", "-c", "id"]\n}\nlocals {\n  y = "',
      ],
      ["a template", '${file("/etc/passwd")}'],
      ["a part more", `${VERSION}/more`],
      ["a line more", `${VERSION}\n`],
      ["no version", "newest"],
    ])("are none for %s in place of a version", (_what, version) => {
      expect(importBlocks(resources, [{ id: `${secret}/${version}` }])).toEqual({
        blocks: [],
        conflicts: [],
      });
    });

    it("are none for what somebody wrote into tags", () => {
      const site = "/subscriptions/1/resourceGroups/x/providers/Microsoft.Web/sites/s";
      const tags = { id: `${secret}/${VERSION}`, more: [{ id: idOf("azurerm_api_management") }] };
      expect(importBlocks(resources, [{ id: site, tags }])).toEqual({ blocks: [], conflicts: [] });
    });
  });

  it("write an id as text of HCL, whatever is in it", () => {
    const id = "/subscriptions/1/resourceGroups/${file('x')}%{ if true }\\";
    const group = { address: "azurerm_resource_group.x", type: "azurerm_resource_group", id };
    expect(importBlocks([group], [{ id }]).blocks).toEqual([
      `import {\n  to = azurerm_resource_group.x\n  id = "${"/subscriptions/1/resourceGroups/$${file('x')}%%{ if true }\\\\"}"\n}`,
    ]);
  });

  it("are refused where another API has the path, on the same service only", () => {
    const other = idOf("azurerm_api_management_api", "assistant").replace(/apis\/.*/, "apis/legacy");
    const elsewhere = other.replace("/service/", "/service/x");

    expect(importBlocks(resources, [{ id: other, path: "Assistant/openai" }]).conflicts).toEqual([
      expect.stringMatching(
        /^azurerm_api_management_api\.\S+: path 'assistant\/openai' belongs to '\S+\/apis\/legacy': give one/,
      ),
    ]);
    expect(importBlocks(resources, [{ id: elsewhere, path: "assistant/openai" }]).conflicts).toEqual([]);
  });

  it("are none for what the stack does not make", () => {
    expect(addressed([{ id: "/subscriptions/x/resourceGroups/other" }, "text", 1, null])).toEqual([]);
  });
});
