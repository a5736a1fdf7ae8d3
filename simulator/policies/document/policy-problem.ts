import type { SectionName } from "../policy-execution";

/** One reason why a policy document cannot be run. Lines and columns count from 1. */
export interface PolicyProblem {
  /** Terraform address of the resource that holds the document. */
  readonly address: string;
  /** Section of the document. @default - none of them */
  readonly section?: SectionName;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** Name of the element. @default - the document itself */
  readonly element?: string;
  /** What is wrong, and what to do. */
  readonly problem: string;
}

/** One line a problem. */
export function describeProblem(problem: PolicyProblem): string {
  return `${problem.address}: ${describeInDocument(problem)}`;
}

/** The same without the address. */
export function describeInDocument({ section, line, column, element, problem }: PolicyProblem): string {
  const place = `${section === undefined ? "" : `${section}, `}line ${line}, column ${column}`;
  return `${place}: ${element === undefined ? "" : `<${element}> `}${problem}`;
}

/** Policy documents that the simulator does not run, with every problem of the load. */
export class PolicyDocumentError extends Error {
  public override readonly name = "PolicyDocumentError";
  public constructor(public readonly problems: readonly PolicyProblem[]) {
    super(
      `the simulator refuses these policies:\n${problems.map((problem) => `  ${describeProblem(problem)}`).join("\n")}`,
    );
  }
}
