import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { command, runIfMain } from "./command-line";

const USAGE = `Usage: npm run synth [-- --json]

Synthesizes every environment in one process, without the CDKTF CLI and without Terraform, and shows what each
stack contains. Writes cdktf.out/stacks/<name>/cdk.tf.json, and security-exceptions.json beside it.

  --json   one JSON object for each stack instead of the table
  --help   this text`;

/** What one synthesized stack contains, counted from its files. */
export interface StackSummary {
  readonly stack: string;
  readonly resources: number;
  readonly accounts: number;
  readonly deployments: number;
  readonly apis: number;
  readonly operations: number;
  readonly keys: number;
  readonly roles: number;
  readonly policyKiB: number;
  readonly optOuts: number;
}

const COLUMNS: readonly (readonly [key: keyof StackSummary, title: string])[] = [
  ["stack", "stack"],
  ["resources", "resources"],
  ["accounts", "accounts"],
  ["deployments", "models"],
  ["apis", "APIs"],
  ["operations", "operations"],
  ["keys", "client keys"],
  ["roles", "roles"],
  ["policyKiB", "policy KiB"],
  ["optOuts", "opt-outs"],
];

const OUT = process.env.CDKTF_OUTDIR ?? "cdktf.out";

export const run = command({
  usage: USAGE,
  config: { options: { json: { type: "boolean" } } },
  // What is wrong with the environments is said in the message; where that was noticed helps nobody.
  failureCode: 1,
  main: ({ values }) => {
    console.error("Synthesizing every environment …");
    const start = performance.now();
    require("../main");
    const seconds = ((performance.now() - start) / 1000).toFixed(2);
    const summaries = summariesOf(OUT);
    if (values.json) {
      summaries.forEach((summary) => console.log(JSON.stringify(summary)));
      return Promise.resolve(0);
    }
    tableOf(summaries).forEach((line) => console.log(line));
    console.log(`\n${summaries.length} stacks in ${seconds} s → ${OUT}/stacks/<stack>/cdk.tf.json`);
    console.log("Weakened controls, with reasons → security-exceptions.json in the same folders");
    return Promise.resolve(0);
  },
});

/** What was synthesized into a folder, by names of the stacks. */
export function summariesOf(outdir: string): readonly StackSummary[] {
  const stacks = join(outdir, "stacks");
  return readdirSync(stacks)
    .sort()
    .map((name) => summarize(name, join(stacks, name)));
}

function summarize(stack: string, folder: string): StackSummary {
  const { resource = {} } = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")) as {
    resource?: Record<string, Record<string, Record<string, unknown>>>;
  };
  const count = (...types: string[]): number =>
    types.reduce((sum, type) => sum + Object.keys(resource[type] ?? {}).length, 0);
  const policies = Object.entries(resource)
    .filter(([type]) => /^azurerm_api_management_.*policy/.test(type))
    .flatMap(([, byName]) => Object.values(byName))
    .map(({ xml_content, value }) => Buffer.byteLength((xml_content ?? value ?? "") as string));
  return {
    stack,
    resources: count(...Object.keys(resource)),
    accounts: count("azurerm_cognitive_account"),
    deployments: count("azurerm_cognitive_deployment"),
    apis: count("azurerm_api_management_api"),
    operations: count("azurerm_api_management_api_operation"),
    keys: count("azurerm_api_management_subscription"),
    roles: count("azurerm_role_assignment"),
    policyKiB: Math.round(policies.reduce((sum, size) => sum + size, 0) / 102.4) / 10,
    optOuts: (JSON.parse(readFileSync(join(folder, "security-exceptions.json"), "utf8")) as unknown[]).length,
  };
}

/** Lines for people: titles, then a line for each stack. */
export function tableOf(summaries: readonly StackSummary[]): readonly string[] {
  const rows = [
    COLUMNS.map(([, title]) => title),
    ...summaries.map((it) => COLUMNS.map(([key]) => String(it[key]))),
  ];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join("  "),
  );
}

runIfMain(module, run);
