import { existsSync, mkdirSync, mkdtempSync, renameSync, rmdirSync } from "node:fs";
import { join } from "node:path";

/**
 * Makes files that many test files read, the first time that one of them asks in a run of Jest.
 *
 * @param name of what is made, one in the whole run
 * @param make writes into the folder that it gets
 * @returns the folder; nobody may change anything in it
 */
export function oncePerRun(name: string, make: (folder: string) => void): string {
  const run = process.env.TEST_RUN_FOLDER;
  if (run === undefined) {
    throw new Error("TEST_RUN_FOLDER is not set: run tests with jest.config.js");
  }
  const folder = join(run, name);
  const lock = `${folder}.lock`;
  while (!existsSync(folder)) {
    if (!isMade(lock)) {
      // Another worker is at it.
      Atomics.wait(NEVER, 0, 0, 10);
      continue;
    }
    try {
      const made = mkdtempSync(`${folder}-`);
      make(made);
      // At once, so that nobody sees half of it.
      renameSync(made, folder);
    } finally {
      rmdirSync(lock);
    }
  }
  return folder;
}

const NEVER = new Int32Array(new SharedArrayBuffer(4));

/** Makes a folder. @returns `false` if it is there */
function isMade(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") {
      return false;
    }
    throw error;
  }
}
