import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PLACED } from "./stack-fixture";

/** A resource as a plan shows it. */
export interface PlannedFixture {
  /** With `[0]` or `["key"]` behind the name for `count` and `for_each`, and modules before the type. */
  readonly address: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** References of the arguments, by name; only arguments with one stand here. */
  readonly references?: Readonly<Record<string, unknown>>;
  /** Values of `dynamic` blocks, which stand in no configuration. */
  readonly unwritten?: readonly string[];
  /** References of `for_each`. */
  readonly each?: readonly string[];
  /** Shape of what is known after apply. */
  readonly unknown?: Readonly<Record<string, unknown>>;
  /** What a plan does with it. @default - it makes it, with an id that is known after apply */
  readonly actions?: readonly string[];
}

/** A service as a state shows it, under an id. */
export const serviceOf = (id: string): PlannedFixture => ({
  address: "azurerm_api_management.this",
  values: {
    ...PLACED,
    id,
    name: "apim-x",
    publisher_name: "P",
    publisher_email: "a@b.co",
    sku_name: "Developer_1",
  },
});

const ADDRESS = /^(?<data>data\.)?(?<type>\w+)\.(?<name>[\w-]+)(?:\[(?<key>.+)\])?$/;

function shown({ address, values }: PlannedFixture): object {
  const { data, type, name, key } = ADDRESS.exec(address)?.groups ?? {};
  return {
    address,
    mode: data === undefined ? "managed" : "data",
    type,
    name,
    ...(key === undefined ? {} : { index: JSON.parse(key) as unknown }),
    values,
  };
}

function configured({ address, values, references = {}, unwritten = [], each }: PlannedFixture): object {
  const { data, type = "", name = "" } = ADDRESS.exec(address)?.groups ?? {};
  const written = Object.keys(values).filter((argument) => !unwritten.includes(argument));
  const expressions = written.map((argument) => [argument, { constant_value: values[argument] }]);
  return {
    address: `${data ?? ""}${type}.${name}`,
    mode: data === undefined ? "managed" : "data",
    type,
    name,
    provider_config_key: type.split("_")[0],
    ...(each === undefined ? {} : { for_each_expression: { references: each } }),
    expressions: Object.assign(Object.fromEntries(expressions) as object, references),
  };
}

/** Writes a plan as `terraform show -json` does. @returns its file */
export function writePlan(resources: readonly PlannedFixture[], rest: object = {}): string {
  const configuration = new Map(
    resources.map((resource) => [JSON.stringify(configured(resource)), resource]),
  );
  return writeJson("plan.json", {
    format_version: "1.2",
    planned_values: { root_module: { resources: resources.map(shown) } },
    resource_changes: resources.map(({ address, unknown = {}, actions }) => ({
      address,
      change: {
        actions: actions ?? ["create"],
        after_unknown: actions === undefined ? { id: true, ...unknown } : unknown,
      },
    })),
    configuration: {
      provider_config: { azurerm: { name: "azurerm", expressions: {} } },
      root_module: { resources: [...configuration.values()].map(configured) },
    },
    ...rest,
  });
}

/** Writes a state as `terraform show -json` does. @returns its file */
export function writeState(resources: readonly PlannedFixture[]): string {
  return writeJson("state.json", {
    format_version: "1.0",
    values: { root_module: { resources: resources.map(shown) } },
  });
}

export function writeJson(name: string, content: unknown): string {
  const file = join(mkdtempSync(join(tmpdir(), "shown-")), name);
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}
