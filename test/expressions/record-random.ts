/**
 * Makes expressions by chance and has a real C# compiler and Json.NET say what they give. Needs Debian's `mono-mcs` and
 * `mono-runtime`, and a Json.NET: Debian's `libnewtonsoft-json5.0-cil`, or any other that NEWTONSOFT_JSON names.
 *
 *     npx tsx test/expressions/record-random.ts 120 1 > rows.jsonl
 *
 * The first number is how many of each kind, the second the seed. Rows have the form of `reference.jsonl`;
 * `random.jsonl` was recorded so, with mono 6.8 and Json.NET 12.0.1.
 */
import { missingForMono, runWithMono } from "./mono";
import { RANDOM_KINDS, randomExpressions } from "./random-expressions";

const HEAD = `using System; using System.Collections.Generic; using System.IO; using System.Linq; using System.Net;
using System.Security.Cryptography; using System.Text; using System.Text.RegularExpressions;
using Newtonsoft.Json; using Newtonsoft.Json.Linq;
static class Program {
  static string Print(object value) {
    if (value is DateTime) return ((DateTime)value).ToString("o");
    if (value is JValue) return ((JValue)value).ToString(Newtonsoft.Json.Formatting.None);
    if (value is Array) return JsonConvert.SerializeObject(((Array)value).Cast<object>().Select(x => Convert.ToString(x)));
    return Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture);
  }
  static void Row(int index, Func<object> run) {
    string[] outcome;
    try {
      object value = run();
      outcome = value == null ? new[] { "null" } : new[] { value.GetType().Name, Print(value) };
    } catch (Exception e) { outcome = new[] { "!", e.GetType().ToString() }; }
    Console.WriteLine(index + "\\t" + JsonConvert.SerializeObject(outcome));
  }`;

function record(count: number, seed: number): void {
  const expressions = RANDOM_KINDS.flatMap((kind) => randomExpressions(kind, count, seed));
  const { lines, refused } = runWithMono({
    head: HEAD,
    count: expressions.length,
    method: (index) => {
      const body = expressions[index] ?? "";
      return `  static object E${index}() ${body.startsWith("@(") ? `{ return ${body.slice(1)}; }` : body.slice(1)}`;
    },
  });
  const outcomes = new Map(
    lines.map((line) => {
      const [index = "", outcome = ""] = line.split("\t");
      return [Number(index), JSON.parse(outcome) as string[]];
    }),
  );
  expressions.forEach((expression, index) => {
    const outcome = refused.has(index) ? ["refused"] : (outcomes.get(index) ?? []);
    console.log(JSON.stringify([expression, ...outcome]));
  });
}

const lacking = missingForMono();
if (lacking.length > 0) {
  console.error(`${lacking.join(", ")}: not found`);
  process.exitCode = 1;
} else {
  record(Number(process.argv[2] ?? "120"), Number(process.argv[3] ?? "1"));
}
