import { RunFolder } from "./run-folder";

/**
 * How V8 runs a worker. Most of what tests run, they run a few times: by default, compiling it to fast code takes more
 * of the processor than that code saves. And what a test has made lives as long as the test, so that new objects need
 * room enough not to be copied to the old ones, and old ones to stay where they are.
 */
const WORKER_FLAGS = [
  "--min-semi-space-size=32",
  "--max-semi-space-size=32",
  "--initial-old-space-size=1024",
  // From version 12 on, V8 counts calls instead and has a quick compiler before the thorough one.
  ...(Number.parseInt(process.versions.v8) < 12 ? ["--interrupt-budget=1000000"] : []),
];

/** Before the first worker starts: all of them, and whatever they start, have their temporary files in one folder. */
export default function setup(): void {
  // Jest gives them to its workers.
  process.execArgv.push(...WORKER_FLAGS);
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
