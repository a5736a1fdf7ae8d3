/** A column of numbers or texts. */
export interface Column {
  /** In JSON. */
  readonly name: string;
  /** Above the column in text. @default - `name` */
  readonly heading?: string;
  /** Digits after the point. @default - numbers as they are */
  readonly digits?: number;
  /** Written behind each value. @default "" */
  readonly suffix?: string;
}

/** What one benchmark found out. */
export interface Table {
  readonly title: string;
  readonly columns: readonly Column[];
  /** In the order of the columns; nothing where there is nothing to say. */
  readonly rows: readonly (readonly (number | string | undefined)[])[];
}

/** The table as text, columns aligned to the right. */
export function tableText({ title, columns, rows }: Table): string {
  const cells = [
    columns.map(({ name, heading }) => heading ?? name),
    ...rows.map((row) => columns.map((column, at) => cellText(column, row[at]))),
  ];
  const widths = columns.map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0)));
  const lines = cells.map((row) => row.map((cell, at) => cell.padStart(widths[at] ?? 0)).join("  "));
  return [title, ...lines].join("\n");
}

/** The table for programs: one object per row, numbers unrounded. */
export function tableJson({ title, columns, rows }: Table): object {
  return {
    title,
    rows: rows.map((row) => Object.fromEntries(columns.map(({ name }, at) => [name, row[at]]))),
  };
}

function cellText({ digits, suffix = "" }: Column, value: number | string | undefined): string {
  if (value === undefined) {
    return "";
  }
  const text = typeof value === "number" && digits !== undefined ? value.toFixed(digits) : String(value);
  return text + suffix;
}
