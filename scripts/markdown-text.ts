/**
 * A text as text of Markdown, within a line that begins with something else: nothing in it becomes markup, HTML, a link or
 * a mention.
 *
 * Source: https://github.github.com/gfm/#backslash-escapes and #autolinks-extension-. Mentions are looked for when
 * Markdown is HTML already, so that a backslash does not stop them.
 */
export function markdownText(text: string): string {
  return text.replace(/[\\`*_[\]<>&~#]|:(?=\/\/)|(?<=www)\./gi, "\\$&").replace(/(?<!\w)@/g, "@<!-- -->");
}
