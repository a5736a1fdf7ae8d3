/** Longest delay a Node timer takes; longer waits are armed again. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Where time begins, and whether it passes. */
export interface ClockProps {
  /** Time at which the clock starts. @default - the machine's time */
  readonly at?: Date;
  /** Whether time passes by itself; a frozen clock moves only by `advance` and `set`. @default true */
  readonly running?: boolean;
}

/** As much of `AbortSignal` as waiting needs. */
interface CancellationSignal {
  readonly reason: AbortSignal["reason"];
  throwIfAborted(): void;
  addEventListener(type: "abort", listener: () => void, options: { readonly once: true }): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

interface Timer {
  readonly deadline: number;
  readonly callback: () => void;
}

/** The machine's timer, for the earliest deadline that was known when it was set. */
interface Alarm {
  readonly deadline: number;
  readonly handle: NodeJS.Timeout;
}

/**
 * The one source of time of a simulation: token lifetimes, certificate validity, rate windows, breakers and
 * delays all read it, so a test moves an hour in no time.
 */
export class Clock {
  /** Added to the machine's time while running; the time itself while frozen. */
  private offset: number;
  private isRunning: boolean;
  private readonly timers = new Set<Timer>();
  /** One for all timers: most are cancelled long before they end, and a timer of the machine for each costs more. */
  private alarm: Alarm | undefined;

  public constructor(props: ClockProps = {}) {
    this.isRunning = props.running ?? true;
    const start = props.at?.getTime() ?? Date.now();
    this.offset = this.isRunning ? start - Date.now() : start;
  }

  /** Milliseconds since the Unix epoch. */
  public now(): number {
    return this.isRunning ? Date.now() + this.offset : this.offset;
  }

  /** The current time as a date. */
  public date(): Date {
    return new Date(this.now());
  }

  /** Whether time passes by itself. */
  public get running(): boolean {
    return this.isRunning;
  }

  /**
   * Moves the clock forward; waits that end on the way end now, in order of their deadlines.
   * @param ms milliseconds, not negative
   * @throws RangeError for a negative or non-finite duration: use `set` to go back
   */
  public advance(ms: number): void {
    if (!Number.isFinite(ms) || ms < 0) {
      throw new RangeError(`clock: cannot advance by ${ms} ms; use set() to move back`);
    }
    this.offset += ms;
    this.rearm();
  }

  /** Moves the clock to a date, forward or back. @throws RangeError for an invalid date */
  public set(date: Date): void {
    if (Number.isNaN(date.getTime())) {
      throw new RangeError("clock: invalid date");
    }
    this.offset += date.getTime() - this.now();
    this.rearm();
  }

  /** Stops time where it is. */
  public freeze(): void {
    if (this.isRunning) {
      this.offset = this.now();
      this.isRunning = false;
      this.rearm();
    }
  }

  /** Lets time pass again, from where the clock stands. */
  public resume(): void {
    if (!this.isRunning) {
      this.offset -= Date.now();
      this.isRunning = true;
      this.rearm();
    }
  }

  /**
   * Calls back once the clock has passed the delay.
   * @param ms milliseconds of this clock
   * @returns cancels the callback
   */
  public after(ms: number, callback: () => void): () => void {
    const timer: Timer = { deadline: this.now() + Math.max(0, ms), callback };
    this.timers.add(timer);
    this.wakeAt(timer.deadline);
    return () => this.cancel(timer);
  }

  /**
   * Waits on this clock.
   * @param ms milliseconds of this clock; 0 or less returns in the next microtask
   * @throws the signal's reason when it aborts first
   */
  public sleep(ms: number, signal?: CancellationSignal): Promise<void> {
    signal?.throwIfAborted();
    if (ms <= 0) {
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        cancel();
        reject(signal?.reason as Error);
      };
      const cancel = this.after(ms, () => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      });
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }

  private cancel(timer: Timer): void {
    this.timers.delete(timer);
    if (this.timers.size === 0) {
      // It may serve the next timer, but keeps no process alive.
      this.alarm?.handle.unref();
    }
  }

  /** Makes sure that somebody looks at the timers when a deadline has come. */
  private wakeAt(deadline: number): void {
    if (this.alarm !== undefined && this.alarm.deadline <= deadline) {
      this.alarm.handle.ref();
    } else if (this.isRunning) {
      clearTimeout(this.alarm?.handle);
      const wait = Math.min(MAX_TIMER_MS, Math.max(0, deadline - this.now()));
      this.alarm = { deadline, handle: setTimeout(() => this.rearm(), wait) };
    }
  }

  private rearm(): void {
    clearTimeout(this.alarm?.handle);
    this.alarm = undefined;
    const now = this.now();
    const due = [...this.timers].filter((timer) => timer.deadline <= now);
    for (const timer of due.sort((a, b) => a.deadline - b.deadline)) {
      if (this.timers.delete(timer)) {
        timer.callback();
      }
    }
    if (this.timers.size > 0) {
      this.wakeAt(Math.min(...[...this.timers].map(({ deadline }) => deadline)));
    }
  }
}
