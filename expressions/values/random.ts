import { randomBytes } from "node:crypto";
import { CsObject } from "./cs-value";

const MAX = 2147483647;
const GOLDEN = 161803398;

/**
 * `System.Random`. With a seed it gives .NET's numbers, by Knuth's subtractive generator; without one, any.
 *
 * Source: https://learn.microsoft.com/dotnet/api/system.random (remarks on the algorithm)
 */
export class CsRandom extends CsObject {
  public readonly typeName = "System.Random";
  private readonly state: Int32Array | undefined;
  private first = 0;
  private second = 21;

  public constructor(seed?: number) {
    super();
    this.state = seed === undefined ? undefined : seededState(seed);
  }

  /** From 0 up to, but not including, `int.MaxValue`. */
  public next(): number {
    if (this.state === undefined) {
      return Math.floor((randomBytes(6).readUIntBE(0, 6) / 2 ** 48) * MAX);
    }
    this.first = (this.first % 55) + 1;
    this.second = (this.second % 55) + 1;
    let value = ((this.state[this.first] ?? 0) - (this.state[this.second] ?? 0)) | 0;
    if (value === MAX) {
      value--;
    }
    if (value < 0) {
      value += MAX;
    }
    this.state[this.first] = value;
    return value;
  }

  /** From 0 up to, but not including, 1. */
  public sample(): number {
    return this.next() * (1 / MAX);
  }

  public between(min: number, limit: number): number {
    const range = limit - min;
    if (range <= MAX) {
      return min + Math.trunc(this.sample() * range);
    }
    const large = this.next();
    const signed = this.next() % 2 === 0 ? -large : large;
    return min + Math.trunc(((signed + MAX - 1) / (2 * MAX - 1)) * range);
  }

  public fill(bytes: Uint8Array): void {
    bytes.forEach((_, index) => {
      bytes[index] = this.next() % 256;
    });
  }
}

function seededState(seed: number): Int32Array {
  const state = new Int32Array(56);
  let last = GOLDEN - (seed === -MAX - 1 ? MAX : Math.abs(seed));
  state[55] = last;
  let next = 1;
  for (let index = 1; index < 55; index++) {
    const place = (21 * index) % 55;
    state[place] = next;
    next = (last - next) | 0;
    if (next < 0) {
      next += MAX;
    }
    last = state[place] ?? 0;
  }
  for (let round = 1; round < 5; round++) {
    for (let index = 1; index < 56; index++) {
      const value = ((state[index] ?? 0) - (state[1 + ((index + 30) % 55)] ?? 0)) | 0;
      state[index] = value < 0 ? value + MAX : value;
    }
  }
  return state;
}
