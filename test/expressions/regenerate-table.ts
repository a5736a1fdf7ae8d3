/**
 * Makes the outcomes of `expression-table.txt` anew with a real C# compiler. Needs Debian's `mono-mcs`,
 * `mono-runtime` and `libnewtonsoft-json5.0-cil`; the tests do not.
 *
 *     npx tsx test/expressions/regenerate-table.ts
 *
 * Rows marked as derived by hand are left alone. Says which rows changed and which the compiler refused.
 */
import { type Outcome, readTable, type TableRow, writeTable } from "./expression-table";
import { missingForMono, runWithMono } from "./mono";

const HEAD = `
using System; using System.Collections.Generic; using System.IO; using System.Linq; using System.Net;
using System.Security.Cryptography; using System.Text; using System.Text.RegularExpressions;
using System.Xml.Linq; using Newtonsoft.Json; using Newtonsoft.Json.Linq;
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

function recorded(lines: readonly string[]): ReadonlyMap<number, Outcome> {
  const outcomes = new Map<number, Outcome>();
  for (const line of lines) {
    const [index = "", mark, type = "", text = '""'] = line.split("\t");
    outcomes.set(
      Number(index),
      mark === "!"
        ? { kind: "throws", exception: type }
        : { kind: "value", type, text: JSON.parse(text) as string },
    );
  }
  return outcomes;
}

function regenerate(): void {
  const rows = readTable();
  const { lines, refused } = runWithMono({
    head: HEAD,
    count: rows.length,
    method: (index) => (rows[index]?.isManual === false ? method(rows[index], index) : undefined),
  });
  const outcomes = recorded(lines);
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
}

const lacking = missingForMono();
if (lacking.length > 0) {
  console.error(
    `${lacking.join(", ")}: not found. Debian has them in mono-mcs, mono-runtime and ` +
      "libnewtonsoft-json5.0-cil. Without them, write outcomes by hand, marked with '~'.",
  );
  process.exitCode = 1;
} else {
  regenerate();
}
