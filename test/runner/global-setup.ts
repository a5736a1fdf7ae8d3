import { RunFolder } from "./run-folder";

/** Before the first worker starts: all of them, and whatever they start, have their temporary files in one folder. */
export default function setup(): void {
  RunFolder.removeAbandoned();
  const folder = RunFolder.current();
  // Also when something fails on the way to the teardown.
  process.once("exit", () => folder.remove());
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => process.exit(130));
  }
  process.env.TEST_RUN_FOLDER = folder.path;
  process.env.TMPDIR = folder.path;
}
