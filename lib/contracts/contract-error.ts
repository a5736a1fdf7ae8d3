/** One thing that is wrong with a contract. */
export interface ContractProblem {
  /** Name of the file. */
  readonly file: string;
  /** JSON pointer (RFC 6901) of the member; `""` is the whole file. */
  readonly pointer: string;
  /** What must hold. */
  readonly rule: string;
  /** What is there. @default - nothing is: it is missing, or the file cannot be read */
  readonly value?: unknown;
  /** What to do about it. */
  readonly remedy: string;
}

/** Thrown for contracts that cannot be kept: everything that is wrong with any of them, one line each. */
export class ContractError extends Error {
  public override readonly name = "ContractError";

  public constructor(public readonly problems: readonly ContractProblem[]) {
    super(problems.map(describeContractProblem).join("\n"));
  }
}

/** @returns `file#/pointer: rule, got value: remedy`, in one line whatever names and values are */
export function describeContractProblem({ file, pointer, rule, value, remedy }: ContractProblem): string {
  const got = value === undefined ? "" : `, got ${JSON.stringify(value)}`;
  return `${file}#${pointer}: ${rule}${got}: ${remedy}`.replace(
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ""}}`,
  );
}
