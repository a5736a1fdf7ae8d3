import { libraryType } from "../types/runtime-type";
import type { TypeDeclaration } from "../types/type-declaration";
import { type CsNumber, type CsValue, double, type OutReference } from "../values/cs-value";
import {
  CsDateTime,
  CsDateTimeOffset,
  DAYS,
  daysInMonth,
  isLeapYear,
  parseDateTime,
  parseDateTimeParts,
} from "../values/date-time";
import { CsEnum } from "../values/enum";
import { argumentOutOfRange } from "../values/exception";
import { executionContext } from "../values/execution";
import {
  CsTimeSpan,
  TICKS_PER_DAY,
  TICKS_PER_HOUR,
  TICKS_PER_MILLISECOND,
  TICKS_PER_MINUTE,
  TICKS_PER_SECOND,
} from "../values/time-span";
import { tryParse } from "./numbers";
import { argumentError, notNull } from "./object";

const UNITS: Readonly<Record<string, bigint>> = {
  Days: TICKS_PER_DAY,
  Hours: TICKS_PER_HOUR,
  Minutes: TICKS_PER_MINUTE,
  Seconds: TICKS_PER_SECOND,
  Milliseconds: TICKS_PER_MILLISECOND,
};

const MODULI: Readonly<Record<string, bigint | undefined>> = {
  Hours: 24n,
  Minutes: 60n,
  Seconds: 60n,
  Milliseconds: 1000n,
};

function numberOf(value: CsNumber): number {
  return value.value as number;
}

function now(): CsDateTime {
  return CsDateTime.fromDate(executionContext().now());
}

type Ticked = { readonly ticks: bigint };

function comparisons(type: string, ticksOf: (value: never) => bigint): TypeDeclaration["members"] {
  const ticks = ticksOf as (value: CsValue) => bigint;
  const operator = (
    symbol: string,
    test: (a: bigint, b: bigint) => boolean,
  ): [string, (a: CsValue, b: CsValue) => boolean] => [
    `static bool operator ${symbol}(${type} a, ${type} b)`,
    (a, b) => test(ticks(a), ticks(b)),
  ];
  return Object.fromEntries([
    operator("==", (a, b) => a === b),
    operator("!=", (a, b) => a !== b),
    operator("<", (a, b) => a < b),
    operator(">", (a, b) => a > b),
    operator("<=", (a, b) => a <= b),
    operator(">=", (a, b) => a >= b),
  ]);
}

/** Properties that DateTime and DateTimeOffset share. */
function calendar(clock: (self: never) => CsDateTime): TypeDeclaration["members"] {
  const of = clock as (self: CsValue) => CsDateTime;
  return {
    "int Year { get; }": (self: CsValue) => of(self).toDate().getUTCFullYear(),
    "int Month { get; }": (self: CsValue) => of(self).toDate().getUTCMonth() + 1,
    "int Day { get; }": (self: CsValue) => of(self).toDate().getUTCDate(),
    "int Hour { get; }": (self: CsValue) => of(self).toDate().getUTCHours(),
    "int Minute { get; }": (self: CsValue) => of(self).toDate().getUTCMinutes(),
    "int Second { get; }": (self: CsValue) => of(self).toDate().getUTCSeconds(),
    "int Millisecond { get; }": (self: CsValue) => of(self).toDate().getUTCMilliseconds(),
    "long Ticks { get; }": (self: CsValue) => of(self).ticks,
    "int DayOfYear { get; }": (self: CsValue) => {
      const value = of(self);
      const start = CsDateTime.fromParts([value.toDate().getUTCFullYear(), 1, 1]);
      return Number((value.ticks - start.ticks) / TICKS_PER_DAY) + 1;
    },
    "DayOfWeek DayOfWeek { get; }": (self: CsValue) =>
      CsEnum.of(libraryType("System.DayOfWeek"), of(self).toDate().getUTCDay()),
    "TimeSpan TimeOfDay { get; }": (self: CsValue) => CsTimeSpan.of(of(self).ticks % TICKS_PER_DAY),
  };
}

