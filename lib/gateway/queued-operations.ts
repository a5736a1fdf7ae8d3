import { checkQueueWorkerIdentity, type IRequestQueue } from "../request-queue";
import type { Problems } from "../validation";
import type { OpenAiOperationGroup } from "./policy/openai-operation";
import { QUEUED_OPERATION_GROUPS, type QueuedOperationGroup } from "./policy/queued-operation";

/**
 * Operations of an API whose requests may wait. Accepting one is a call like any other: authenticated, authorized,
 * checked and counted as a request. Its tokens are counted when the worker asks for it.
 */
export interface QueuedOperations {
  /** Where requests wait, and results are kept. */
  readonly queue: IRequestQueue;
  /**
   * Groups whose requests may wait: some of `chat`, `completions`, `embeddings`, `responses` that the API publishes.
   *
   * @default - all of these that the API publishes
   */
  readonly operations?: readonly QueuedOperationGroup[];
  /**
   * Tokens that all requests of the API that waited may take in any 60 seconds, beside the limits of their callers:
   * interactive requests have the rest of what the accounts give.
   */
  readonly tokensPerMinute: number;
}

/** @returns the groups whose requests may wait */
export function queuedGroups(
  { operations }: QueuedOperations,
  published: readonly OpenAiOperationGroup[],
): readonly QueuedOperationGroup[] {
  return operations ?? QUEUED_OPERATION_GROUPS.filter((group) => published.includes(group));
}

/** Reports operations that cannot wait, and a limit that is not one. */
export function checkQueuedOperations(
  queued: QueuedOperations,
  published: readonly OpenAiOperationGroup[],
  problems: Problems,
): void {
  checkQueueWorkerIdentity(queued.queue.worker, problems);
  const groups = queuedGroups(queued, published);
  problems.check(groups.length > 0, {
    rule: `queued must leave operations that can wait: ${QUEUED_OPERATION_GROUPS.join(", ")}`,
    value: published,
    remedy: "publish one of them, or leave queued out",
  });
  for (const group of groups) {
    problems.check(QUEUED_OPERATION_GROUPS.includes(group), {
      rule: `queued.operations must be of ${QUEUED_OPERATION_GROUPS.join(", ")}`,
      value: group,
      remedy: "leave it out: what is a file, or keeps something at the service, is asked for at once",
    });
    problems.check(published.includes(group), {
      rule: `queued.operations must be published by the API: ${published.join(", ")}`,
      value: group,
      remedy: "add it to operations, or leave it out here",
    });
  }
  problems.check(Number.isSafeInteger(queued.tokensPerMinute) && queued.tokensPerMinute > 0, {
    rule: "queued.tokensPerMinute must be a whole number above 0",
    value: queued.tokensPerMinute,
    remedy: "give what the accounts have to spare",
  });
}
