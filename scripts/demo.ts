import { createInterface } from "node:readline";
import { nameOf } from "../demo/access-case";
import { accessTable } from "../demo/access-table";
import { CaseCounter } from "../demo/case-counter";
import type * as Demonstration from "../demo/demonstration";
import { ReferenceStacks } from "../demo/reference-stacks";
import type * as Served from "../demo/served-clients";
import * as published from "../environments";
import type { EnvironmentSettings } from "../stacks/environment-settings";
import { type Command, command, runIfMain } from "./command-line";

type Environments = Readonly<Record<"dev" | "test" | "prod", EnvironmentSettings>>;

const usageFor = (
  environments: Environments,
): string => `Usage: npm run demo [-- --stacks <folder>] [--env <name>] [--only <text>] [--thorough] [--json] [--serve]

Starts the simulator on the reference stacks, runs every client of examples/clients against it, then everybody
who must not get in, and says of each what was expected and what came of it. Offline; nothing is deployed.

  --stacks <folder>  a cdktf.out to run as it is, for example a copy in which a policy was changed
                     (default: cdktf.out of this clone, synthesized when missing or older than the code)
  --env <name>       this environment only: ${Object.keys(environments).join(", ")}
  --only <text>      cases with this text only, such as 'wrong audience' or 'prod/partners fabrikam: key'
  --thorough         every operation and limit of every caller as well, and accounts that fail: a minute more
  --json             one JSON object for each case instead of the table
  --serve            run nothing; wait for the clients of examples/clients, each started by the line in its
                     README: what they need is in cdktf.out/clients/<client>.env until Ctrl-C
  --help             this text

Expected and got are 'answer' where a client program printed one, 200 where a call got in, else status and code of the
refusal. With --json: target, who, how, expected, got, result (ok, failed, not run) and, if need be, reason.
Exit codes: 0 all as expected, 1 a case was not, 2 wrong arguments or stacks that cannot be run.`;

/** SIGHUP: the terminal was closed. */
const ENDING = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const SERVED_FOLDER = "cdktf.out/clients";

/** The command, with the environments that it knows by name. */
export const demoOf = (environments: Environments): Command =>
  command({
    usage: usageFor(environments),
    config: {
      options: {
        stacks: { type: "string" },
        env: { type: "string" },
        only: { type: "string", default: "" },
        thorough: { type: "boolean" },
        json: { type: "boolean" },
        serve: { type: "boolean" },
      },
    },
    failureCode: 2,
    main: async ({ values }) => {
      if (values.env !== undefined && !Object.values(environments).some(({ name }) => name === values.env)) {
        throw new Error(`--env must be one of ${Object.keys(environments).join(", ")}, got ${values.env}`);
      }
      const stacks =
        values.stacks === undefined
          ? ReferenceStacks.current((program) => console.error(`Synthesizing ${program} …`))
          : new ReferenceStacks(values.stacks);
      if (values.serve) {
        return serve(stacks, environments);
      }
      // Ends by itself, so that files with secrets do not stay behind.
      for (const signal of ENDING) {
        process.once(signal, () => process.exit(130));
      }
      const { demonstrate } = require("../demo/demonstration") as typeof Demonstration;
      console.error("Starting simulated gateways and their clients …");
      const counter = new CaseCounter(process.stderr);
      const { results } = await demonstrate({
        stacks,
        environments: Object.values(environments),
        environment: values.env,
        isThorough: values.thorough,
        only: (claim) => nameOf(claim).includes(values.only),
        onResult: () => counter.count(),
      });
      counter.end();
      if (results.length === 0) {
        throw new Error(
          values.only === ""
            ? "There were no cases: nothing is known about who gets in"
            : `No case has the text '${values.only}'`,
        );
      }
      if (values.json) {
        results.forEach((result) => console.log(JSON.stringify(result)));
      } else {
        console.log(accessTable(results));
      }
      return results.every(({ result }) => result === "ok") ? 0 : 1;
    },
  });

export const run = demoOf(published);

/** Waits for clients; what is typed is a code that one of them showed to its user. */
async function serve(stacks: ReferenceStacks, environments: Environments): Promise<number> {
  // Before there are files with secrets, which must not stay behind.
  const ended = new Promise<void>((resolve) => {
    for (const signal of ENDING) {
      process.once(signal, () => resolve());
    }
  });
  const { ServedClients } = require("../demo/served-clients") as typeof Served;
  const served = await ServedClients.start(stacks, SERVED_FOLDER, environments);
  console.log(`Simulated gateways are waiting for the clients of examples/clients.
What they need: ${SERVED_FOLDER}/<client>.env
Type the code of a sign-in by device code here; Ctrl-C ends.`);
  const lines = createInterface({ input: process.stdin });
  lines.on("line", (code) => {
    try {
      served.signIn(code);
      console.log("Signed in.");
    } catch (error) {
      console.error((error as Error).message);
    }
  });
  await ended;
  lines.close();
  await served.close();
  return 0;
}

runIfMain(module, run);
