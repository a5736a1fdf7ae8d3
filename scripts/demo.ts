import { accessTable } from "../demo/access-table";
import { demonstrate } from "../demo/demonstration";
import { ReferenceStacks } from "../demo/reference-stacks";
import { readCommandLine } from "./command-line";

const USAGE = `Usage: npm run demo [-- --stacks <folder>] [--json]

Starts the simulator on the reference stacks, runs every client of examples/clients against it, then everybody
who must not get in, and says of each what was expected and what came of it. Offline; nothing is deployed.

  --stacks <folder>  a cdktf.out to run as it is, for example a copy in which a policy was changed
                     (default: cdktf.out of this clone, synthesized when missing or older than the code)
  --json             one JSON object for each case instead of the table
  --help             this text

Exit codes: 0 all as expected, 1 a case was not, 2 wrong arguments or stacks that cannot be run.`;

async function main(): Promise<number> {
  const { values } = readCommandLine(USAGE, {
    options: {
      stacks: { type: "string" },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  const stacks = values.stacks === undefined ? ReferenceStacks.current() : new ReferenceStacks(values.stacks);
  const progress = process.stderr.isTTY ? (text: string) => process.stderr.write(text) : () => true;
  const { results } = await demonstrate({ stacks, onResult: () => progress(".") });
  progress("\n");
  if (values.json) results.forEach((result) => console.log(JSON.stringify(result)));
  else console.log(accessTable(results));
  return results.every(({ result }) => result === "ok") ? 0 : 1;
}

main().then(
  (exitCode) => (process.exitCode = exitCode),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  },
);
