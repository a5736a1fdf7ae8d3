import type { Frame } from "./frame";
import type { Writable } from "./source";

/** How a statement ended. */
export enum Completion {
  Normal,
  Break,
  Continue,
  Return,
}

/** A compiled statement. */
export interface Statement extends Writable {
  execute(frame: Frame): Completion;
  /** Whether control can reach the end of the statement. */
  readonly endIsReachable: boolean;
}

/** Runs statements one after the other. */
export function sequence(statements: readonly Statement[]): Statement {
  const endIsReachable = statements.every((statement) => statement.endIsReachable);
  const [first] = statements;
  if (first !== undefined && statements.length === 1) {
    return first;
  }
  return {
    endIsReachable,
    source: (writer) => statements.map((statement) => writer.statement(statement)).join("\n"),
    execute: (frame) => {
      for (const statement of statements) {
        const completion = statement.execute(frame);
        if (completion !== Completion.Normal) {
          return completion;
        }
      }
      return Completion.Normal;
    },
  };
}
