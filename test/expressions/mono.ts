import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/**
 * Json.NET: Debian's is 6.0, which API Management left behind long ago; NEWTONSOFT_JSON names the file of a later one.
 */
const NEWTONSOFT = process.env.NEWTONSOFT_JSON ?? "/usr/lib/cli/Newtonsoft.Json-5.0/Newtonsoft.Json.dll";

/** What a C# program is made of that runs one method for each expression. */
export interface ProgramParts {
  /** Everything up to the methods: `using`, the class's head, and `Row(int, Func<object>)`, which prints a line. */
  readonly head: string;
  /** A method for each expression, by its number; `undefined` leaves the expression out. */
  method(index: number): string | undefined;
  readonly count: number;
}

/** What became of the expressions. */
export interface ProgramOutput {
  readonly lines: readonly string[];
  /** Compiler's message by number. */
  readonly refused: ReadonlyMap<number, string>;
}

/** What recording needs and this machine lacks. */
export function missingForMono(): readonly string[] {
  const commands = ["mcs", "mono"].filter((name) => spawnSync(name, ["--version"]).error !== undefined);
  return existsSync(NEWTONSOFT) ? commands : [...commands, NEWTONSOFT];
}

/** Compiles and runs the expressions with mono; leaves out, and tells, what the compiler refuses. */
export function runWithMono(parts: ProgramParts): ProgramOutput {
  const folder = mkdtempSync(path.join(tmpdir(), "expressions-"));
  try {
    const refused = new Map<number, string>();
    while (!compile(parts, folder, refused)) {
      // Once more, without what was refused.
    }
    writeFileSync(path.join(folder, "Newtonsoft.Json.dll"), readFileSync(NEWTONSOFT));
    const output = execFileSync("mono", [path.join(folder, "table.exe")], {
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C.UTF-8", TZ: "UTC" },
      maxBuffer: 1 << 28,
    });
    return { lines: output.split("\n").filter((line) => line !== ""), refused };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Whether everything that is not refused compiled; adds to `refused` what did not. */
function compile(parts: ProgramParts, folder: string, refused: Map<number, string>): boolean {
  const source = path.join(folder, "table.cs");
  const lines = parts.head.split("\n");
  const owners: number[] = [];
  const used: number[] = [];
  for (let index = 0; index < parts.count; index++) {
    const method = refused.has(index) ? undefined : parts.method(index);
    if (method !== undefined) {
      used.push(index);
      for (const line of method.split("\n")) {
        owners[lines.length + 1] = index;
        lines.push(line);
      }
    }
  }
  lines.push(
    "  static void Main() {",
    "    System.Threading.Thread.CurrentThread.CurrentCulture = System.Globalization.CultureInfo.InvariantCulture;",
    ...used.map((index) => `    Row(${index}, E${index});`),
    "  }",
    "}",
    "",
  );
  writeFileSync(source, lines.join("\n"));
  const compiled = spawnSync(
    "mcs",
    [
      "-langversion:latest",
      "-nowarn:0219,0168,0162,0184,0252,0253,0464,0472,0652,1717,1718",
      `-r:${NEWTONSOFT}`,
      "-r:System.Xml.Linq.dll",
      `-out:${path.join(folder, "table.exe")}`,
      source,
    ],
    { encoding: "utf8", maxBuffer: 1 << 28 },
  );
  if (compiled.status === 0) {
    return true;
  }
  const before = refused.size;
  const text = `${compiled.stdout}${compiled.stderr}`;
  for (const [, line = "0", message = ""] of text.matchAll(/\((\d+),\d+\+?\): error (.*)/g)) {
    const owner = owners[Number(line)];
    if (owner !== undefined) {
      refused.set(owner, message);
    }
  }
  if (refused.size === before) {
    throw new Error(`mcs failed: ${text}`);
  }
  return false;
}
