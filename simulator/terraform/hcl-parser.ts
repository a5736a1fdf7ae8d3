import type { HclBinaryOperator, HclExpression, HclSplatStep } from "./hcl-expression";

/** A text that is not a Terraform template or expression this simulator reads. */
export class HclSyntaxError extends Error {
  public override readonly name = "HclSyntaxError";
}

/** Binary operators by precedence, loosest first. Longer spellings stand before their prefixes. */
const OPERATOR_LEVELS: readonly (readonly HclBinaryOperator[])[] = [
  ["||"],
  ["&&"],
  ["==", "!="],
  ["<=", ">=", "<", ">"],
  ["+", "-"],
  ["*", "/", "%"],
];

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\" };

/**
 * Reads a string of Terraform's JSON syntax, which is a template.
 * @returns a literal for plain text; the expression itself when the text is one `${...}` and nothing else, so
 * that it keeps its type; a template otherwise
 * @throws HclSyntaxError for directives (`%{`) and for anything malformed
 */
export function parseTemplate(text: string): HclExpression {
  return new HclParser(text).template();
}

/** Recursive descent over the characters: what a quote or a brace means depends on where it stands. */
class HclParser {
  private position = 0;

  public constructor(private readonly text: string) {}

  /** A template up to the end of the text, or up to the closing quote of a quoted one. */
  public template(quoted = false): HclExpression {
    const parts: HclExpression[] = [];
    let literal = "";
    let trimNext = false;
    const flush = (): void => {
      const value = trimNext ? literal.trimStart() : literal;
      trimNext = false;
      if (value !== "") {
        parts.push({ kind: "literal", value });
      }
      literal = "";
    };
    while (!(quoted ? this.at('"') : this.position >= this.text.length)) {
      if (this.position >= this.text.length) {
        this.fail("a quoted string does not end");
      } else if (this.at("$${") || this.at("%%{")) {
        literal += this.text.slice(this.position + 1, this.position + 3);
        this.position += 3;
      } else if (this.at("%{")) {
        this.fail("template directives ('%{') are not supported; write '%%{' for the text itself");
      } else if (this.skip("${")) {
        const trimBefore = this.skip("~");
        literal = trimBefore ? literal.trimEnd() : literal;
        flush();
        parts.push(this.expression());
        this.blank();
        trimNext = this.skip("~");
        this.expect("}");
      } else if (quoted && this.skip("\\")) {
        literal += this.escape();
      } else {
        literal += this.match(/[^$%"\\]+|[^]/y) ?? "";
      }
    }
    flush();
    if (quoted) {
      this.position += 1;
    }
    const [only] = parts;
    if (only === undefined) {
      return { kind: "literal", value: "" };
    }
    return parts.length === 1 ? only : { kind: "template", parts };
  }

  private escape(): string {
    const letter = this.text.charAt(this.position);
    this.position += 1;
    const plain = ESCAPES[letter];
    if (plain !== undefined) {
      return plain;
    }
    const length = letter === "u" ? 4 : letter === "U" ? 8 : 0;
    const digits = this.text.slice(this.position, this.position + length);
    if (length === 0 || !/^[0-9a-fA-F]+$/.test(digits) || digits.length !== length) {
      return this.fail(`unknown escape '\\${letter}'`);
    }
    const codePoint = Number.parseInt(digits, 16);
    if (codePoint > 0x10ffff) {
      return this.fail(`no character has the number ${digits}`);
    }
    this.position += length;
    return String.fromCodePoint(codePoint);
  }

  private expression(): HclExpression {
    const condition = this.binary(0);
    this.blank();
    if (!this.skip("?")) {
      return condition;
    }
    const whenTrue = this.expression();
    this.blank();
    this.expect(":");
    return { kind: "conditional", condition, whenTrue, whenFalse: this.expression() };
  }

  private binary(level: number): HclExpression {
    const operators = OPERATOR_LEVELS[level];
    if (operators === undefined) {
      return this.unary();
    }
    let left = this.binary(level + 1);
    for (;;) {
      this.blank();
      const operator = operators.find((candidate) => this.at(candidate));
      if (operator === undefined) {
        return left;
      }
      this.position += operator.length;
      left = { kind: "binary", operator, left, right: this.binary(level + 1) };
    }
  }

  private unary(): HclExpression {
    this.blank();
    for (const operator of ["-", "!"] as const) {
      if (this.skip(operator)) {
        return { kind: "unary", operator, operand: this.unary() };
      }
    }
    return this.postfix(this.primary());
  }

  private postfix(start: HclExpression): HclExpression {
    let target = start;
    for (;;) {
      if (this.skip("[*]")) {
        target = { kind: "splat", target, steps: this.splatSteps(true) };
      } else if (this.skip(".*")) {
        target = { kind: "splat", target, steps: this.splatSteps(false) };
      } else if (this.at(".") && !this.at("...")) {
        this.position += 1;
        target = this.legacyIndex(target) ?? { kind: "attribute", target, name: this.identifier() };
      } else if (this.skip("[")) {
        const key = this.expression();
        this.blank();
        this.expect("]");
        target = { kind: "index", target, key };
      } else {
        return target;
      }
    }
  }

  /** `list.0`, the old spelling of `list[0]`. */
  private legacyIndex(target: HclExpression): HclExpression | undefined {
    const digits = this.match(/\d+/y);
    return digits === undefined
      ? undefined
      : { kind: "index", target, key: { kind: "literal", value: Number(digits) } };
  }

  /** @param indexed whether `[0]` belongs to each element; after `.*` it belongs to the list of all */
  private splatSteps(indexed: boolean): readonly HclSplatStep[] {
    const steps: HclSplatStep[] = [];
    for (;;) {
      if (this.at(".") && !this.at("...")) {
        this.position += 1;
        steps.push({ attribute: this.identifier() });
      } else if (indexed && this.at("[") && !this.at("[*]")) {
        this.position += 1;
        steps.push({ key: this.expression() });
        this.blank();
        this.expect("]");
      } else {
        return steps;
      }
    }
  }

  private primary(): HclExpression {
    this.blank();
    if (this.skip('"')) {
      return this.template(true);
    }
    if (this.skip("(")) {
      const inner = this.expression();
      this.blank();
      this.expect(")");
      return inner;
    }
    if (this.skip("[")) {
      return this.tuple();
    }
    if (this.skip("{")) {
      return this.object();
    }
    const number = this.match(/\d+(\.\d+)?([eE][+-]?\d+)?/y);
    if (number !== undefined) {
      return { kind: "literal", value: Number(number) };
    }
    const name = this.identifier();
    switch (name) {
      case "true":
      case "false":
        return { kind: "literal", value: name === "true" };
      case "null":
        return { kind: "literal", value: null };
      default:
        return this.skip("(") ? this.call(name) : { kind: "name", name };
    }
  }

  private call(name: string): HclExpression {
    const args: HclExpression[] = [];
    let expandLast = false;
    for (this.blank(); !this.skip(")"); this.blank()) {
      args.push(this.expression());
      this.blank();
      expandLast = this.skip("...");
      this.blank();
      if (!this.skip(",") && !this.at(")")) {
        this.fail("expected ',' or ')'");
      }
    }
    return { kind: "call", name, args, expandLast };
  }

  private tuple(): HclExpression {
    if (this.keyword("for")) {
      return this.forExpression("]");
    }
    const items: HclExpression[] = [];
    for (this.blank(); !this.skip("]"); this.blank()) {
      items.push(this.expression());
      this.blank();
      if (!this.skip(",") && !this.at("]")) {
        this.fail("expected ',' or ']'");
      }
    }
    return { kind: "tuple", items };
  }

  private object(): HclExpression {
    if (this.keyword("for")) {
      return this.forExpression("}");
    }
    const entries: [HclExpression, HclExpression][] = [];
    for (this.blank(); !this.skip("}"); this.blank()) {
      const key = this.objectKey();
      this.blank();
      if (!this.skip("=") && !this.skip(":")) {
        this.fail("expected '=' or ':'");
      }
      entries.push([key, this.expression()]);
      // A line end separates entries too, so a comma is optional.
      this.blank();
      this.skip(",");
    }
    return { kind: "object", entries };
  }

  /** A bare word is the key itself; anything else is an expression. */
  private objectKey(): HclExpression {
    const word = this.match(/[A-Za-z_][\w-]*(?=\s*[=:])/y);
    return word === undefined ? this.binary(0) : { kind: "literal", value: word };
  }

  private forExpression(close: "]" | "}"): HclExpression {
    this.blank();
    const first = this.identifier();
    this.blank();
    let second: string | undefined;
    if (this.skip(",")) {
      this.blank();
      second = this.identifier();
    }
    if (!this.keyword("in")) {
      this.fail("expected 'in'");
    }
    const collection = this.expression();
    this.blank();
    this.expect(":");
    let value = this.expression();
    let key: HclExpression | undefined;
    this.blank();
    if (close === "}") {
      this.expect("=>");
      key = value;
      value = this.expression();
      this.blank();
    }
    const grouped = this.skip("...");
    const condition = this.keyword("if") ? this.expression() : undefined;
    this.blank();
    this.expect(close);
    return {
      kind: "for",
      keyName: second === undefined ? undefined : first,
      valueName: second ?? first,
      collection,
      key,
      value,
      condition,
      grouped,
    };
  }

  /** Dashes belong to names in HCL, so `a-b` is one name. */
  private identifier(): string {
    return this.match(/[\p{L}_][\p{L}\p{N}_-]*/uy) ?? this.fail("expected a name");
  }

  private keyword(word: string): boolean {
    this.blank();
    return this.match(new RegExp(`${word}(?![\\w-])`, "y")) !== undefined;
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.text)?.[0];
    this.position += found?.length ?? 0;
    return found;
  }

  private blank(): void {
    this.match(/\s*/y);
  }

  private at(token: string): boolean {
    return this.text.startsWith(token, this.position);
  }

  private skip(token: string): boolean {
    const found = this.at(token);
    this.position += found ? token.length : 0;
    return found;
  }

  private expect(token: string): void {
    if (!this.skip(token)) {
      this.fail(`expected '${token}'`);
    }
  }

  private fail(problem: string): never {
    const near = this.text.slice(Math.max(0, this.position - 20), this.position + 20);
    throw new HclSyntaxError(`${problem} at character ${this.position}, near '${near}'`);
  }
}
