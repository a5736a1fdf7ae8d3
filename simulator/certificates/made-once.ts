/** Something that is made when it is first asked for. A failure is not kept: whoever asks next tries again. */
export class MadeOnce<T> {
  private made: Promise<T> | undefined;

  public constructor(private readonly make: () => Promise<T>) {}

  public get(): Promise<T> {
    if (this.made === undefined) {
      const made = this.make();
      this.made = made;
      made.catch(() => {
        if (this.made === made) {
          this.made = undefined;
        }
      });
    }
    return this.made;
  }
}
