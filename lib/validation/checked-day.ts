import { endOfDay } from "./end-of-day";
import type { Problems } from "./problems";

/**
 * Adds a problem unless a text is a day.
 *
 * @param what it is: begins the rule
 * @param day as YYYY-MM-DD
 * @returns the last moment of the day, in UTC, or `undefined` if there is no such day
 */
export function checkedDay(problems: Problems, what: string, day: string): Date | undefined {
  const end = endOfDay(day);
  problems.check(end !== undefined, {
    rule: `${what} must be a date as YYYY-MM-DD`,
    value: day,
    remedy: "write it as in 2027-03-31",
  });
  return end;
}
