import { CsObject, type CsValue } from "./cs-value";
import { argumentOutOfRange, formatError, raise } from "./exception";
import { executionContext } from "./execution";
import {
  TICKS_PER_DAY,
  TICKS_PER_HOUR,
  TICKS_PER_MILLISECOND,
  TICKS_PER_MINUTE,
  TICKS_PER_SECOND,
} from "./time-span";

export type DateTimeKind = "Unspecified" | "Utc" | "Local";

const UNIX_EPOCH_TICKS = 621_355_968_000_000_000n;
const MAX_TICKS = 3_155_378_975_999_999_999n;

export const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** The parts of a point in time that formats print. */
interface Clock {
  readonly date: Date;
  readonly fraction: string;
  /** What `K` prints. */
  readonly zone: string;
  /** Offset from UTC in minutes. */
  readonly offset: number;
}

function offsetText(minutes: number, form: "z" | "zz" | "zzz"): string {
  const sign = minutes < 0 ? "-" : "+";
  const hours = Math.floor(Math.abs(minutes) / 60);
  const rest = Math.abs(minutes) % 60;
  if (form === "z") {
    return sign + hours.toString();
  }
  const text = sign + hours.toString().padStart(2, "0");
  return form === "zz" ? text : `${text}:${rest.toString().padStart(2, "0")}`;
}

const STANDARD: Readonly<Record<string, string>> = {
  d: "MM/dd/yyyy",
  D: "dddd, dd MMMM yyyy",
  f: "dddd, dd MMMM yyyy HH:mm",
  F: "dddd, dd MMMM yyyy HH:mm:ss",
  g: "MM/dd/yyyy HH:mm",
  G: "MM/dd/yyyy HH:mm:ss",
  m: "MMMM dd",
  M: "MMMM dd",
  o: "yyyy-MM-ddTHH:mm:ss.fffffffK",
  O: "yyyy-MM-ddTHH:mm:ss.fffffffK",
  r: "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'",
  R: "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'",
  s: "yyyy'-'MM'-'dd'T'HH':'mm':'ss",
  t: "HH:mm",
  T: "HH:mm:ss",
  u: "yyyy'-'MM'-'dd HH':'mm':'ss'Z'",
  U: "dddd, dd MMMM yyyy HH:mm:ss",
  y: "yyyy MMMM",
  Y: "yyyy MMMM",
};

function formatPart(token: string, clock: Clock): string {
  const { date, fraction } = clock;
  const pad = (value: number): string => value.toString().padStart(token.length, "0");
  switch (token.charAt(0)) {
    case "d": {
      const name = DAYS[date.getUTCDay()] ?? "";
      return token.length > 3 ? name : token.length === 3 ? name.slice(0, 3) : pad(date.getUTCDate());
    }
    case "f":
      return fraction.slice(0, token.length);
    case "F":
      return fraction.slice(0, token.length).replace(/0+$/, "");
    case ".": {
      // A point in front of a fraction that is not shown is not shown either.
      const digits = fraction.slice(0, token.length - 1).replace(/0+$/, "");
      return digits === "" ? "" : `.${digits}`;
    }
    case "g":
      return "A.D.";
    case "h":
      return (date.getUTCHours() % 12 || 12).toString().padStart(Math.min(2, token.length), "0");
    case "H":
      return date.getUTCHours().toString().padStart(Math.min(2, token.length), "0");
    case "m":
      return date.getUTCMinutes().toString().padStart(Math.min(2, token.length), "0");
    case "M": {
      const name = MONTHS[date.getUTCMonth()] ?? "";
      return token.length > 3 ? name : token.length === 3 ? name.slice(0, 3) : pad(date.getUTCMonth() + 1);
    }
    case "s":
      return date.getUTCSeconds().toString().padStart(Math.min(2, token.length), "0");
    case "t": {
      const half = date.getUTCHours() < 12 ? "AM" : "PM";
      return token.length > 1 ? half : half.slice(0, 1);
    }
    case "y": {
      const year = date.getUTCFullYear();
      return token.length < 3 ? pad(year % 100) : pad(year);
    }
    case "z":
      return offsetText(clock.offset, token.length === 1 ? "z" : token.length === 2 ? "zz" : "zzz");
    default:
      return clock.zone;
  }
}

