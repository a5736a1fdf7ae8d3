/** Keeps the newest records and forgets the oldest, so that a long run does not grow without end. */
export class RingBuffer<T> {
  private records: T[] = [];

  /** @param capacity records kept, at least 1 */
  public constructor(private readonly capacity: number) {}

  public push(record: T): void {
    this.records.push(record);
    // Trimmed in batches: shifting one by one would copy the array for every record.
    if (this.records.length >= this.capacity * 2) {
      this.records = this.records.slice(-this.capacity);
    }
  }

  /** Records, oldest first. */
  public toArray(): readonly T[] {
    return this.records.slice(-this.capacity);
  }

  public clear(): void {
    this.records = [];
  }
}
