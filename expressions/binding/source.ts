import type { CsValue } from "../values/cs-value";

/** Writes a part of a program as JavaScript. @throws NotWritable where it has a form that is not written */
export type Source = (writer: Writer) => string;

/** A part of a program that may be written. */
export interface Writable {
  /** The same as JavaScript. @default - only the closure runs it */
  source?: Source;
}

/** What a part of a program is written with. */
export interface Writer {
  /** An expression. */
  value(evaluate: Writable): string;
  /** A statement, or several. */
  statement(statement: Writable): string;
  /** Something that the program uses. */
  constant(value: unknown): string;
  /** A C# value known at load. */
  literal(value: CsValue): string;
  /** A variable of the program. */
  variable(variable: object): string;
  /** A variable that no statement declares. @param variable of the program @default - it has none */
  temporary(variable?: object): string;
  /** A name that nothing else has. */
  fresh(): string;
  /** The value of a `return` statement. @param index of it among those of its function */
  returned(index: number, evaluate: Writable): string;
  /**
   * A function.
   * @param conversions what stands for the values of its `return` statements @default - they are as they are
   */
  function(parameters: readonly object[], body: Source, conversions?: readonly Writable[]): string;
}

/** A part of a program that only closures run. */
export class NotWritable extends Error {}

/** Gives a closure its source. */
export function written<Frame, Result>(
  evaluate: ((frame: Frame) => Result) & Writable,
  source: Source,
): ((frame: Frame) => Result) & Writable {
  evaluate.source = source;
  return evaluate;
}
