import type { WriteStream } from "node:tty";

/** Counts cases on one line of a terminal. A file or a pipe, which cannot take a line back, gets nothing. */
export class CaseCounter {
  private cases = 0;

  public constructor(private readonly stream: Pick<WriteStream, "isTTY" | "write">) {}

  public count(): void {
    this.cases += 1;
    this.show(`\r${this.cases} cases`);
  }

  public end(): void {
    if (this.cases > 0) {
      this.show("\n");
    }
  }

  private show(text: string): void {
    if (this.stream.isTTY) {
      this.stream.write(text);
    }
  }
}
