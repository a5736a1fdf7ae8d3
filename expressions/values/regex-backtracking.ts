/** Where a pattern may be while it matches: what it takes next, and what may come after that. */
interface Position {
  /** One bit for each ASCII character that it takes, and for the two others that are letters of ASCII to a pattern that ignores case. */
  readonly ascii: bigint;
  /** Whether it may take any others. */
  readonly beyondAscii: boolean;
  readonly next: Set<number>;
}

/** A part of a pattern. */
interface Fragment {
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly isNullable: boolean;
}

const EMPTY: Fragment = { first: [], last: [], isNullable: true };
/** The ASCII characters, then those that fold to one of them: long s, and the sign of Kelvin (Unicode, CaseFolding). */
const TRIED = [...Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)), "\u017f", "\u212a"];
/** Larger patterns are not looked into. */
const MAX_POSITIONS = 60;

/**
 * How much work a JavaScript pattern may cause in a backtracking matcher: an upper bound that is close for patterns
 * where each character decides what comes next, and unbounded where two ways round a loop take the same text.
 *
 * Method: the position automaton (Glushkov, 1961); two ways inside one loop that meet again make the number of paths
 * exponential, a second loop that may take over from the first at any character makes it polynomial (Weideman et al.,
 * "Analyzing Matching Time Behavior of Backtracking Regular Expression Matchers by Using Ambiguity of NFA", CIAA 2016).
 */
export class RegexBacktracking {
  private readonly positions: Position[] = [];
  private at = 0;
  private isUnbounded = false;
  private degree = 2;
  private factor = 1;
  /** Where parts begin that look ahead. */
  private readonly ahead: (readonly number[])[] = [];

  /**
   * @param source a pattern that `RegExp` accepts with the flag `u`
   * @param ignoresCase whether the pattern has the flag `i`
   */
  public constructor(
    private readonly source: string,
    private readonly ignoresCase: boolean,
  ) {
    const { first } = this.alternatives();
    if (!this.isUnbounded && this.positions.length <= MAX_POSITIONS) {
      this.measure(first);
    } else {
      this.isUnbounded = true;
    }
  }

  /** Steps for a text of `length` characters, at most. */
  public work(length: number): number {
    return this.isUnbounded ? Infinity : this.factor * (length + 1) ** this.degree;
  }

  private alternatives(): Fragment {
    let result = this.sequence();
    while (this.source[this.at] === "|") {
      this.at++;
      const other = this.sequence();
      // Two ways to take nothing.
      this.isUnbounded ||= result.isNullable && other.isNullable;
      result = {
        first: [...result.first, ...other.first],
        last: [...result.last, ...other.last],
        isNullable: result.isNullable || other.isNullable,
      };
    }
    return result;
  }

  private sequence(): Fragment {
    let result = EMPTY;
    while (this.at < this.source.length && !"|)".includes(this.source.charAt(this.at))) {
      const item = this.quantified(this.item());
      this.connect(result.last, item.first);
      result = {
        first: result.isNullable ? [...result.first, ...item.first] : result.first,
        last: item.isNullable ? [...result.last, ...item.last] : item.last,
        isNullable: result.isNullable && item.isNullable,
      };
    }
    return result;
  }

  private quantified(item: Fragment): Fragment {
    const quantifier = this.match(/(?:([*+?])|\{(\d+)(?:,(\d*))?\})\??/y);
    if (quantifier === undefined) {
      return item;
    }
    const [, symbol, min, max = min] = quantifier;
    const isLoop = symbol === undefined ? max === "" || Number(max) > 1 : symbol !== "?";
    if (isLoop) {
      this.isUnbounded ||= item.isNullable;
      this.connect(item.last, item.first);
    }
    return {
      ...item,
      isNullable: item.isNullable || (symbol === undefined ? Number(min) === 0 : symbol !== "+"),
    };
  }

