import type { ExpressionCoverage } from "../../../expressions";
import { DocumentPlaces, type Span } from "./document-places";

/** Something in a policy document that requests reach or do not. */
export interface CoveredPlace {
  /** Terraform's address of the document or fragment. */
  readonly address: string;
  /** An element that runs, an arm of an element such as `choose`, or a branch of C#. */
  readonly kind: "policy" | "arm" | "branch";
  /**
   * Name of the element; for an arm `when`, `otherwise` or `no arm`; for a branch what leads into it: `if`, `else`,
   * `no else`, `after ?`, `after :`, `right of &&`, `left of && decides` and the same of `||` and `??`, `case`,
   * `default`, `no case`, `loop entered`, `loop not entered`, `lambda`, `catch`.
   */
  readonly what: string;
  /** From 1, as in the document. */
  readonly line: number;
  /** From 1, as in the document. */
  readonly column: number;
  /** Offset of its first character in the document. */
  readonly start: number;
  /** Offset behind its last character. */
  readonly end: number;
  /** How often it was reached since the last `reset`. */
  readonly count: number;
}

/** What one process counted, to be added up elsewhere: plain data. */
export type RecordedCoverage = readonly {
  readonly address: string;
  /** The document, by which it is known again. */
  readonly source: string;
  readonly places: readonly Pick<CoveredPlace, "kind" | "what" | "start" | "end" | "count">[];
}[];

interface Counter {
  readonly address: string;
  readonly kind: CoveredPlace["kind"];
  readonly what: string;
  readonly span: Span;
  readonly line: number;
  readonly column: number;
  count: number;
}

/** What a compiler asks of a coverage. */
export interface DocumentCoverage {
  /** Told where elements and values stand, while the document is read. */
  readonly places: DocumentPlaces;
  policy(line: number, column: number, name: string): () => void;
  arm(line: number, column: number, what: string): () => void;
  expression(
    line: number,
    column: number,
    text: string,
    substitute: (name: string) => string | undefined,
  ): ExpressionCoverage;
}

/**
 * Which places of policy documents were reached, and how often. Given to simulations that run the same stacks, it
 * counts for all of them together; of two documents of one address that differ, the later one is counted.
 */
export class PolicyCoverage {
  private readonly files = new Map<string, CountedDocument>();

  /** Every place, document by document, in the order in which they stand there. */
  public get places(): readonly CoveredPlace[] {
    return [...this.files.values()].flatMap((file) => file.counted());
  }

  /** Documents and fragments as they are deployed, by address. */
  public get documents(): ReadonlyMap<string, string> {
    return new Map([...this.files].map(([address, { places }]) => [address, places.source]));
  }

  /** Counts from 0 again; places stay known. */
  public reset(): void {
    for (const file of this.files.values()) {
      file.reset();
    }
  }

  /** What was counted, as plain data. */
  public record(): RecordedCoverage {
    return [...this.files].map(([address, file]) => ({
      address,
      source: file.places.source,
      places: file.counted().map(({ kind, what, start, end, count }) => ({ kind, what, start, end, count })),
    }));
  }

  /** Adds what was counted elsewhere, of documents that are known here and read the same. */
  public add(recorded: RecordedCoverage): void {
    for (const { address, source, places } of recorded) {
      const file = this.files.get(address);
      if (file?.places.source === source) {
        file.add(places);
      }
    }
  }

  /** For the compiler of a gateway. */
  public document(address: string, source: string): DocumentCoverage {
    let file = this.files.get(address);
    if (file === undefined || file.places.source !== source) {
      file = new CountedDocument(address, source);
      this.files.set(address, file);
    }
    return file;
  }
}

const KINDS: readonly CoveredPlace["kind"][] = ["policy", "arm", "branch"];

/** As places stand in the document, the outer before the inner, an element before its arms. */
function inOrder(a: Counter, b: Counter): number {
  return (
    a.span.start - b.span.start || b.span.end - a.span.end || KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind)
  );
}

/** Counters of one document. */
class CountedDocument implements DocumentCoverage {
  public readonly places: DocumentPlaces;
  private readonly counters = new Map<string, Counter>();
  /** All of them, until there is another one: whoever asks after each request would have them sorted each time. */
  private ordered: readonly Counter[] | undefined;
  private readonly lines: readonly number[];

  public constructor(
    private readonly address: string,
    source: string,
  ) {
    this.places = new DocumentPlaces(source);
    this.lines = [0, ...[...source.matchAll(/\n/g)].map(({ index }) => index + 1)];
  }

  public policy(line: number, column: number, name: string): () => void {
    return this.counter("policy", name, this.places.element(this.offset(line, column)));
  }

  public arm(line: number, column: number, what: string): () => void {
    return this.counter("arm", what, this.places.element(this.offset(line, column)));
  }

  public expression(
    line: number,
    column: number,
    text: string,
    substitute: (name: string) => string | undefined,
  ): ExpressionCoverage {
    const start = this.offset(line, column);
    const found = this.places.charactersOf(start, text, substitute);
    const { end } = this.places.element(start);
    const place = (at: number): number => (found === undefined ? start : (found[at] ?? end));
    return {
      branch: (from, to, branch) => this.counter("branch", branch, { start: place(from), end: place(to) }),
    };
  }

  public counted(): readonly CoveredPlace[] {
    this.ordered ??= [...this.counters.values()].sort(inOrder);
    return this.ordered.map(({ span, ...counter }) => ({ ...counter, ...span }));
  }

  public add(places: RecordedCoverage[number]["places"]): void {
    for (const { kind, what, start, end, count } of places) {
      this.counterOf(kind, what, { start, end }).count += count;
    }
  }

  public reset(): void {
    for (const counter of this.counters.values()) {
      counter.count = 0;
    }
  }

  private counter(kind: CoveredPlace["kind"], what: string, span: Span): () => void {
    const counter = this.counterOf(kind, what, span);
    return () => {
      counter.count += 1;
    };
  }

  private counterOf(kind: CoveredPlace["kind"], what: string, span: Span): Counter {
    const key = `${kind} ${what} ${span.start} ${span.end}`;
    const known = this.counters.get(key);
    if (known !== undefined) {
      return known;
    }
    const counter = {
      address: this.address,
      kind,
      what,
      span,
      ...this.placeOf(span.start),
      count: 0,
    };
    this.counters.set(key, counter);
    this.ordered = undefined;
    return counter;
  }

  private offset(line: number, column: number): number {
    return (this.lines[line - 1] ?? 0) + column - 1;
  }

  private placeOf(offset: number): { readonly line: number; readonly column: number } {
    const line = this.lines.findLastIndex((start) => start <= offset);
    return { line: line + 1, column: offset - (this.lines[line] ?? 0) + 1 };
  }
}
