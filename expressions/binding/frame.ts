import type { CsType } from "../values/cs-type";
import type { CsValue } from "../values/cs-value";
import { type Source, type Writable, written } from "./source";

/** Storage of one call: the expression itself, or a lambda. */
export class Frame {
  public slots: (CsValue | Cell | undefined)[];
  /** What `return` has put down. */
  public result: CsValue = null;
  /** For each `return` of the call's function, its value in the type that the caller wants. */
  public conversions: readonly ((frame: Frame) => CsValue)[] | undefined;

  public constructor(
    /** The call in which the lambda was made. */
    public readonly parent: Frame | undefined,
    /** How many variables there are. */
    size: number,
    /** Of the branches of the program, by their number in it: those of the place that the evaluation is for. */
    public readonly counters: readonly (() => void)[] | undefined = parent?.counters,
  ) {
    this.slots = new Array<undefined>(size);
  }

  /** What a lambda made now keeps: the cells of this moment, not those that a later round of a loop makes. */
  public captured(): Frame {
    const frame = new Frame(this.parent, 0, this.counters);
    frame.slots = this.slots.slice();
    return frame;
  }
}

/** A variable that a lambda captured lives outside its frame's slot, once for each time it is declared. */
export class Cell {
  public constructor(public value: CsValue | undefined) {}
}

/** The expression, or a lambda in it: owner of local variables. */
export class FunctionScope {
  private slotCount = 0;
  public readonly level: number;
  public constructor(public readonly parent: FunctionScope | undefined) {
    this.level = parent === undefined ? 0 : parent.level + 1;
  }

  public nextSlot(): number {
    return this.slotCount++;
  }

  /** How many variables there are, once all of the program is compiled. */
  public get size(): number {
    return this.slotCount;
  }
}

/** A local variable or lambda parameter. */
export class Variable {
  /** Set as soon as a lambda mentions the variable; read when the program runs. */
  public isCaptured = false;
  /** Whether its life may begin without a value. */
  public isUnassigned = false;
  private readonly slot: number;

  public constructor(
    public readonly name: string,
    public readonly type: CsType,
    private readonly owner: FunctionScope,
    /** `const` locals have a value at load. */
    public readonly constant?: { readonly value: CsValue },
    /** `foreach` and `using` variables cannot be assigned. */
    public readonly isReadOnly = false,
  ) {
    this.slot = owner.nextSlot();
  }

  /** Starts the variable's life; `undefined` leaves it unassigned. */
  public declare(frame: Frame, value: CsValue | undefined): void {
    frame.slots[this.slot] = this.isCaptured ? new Cell(value) : value;
  }

  /** A reader for code in `user`, which may be a lambda inside the owner. */
  public reader(user: FunctionScope): ((frame: Frame) => CsValue) & Writable {
    const { slot } = this;
    const hops = this.hops(user);
    const source: Source = (writer) =>
      this.isUnassigned
        ? `${writer.constant(assigned)}(${writer.variable(this)}, ${JSON.stringify(this.name)})`
        : writer.variable(this);
    if (hops === 0) {
      return written((frame: Frame) => this.assigned(frame.slots[slot]), source);
    }
    return written((frame: Frame) => this.assigned(ancestor(frame, hops).slots[slot]), source);
  }

  public writer(user: FunctionScope): (frame: Frame, value: CsValue) => void {
    const { slot } = this;
    const hops = this.hops(user);
    return (frame, value) => {
      const { slots } = ancestor(frame, hops);
      const current = slots[slot];
      if (current instanceof Cell) {
        current.value = value;
      } else {
        slots[slot] = value;
      }
    };
  }

  private hops(user: FunctionScope): number {
    const hops = user.level - this.owner.level;
    this.isCaptured ||= hops > 0;
    return hops;
  }

  private assigned(content: CsValue | Cell | undefined): CsValue {
    return assigned(content instanceof Cell ? content.value : content, this.name);
  }
}

function assigned(value: CsValue | undefined, name: string): CsValue {
  if (value === undefined) {
    throw new UnassignedVariable(name);
  }
  return value;
}

/** C# refuses such code when it is compiled; here it surfaces when the path is taken. */
export class UnassignedVariable extends Error {
  public constructor(name: string) {
    super(`Use of unassigned local variable '${name}'.`);
  }
}

function ancestor(frame: Frame, hops: number): Frame {
  let found = frame;
  for (let hop = 0; hop < hops && found.parent !== undefined; hop++) {
    found = found.parent;
  }
  return found;
}

/** The names visible at a place. */
export class LocalScope {
  private readonly names = new Map<string, Variable>();

  public constructor(
    public readonly owner: FunctionScope,
    public readonly parent: LocalScope | undefined,
    /** What `break` and `continue` would leave or continue here. */
    public readonly jumps: JumpTargets = parent?.owner === owner ? parent.jumps : {},
  ) {}

  public find(name: string): Variable | undefined {
    return this.names.get(name) ?? this.parent?.find(name);
  }

  public add(variable: Variable): void {
    this.names.set(variable.name, variable);
  }
}

export interface JumpTargets {
  readonly break?: { used: boolean };
  readonly continue?: { used: boolean };
  /** Inside `finally`, which cannot be left. */
  readonly isFinally?: boolean;
  /** Inside `catch`: what `throw;` throws again. */
  readonly rethrow?: Variable;
}
