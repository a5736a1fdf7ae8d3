import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { CallReport, StartReport } from "../../../simulator/cli/start-report";

const ROOT = join(__dirname, "../../..");
const execute = promisify(execFile);

/** Calls that the simulator prints as lines for curl when it has started. */
export function callsIn({ apis }: StartReport): readonly CallReport[] {
  return apis.flatMap(({ ways, anonymous }) => [
    ...ways.flatMap(({ admitted, refused }) => [...admitted, ...refused]),
    ...(anonymous === undefined ? [] : [anonymous]),
  ]);
}

/** The status that curl sees when such a line is pasted into a shell. */
export async function statusOfCurl(command: string): Promise<number> {
  const line = `${command} -s -o /dev/null -w '%{http_code}'`;
  const { stdout } = await execute("sh", ["-c", line], { cwd: ROOT, encoding: "utf8" });
  return Number(stdout.slice(-3));
}
