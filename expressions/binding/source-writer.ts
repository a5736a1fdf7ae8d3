import { compileFunction } from "node:vm";
import type { PolicyContext } from "../context";
import type { CsValue } from "../values/cs-value";
import type { Variable } from "./frame";
import type { Evaluate } from "./operand";
import type { Statement } from "./statement";

/** Writes a part of a program as JavaScript. @throws NotWritable where it has a form that is not written */
export type Source = (writer: SourceWriter) => string;

/** A part of a program that only closures run. */
export class NotWritable extends Error {}

/** The program as a function. */
export type WrittenProgram = (context: PolicyContext) => CsValue;

/** Longer texts are constants of the program, not literals of its source. */
const MAX_LITERAL_LENGTH = 200;

/**
 * Writes a bound program as the source of one JavaScript function, which V8 compiles as a whole, where closures are
 * calls of unknown functions to it. The source consists of our own words, of names made here and of literals as JSON
 * has them: all that a program uses of the library, and every other value, comes in as a constant. Nothing of the text
 * of a document is source.
 */
export class SourceWriter {
  private readonly constants: unknown[] = [];
  private readonly constantNames = new Map<unknown, string>();
  private readonly variableNames = new Map<Variable, string>();
  private names = 0;
  /** Names that the function being written declares at its start. */
  private temporaries: string[] = [];
  /** What stands for the values of the `return` statements of the lambda being written. */
  private conversions: readonly Evaluate[] | undefined;

  /** @throws NotWritable */
  public static program(context: Variable, body: Source): WrittenProgram {
    const writer = new SourceWriter();
    const text = writer.function([context], body);
    const names = writer.constants.map((_, index) => `k${index}`);
    const header = names.length === 0 ? "" : `const [${names.join(", ")}] = k;\n`;
    const make = compileFunction(`"use strict";\n${header}return ${text};`, ["k"], {
      filename: "policy-expression.js",
    }) as (constants: readonly unknown[]) => WrittenProgram;
    return make(writer.constants);
  }

  /** An expression. */
  public value(evaluate: Evaluate): string {
    if (evaluate.source === undefined) {
      throw new NotWritable();
    }
    return evaluate.source(this);
  }

  /** A statement, or several. */
  public statement({ source }: Statement): string {
    if (source === undefined) {
      throw new NotWritable();
    }
    return source(this);
  }

  /** Something that the program uses. */
  public constant(value: unknown): string {
    let name = this.constantNames.get(value);
    if (name === undefined) {
      name = `k${this.constants.length}`;
      this.constants.push(value);
      this.constantNames.set(value, name);
    }
    return name;
  }

  /** A C# value known at load. */
  public literal(value: CsValue): string {
    const isLiteral =
      value === null ||
      typeof value === "boolean" ||
      (typeof value === "number" && !Object.is(value, -0)) ||
      (typeof value === "string" && value.length <= MAX_LITERAL_LENGTH);
    return isLiteral ? `(${JSON.stringify(value)})` : this.constant(value);
  }

  /** A variable of the program. */
  public variable(variable: Variable): string {
    let name = this.variableNames.get(variable);
    if (name === undefined) {
      name = this.fresh();
      this.variableNames.set(variable, name);
    }
    return name;
  }

  /** A variable that no statement declares. @param variable of the program @default - it has none */
  public temporary(variable?: Variable): string {
    const name = variable === undefined ? this.fresh() : this.variable(variable);
    if (!this.temporaries.includes(name)) {
      this.temporaries.push(name);
    }
    return name;
  }

  /** A name that nothing else has. */
  public fresh(): string {
    this.names += 1;
    return `v${this.names}`;
  }

  /** The value of a `return` statement. @param index of it among those of its function */
  public returned(index: number, evaluate: Evaluate): string {
    return this.value(this.conversions?.[index] ?? evaluate);
  }

  /** A function of the given parameters. @param body its statements */
  public function(parameters: readonly Variable[], body: Source, conversions?: readonly Evaluate[]): string {
    const outer = { temporaries: this.temporaries, conversions: this.conversions };
    this.temporaries = [];
    this.conversions = conversions;
    const names = parameters.map((parameter) => this.variable(parameter));
    const statements = body(this);
    const declared = this.temporaries.length === 0 ? "" : `let ${this.temporaries.join(", ")};\n`;
    this.temporaries = outer.temporaries;
    this.conversions = outer.conversions;
    return `(${names.join(", ")}) => {\n${declared}${statements}\n}`;
  }
}

/** Gives a closure its source. */
export function written(evaluate: Evaluate, source: Source): Evaluate {
  evaluate.source = source;
  return evaluate;
}
