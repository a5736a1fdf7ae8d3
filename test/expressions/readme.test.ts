import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const FOLDER = resolve(__dirname, "../../expressions");
const page = readFileSync(join(FOLDER, "README.md"), "utf8");

function block(language: string): string {
  const [, code] = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "m").exec(page) ?? [];
  if (code === undefined) {
    throw new Error(`expressions/README.md has no block in ${language}`);
  }
  return code;
}

test("the program of expressions/README.md prints what the page says", async () => {
  const folder = mkdtempSync(join(tmpdir(), "expressions-readme-"));
  const lines: unknown[] = [];
  const log = jest.spyOn(console, "log").mockImplementation((line) => lines.push(line));
  try {
    const program = join(folder, "try.ts");
    writeFileSync(
      program,
      block("typescript")
        .replace('"./expressions"', JSON.stringify(FOLDER))
        .replace("void main();", "export const ended = main();"),
    );
    await jest.requireActual<{ readonly ended: Promise<void> }>(program).ended;
  } finally {
    log.mockRestore();
    rmSync(folder, { recursive: true });
  }
  expect(`${lines.join("\n")}\n`).toBe(block("text"));
});
