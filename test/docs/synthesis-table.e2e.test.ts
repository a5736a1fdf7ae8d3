import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SynthesisTable } from "../../scripts/synthesis-table";
import { runScript } from "../demo/command";
import { sayingHowToAccept } from "../support/recorded-state";
import { ROOT } from "./samples";

test("README shows what `npm run synth` prints about the stacks of this repository", async () => {
  const outdir = mkdtempSync(join(tmpdir(), "synthesis-table-"));
  const { exitCode, stdout } = await runScript(["scripts/synth.ts"], { CDKTF_OUTDIR: outdir });
  expect(exitCode).toBe(0);
  const { lines } = SynthesisTable.in(stdout);
  expect(lines.length).toBeGreaterThan(2);
  const shown = SynthesisTable.in(readFileSync(join(ROOT, "README.md"), "utf8")).lines;
  sayingHowToAccept(() => expect(shown).toEqual(lines));
});