/** Source: https://learn.microsoft.com/dotnet/standard/base-types/custom-date-and-time-format-strings */
function formatClock(clock: Clock, format: string): string {
  let pattern = format;
  if (format.length === 1) {
    const standard = STANDARD[format];
    if (standard === undefined) {
      throw formatError();
    }
    pattern = standard;
  }
  return pattern.replace(
    /%?(d+|f+|\.?F+|g+|h+|H+|m+|M+|s+|t+|y+|z+|K)|\\(.)|'([^']*)'|"([^"]*)"|(['"\\%])/gs,
    (...groups: (string | undefined)[]) => {
      const [, token, escaped, single, quoted, stray] = groups;
      if (stray !== undefined || /^(?:f{8}|\.?F{8})/.test(token ?? "")) {
        throw formatError();
      }
      return token !== undefined ? formatPart(token, clock) : (escaped ?? single ?? quoted ?? "");
    },
  );
}

/** `System.DateTime`. The gateway's local zone is UTC, so `Local` differs from `Utc` in name only. */
export class CsDateTime extends CsObject {
  public readonly typeName = "System.DateTime";

  private constructor(
    /** 100 ns since 0001-01-01. */
    public readonly ticks: bigint,
    public readonly kind: DateTimeKind,
  ) {
    super();
  }

  /** @throws System.ArgumentOutOfRangeException */
  public static of(ticks: bigint, kind: DateTimeKind = "Unspecified"): CsDateTime {
    if (ticks < 0n || ticks > MAX_TICKS) {
      throw argumentOutOfRange(
        "ticks",
        "Ticks must be between DateTime.MinValue.Ticks and DateTime.MaxValue.Ticks.",
      );
    }
    return new CsDateTime(ticks, kind);
  }

  public static fromDate(date: Date, kind: DateTimeKind = "Utc"): CsDateTime {
    return CsDateTime.of(BigInt(date.getTime()) * TICKS_PER_MILLISECOND + UNIX_EPOCH_TICKS, kind);
  }

  /** @throws System.ArgumentOutOfRangeException if there is no such day or time. */
  public static fromParts(
    parts: readonly [
      year: number,
      month: number,
      day: number,
      hour?: number,
      minute?: number,
      second?: number,
      millisecond?: number,
    ],
    kind: DateTimeKind = "Unspecified",
  ): CsDateTime {
    const [year, month, day, hour = 0, minute = 0, second = 0, millisecond = 0] = parts;
    const valid =
      year >= 1 &&
      year <= 9999 &&
      month >= 1 &&
      month <= 12 &&
      day >= 1 &&
      day <= daysInMonth(year, month) &&
      hour >= 0 &&
      hour < 24 &&
      minute >= 0 &&
      minute < 60 &&
      second >= 0 &&
      second < 60 &&
      millisecond >= 0 &&
      millisecond < 1000;
    if (!valid) {
      throw raise(
        "ArgumentOutOfRangeException",
        "Year, Month, and Day parameters describe an un-representable DateTime.",
      );
    }
    const date = new Date(0);
    date.setUTCFullYear(year, month - 1, day);
    date.setUTCHours(hour, minute, second, millisecond);
    return CsDateTime.fromDate(date, kind);
  }

  public static readonly minValue = CsDateTime.of(0n);
  public static readonly maxValue = CsDateTime.of(MAX_TICKS);

  public toDate(): Date {
    return new Date(Number((this.ticks - UNIX_EPOCH_TICKS - this.submillisecond()) / TICKS_PER_MILLISECOND));
  }

  public addTicks(ticks: bigint): CsDateTime {
    const sum = this.ticks + ticks;
    if (sum < 0n || sum > MAX_TICKS) {
      throw argumentOutOfRange("t", "The added or subtracted value results in an un-representable DateTime.");
    }
    return new CsDateTime(sum, this.kind);
  }

  /** `AddDays` and its siblings, which round to the millisecond. */
  public addUnits(value: number, ticksPerUnit: bigint): CsDateTime {
    const scale = Number(ticksPerUnit / TICKS_PER_MILLISECOND);
    const milliseconds = Math.trunc(value * scale + (value >= 0 ? 0.5 : -0.5));
    if (!(Math.abs(milliseconds) < 315_537_897_600_000)) {
      throw argumentOutOfRange("value", "Value to add was out of range.");
    }
    return this.addTicks(BigInt(milliseconds) * TICKS_PER_MILLISECOND);
  }

