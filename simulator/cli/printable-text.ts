/** A line for a terminal that what callers send, or a stack says, must not steer: no control characters. */
export function printableLine(line: string): string {
  return line.replace(/\p{C}/gu, "�");
}

/** As {@link printableLine}, for a text of several lines. */
export function printableText(text: string): string {
  return text.split("\n").map(printableLine).join("\n");
}
