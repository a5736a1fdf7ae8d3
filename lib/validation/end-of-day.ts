/**
 * The last moment of a day, in UTC.
 *
 * @param day as YYYY-MM-DD
 * @returns `undefined` if there is no such day: the parser takes the 30th of February for the 2nd of March
 */
export function endOfDay(day: string): Date | undefined {
  const end = new Date(`${day}T23:59:59Z`);
  return !Number.isNaN(end.getTime()) && end.toISOString().slice(0, 10) === day ? end : undefined;
}
