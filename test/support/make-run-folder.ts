import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Jest calls this before it starts any worker: all of them see the folder, and what one makes there the others use. */
export default function makeRunFolder(): void {
  process.env.TEST_RUN_FOLDER = mkdtempSync(join(tmpdir(), "gateway-tests-"));
}
