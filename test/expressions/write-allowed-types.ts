/** Writes docs/expression-types.md: `npx tsx test/expressions/write-allowed-types.ts`. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { initializeExpressions } from "../../expressions";
import { addLibrary } from "../../expressions/library";
import { allowedTypesPage } from "./allowed-types";

async function write(): Promise<void> {
  await initializeExpressions();
  addLibrary();
  const page = await format(allowedTypesPage(), { parser: "markdown", printWidth: 120 });
  writeFileSync(join(__dirname, "../../docs/expression-types.md"), page);
}

void write();
