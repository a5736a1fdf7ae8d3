import { compileFunction } from "node:vm";
import type { CsValue } from "../values/cs-value";
import { NotWritable, type Source, type Writable, type Writer } from "./source";

/** Parts in parts: V8 compiles a function when it is first called, and may have little of the stack left then. */
const MAX_DEPTH = 500;
/** Longer texts are constants of the program, not literals of its source. */
const MAX_LITERAL_LENGTH = 200;

/**
 * Writes a bound program as the source of one JavaScript function, which V8 compiles as a whole, where closures are
 * calls of unknown functions to it. The source consists of our own words, of names made here and of literals as JSON
 * has them: all that a program uses of the library, and every other value, comes in as a constant. Nothing of the text
 * of a document is source.
 */
export class SourceWriter implements Writer {
  private readonly constants: unknown[] = [];
  private readonly constantNames = new Map<unknown, string>();
  private readonly variableNumbers = new Map<object, number>();
  private names = 0;
  /** Functions that use no variable of others: made once, where each evaluation would make them anew. */
  private readonly constantFunctions: string[] = [];
  /** The number of the outermost variable that is used so far. */
  private outermost = Infinity;
  private depth = 0;
  /** Names that the function being written declares at its start. */
  private temporaries: string[] = [];
  private conversions: readonly Writable[] | undefined;

  /**
   * The program as a function of its context.
   * @throws NotWritable
   */
  public static program<Context>(context: object, body: Source): (context: Context) => CsValue {
    const writer = new SourceWriter();
    const text = writer.function([context], body);
    const names = writer.constants.map((_, index) => `k${index}`);
    const header = names.length === 0 ? "" : `const [${names.join(", ")}] = k;\n`;
    const functions = writer.constantFunctions.join("");
    const make = compileFunction(`"use strict";\n${header}${functions}return ${text};`, ["k"], {
      filename: "policy-expression.js",
    }) as (constants: readonly unknown[]) => (context: Context) => CsValue;
    return make(writer.constants);
  }

  public value({ source }: Writable): string {
    return this.part(source);
  }

  public statement({ source }: Writable): string {
    return this.part(source);
  }

  private part(source: Source | undefined): string {
    if (source === undefined || this.depth >= MAX_DEPTH) {
      throw new NotWritable();
    }
    this.depth += 1;
    const text = source(this);
    this.depth -= 1;
    return text;
  }

  public constant(value: unknown): string {
    let name = this.constantNames.get(value);
    if (name === undefined) {
      name = `k${this.constants.length}`;
      this.constants.push(value);
      this.constantNames.set(value, name);
    }
    return name;
  }

  public literal(value: CsValue): string {
    const isLiteral =
      value === null ||
      typeof value === "boolean" ||
      (typeof value === "number" && !Object.is(value, -0)) ||
      (typeof value === "string" && value.length <= MAX_LITERAL_LENGTH);
    return isLiteral ? `(${JSON.stringify(value)})` : this.constant(value);
  }

  public variable(variable: object): string {
    let number = this.variableNumbers.get(variable);
    if (number === undefined) {
      this.names += 1;
      number = this.names;
      this.variableNumbers.set(variable, number);
    }
    this.outermost = Math.min(this.outermost, number);
    return `v${number}`;
  }

  public temporary(variable?: object): string {
    const name = variable === undefined ? this.fresh() : this.variable(variable);
    if (!this.temporaries.includes(name)) {
      this.temporaries.push(name);
    }
    return name;
  }

  public fresh(): string {
    this.names += 1;
    return `v${this.names}`;
  }

  public returned(index: number, evaluate: Writable): string {
    return this.value(this.conversions?.[index] ?? evaluate);
  }

  public function(parameters: readonly object[], body: Source, conversions?: readonly Writable[]): string {
    const outer = { temporaries: this.temporaries, conversions: this.conversions, used: this.outermost };
    const before = this.names;
    this.temporaries = [];
    this.conversions = conversions;
    this.outermost = Infinity;
    const names = parameters.map((parameter) => this.variable(parameter));
    const statements = body(this);
    const declared = this.temporaries.length === 0 ? "" : `let ${this.temporaries.join(", ")};\n`;
    const isConstant = this.outermost > before;
    this.temporaries = outer.temporaries;
    this.conversions = outer.conversions;
    this.outermost = Math.min(outer.used, this.outermost);
    const text = `(${names.join(", ")}) => {\n${declared}${statements}\n}`;
    if (!isConstant) {
      return text;
    }
    const name = `f${this.constantFunctions.length}`;
    this.constantFunctions.push(`const ${name} = ${text};\n`);
    return name;
  }
}
