/** A fixed window, milliseconds since the Unix epoch; `end` is infinite for a quota that never resets. */
export interface QuotaPeriod {
  readonly start: number;
  readonly end: number;
}

/**
 * The period of `renewalSeconds` that holds `now`, counted from an anchor.
 * @param renewalSeconds 0 never renews
 */
export function renewalPeriod(anchor: number, renewalSeconds: number, now: number): QuotaPeriod {
  if (renewalSeconds === 0) {
    return { start: anchor, end: Infinity };
  }
  const length = renewalSeconds * 1000;
  const start = anchor + Math.floor((now - anchor) / length) * length;
  return { start, end: start + length };
}

export const CALENDAR_UNITS = ["Hourly", "Daily", "Weekly", "Monthly", "Yearly"] as const;
export type CalendarUnit = (typeof CALENDAR_UNITS)[number];

/** The UTC calendar unit that holds `now`; weeks begin on Monday (ISO 8601). */
export function calendarPeriod(unit: CalendarUnit, now: number): QuotaPeriod {
  const date = new Date(now);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  switch (unit) {
    case "Hourly": {
      const hour = date.getUTCHours();
      return { start: Date.UTC(year, month, day, hour), end: Date.UTC(year, month, day, hour + 1) };
    }
    case "Daily":
      return { start: Date.UTC(year, month, day), end: Date.UTC(year, month, day + 1) };
    case "Weekly": {
      const monday = day - ((date.getUTCDay() + 6) % 7);
      return { start: Date.UTC(year, month, monday), end: Date.UTC(year, month, monday + 7) };
    }
    case "Monthly":
      return { start: Date.UTC(year, month), end: Date.UTC(year, month + 1) };
    case "Yearly":
      return { start: Date.UTC(year, 0), end: Date.UTC(year + 1, 0) };
  }
}

/**
 * Whole seconds until a period ends, at least 1.
 * @returns none if it never ends
 */
export function secondsUntilEnd({ end }: QuotaPeriod, now: number): number | undefined {
  return end === Infinity ? undefined : Math.max(1, Math.ceil((end - now) / 1000));
}

/** A duration as .NET prints a `TimeSpan`: `[d.]hh:mm:ss`. */
export function timeSpanText(seconds: number): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const days = Math.floor(seconds / 86400);
  const time = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60].map(two);
  return `${days > 0 ? `${days}.` : ""}${time.join(":")}`;
}
