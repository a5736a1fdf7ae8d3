import type { AccessResult } from "./access-case";

/** Columns of a terminal that the table fits into. */
const LINE_WIDTH = 100;
const TITLES = ["who", "how", "expected", "got", ""] as const;
const GAP = "  ";
const MARKS = { ok: "ok", failed: "FAIL", "not run": "" } as const;

/**
 * The table for people, one heading for each API, and below it why cases failed or were not run.
 *
 * @returns lines of 100 columns at most
 */
export function accessTable(results: readonly AccessResult[]): string {
  const rows = results.map(({ who, how, expected, got = "–", result }) => [
    who,
    how,
    expected,
    got,
    MARKS[result],
  ]);
  const widths = columnWidths(rows);
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => fit(cell, widths[at] ?? 0))
      .join(GAP)
      .trimEnd();
  const lines = [line(TITLES)];
  results.forEach(({ target }, at) => {
    if (target !== results[at - 1]?.target) {
      lines.push("", target);
    }
    lines.push(line(rows[at] ?? []));
  });
  return [...lines, ...reasons(results), "", summary(results)].join("\n");
}

/** Numbers of results, in words. */
export function summary(results: readonly AccessResult[]): string {
  const count = (wanted: AccessResult["result"]): number =>
    results.filter(({ result }) => result === wanted).length;
  return `${results.length} cases: ${count("ok")} as expected, ${count("failed")} not, ${count("not run")} not run`;
}

function reasons(results: readonly AccessResult[]): readonly string[] {
  const explained = results.filter(({ reason }) => reason !== undefined);
  if (explained.length === 0) {
    return [];
  }
  const lines = explained.map(({ target, who, how, result, reason }) => {
    return wrapped(`${result}: ${target}, ${who}, ${how}: ${reason}`);
  });
  return ["", ...new Set(lines)];
}

/** Broken between words, and within those that are longer than a line; lines after the first are indented. */
function wrapped(text: string): string {
  const width = LINE_WIDTH - GAP.length;
  const lines = text.match(new RegExp(`\\S.{0,${width - 1}}(?=\\s|$)|\\S{1,${width}}`, "g")) ?? [text];
  return lines.join(`\n${GAP}`);
}

/** As wide as the widest cell; what is too much in all is taken from `how`. */
function columnWidths(rows: readonly (readonly string[])[]): readonly number[] {
  const widths = TITLES.map((title, at) =>
    Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)),
  );
  const surplus = widths.reduce((sum, width) => sum + width + GAP.length, -GAP.length) - LINE_WIDTH;
  return widths.map((width, at) => (at === 1 ? width - Math.max(0, surplus) : width));
}

function fit(cell: string, width: number): string {
  return cell.length > width ? `${cell.slice(0, width - 1)}…` : cell.padEnd(width);
}
