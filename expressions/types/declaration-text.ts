const TOKEN = /\w+|"[^"]*"|\S/g;

/** The C# text of a declaration, token by token. */
export class DeclarationText {
  private readonly tokens: readonly string[];
  private at = 0;

  public constructor(private readonly text: string) {
    this.tokens = text.match(TOKEN) ?? [];
  }

  /** The token that comes next, or the `offset`-th after it; empty at the end. */
  public next(offset = 0): string {
    return this.tokens[this.at + offset] ?? "";
  }

  /** Takes the next token, whatever it is. */
  public take(): string {
    const token = this.next();
    this.at += 1;
    return token;
  }

  /** Takes the next token if it is that one. @returns whether it is */
  public skip(token: string): boolean {
    const isNext = this.next() === token;
    if (isNext) {
      this.at += 1;
    }
    return isNext;
  }

  /** @throws Error if another token comes */
  public expect(token: string): void {
    if (!this.skip(token)) {
      throw this.wrong(`'${token}' before '${this.next()}'`);
    }
  }

  /** @throws Error if something else than a name comes */
  public name(): string {
    const token = this.take();
    if (!/^[A-Za-z_]\w*$/.test(token)) {
      throw this.wrong(`a name in the place of '${token}'`);
    }
    return token;
  }

  /** Reads what stands between two tokens, separated by commas. */
  public list<T>(open: string, close: string, read: () => T): readonly T[] {
    const items: T[] = [];
    this.expect(open);
    while (!this.skip(close)) {
      if (items.length > 0) {
        this.expect(",");
      }
      items.push(read());
    }
    return items;
  }

  /** @throws Error if there is more */
  public end(): void {
    if (this.at < this.tokens.length) {
      throw this.wrong(`an end before '${this.next()}'`);
    }
  }

  public wrong(missing: string): Error {
    return new Error(`"${this.text}" in the library lacks ${missing}.`);
  }
}
