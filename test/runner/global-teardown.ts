import { RunFolder } from "./run-folder";

/**
 * When every worker has ended.
 *
 * @throws Error if a process is left; in CI, where nothing else runs, also for a file outside the run's own folder
 */
export default async function teardown(): Promise<void> {
  const folder = RunFolder.current();
  const processes = await folder.processesLeft();
  folder.remove();
  const outside = folder.filesOutside();
  if (processes.length > 0) {
    throw new Error(`Tests have left processes behind:\n${processes.join("\n")}`);
  }
  if (outside.length > 0 && process.env.CI !== undefined) {
    throw new Error(`Tests have left files in the temporary directory: ${outside.join(", ")}`);
  }
}
