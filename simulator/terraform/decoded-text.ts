/** What begins a text in another form than UTF-8 without a mark. */
const MARKS: readonly (readonly [mark: readonly number[], encoding: string])[] = [
  [[0xff, 0xfe], "utf-16le"],
  [[0xfe, 0xff], "utf-16be"],
];

/**
 * The text of a file, without its byte order mark. `>` of Windows PowerShell 5 writes UTF-16; others write UTF-8 with a
 * mark.
 */
export function decodedText(bytes: Uint8Array): string {
  const found = MARKS.find(([mark]) => mark.every((byte, index) => bytes[index] === byte));
  return new TextDecoder(found?.[1] ?? "utf-8").decode(bytes);
}
