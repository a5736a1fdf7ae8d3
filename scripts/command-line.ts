import { parseArgs, type ParseArgsConfig } from "node:util";

/**
 * Runs a command of this repository.
 *
 * @param args of the command line, without the program
 * @returns the exit code
 */
export type Command = (args: readonly string[]) => Promise<number>;

export interface CommandProps<T extends ParseArgsConfig> {
  /** What `--help` prints. */
  readonly usage: string;
  /** Arguments that are in the usage, but for `--help`. */
  readonly config: T;
  /** Exit code when the command throws: what it says is printed. */
  readonly failureCode: 1 | 2;
  /** @returns the exit code */
  readonly main: (commandLine: ReturnType<typeof parseArgs<T>>) => Promise<number>;
}

/** A command where `--help` ends with 0, and an argument that is not in the usage is named and ends with 2. */
export function command<T extends ParseArgsConfig>(props: CommandProps<T>): Command {
  const { usage, config, failureCode, main } = props;
  const options = { ...config.options, help: { type: "boolean", short: "h" } } as const;
  return async (args) => {
    let commandLine: ReturnType<typeof parseArgs<T>>;
    try {
      commandLine = parseArgs<T>({ ...config, args: [...args], options });
    } catch (error) {
      console.error(`${(error as Error).message}\n\n${usage}`);
      return 2;
    }
    if ((commandLine.values as { readonly help?: boolean }).help) {
      console.log(usage);
      return 0;
    }
    try {
      return await main(commandLine);
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
      return failureCode;
    }
  };
}

/** Runs the command of a module with the arguments of the process, if Node was started with that module. */
export function runIfMain(module: NodeModule, run: Command): void {
  if (require.main === module) {
    void run(process.argv.slice(2)).then((exitCode) => (process.exitCode = exitCode));
  }
}
