import { CsObject } from "./cs-value";

/** A .NET exception object. */
export class CsException extends CsObject {
  public constructor(
    public readonly typeName: string,
    public readonly message: string,
    public readonly innerException: CsException | null = null,
  ) {
    super();
  }

  public override toText(): string {
    const inner = this.innerException === null ? "" : ` ---> ${this.innerException.toText()}`;
    return `${this.typeName}: ${this.message}${inner}`;
  }
}

/** A .NET exception on its way up; what `catch (Exception e)` of an expression catches. */
export class ThrownException extends Error {
  public constructor(public readonly exception: CsException) {
    super(exception.message);
  }
}

/** Makes the exception `System.<typeName>`; write `throw raise(...)`. */
export function raise(typeName: string, message: string): ThrownException {
  return new ThrownException(
    new CsException(typeName.includes(".") ? typeName : `System.${typeName}`, message),
  );
}

export function nullReference(): ThrownException {
  return raise("NullReferenceException", "Object reference not set to an instance of an object.");
}

export function argumentNull(parameter: string): ThrownException {
  return raise("ArgumentNullException", `Value cannot be null.\nParameter name: ${parameter}`);
}

export function argumentOutOfRange(parameter: string, message?: string): ThrownException {
  return raise(
    "ArgumentOutOfRangeException",
    `${message ?? "Specified argument was out of the range of valid values."}\nParameter name: ${parameter}`,
  );
}

export function invalidCast(from: string, to: string): ThrownException {
  return raise("InvalidCastException", `Unable to cast object of type '${from}' to type '${to}'.`);
}

export function formatError(message = "Input string was not in a correct format."): ThrownException {
  return raise("FormatException", message);
}

export function overflow(type?: string): ThrownException {
  return raise(
    "OverflowException",
    type === undefined
      ? "Arithmetic operation resulted in an overflow."
      : `Value was either too large or too small for ${type}.`,
  );
}

export function indexOutOfRange(): ThrownException {
  return raise("IndexOutOfRangeException", "Index was outside the bounds of the array.");
}

export function invalidOperation(message: string): ThrownException {
  return raise("InvalidOperationException", message);
}
