import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@cdktf/hcl2json";

/** Values that a mock provider or an override gives the computed attributes of a resource. */
export type MockValues = Readonly<Record<string, unknown>>;

/** What one `.tftest.hcl` file says. */
export interface TerraformTest {
  /** The text itself, for searches. */
  readonly text: string;
  /** Ids and other computed values of single resources, by address. */
  readonly overrides: ReadonlyMap<string, MockValues>;
  /** Conditions of all runs. */
  readonly conditions: readonly string[];
  /** `source` of each mock provider. */
  readonly mockSources: ReadonlyMap<string, string>;
}

/** Reads every `.tfmock.hcl` below a folder. @returns defaults by resource type */
export async function readMocks(folder: string): Promise<ReadonlyMap<string, MockValues>> {
  const mocks = new Map<string, MockValues>();
  for (const file of filesIn(folder, ".tfmock.hcl")) {
    const { mock_resource = {}, ...others } = (await parseFile(file)) as {
      mock_resource?: Record<string, [{ defaults: MockValues }]>;
    };
    if (Object.keys(others).length > 0) {
      throw new Error(`${file}: unexpected ${Object.keys(others).join(", ")}`);
    }
    for (const [type, blocks] of Object.entries(mock_resource)) {
      if (blocks.length > 1 || mocks.has(type)) {
        throw new Error(`${file}: ${type} is mocked twice`);
      }
      mocks.set(type, blocks[0].defaults);
    }
  }
  return mocks;
}

/** Reads every `.tftest.hcl` of a folder. @returns the tests by stack name */
export async function readTests(folder: string): Promise<ReadonlyMap<string, TerraformTest>> {
  const tests = new Map<string, TerraformTest>();
  for (const file of filesIn(folder, ".tftest.hcl")) {
    const parsed = (await parseFile(file)) as {
      mock_provider: Record<string, [{ source: string }]>;
      override_resource?: { target: string; values: MockValues }[];
      run: Record<string, [{ assert: { condition: string }[] }]>;
    };
    tests.set(file.replace(/^.*\/|\.tftest\.hcl$/g, ""), {
      text: readFileSync(file, "utf8"),
      overrides: new Map(
        (parsed.override_resource ?? []).map(({ target, values }) => [
          target.replace(/^\$\{|\}$/g, ""),
          values,
        ]),
      ),
      conditions: Object.values(parsed.run).flatMap(([run]) => run.assert.map(({ condition }) => condition)),
      mockSources: new Map(
        Object.entries(parsed.mock_provider).map(([name, [{ source }]]) => [name, source]),
      ),
    });
  }
  return tests;
}

function filesIn(folder: string, suffix: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(suffix))
    .map((name) => join(folder, name));
}

/** @throws Error with the place, if the file is not HCL */
async function parseFile(file: string): Promise<unknown> {
  return parse(file, readFileSync(file, "utf8"));
}
