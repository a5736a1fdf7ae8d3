/** Four characters less than a resource name may have: they are left for a suffix. */
const MAX_LENGTH = 76;

/**
 * The resource name that an import gives an operation: lower case, one dash for each run of other characters, none at
 * the ends, at most 76 characters.
 *
 * Source: https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions
 */
export function normalizedOperationId(operationId: string): string {
  return operationId
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, MAX_LENGTH);
}

/** Resource names of the operations of one import: a name that is taken gets the suffix -1, -2 and so on. */
export function distinctOperationIds(operationIds: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  /** The suffix that a name has come to. */
  const counts = new Map<string, number>();
  return operationIds.map((operationId) => {
    const name = normalizedOperationId(operationId);
    let count = counts.get(name) ?? 0;
    let distinct = count === 0 ? name : `${name}-${count}`;
    while (taken.has(distinct)) {
      count += 1;
      distinct = `${name}-${count}`;
    }
    counts.set(name, count);
    taken.add(distinct);
    return distinct;
  });
}
