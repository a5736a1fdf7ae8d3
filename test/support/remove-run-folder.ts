import { rmSync } from "node:fs";

/** Jest calls this when every test has ended. */
export default function removeRunFolder(): void {
  rmSync(process.env.TEST_RUN_FOLDER ?? "", { recursive: true, force: true });
}