function parts(values: readonly number[]): CsDateTime {
  const [year = 1, month = 1, day = 1, hour = 0, minute = 0, second = 0, millisecond = 0] = values;
  return CsDateTime.fromParts([year, month, day, hour, minute, second, millisecond]);
}

/**
 * Only what APIM allows: no `TryParse`, `ParseExact`, `ToUniversalTime`, `CompareTo`.
 *
 * Source: https://learn.microsoft.com/azure/api-management/api-management-policy-expressions#CLRTypes
 */
const dateTimeType: TypeDeclaration = {
  namespace: "System",
  header: "struct DateTime",
  defaultValue: CsDateTime.minValue,
  members: {
    "DateTime(long ticks)": (ticks: bigint) => CsDateTime.of(ticks),
    "DateTime(long ticks, DateTimeKind kind)": (ticks: bigint) => CsDateTime.of(ticks, "Utc"),
    "DateTime(int year, int month, int day)": (...values: number[]) => parts(values.slice(0, 3)),
    "DateTime(int year, int month, int day, int hour, int minute, int second)": (...values: number[]) =>
      parts(values.slice(0, 6)),
    "DateTime(int year, int month, int day, int hour, int minute, int second, DateTimeKind kind)": (
      ...values: number[]
    ) => parts(values.slice(0, 6)).withKind("Utc"),
    "DateTime(int year, int month, int day, int hour, int minute, int second, int millisecond)": (
      ...values: number[]
    ) => parts(values.slice(0, 7)),
    "DateTime(int year, int month, int day, int hour, int minute, int second, int millisecond, DateTimeKind kind)":
      (...values: number[]) => parts(values.slice(0, 7)).withKind("Utc"),
    "static DateTime MinValue { get; }": () => CsDateTime.minValue,
    "static DateTime MaxValue { get; }": () => CsDateTime.maxValue,
    "static DateTime UtcNow { get; }": () => now(),
    "static DateTime Now { get; }": () => now().withKind("Local"),
    "static DateTime Today { get; }": () =>
      CsDateTime.of(now().ticks - (now().ticks % TICKS_PER_DAY), "Local"),
    "static int DaysInMonth(int year, int month)": (year: number, month: number) => {
      if (month < 1 || month > 12) {
        throw argumentOutOfRange("month", "Month must be between one and twelve.");
      }
      return daysInMonth(year, month);
    },
    "static bool IsLeapYear(int year)": isLeapYear,
    "static DateTime Parse(string s)": (text: string | null) => parseDateTime(notNull(text, "s")),
    ...calendar((self: CsDateTime) => self),
    "DateTime Date { get; }": (self: CsDateTime) => self.addTicks(-(self.ticks % TICKS_PER_DAY)),
    "DateTime Add(TimeSpan value)": (self: CsDateTime, span: CsTimeSpan) => self.addTicks(span.ticks),
    ...Object.fromEntries(
      Object.entries(UNITS).map(([name, ticks]) => [
        `DateTime Add${name}(double value)`,
        (self: CsDateTime, value: CsNumber) => self.addUnits(numberOf(value), ticks),
      ]),
    ),
    "DateTime AddTicks(long value)": (self: CsDateTime, ticks: bigint) => self.addTicks(ticks),
    "DateTime AddMonths(int months)": (self: CsDateTime, months: number) => self.addMonths(months),
    "DateTime AddYears(int value)": (self: CsDateTime, years: number) => self.addMonths(years * 12),
    "TimeSpan Subtract(DateTime value)": (self: CsDateTime, other: CsDateTime) =>
      CsTimeSpan.of(self.ticks - other.ticks),
    "DateTime Subtract(TimeSpan value)": (self: CsDateTime, span: CsTimeSpan) => self.addTicks(-span.ticks),
    "bool IsDaylightSavingTime()": () => false,
    "string ToString()": (self: CsDateTime) => self.toText(),
    "string ToString(string format)": (self: CsDateTime, format: string | null) => self.format(format),
    ...comparisons("DateTime", ({ ticks }: Ticked) => ticks),
    "static DateTime operator +(DateTime d, TimeSpan t)": (self: CsDateTime, span: CsTimeSpan) =>
      self.addTicks(span.ticks),
    "static DateTime operator -(DateTime d, TimeSpan t)": (self: CsDateTime, span: CsTimeSpan) =>
      self.addTicks(-span.ticks),
    "static TimeSpan operator -(DateTime d1, DateTime d2)": (a: CsDateTime, b: CsDateTime) =>
      CsTimeSpan.of(a.ticks - b.ticks),
  },
};

