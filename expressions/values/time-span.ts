import { CsObject, type CsValue } from "./cs-value";
import { formatError, raise } from "./exception";

export const TICKS_PER_MILLISECOND = 10_000n;
export const TICKS_PER_SECOND = 10_000_000n;
export const TICKS_PER_MINUTE = TICKS_PER_SECOND * 60n;
export const TICKS_PER_HOUR = TICKS_PER_MINUTE * 60n;
export const TICKS_PER_DAY = TICKS_PER_HOUR * 24n;

const LIMIT = 2n ** 63n;

function two(value: bigint | number): string {
  return value.toString().padStart(2, "0");
}

/** `System.TimeSpan`, in ticks of 100 ns. */
export class CsTimeSpan extends CsObject {
  public static readonly zero = new CsTimeSpan(0n);
  public readonly typeName = "System.TimeSpan";

  private constructor(public readonly ticks: bigint) {
    super();
  }

  /** @throws System.OverflowException */
  public static of(ticks: bigint): CsTimeSpan {
    if (ticks >= LIMIT || ticks < -LIMIT) {
      throw raise("OverflowException", "TimeSpan overflowed because the duration is too long.");
    }
    return new CsTimeSpan(ticks);
  }

  /** `FromDays` and its siblings, which round to the millisecond. */
  public static fromUnits(value: number, ticksPerUnit: bigint): CsTimeSpan {
    if (Number.isNaN(value)) {
      throw raise("ArgumentException", "TimeSpan does not accept floating point Not-a-Number values.");
    }
    const milliseconds = value * Number(ticksPerUnit / TICKS_PER_MILLISECOND) + (value >= 0 ? 0.5 : -0.5);
    if (!(Math.abs(milliseconds) <= Number(LIMIT / TICKS_PER_MILLISECOND))) {
      throw raise("OverflowException", "TimeSpan overflowed because the duration is too long.");
    }
    return CsTimeSpan.of(BigInt(Math.trunc(milliseconds)) * TICKS_PER_MILLISECOND);
  }

  /** Reads `[-][d.]hh:mm[:ss[.fffffff]]`, whole days, and `d:hh:mm` where the first number is not an hour of a day. */
  public static tryParse(text: string): CsTimeSpan | undefined {
    const match =
      /^\s*(-?)(?:(\d{1,8})|(?:(\d{1,8})(?:\.|:(?=\d+:\d+:)))?(\d{1,8}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?)\s*$/.exec(
        text,
      );
    if (match === null) {
      return undefined;
    }
    const [, sign, onlyDays, ...parts] = match;
    const [first, second, third, fourth, fraction = ""] = parts;
    const isDaysFirst = first === undefined && fourth !== undefined && fraction === "" && Number(second) > 23;
    const [days = "0", hours = "0", minutes = "0", seconds = "0"] = isDaysFirst
      ? [second, third, fourth]
      : [first, second, third, fourth];
    if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) {
      throw raise(
        "OverflowException",
        "The TimeSpan could not be parsed because at least one of the numeric components is out of range or contains too many digits.",
      );
    }
    const ticks =
      BigInt(onlyDays ?? days) * TICKS_PER_DAY +
      BigInt(hours) * TICKS_PER_HOUR +
      BigInt(minutes) * TICKS_PER_MINUTE +
      BigInt(seconds) * TICKS_PER_SECOND +
      BigInt(fraction.padEnd(7, "0"));
    return CsTimeSpan.of(sign === "-" ? -ticks : ticks);
  }

  /** @throws System.FormatException, System.OverflowException */
  public static parse(text: string): CsTimeSpan {
    if (/^\s*-?\d{9,}\s*$/.test(text)) {
      throw raise(
        "OverflowException",
        "The TimeSpan could not be parsed because one of its components is out of range.",
      );
    }
    const span = CsTimeSpan.tryParse(text);
    if (span === undefined) {
      throw formatError("String was not recognized as a valid TimeSpan.");
    }
    return span;
  }

  /** One component of the clock reading, for example `part(TICKS_PER_HOUR, 24n)`. */
  public part(ticksPerUnit: bigint, modulus?: bigint): number {
    const units = this.ticks / ticksPerUnit;
    return Number(modulus === undefined ? units : units % modulus);
  }

  public total(ticksPerUnit: bigint): number {
    return Number(this.ticks) / Number(ticksPerUnit);
  }

  /**
   * Standard formats `c g G` and the custom ones.
   *
   * @throws System.FormatException
   */
  public format(format: string | null): string {
    const size = this.ticks < 0n ? -this.ticks : this.ticks;
    const days = size / TICKS_PER_DAY;
    const hours = (size / TICKS_PER_HOUR) % 24n;
    const minutes = (size / TICKS_PER_MINUTE) % 60n;
    const seconds = (size / TICKS_PER_SECOND) % 60n;
    const fraction = (size % TICKS_PER_SECOND).toString().padStart(7, "0");
    const sign = this.ticks < 0n ? "-" : "";
    switch (format === null || format === "" ? "c" : format) {
      case "c":
      case "t":
      case "T": {
        const day = days === 0n ? "" : `${days}.`;
        return `${sign}${day}${two(hours)}:${two(minutes)}:${two(seconds)}${Number(fraction) === 0 ? "" : `.${fraction}`}`;
      }
      case "g": {
        const day = days === 0n ? "" : `${days}:`;
        const rest = Number(fraction) === 0 ? "" : `.${fraction.replace(/0+$/, "")}`;
        return `${sign}${day}${hours}:${two(minutes)}:${two(seconds)}${rest}`;
      }
      case "G":
        return `${sign}${days}:${two(hours)}:${two(minutes)}:${two(seconds)}.${fraction}`;
      default:
        return this.custom(format ?? "", { d: days, h: hours, m: minutes, s: seconds }, fraction);
    }
  }

  private custom(
    format: string,
    parts: Readonly<Record<"d" | "h" | "m" | "s", bigint>>,
    fraction: string,
  ): string {
    if (format.length === 1) {
      throw formatError();
    }
    return format.replace(/%?(d+|h+|m+|s+|f+|F+)|\\(.)|'([^']*)'|"([^"]*)"|(.)/gs, (...groups: string[]) => {
      const [, token, escaped, single, quoted, other] = groups;
      if (token !== undefined) {
        const letter = token[0] ?? "";
        if (letter === "f") {
          return fraction.slice(0, token.length);
        }
        if (letter === "F") {
          return fraction.slice(0, token.length).replace(/0+$/, "");
        }
        return parts[letter as "d"].toString().padStart(token.length, "0");
      }
      if (other !== undefined) {
        // Unlike dates, time spans want every literal character quoted.
        throw formatError();
      }
      return escaped ?? single ?? quoted ?? "";
    });
  }

  public override toText(): string {
    return this.format(null);
  }

  public override equals(other: CsValue): boolean {
    return other instanceof CsTimeSpan && other.ticks === this.ticks;
  }

  public override hashKey(): unknown {
    return `\0timespan:${this.ticks}`;
  }
}
