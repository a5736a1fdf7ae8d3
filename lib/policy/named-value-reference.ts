/**
 * Reference to a named value of the gateway, substituted as text before a policy is compiled. It cannot stand
 * inside an expression: whoever may write the value could then write code.
 *
 * Source: https://learn.microsoft.com/azure/api-management/api-management-howto-properties
 */
export class NamedValueReference {
  /**
   * @param displayName display name (not the resource name) of the named value
   * @param textBefore literal that stands before it: a value that begins with `@(` is then no expression
   * @throws Error if the name is not 1 to 256 letters, digits, `-`, `_` or `.`, or the text is not of letters, digits,
   * `-`, `_`, `.`, `:` and blanks
   */
  public constructor(
    public readonly displayName: string,
    public readonly textBefore: string = "",
  ) {
    if (!/^[A-Za-z0-9._: -]*$/.test(textBefore)) {
      throw new Error(
        `text before a named value must be letters, digits, '-', '_', '.', ':' or blanks, ` +
          `got ${JSON.stringify(textBefore)}: leave out the rest`,
      );
    }
    if (!/^[A-Za-z0-9._-]{1,256}$/.test(displayName)) {
      throw new Error(
        `display name of a named value must be 1 to 256 letters, digits, '-', '_' or '.', ` +
          `got ${JSON.stringify(displayName)}: rename the named value`,
      );
    }
  }
}
