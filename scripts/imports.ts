import { readFileSync } from "node:fs";
import { join } from "node:path";
import type * as StackIds from "../simulator/terraform";
import { command, runIfMain } from "./command-line";
import { importBlocks } from "./import-blocks";

const USAGE = `Usage: npm run imports -- --env <name> <file>...

Compares a synthesized environment with what exists in Azure, and prints import blocks for Terraform: what the stack
would make although it is there. Write them beside the stack's cdk.tf.json, as imports.tf, and plan.

  <file>        JSON that the Azure CLI printed, such as 'az resource list' and 'az apim api list'
  --env <name>  environment, synthesized by 'npm run synth'
  --help        this text

Exit codes: 0 blocks, or nothing exists; 1 conflicts of paths or ids, on standard error; 2 wrong arguments.`;

const OUT = process.env.CDKTF_OUTDIR ?? "cdktf.out";

export const run = command({
  usage: USAGE,
  config: { options: { env: { type: "string" } }, allowPositionals: true },
  failureCode: 1,
  main: ({ values, positionals }) => {
    const { env } = values;
    if (env === undefined || positionals.length === 0) {
      console.error(USAGE);
      return Promise.resolve(2);
    }
    const { resourceIds } = require("../simulator/terraform") as typeof StackIds;
    const inventory = positionals.map((file): unknown => JSON.parse(readFileSync(file, "utf8")));
    const { blocks, conflicts } = importBlocks(resourceIds(join(OUT, "stacks", env)), inventory);
    blocks.forEach((block) => console.log(block));
    conflicts.forEach((conflict) => console.error(conflict));
    console.error(`${blocks.length} to import, ${conflicts.length} conflicts`);
    return Promise.resolve(conflicts.length > 0 ? 1 : 0);
  },
});

runIfMain(module, run);