  public addMonths(months: number): CsDateTime {
    if (months < -120000 || months > 120000) {
      throw argumentOutOfRange("months", "Months value must be between +/-120000.");
    }
    const date = this.toDate();
    const index = date.getUTCFullYear() * 12 + date.getUTCMonth() + months;
    const [year, month] = [Math.floor(index / 12), (((index % 12) + 12) % 12) + 1];
    if (year < 1 || year > 9999) {
      throw argumentOutOfRange(
        "months",
        "The added or subtracted value results in an un-representable DateTime.",
      );
    }
    const day = Math.min(date.getUTCDate(), daysInMonth(year, month));
    const start = CsDateTime.fromParts([year, month, day]);
    return new CsDateTime(start.ticks + (this.ticks % TICKS_PER_DAY), this.kind);
  }

  /** @throws System.FormatException */
  public format(format: string | null): string {
    const zone = this.kind === "Utc" ? "Z" : this.kind === "Local" ? "+00:00" : "";
    return formatClock(
      { date: this.toDate(), fraction: this.fraction(), zone, offset: 0 },
      format === null || format === "" ? "G" : format,
    );
  }

  /** Digits of the second's fraction. */
  public fraction(): string {
    return (this.ticks % TICKS_PER_SECOND).toString().padStart(7, "0");
  }

  public withKind(kind: DateTimeKind): CsDateTime {
    return kind === this.kind ? this : new CsDateTime(this.ticks, kind);
  }

  private submillisecond(): bigint {
    return this.ticks % TICKS_PER_MILLISECOND;
  }

  public override toText(): string {
    return this.format(null);
  }

  public override equals(other: CsValue): boolean {
    return other instanceof CsDateTime && other.ticks === this.ticks;
  }

  public override hashKey(): unknown {
    return `\0datetime:${this.ticks}`;
  }
}

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

export function daysInMonth(year: number, month: number): number {
  return [31, isLeapYear(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
}

/** A local time and its offset from UTC. */
export class CsDateTimeOffset extends CsObject {
  public readonly typeName = "System.DateTimeOffset";

  private constructor(
    /** The local reading. */
    public readonly local: CsDateTime,
    /** Minutes east of UTC. */
    public readonly offset: number,
  ) {
    super();
  }

  public static of(local: CsDateTime, offset: number): CsDateTimeOffset {
    return new CsDateTimeOffset(local.withKind("Unspecified"), offset);
  }

  public get utc(): CsDateTime {
    return this.local.addTicks(-BigInt(this.offset) * TICKS_PER_MINUTE).withKind("Utc");
  }

  public atOffset(offset: number): CsDateTimeOffset {
    return CsDateTimeOffset.of(this.utc.addTicks(BigInt(offset) * TICKS_PER_MINUTE), offset);
  }

  /** Milliseconds or seconds since 1970, rounded down. */
  public unix(ticksPerUnit: bigint): bigint {
    const ticks = this.utc.ticks;
    return ticks / ticksPerUnit - UNIX_EPOCH_TICKS / ticksPerUnit;
  }

  public static fromUnix(value: bigint, ticksPerUnit: bigint): CsDateTimeOffset {
    return CsDateTimeOffset.of(CsDateTime.of(value * ticksPerUnit + UNIX_EPOCH_TICKS), 0);
  }

  /** @throws System.FormatException */
  public format(format: string | null): string {
    const name = format === null || format === "" ? "MM/dd/yyyy HH:mm:ss zzz" : format;
    const source = name === "r" || name === "R" || name === "u" ? this.atOffset(0) : this;
    return formatClock(
      {
        date: source.local.toDate(),
        fraction: source.local.fraction(),
        zone: offsetText(source.offset, "zzz"),
        offset: source.offset,
      },
      name,
    );
  }

  public override toText(): string {
    return this.format(null);
  }

  public override equals(other: CsValue): boolean {
    return other instanceof CsDateTimeOffset && other.utc.ticks === this.utc.ticks;
  }

  public override hashKey(): unknown {
    return `\0datetimeoffset:${this.utc.ticks}`;
  }
}

interface ParsedDateTime {
  readonly local: CsDateTime;
  /** Minutes east of UTC, if the text names a zone. */
  readonly offset?: number;
}

const TIME = String.raw`(?<hour>\d{1,2}):(?<minute>\d{1,2})(?::(?<second>\d{1,2})(?:\.(?<fraction>\d{1,9}))?)?(?:\s*(?<half>[AaPp])\.?[Mm]\.?)?`;
const ZONE = String.raw`(?:\s*(?<zone>Z|GMT|UTC|[+-]\d{1,2}(?::?\d{2})?))?`;
const MONTH_NAME = String.raw`(?<name>[A-Za-z]{3,9})`;
const DAY_NAME = String.raw`(?:(?<weekday>[A-Za-z]{3,9}),?\s+)?`;
const LAYOUTS = [
  String.raw`(?<year>\d{4})[-/](?<month>\d{1,2})(?:[-/](?<day>\d{1,2}))?`,
  String.raw`(?<month>\d{1,2})[/.-](?<day>\d{1,2})[/.-](?<year>\d{4}|\d{2})`,
  String.raw`${DAY_NAME}(?<day>\d{1,2})[\s-]${MONTH_NAME}[\s-](?<year>\d{4})`,
  String.raw`${DAY_NAME}${MONTH_NAME}\s+(?<day>\d{1,2}),?\s+(?<year>\d{4})`,
  String.raw`${MONTH_NAME},?\s+(?<year>\d{4})`,
  // Without a year, it is today's.
  String.raw`(?<month>\d{1,2})[/.](?<day>\d{1,2})`,
  String.raw`(?:${MONTH_NAME}\s+(?<day>\d{1,2}))`,
  String.raw`(?:(?<day>\d{1,2})\s+${MONTH_NAME})`,
].map((date) => new RegExp(`^\\s*${date}(?:(?:T|\\s+)${TIME}${ZONE})?\\s*$`));
const TIME_ALONE = new RegExp(`^\\s*${TIME}${ZONE}\\s*$`);

function zoneMinutes(zone: string): number {
  const match = /^([+-])(\d{1,2}):?(\d{2})?$/.exec(zone);
  if (match === null) {
    return 0;
  }
  return (match[1] === "-" ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3] ?? "0"));
}

