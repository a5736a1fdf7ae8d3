import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type * as AccessCommand from "./access-command";
import { ACCESS_USAGE, readAccessCommandLine } from "./access-command-line";
import { readCommandLine, USAGE, UsageError } from "./command-line";
import type * as Serve from "./serve";

/**
 * Runs the simulator until SIGINT or SIGTERM, or a command to its end.
 * @param args of the command line, without the program
 * @returns the exit code: 0 stopped, 1 could not run, 2 wrong arguments; those of a command are its own
 */
export async function run(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args;
  if (command === "access") {
    return withUsage(() => access(rest));
  }
  return withUsage(async () => {
    const commandLine = readCommandLine(args);
    if (commandLine.help) {
      console.log(USAGE);
      return 0;
    }
    if (commandLine.version) {
      console.log(version());
      return 0;
    }
    // npm passes on the SIGINT that the terminal sends to both: the second one must not cut the end short.
    process.on("SIGINT", () => undefined);
    const stopped = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
    // Loaded when it is known that something shall run: `--help` and wrong arguments are answered at once.
    const { serve } = require("./serve") as typeof Serve;
    return serve(stopped, commandLine);
  });
}

/** Of the package that this module is in: the simulator's, or the one that it is built from. */
function version(): string {
  const manifest = readFileSync(join(__dirname, "../../package.json"), "utf8");
  const { name, version } = JSON.parse(manifest) as { readonly name: string; readonly version: string };
  return `${name} ${version}, Node.js ${process.version}`;
}

async function access(args: readonly string[]): Promise<number> {
  const commandLine = readAccessCommandLine(args);
  if (commandLine.help) {
    console.log(ACCESS_USAGE);
    return 0;
  }
  const { runAccess } = require("./access-command") as typeof AccessCommand;
  return runAccess(commandLine);
}

/** Says what is wrong with arguments. @returns the exit code */
async function withUsage(main: () => Promise<number>): Promise<number> {
  try {
    return await main();
  } catch (error) {
    if (!(error instanceof UsageError)) {
      throw error;
    }
    console.error(`${error.message}\n'--help' shows the options.`);
    return 2;
  }
}
