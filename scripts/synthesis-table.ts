/** What `npm run synth` prints about stacks, in a text that shows it: a line for the titles, one for each stack. */
export class SynthesisTable {
  private constructor(
    private readonly text: string,
    private readonly start: number,
    private readonly end: number,
  ) {}

  /** @throws Error if the text shows no such table */
  public static in(text: string): SynthesisTable {
    const { index, 0: table } = /^stack .*(\n.+)+/m.exec(text) ?? {};
    if (index === undefined || table === undefined) {
      throw new Error("there is no table with the titles 'stack …' and a line for each stack");
    }
    return new SynthesisTable(text, index, index + table.length);
  }

  public get lines(): readonly string[] {
    return this.text.slice(this.start, this.end).split("\n");
  }

  /** @returns the text with another table in the place of this one */
  public replacedBy({ lines }: SynthesisTable): string {
    return this.text.slice(0, this.start) + lines.join("\n") + this.text.slice(this.end);
  }
}