/** Whether a text is the name of a day or month, whole or shortened to three letters. */
function isNameOf(name: string, text: string): boolean {
  const wanted = text.toLowerCase();
  return name.toLowerCase() === wanted || name.slice(0, 3).toLowerCase() === wanted;
}

function monthNumber(name: string): number {
  return 1 + MONTHS.findIndex((month) => isNameOf(month, name));
}

/** The date on the gateway's clock. */
function today(): Readonly<Record<"year" | "month" | "day", string>> {
  const [year = "", month = "", day = ""] = executionContext().now().toISOString().split(/[-T]/);
  return { year, month, day };
}

/**
 * Reads the invariant culture's dates: ISO 8601, RFC 1123, `MM/dd/yyyy` and day and month names, each with an
 * optional time and zone; a time alone is today's.
 *
 * @throws System.FormatException
 */
export function parseDateTimeParts(text: string): ParsedDateTime {
  for (const layout of [...LAYOUTS, TIME_ALONE]) {
    const found = layout.exec(text)?.groups;
    if (found === undefined) {
      continue;
    }
    const groups = layout === TIME_ALONE ? { ...today(), ...found } : found;
    const month = groups.name === undefined ? Number(groups.month) : monthNumber(groups.name);
    const shortYear = Number(groups.year ?? today().year);
    const year = groups.year?.length === 2 ? shortYear + (shortYear < 30 ? 2000 : 1900) : shortYear;
    let hour = Number(groups.hour ?? "0");
    if (groups.half !== undefined) {
      hour = (hour % 12) + (groups.half.toLowerCase() === "p" ? 12 : 0);
    }
    try {
      const whole = CsDateTime.fromParts([
        year,
        month,
        Number(groups.day ?? "1"),
        hour,
        Number(groups.minute ?? "0"),
        Number(groups.second ?? "0"),
      ]);
      const fraction = Math.round(Number(`0.${groups.fraction ?? "0"}`) * 1e7);
      const local = whole.addTicks(BigInt(fraction));
      const weekday = DAYS[local.toDate().getUTCDay()] ?? "";
      if (groups.weekday !== undefined && !isNameOf(weekday, groups.weekday)) {
        throw formatError(
          "String was not recognized as a valid DateTime because the day of week was incorrect.",
        );
      }
      return groups.zone === undefined ? { local } : { local, offset: zoneMinutes(groups.zone) };
    } catch {
      throw formatError("String was not recognized as a valid DateTime.");
    }
  }
  throw formatError("String was not recognized as a valid DateTime.");
}

/** `DateTime.Parse`: a text with a zone is converted to local time, which is UTC here. */
export function parseDateTime(text: string): CsDateTime {
  const { local, offset } = parseDateTimeParts(text);
  return offset === undefined ? local : local.addTicks(-BigInt(offset) * TICKS_PER_MINUTE).withKind("Local");
}

export { TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MILLISECOND, TICKS_PER_MINUTE, TICKS_PER_SECOND };
