import { isNoticed, mutantsOf, oneOfEach } from "../test/mutants/survivors";
import { readStacks } from "../test/support/synthesized-stack";
import { command, runIfMain } from "./command-line";

const USAGE = `Usage: tsx scripts/mutants.ts [--stacks <folder>] [--stack <name>] [--kind policy|resource] [--all] [--json]

Makes every single change of a synthesized stack that the operators of test/mutants know, and lists those that no
house check notices. Reads JSON only; nothing is deployed or run.

  --stacks <folder>  output of 'npm run synth' (default: cdktf.out)
  --stack <name>     this stack only
  --kind <kind>      changes of policies, or of other attributes, only
  --all              every change, not one of each kind: takes minutes
  --json             one JSON object for each survivor instead of a line
  --help             this text

Exit codes: 0 listed, 2 wrong arguments or stacks that cannot be read.`;

export const run = command({
  usage: USAGE,
  config: {
    options: {
      stacks: { type: "string", default: "cdktf.out" },
      stack: { type: "string" },
      kind: { type: "string" },
      all: { type: "boolean" },
      json: { type: "boolean" },
    },
  },
  failureCode: 2,
  main: ({ values }) => {
    for (const [name, { json }] of readStacks(values.stacks)) {
      if (values.stack !== undefined && values.stack !== name) {
        continue;
      }
      const all = mutantsOf(json);
      const mutants = (values.all ? all : oneOfEach(all)).filter(
        ({ change }) =>
          values.kind === undefined || (values.kind === "policy") === change.startsWith("line "),
      );
      const survivors = mutants.filter((mutant) => !isNoticed(mutant));
      for (const { operator, address, change } of survivors) {
        console.log(
          values.json
            ? JSON.stringify({ stack: name, operator, address, change })
            : `${name} ${address}: ${operator} ${change}`,
        );
      }
      console.error(`${name}: ${mutants.length} changes, ${survivors.length} that no house check notices`);
    }
    return Promise.resolve(0);
  },
});

runIfMain(module, run);
