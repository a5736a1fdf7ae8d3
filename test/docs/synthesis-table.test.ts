import { readFileSync } from "node:fs";
import { join } from "node:path";
import { summariesOf, tableOf } from "../../scripts/synth";
import { SynthesisTable } from "../../scripts/synthesis-table";
import { environmentsFolder } from "../support/environments";
import { sayingHowToAccept } from "../support/recorded-state";
import { ROOT } from "./samples";

// The command itself runs in the test of a repository with environments of its own, which accepts what it prints.
test("README shows what `npm run synth` prints about the stacks of this repository", () => {
  const { lines } = SynthesisTable.in(tableOf(summariesOf(environmentsFolder())).join("\n"));
  expect(lines.length).toBeGreaterThan(2);
  const shown = SynthesisTable.in(readFileSync(join(ROOT, "README.md"), "utf8")).lines;
  sayingHowToAccept(() => expect(shown).toEqual(lines));
});
