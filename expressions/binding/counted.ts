import type { SyntaxNode } from "../syntax/syntax-node";
import type { Binder } from "./binder";
import type { Frame } from "./frame";
import type { Statement } from "./statement";

/** The same code, which counts how often it runs where somebody counts; else the code itself. */
export function counted<T>(
  binder: Binder,
  node: SyntaxNode,
  branch: string,
  run: (frame: Frame) => T,
): (frame: Frame) => T {
  const count = binder.branch(node, branch);
  if (count === undefined) {
    return run;
  }
  return (frame) => {
    count(frame);
    return run(frame);
  };
}

/** As {@link counted}, of a statement. */
export function countedStatement(
  binder: Binder,
  node: SyntaxNode,
  branch: string,
  statement: Statement,
): Statement {
  const count = binder.branch(node, branch);
  if (count === undefined) {
    return statement;
  }
  return {
    ...statement,
    source: undefined,
    execute: (frame) => {
      count(frame);
      return statement.execute(frame);
    },
  };
}

/** A loop whose body is counted, and the loop itself when it ended without a round. */
export interface CountedLoop {
  readonly body: Statement;
  readonly whole: (loop: Statement) => Statement;
}

/** @param isEndless there is no way around the body */
export function countedLoop(
  binder: Binder,
  node: SyntaxNode,
  body: Statement,
  isEndless: boolean,
): CountedLoop {
  const enter = binder.branch(node.fields.body ?? node, "loop entered");
  if (enter === undefined) {
    return { body, whole: (loop) => loop };
  }
  const skip = isEndless ? undefined : binder.branch(node, "loop not entered");
  let rounds = 0;
  return {
    body: {
      ...body,
      source: undefined,
      execute: (frame) => {
        rounds += 1;
        enter(frame);
        return body.execute(frame);
      },
    },
    whole: (loop) => ({
      ...loop,
      source: undefined,
      execute: (frame) => {
        const before = rounds;
        const completion = loop.execute(frame);
        if (rounds === before) {
          skip?.(frame);
        }
        return completion;
      },
    }),
  };
}