const timeSpanType: TypeDeclaration = {
  namespace: "System",
  header: "struct TimeSpan",
  defaultValue: CsTimeSpan.zero,
  members: {
    "TimeSpan(long ticks)": (ticks: bigint) => CsTimeSpan.of(ticks),
    "TimeSpan(int hours, int minutes, int seconds)": (h: number, m: number, s: number) => span(0, h, m, s, 0),
    "TimeSpan(int days, int hours, int minutes, int seconds)": (d: number, h: number, m: number, s: number) =>
      span(d, h, m, s, 0),
    "TimeSpan(int days, int hours, int minutes, int seconds, int milliseconds)": span,
    "const long TicksPerDay": TICKS_PER_DAY,
    "const long TicksPerHour": TICKS_PER_HOUR,
    "const long TicksPerMinute": TICKS_PER_MINUTE,
    "const long TicksPerSecond": TICKS_PER_SECOND,
    "const long TicksPerMillisecond": TICKS_PER_MILLISECOND,
    "static TimeSpan Zero { get; }": () => CsTimeSpan.zero,
    "static TimeSpan MinValue { get; }": () => CsTimeSpan.of(-(2n ** 63n)),
    "static TimeSpan MaxValue { get; }": () => CsTimeSpan.of(2n ** 63n - 1n),
    ...Object.fromEntries(
      Object.entries(UNITS).flatMap(([name, ticks]): [string, never][] => [
        [
          `static TimeSpan From${name}(double value)`,
          ((value: CsNumber) => CsTimeSpan.fromUnits(numberOf(value), ticks)) as never,
        ],
        [`int ${name} { get; }`, ((self: CsTimeSpan) => self.part(ticks, MODULI[name])) as never],
        [`double Total${name} { get; }`, ((self: CsTimeSpan) => double(self.total(ticks))) as never],
      ]),
    ),
    "static TimeSpan FromTicks(long value)": (ticks: bigint) => CsTimeSpan.of(ticks),
    "static TimeSpan Parse(string s)": (text: string | null) => CsTimeSpan.parse(notNull(text, "s")),
    "static bool TryParse(string s, out TimeSpan result)": (text: string | null, result: OutReference) =>
      tryParse(result, CsTimeSpan.zero, () => CsTimeSpan.parse(text ?? "")),
    "static int Compare(TimeSpan t1, TimeSpan t2)": (a: CsTimeSpan, b: CsTimeSpan) => order(a.ticks, b.ticks),
    "long Ticks { get; }": (self: CsTimeSpan) => self.ticks,
    "TimeSpan Add(TimeSpan ts)": (self: CsTimeSpan, other: CsTimeSpan) =>
      CsTimeSpan.of(self.ticks + other.ticks),
    "TimeSpan Subtract(TimeSpan ts)": (self: CsTimeSpan, other: CsTimeSpan) =>
      CsTimeSpan.of(self.ticks - other.ticks),
    "TimeSpan Negate()": (self: CsTimeSpan) => CsTimeSpan.of(-self.ticks),
    "TimeSpan Duration()": (self: CsTimeSpan) => CsTimeSpan.of(self.ticks < 0n ? -self.ticks : self.ticks),
    "int CompareTo(TimeSpan value)": (self: CsTimeSpan, other: CsTimeSpan) => order(self.ticks, other.ticks),
    "string ToString()": (self: CsTimeSpan) => self.toText(),
    "string ToString(string format)": (self: CsTimeSpan, format: string | null) => self.format(format),
    ...comparisons("TimeSpan", ({ ticks }: Ticked) => ticks),
    "static TimeSpan operator +(TimeSpan t1, TimeSpan t2)": (a: CsTimeSpan, b: CsTimeSpan) =>
      CsTimeSpan.of(a.ticks + b.ticks),
    "static TimeSpan operator -(TimeSpan t1, TimeSpan t2)": (a: CsTimeSpan, b: CsTimeSpan) =>
      CsTimeSpan.of(a.ticks - b.ticks),
    "static TimeSpan operator -(TimeSpan t)": (self: CsTimeSpan) => CsTimeSpan.of(-self.ticks),
  },
};

