import { existsSync, mkdtempSync, renameSync } from "node:fs";
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
  if (existsSync(folder)) {
    return folder;
  }
  const made = mkdtempSync(`${folder}-`);
  make(made);
  try {
    // At once, so that nobody sees half of it.
    renameSync(made, folder);
  } catch (error) {
    // Another worker was first, with the same.
    if (!existsSync(folder)) {
      throw error;
    }
  }
  return folder;
}
