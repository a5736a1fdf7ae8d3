import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SynthesisTable } from "../../scripts/synthesis-table";
import { sayingHowToAccept } from "../support/recorded-state";
import { ROOT } from "./samples";

test("README shows what `npm run synth` prints about the stacks of this repository", () => {
  const outdir = mkdtempSync(join(tmpdir(), "synthesis-table-"));
  const stdout = execFileSync(
    process.execPath,
    ["--require", "./scripts/typescript.cjs", "scripts/synth.ts"],
    {
      cwd: ROOT,
      env: { ...process.env, CDKTF_OUTDIR: outdir },
      encoding: "utf8",
    },
  );
  rmSync(outdir, { recursive: true });
  const { lines } = SynthesisTable.in(stdout);
  expect(lines.length).toBeGreaterThan(2);
  const shown = SynthesisTable.in(readFileSync(join(ROOT, "README.md"), "utf8")).lines;
  sayingHowToAccept(() => expect(shown).toEqual(lines));
});
