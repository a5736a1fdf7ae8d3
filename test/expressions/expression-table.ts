import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const FILE = path.join(__dirname, "expression-table.txt");

/** What an expression gives: the .NET type and text of its value, or the type of the exception. */
export type Outcome =
  | { readonly kind: "value"; readonly type: string; readonly text: string }
  | { readonly kind: "throws"; readonly exception: string };

/** One expression of the table. */
export interface TableRow {
  readonly category: string;
  readonly expression: string;
  readonly outcome?: Outcome;
  /** The outcome is derived by hand, because the C# compiler has no stand-in for what the row uses. */
  readonly isManual: boolean;
}

/** The rows of the table. */
export function readTable(): TableRow[] {
  return parseTable(readFileSync(FILE, "utf8"));
}

/**
 * Reads rows. A row is an expression, which may take several lines, followed by `= type "text"` or
 * `! exception` as mono's C# compiler gives it; `~` instead of `=`, and `~!` instead of `!`, mark an outcome
 * derived by hand.
 */
export function parseTable(source: string): TableRow[] {
  const rows: TableRow[] = [];
  let category = "";
  let expression = "";
  const endOfRow = (): void => {
    if (expression !== "") {
      rows.push({ category, expression, isManual: false });
      expression = "";
    }
  };
  for (const line of source.split("\n")) {
    const outcome = /^ {2}(=|!|~!|~) (\S+)(?: (".*"))?$/.exec(line);
    if (outcome !== null) {
      const [, mark = "", type = "", text] = outcome;
      rows.push({
        category,
        expression,
        isManual: mark.startsWith("~"),
        outcome: mark.endsWith("!")
          ? { kind: "throws", exception: type }
          : { kind: "value", type, text: JSON.parse(text ?? '""') as string },
      });
      expression = "";
    } else if (line.startsWith("# ")) {
      endOfRow();
      category = line.slice(2);
    } else if (line !== "") {
      if (line.startsWith("@")) {
        endOfRow();
      }
      expression += expression === "" ? line : `\n${line}`;
    }
  }
  endOfRow();
  return rows;
}

function outcomeLine({ outcome, isManual }: TableRow): string {
  if (outcome === undefined) {
    return "";
  }
  return outcome.kind === "throws"
    ? `  ${isManual ? "~!" : "!"} ${outcome.exception}\n`
    : `  ${isManual ? "~" : "="} ${outcome.type} ${JSON.stringify(outcome.text)}\n`;
}

export function writeTable(rows: readonly TableRow[]): void {
  let text = "";
  let category = "";
  for (const row of rows) {
    if (row.category !== category) {
      text += `${text === "" ? "" : "\n"}# ${row.category}\n`;
      category = row.category;
    }
    text += `${row.expression}\n${outcomeLine(row)}`;
  }
  writeFileSync(FILE, text);
}
