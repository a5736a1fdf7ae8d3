import { spawnSync } from "node:child_process";
import { TSC, TSC_ENVIRONMENT } from "../../scripts/typescript-compiler";

/**
 * What the compiler says: problems, and with `--listFiles` the files that it read. Lines that go on with a problem are left
 * out.
 *
 * @param folder that it runs in
 * @throws Error if it does not run
 */
export function compilerLines(folder: string, args: readonly string[]): readonly string[] {
  // Several threads check much twice; the other cores have workers of Jest.
  const settings = ["--pretty", "false", "--singleThreaded"];
  const { stdout, stderr, error } = spawnSync(process.execPath, [TSC, ...settings, ...args], {
    cwd: folder,
    env: TSC_ENVIRONMENT,
    encoding: "utf8",
    maxBuffer: Infinity,
  });
  if (error !== undefined || stderr !== "") {
    throw error ?? new Error(stderr);
  }
  return stdout.split("\n").filter((line) => /^\S/.test(line));
}
