import { basename, dirname } from "node:path";

/** How often tests reached a line of a policy document; none for a line of which they say nothing. */
export type TestedLines = (address: string, line: number) => number | undefined;

/**
 * Reads what `npm run coverage:policies` wrote.
 * @param lcov text of its `lcov.info`
 * @param stacks names of the stacks that run: documents of one address stand in a folder for each
 */
export function readTestedLines(lcov: string, stacks: readonly string[]): TestedLines {
  const files = new Map<string, Map<number, number>>();
  let lines = new Map<number, number>();
  for (const row of lcov.split("\n")) {
    const [, file] = /^SF:(.+)\.xml$/.exec(row) ?? [];
    if (file !== undefined) {
      lines = new Map();
      // Of other environments, the same address is another document.
      if (stacks.length === 0 || stacks.includes(basename(dirname(file)))) {
        files.set(basename(file), lines);
      }
    }
    const [, line, count] = /^DA:(\d+),(\d+)$/.exec(row) ?? [];
    if (line !== undefined) {
      lines.set(Number(line), Number(count));
    }
  }
  return (address, line) => files.get(address)?.get(line);
}
