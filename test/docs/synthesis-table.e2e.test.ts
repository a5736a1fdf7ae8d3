import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runScript } from "../demo/command";
import { ROOT } from "./samples";

/** A line for the titles and one for each stack. */
function table(text: string): readonly string[] {
  const lines = text.split("\n");
  const first = lines.findIndex((line) => line.startsWith("stack "));
  return lines.slice(first, lines.indexOf("", first));
}

test("README shows what `npm run synth` prints about the stacks of this repository", async () => {
  const outdir = mkdtempSync(join(tmpdir(), "synthesis-table-"));
  const { exitCode, stdout } = await runScript(["scripts/synth.ts"], { CDKTF_OUTDIR: outdir });
  expect(exitCode).toBe(0);
  expect(table(stdout).length).toBeGreaterThan(2);
  expect(table(readFileSync(join(ROOT, "README.md"), "utf8"))).toEqual(table(stdout));
});
