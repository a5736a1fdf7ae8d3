import { parseArgs, type ParseArgsConfig } from "node:util";

/**
 * Reads the arguments of a script. `--help` prints the usage and ends with 0; an argument that is not in the usage
 * is named, with the usage, and ends with 2.
 *
 * @returns the options that were given
 */
export function readCommandLine<T extends ParseArgsConfig>(
  usage: string,
  config: T,
): ReturnType<typeof parseArgs<T>> {
  try {
    const parsed = parseArgs(config);
    if ((parsed.values as { help?: boolean }).help) {
      console.log(usage);
      process.exit(0);
    }
    return parsed;
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}
