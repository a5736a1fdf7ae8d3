/**
 * Makes the outcomes of `expression-table.txt` anew with a real C# compiler. Needs Debian's `mono-mcs`,
 * `mono-runtime` and `libnewtonsoft-json5.0-cil`; the tests do not.
 *
 *     npx tsx test/expressions/regenerate-table.ts
 *
 * Rows marked as derived by hand are left alone. Says which rows changed and which the compiler refused.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Outcome, readTable, type TableRow, writeTable } from "./expression-table";

const NEWTONSOFT = "/usr/lib/cli/Newtonsoft.Json-5.0/Newtonsoft.Json.dll";

const HEAD = `
using System; using System.Collections.Generic; using System.IO; using System.Linq; using System.Net;
using System.Security.Cryptography; using System.Text; using System.Text.RegularExpressions;
using Newtonsoft.Json; using Newtonsoft.Json.Linq;
class Context { public string Request = ""; }
static class Program {
  static Context context = new Context();
  static void Row(int index, Func<object> run) {
    string line;
    try {
      object value = run();
      string text = value == null ? "" : Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture);
      string type = value == null ? "null" : value.GetType().ToString();
      line = "=\\t" + (type.StartsWith("<") ? "<>f__AnonymousType" : type) + "\\t" + JsonConvert.SerializeObject(text);
    } catch (Exception e) { line = "!\\t" + e.GetType().ToString(); }
    Console.WriteLine(index + "\\t" + line);
  }
`;

function method(row: TableRow, index: number): string {
  const body = row.expression.trim();
  const code = body.startsWith("@(") ? `{ return ${body.slice(1)}; }` : body.slice(1);
  return `  static object E${index}() ${code.replace(/\n/g, " \n")}`;
}

interface Compilation {
  readonly outcomes: ReadonlyMap<number, Outcome>;
  readonly refused: ReadonlyMap<number, string>;
}

function compileAndRun(rows: readonly TableRow[], folder: string): Compilation {
  const refused = new Map<number, string>();
  const source = path.join(folder, "table.cs");
  const program = path.join(folder, "table.exe");
  for (;;) {
    const lineOwners: number[] = [];
    let text = HEAD;
    const used = rows.flatMap((row, index) => (row.isManual || refused.has(index) ? [] : [index]));
    for (const index of used) {
      const first = text.split("\n").length;
      const code = method(rows[index] as TableRow, index);
      code.split("\n").forEach((_, offset) => {
        lineOwners[first + offset] = index;
      });
      text += `${code}\n`;
    }
    text += `  static void Main() {\n    System.Threading.Thread.CurrentThread.CurrentCulture = System.Globalization.CultureInfo.InvariantCulture;\n`;
    text += used.map((index) => `    Row(${index}, E${index});\n`).join("");
    writeFileSync(source, `${text}  }\n}\n`);
    const compiled = spawnSync(
      "mcs",
      [
        "-langversion:latest",
        "-nowarn:0219,0168,0162,0184,1717",
        `-r:${NEWTONSOFT}`,
        `-out:${program}`,
        source,
      ],
      { encoding: "utf8" },
    );
    const errors = [...`${compiled.stdout}${compiled.stderr}`.matchAll(/\((\d+),\d+\): error (.*)/g)];
    if (compiled.status === 0) {
      break;
    }
    const before = refused.size;
    for (const [, line = "0", message = ""] of errors) {
      const owner = lineOwners[Number(line)];
      if (owner !== undefined) {
        refused.set(owner, message);
      }
    }
    if (refused.size === before) {
      throw new Error(`mcs failed: ${compiled.stdout}${compiled.stderr}`);
    }
  }
  writeFileSync(path.join(folder, "Newtonsoft.Json.dll"), readFileSync(NEWTONSOFT));
  const output = execFileSync("mono", [program], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C.UTF-8", TZ: "UTC" },
  });
  const outcomes = new Map<number, Outcome>();
  for (const line of output.split("\n").filter((item) => item !== "")) {
    const [index = "", mark, type = "", text = '""'] = line.split("\t");
    outcomes.set(
      Number(index),
      mark === "!"
        ? { kind: "throws", exception: type }
        : { kind: "value", type, text: JSON.parse(text) as string },
    );
  }
  return { outcomes, refused };
}

/** What the table needs and this machine lacks. */
function missing(): readonly string[] {
  const commands = ["mcs", "mono"].filter((name) => spawnSync(name, ["--version"]).error !== undefined);
  return existsSync(NEWTONSOFT) ? commands : [...commands, NEWTONSOFT];
}

function regenerate(): void {
  const rows = readTable();
  const folder = mkdtempSync(path.join(tmpdir(), "expression-table-"));
  try {
    const { outcomes, refused } = compileAndRun(rows, folder);
    const updated = rows.map((row, index): TableRow => {
      const outcome = outcomes.get(index);
      if (outcome === undefined) {
        return row;
      }
      if (row.outcome !== undefined && JSON.stringify(row.outcome) !== JSON.stringify(outcome)) {
        console.log(
          `changed: ${row.expression}\n  was ${JSON.stringify(row.outcome)}\n  is  ${JSON.stringify(outcome)}`,
        );
      }
      return { ...row, outcome };
    });
    for (const [index, message] of refused) {
      console.log(`refused by mcs: ${rows[index]?.expression ?? ""}\n  ${message}`);
    }
    writeTable(updated);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const lacking = missing();
if (lacking.length > 0) {
  console.error(
    `${lacking.join(", ")}: not found. Debian has them in mono-mcs, mono-runtime and ` +
      "libnewtonsoft-json5.0-cil. Without them, write outcomes by hand, marked with '~'.",
  );
  process.exitCode = 1;
} else {
  regenerate();
}