  private item(): Fragment {
    const group = this.match(/\((\?(?:<?[=!]|:|<\w+>))?/y);
    if (group === undefined) {
      return this.atom();
    }
    const before = this.positions.length;
    const inner = this.alternatives();
    this.at++;
    if (!/[=!]$/.test(group[1] ?? "")) {
      return inner;
    }
    // What looks around takes nothing; with a loop inside it may take long at each place. Looking back goes the other way.
    if (this.positions.slice(before).some(({ next }) => next.size > 0)) {
      this.isUnbounded ||= group[1]?.startsWith("?<") === true;
      this.ahead.push(inner.first);
      this.degree++;
      this.factor *= this.positions.length - before + 1;
    }
    return EMPTY;
  }

  private atom(): Fragment {
    const [text] = this.match(
      /\[(?:\\u\{[^}]*\}|\\[pP]\{[^}]*\}|\\[^]|[^\]\\])*\]|\\u\{[^}]*\}|\\[pP]\{[^}]*\}|\\k<\w+>|\\[1-9]\d*|\\[^]|[^]/uy,
    ) ?? [""];
    if (/^(?:[$^]|\\[bB])$/.test(text)) {
      return EMPTY;
    }
    this.isUnbounded ||= text === "" || /^\\[k1-9]/.test(text);
    if (this.isUnbounded) {
      return EMPTY;
    }
    const number = this.positions.length;
    this.positions.push({ ...this.taken(text), next: new Set() });
    return { first: [number], last: [number], isNullable: false };
  }

  private taken(text: string): Pick<Position, "ascii" | "beyondAscii"> {
    const one = new RegExp(`^${text}$`, this.ignoresCase ? "iu" : "u");
    const ascii = TRIED.reduce(
      (bits, character, at) => bits | (one.test(character) ? 1n << BigInt(at) : 0n),
      0n,
    );
    return { ascii, beyondAscii: /^\[\^|\\[pPuxsSwWdD]|[^\x20-\x7e]/.test(text) };
  }

  /** Two ways from one position to the next are two ways to take the same text. */
  private connect(from: readonly number[], to: readonly number[]): void {
    for (const position of from) {
      const next = this.positions[position]?.next ?? new Set();
      for (const number of to) {
        this.isUnbounded ||= next.has(number);
        next.add(number);
      }
    }
  }

  private measure(first: readonly number[]): void {
    const reached = this.positions.map((_, number) => this.reachedFrom(number));
    const loops = (number: number): boolean => reached[number]?.has(number) === true;
    const leadsToLoop = (number: number): boolean =>
      loops(number) || [...(reached[number] ?? [])].some((other) => loops(other));
    const isBack = (from: number, to: number): boolean =>
      reached[from]?.has(to) === true && reached[to]?.has(from) === true;
    this.factor *= this.positions.length + 1;
    const sources = [
      ...[first, ...this.ahead].map((next) => ({ number: -1, next })),
      ...this.positions.map(({ next }, number) => ({ number, next: [...next] })),
    ];
    /** Loops in which two ways take the same text for a while. */
    const ambiguous = new Set<string>();
    for (const { number, next } of sources) {
      for (const [one, other] of this.overlaps(next, next)) {
        if (one >= other) {
          continue;
        }
        const [oneIsBack, otherIsBack] = [isBack(number, one), isBack(number, other)];
        if (oneIsBack && otherIsBack) {
          const loop = [...(reached[number] ?? [])].filter((each) => isBack(number, each)).sort();
          this.isUnbounded ||= this.meet(one, other, new Set(loop));
          ambiguous.add(loop.join());
        } else if ((oneIsBack && leadsToLoop(other)) || (otherIsBack && leadsToLoop(one))) {
          this.degree++;
        } else if (leadsToLoop(one) === leadsToLoop(other)) {
          this.factor *= 2;
        }
      }
    }
    for (const loop of [...ambiguous].map((numbers) => new Set(numbers.split(",").map(Number)))) {
      // No two ways end at the same place: there are as many as places. Any of them may leave while another goes on.
      this.factor *= loop.size;
      const ways = [...loop].flatMap((number) => [...(this.positions[number]?.next ?? [])]);
      this.degree += ways.filter((to) => !loop.has(to) && leadsToLoop(to)).length;
    }
  }

  /** Whether two ways that take the same text from two places of a loop on can come to one place: then they can again. */
  private meet(one: number, other: number, loop: ReadonlySet<number>): boolean {
    const seen = new Set<string>();
    const waiting: (readonly [number, number])[] = [[one, other]];
    for (let pair = waiting.pop(); pair !== undefined; pair = waiting.pop()) {
      const [left, right] = pair;
      if (left === right) {
        return true;
      }
      if (seen.has(`${left} ${right}`)) {
        continue;
      }
      seen.add(`${left} ${right}`);
      const [lefts, rights] = pair.map((at) =>
        [...(this.positions[at]?.next ?? [])].filter((to) => loop.has(to)),
      );
      waiting.push(...this.overlaps(lefts ?? [], rights ?? []));
    }
    return false;
  }

  private reachedFrom(number: number): ReadonlySet<number> {
    const reached = new Set<number>();
    const waiting = [number];
    for (let position = waiting.pop(); position !== undefined; position = waiting.pop()) {
      for (const next of this.positions[position]?.next ?? []) {
        if (!reached.has(next)) {
          reached.add(next);
          waiting.push(next);
        }
      }
    }
    return reached;
  }

  /** Pairs, one of each, that may take the same character. */
  private *overlaps(ones: readonly number[], others: readonly number[]): Iterable<readonly [number, number]> {
    for (const one of ones) {
      for (const other of others) {
        const [left, right] = [this.positions[one], this.positions[other]];
        if (left !== undefined && right !== undefined) {
          if ((left.ascii & right.ascii) !== 0n || (left.beyondAscii && right.beyondAscii)) {
            yield [one, other];
          }
        }
      }
    }
  }

  private match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.source) ?? undefined;
    this.at += found?.[0].length ?? 0;
    return found;
  }
}