function order(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function span(
  days: number,
  hours: number,
  minutes: number,
  seconds: number,
  milliseconds: number,
): CsTimeSpan {
  const total =
    (((BigInt(days) * 24n + BigInt(hours)) * 60n + BigInt(minutes)) * 60n + BigInt(seconds)) * 1000n +
    BigInt(milliseconds);
  return CsTimeSpan.of(total * TICKS_PER_MILLISECOND);
}

function offsetMinutes(offset: CsTimeSpan): number {
  if (offset.ticks % TICKS_PER_MINUTE !== 0n) {
    throw argumentError("Offset must be specified in whole minutes.", "offset");
  }
  const minutes = Number(offset.ticks / TICKS_PER_MINUTE);
  if (Math.abs(minutes) > 14 * 60) {
    throw argumentOutOfRange("offset", "Offset must be within plus or minus 14 hours.");
  }
  return minutes;
}

function parseOffset(text: string): CsDateTimeOffset {
  const { local, offset = 0 } = parseDateTimeParts(text);
  return CsDateTimeOffset.of(local, offset);
}

const MIN_OFFSET = CsDateTimeOffset.of(CsDateTime.minValue, 0);

const dateTimeOffsetType: TypeDeclaration = {
  namespace: "System",
  header: "struct DateTimeOffset",
  defaultValue: MIN_OFFSET,
  members: {
    "DateTimeOffset(DateTime dateTime)": (local: CsDateTime) => CsDateTimeOffset.of(local, 0),
    "DateTimeOffset(DateTime dateTime, TimeSpan offset)": (local: CsDateTime, offset: CsTimeSpan) =>
      CsDateTimeOffset.of(local, offsetMinutes(offset)),
    "DateTimeOffset(int year, int month, int day, int hour, int minute, int second, TimeSpan offset)": (
      year: number,
      month: number,
      day: number,
      hour: number,
      minute: number,
      second: number,
      offset: CsTimeSpan,
    ) =>
      CsDateTimeOffset.of(
        CsDateTime.fromParts([year, month, day, hour, minute, second]),
        offsetMinutes(offset),
      ),
    "static DateTimeOffset UtcNow { get; }": () => CsDateTimeOffset.of(now(), 0),
    "static DateTimeOffset Now { get; }": () => CsDateTimeOffset.of(now(), 0),
    "static DateTimeOffset MinValue { get; }": () => MIN_OFFSET,
    "static DateTimeOffset MaxValue { get; }": () => CsDateTimeOffset.of(CsDateTime.maxValue, 0),
    "static DateTimeOffset FromUnixTimeSeconds(long seconds)": (seconds: bigint) =>
      CsDateTimeOffset.fromUnix(seconds, TICKS_PER_SECOND),
    "static DateTimeOffset FromUnixTimeMilliseconds(long milliseconds)": (milliseconds: bigint) =>
      CsDateTimeOffset.fromUnix(milliseconds, TICKS_PER_MILLISECOND),
    "static DateTimeOffset Parse(string input)": (text: string | null) => parseOffset(notNull(text, "input")),
    "static bool TryParse(string input, out DateTimeOffset result)": (
      text: string | null,
      result: OutReference,
    ) => tryParse(result, MIN_OFFSET, () => parseOffset(text ?? "")),
    "long ToUnixTimeSeconds()": (self: CsDateTimeOffset) => self.unix(TICKS_PER_SECOND),
    "long ToUnixTimeMilliseconds()": (self: CsDateTimeOffset) => self.unix(TICKS_PER_MILLISECOND),
    ...calendar((self: CsDateTimeOffset) => self.local),
    "DateTime DateTime { get; }": (self: CsDateTimeOffset) => self.local,
    "DateTime UtcDateTime { get; }": (self: CsDateTimeOffset) => self.utc,
    "DateTime LocalDateTime { get; }": (self: CsDateTimeOffset) => self.utc.withKind("Local"),
    "DateTime Date { get; }": (self: CsDateTimeOffset) =>
      self.local.addTicks(-(self.local.ticks % TICKS_PER_DAY)),
    "TimeSpan Offset { get; }": (self: CsDateTimeOffset) =>
      CsTimeSpan.of(BigInt(self.offset) * TICKS_PER_MINUTE),
    "long UtcTicks { get; }": (self: CsDateTimeOffset) => self.utc.ticks,
    "DateTimeOffset ToUniversalTime()": (self: CsDateTimeOffset) => self.atOffset(0),
    "DateTimeOffset ToOffset(TimeSpan offset)": (self: CsDateTimeOffset, offset: CsTimeSpan) =>
      self.atOffset(offsetMinutes(offset)),
    "DateTimeOffset Add(TimeSpan timeSpan)": (self: CsDateTimeOffset, value: CsTimeSpan) =>
      shift(self, value.ticks),
    ...Object.fromEntries(
      Object.entries(UNITS).map(([name, ticks]) => [
        `DateTimeOffset Add${name}(double value)`,
        (self: CsDateTimeOffset, value: CsNumber) =>
          CsDateTimeOffset.of(self.local.addUnits(numberOf(value), ticks), self.offset),
      ]),
    ),
    "DateTimeOffset AddTicks(long ticks)": (self: CsDateTimeOffset, ticks: bigint) => shift(self, ticks),
    "DateTimeOffset AddMonths(int months)": (self: CsDateTimeOffset, months: number) =>
      CsDateTimeOffset.of(self.local.addMonths(months), self.offset),
    "DateTimeOffset AddYears(int years)": (self: CsDateTimeOffset, years: number) =>
      CsDateTimeOffset.of(self.local.addMonths(years * 12), self.offset),
    "TimeSpan Subtract(DateTimeOffset value)": (self: CsDateTimeOffset, other: CsDateTimeOffset) =>
      CsTimeSpan.of(self.utc.ticks - other.utc.ticks),
    "int CompareTo(DateTimeOffset other)": (self: CsDateTimeOffset, other: CsDateTimeOffset) =>
      order(self.utc.ticks, other.utc.ticks),
    "string ToString()": (self: CsDateTimeOffset) => self.toText(),
    "string ToString(string format)": (self: CsDateTimeOffset, format: string | null) => self.format(format),
    ...comparisons("DateTimeOffset", (value: CsDateTimeOffset) => value.utc.ticks),
    "static DateTimeOffset operator +(DateTimeOffset d, TimeSpan t)": (
      self: CsDateTimeOffset,
      value: CsTimeSpan,
    ) => shift(self, value.ticks),
    "static DateTimeOffset operator -(DateTimeOffset d, TimeSpan t)": (
      self: CsDateTimeOffset,
      value: CsTimeSpan,
    ) => shift(self, -value.ticks),
    "static TimeSpan operator -(DateTimeOffset a, DateTimeOffset b)": (
      a: CsDateTimeOffset,
      b: CsDateTimeOffset,
    ) => CsTimeSpan.of(a.utc.ticks - b.utc.ticks),
    "static implicit operator DateTimeOffset(DateTime dateTime)": (local: CsDateTime) =>
      CsDateTimeOffset.of(local, 0),
  },
};

function shift(value: CsDateTimeOffset, ticks: bigint): CsDateTimeOffset {
  return CsDateTimeOffset.of(value.local.addTicks(ticks), value.offset);
}

/** Points in time and durations. */
export const timeTypes: readonly TypeDeclaration[] = [
  dateTimeType,
  dateTimeOffsetType,
  timeSpanType,
  {
    namespace: "System",
    header: "enum DayOfWeek",
    unnameable: true,
    values: Object.fromEntries(DAYS.map((name, index) => [name, index])),
  },
  // APIM allows no other kind.
  { namespace: "System", header: "enum DateTimeKind", values: { Utc: 1 } },
];
