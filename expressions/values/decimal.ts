import { CsObject, type CsValue } from "./cs-value";
import { overflow, raise } from "./exception";
import { consume } from "./execution";

const MAX_VALUE = 2n ** 96n - 1n;
const MAX_SCALE = 28;
/** What an operation takes longer than one on other numbers. */
const STEPS = 20;
/** Digits of a number's text that can make a difference: what a longer one is takes quadratic time. */
const MAX_DIGITS = 100;

const POWERS: bigint[] = [1n];
function power10(exponent: number): bigint {
  for (let next = POWERS.length; next <= exponent; next++) {
    POWERS.push((POWERS[next - 1] ?? 1n) * 10n);
  }
  return POWERS[exponent] ?? 1n;
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** Divides, rounding half to even. */
function divideRounded(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  const twice = abs(value % divisor) * 2n;
  const unit = value < 0n !== divisor < 0n ? -1n : 1n;
  const size = abs(divisor);
  return twice > size || (twice === size && (quotient & 1n) === 1n) ? quotient + unit : quotient;
}

/**
 * `System.Decimal`: a 96-bit integer and a power of ten from 0 to 28.
 *
 * Source: https://learn.microsoft.com/dotnet/api/system.decimal
 */
export class CsDecimal extends CsObject {
  public readonly typeName = "System.Decimal";

  private constructor(
    public readonly mantissa: bigint,
    public readonly scale: number,
  ) {
    super();
  }

  /** @throws System.OverflowException if the value needs more than 96 bits. */
  public static of(mantissa: bigint, scale = 0): CsDecimal {
    consume(STEPS);
    if (mantissa === 0n) {
      return new CsDecimal(0n, Math.min(Math.max(0, scale), MAX_SCALE));
    }
    if (scale < 0) {
      // Any other number with that many zeros is too large; the power is not worth computing.
      if (scale < -MAX_SCALE) {
        throw overflow("a Decimal");
      }
      return CsDecimal.of(mantissa * power10(-scale));
    }
    let drop = Math.max(0, scale - MAX_SCALE);
    const digits = abs(mantissa).toString().length;
    if (drop > digits) {
      return new CsDecimal(0n, MAX_SCALE);
    }
    drop = Math.max(drop, Math.min(scale, digits - 29));
    let rounded = drop === 0 ? mantissa : divideRounded(mantissa, power10(drop));
    if (abs(rounded) > MAX_VALUE && drop < scale) {
      drop++;
      rounded = divideRounded(mantissa, power10(drop));
    }
    if (abs(rounded) > MAX_VALUE) {
      throw overflow("a Decimal");
    }
    return new CsDecimal(rounded, scale - drop);
  }

  /**
   * Reads plain decimal text: sign, digits, point.
   * @throws System.OverflowException
   */
  public static parse(text: string): CsDecimal {
    const [, sign = "", whole = "", digits = ""] = /^(-?)0*(\d*)(?:\.(\d*))?$/.exec(text) ?? [];
    if (whole.length > MAX_DIGITS) {
      throw overflow("a Decimal");
    }
    const fraction = digits.slice(0, MAX_DIGITS);
    const mantissa = BigInt(whole + fraction || "0");
    return CsDecimal.of(sign === "-" ? -mantissa : mantissa, fraction.length);
  }

  /** Keeps 7 digits of a `float` and 15 of a `double`, as the explicit conversions of .NET do. */
  public static fromFloat(value: number, digits: 7 | 15): CsDecimal {
    if (!Number.isFinite(value)) {
      throw overflow("a Decimal");
    }
    const [coefficient = "0", exponent = "0"] = value.toExponential(digits - 1).split("e");
    const [whole = "0", fraction = ""] = coefficient.split(".");
    const trimmed = fraction.replace(/0+$/, "");
    const scale = trimmed.length - Number(exponent);
    const mantissa = BigInt(whole + trimmed);
    return scale - MAX_SCALE > digits + 1 ? CsDecimal.of(0n) : CsDecimal.of(mantissa, scale);
  }

  public toNumber(): number {
    return Number(this.toText());
  }

  /** The part before the point. */
  public truncated(): bigint {
    return this.mantissa / power10(this.scale);
  }

  public add(other: CsDecimal): CsDecimal {
    const scale = Math.max(this.scale, other.scale);
    return CsDecimal.of(this.at(scale) + other.at(scale), scale);
  }

  public subtract(other: CsDecimal): CsDecimal {
    return this.add(other.negate());
  }

  public negate(): CsDecimal {
    return new CsDecimal(-this.mantissa, this.scale);
  }

  public multiply(other: CsDecimal): CsDecimal {
    return CsDecimal.of(this.mantissa * other.mantissa, this.scale + other.scale);
  }

  /** @throws System.DivideByZeroException */
  public divide(other: CsDecimal): CsDecimal {
    if (other.mantissa === 0n) {
      throw raise("DivideByZeroException", "Attempted to divide by zero.");
    }
    const preferred = Math.max(0, this.scale - other.scale);
    const precision = 60;
    const quotient = divideRounded(this.mantissa * power10(precision), other.mantissa);
    let result = CsDecimal.of(quotient, precision + this.scale - other.scale);
    while (result.scale > preferred && result.mantissa % 10n === 0n) {
      result = new CsDecimal(result.mantissa / 10n, result.scale - 1);
    }
    return result;
  }

  public remainder(other: CsDecimal): CsDecimal {
    if (other.mantissa === 0n) {
      throw raise("DivideByZeroException", "Attempted to divide by zero.");
    }
    const scale = Math.max(this.scale, other.scale);
    return CsDecimal.of(this.at(scale) % other.at(scale), scale);
  }

  public compare(other: CsDecimal): number {
    const scale = Math.max(this.scale, other.scale);
    const [left, right] = [this.at(scale), other.at(scale)];
    return left < right ? -1 : left > right ? 1 : 0;
  }

  /** Rounds to `decimals` places; `mode` says what happens half way. */
  public round(decimals: number, mode: "even" | "awayFromZero" | "down" | "up" | "truncate"): CsDecimal {
    if (decimals >= this.scale) {
      return this;
    }
    const divisor = power10(this.scale - decimals);
    const quotient = this.mantissa / divisor;
    const rest = this.mantissa % divisor;
    const negative = this.mantissa < 0n;
    let rounded = quotient;
    if (mode === "even") {
      rounded = divideRounded(this.mantissa, divisor);
    } else if (mode === "awayFromZero") {
      rounded = abs(rest) * 2n >= divisor ? quotient + (negative ? -1n : 1n) : quotient;
    } else if (mode === "down") {
      rounded = rest !== 0n && negative ? quotient - 1n : quotient;
    } else if (mode === "up") {
      rounded = rest !== 0n && !negative ? quotient + 1n : quotient;
    }
    return new CsDecimal(rounded, decimals);
  }

  public override toText(): string {
    const digits = abs(this.mantissa)
      .toString()
      .padStart(this.scale + 1, "0");
    const sign = this.mantissa < 0n ? "-" : "";
    return this.scale === 0
      ? sign + digits
      : `${sign}${digits.slice(0, -this.scale)}.${digits.slice(-this.scale)}`;
  }

  public override equals(other: CsValue): boolean {
    return other instanceof CsDecimal && this.compare(other) === 0;
  }

  public override hashKey(): unknown {
    const text = this.toText();
    return `\0decimal:${this.scale === 0 ? text : text.replace(/0+$/, "").replace(/\.$/, "")}`;
  }

  private at(scale: number): bigint {
    return this.mantissa * power10(scale - this.scale);
  }
}
