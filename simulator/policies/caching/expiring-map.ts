/** Size below which expired entries are left alone. */
const MIN_SWEEP = 1024;

interface Entry<T> {
  value: T;
  expiresAt: number;
}

export interface ExpiringMapProps {
  /** Entries kept at most; the one written longest ago goes first. @default - no bound */
  readonly maxSize?: number;
}

/**
 * A map whose entries end at a time of the gateway's clock. Expired entries are dropped in sweeps, each after the
 * map has doubled: memory stays proportional to the living entries at constant cost per write.
 */
export class ExpiringMap<T> {
  private readonly entries = new Map<string, Entry<T>>();
  private sweepAt = MIN_SWEEP;

  public constructor(
    private readonly clock: { now(): number },
    private readonly props: ExpiringMapProps = {},
  ) {}

  /** Entries held, expired ones that no sweep has reached included. */
  public get size(): number {
    return this.entries.size;
  }

  public get(key: string): T | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined || entry.expiresAt <= this.clock.now()) {
      return undefined;
    }
    return entry.value;
  }

  /** @param expiresAt milliseconds since the Unix epoch */
  public set(key: string, value: T, expiresAt: number): void {
    this.entries.delete(key);
    this.entries.set(key, { value, expiresAt });
    if (this.entries.size >= this.sweepAt) {
      this.sweep();
    }
    if (this.entries.size > (this.props.maxSize ?? Infinity)) {
      this.sweep();
      this.dropOldest();
    }
  }

  public delete(key: string): void {
    this.entries.delete(key);
  }

  /** Living entries, oldest write first. */
  public *values(): IterableIterator<T> {
    const now = this.clock.now();
    for (const { value, expiresAt } of this.entries.values()) {
      if (expiresAt > now) {
        yield value;
      }
    }
  }

  private sweep(): void {
    const now = this.clock.now();
    for (const [key, { expiresAt }] of this.entries) {
      if (expiresAt <= now) {
        this.entries.delete(key);
      }
    }
    this.sweepAt = Math.max(MIN_SWEEP, 2 * this.entries.size);
  }

  private dropOldest(): void {
    for (const key of this.entries.keys()) {
      if (this.entries.size <= (this.props.maxSize ?? Infinity)) {
        return;
      }
      this.entries.delete(key);
    }
  }
}
