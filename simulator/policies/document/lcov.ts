import type { CoveredPlace, PolicyCoverage } from "./policy-coverage";

/**
 * A coverage in the format of lcov, which editors and code hosts read.
 *
 * @param fileOf path of the file that holds the document of an address
 */
export function toLcov(coverage: PolicyCoverage, fileOf: (address: string) => string): string {
  return [...coverage.documents.keys()]
    .map((address) =>
      record(
        fileOf(address),
        coverage.places.filter((place) => place.address === address),
      ),
    )
    .join("");
}

/** Lines have the largest count of what starts there; arms and branches are told one by one. */
function record(file: string, places: readonly CoveredPlace[]): string {
  const lines = new Map<number, number>();
  for (const { line, count } of places) {
    lines.set(line, Math.max(lines.get(line) ?? 0, count));
  }
  const branches = places.filter(({ kind }) => kind !== "policy");
  const hit = (counts: Iterable<number>): number => [...counts].filter((count) => count > 0).length;
  return [
    `SF:${file}`,
    ...branches.map(({ line, count }, index) => `BRDA:${line},0,${index},${count}`),
    `BRF:${branches.length}`,
    `BRH:${hit(branches.map(({ count }) => count))}`,
    ...[...lines].sort(([a], [b]) => a - b).map(([line, count]) => `DA:${line},${count}`),
    `LF:${lines.size}`,
    `LH:${hit(lines.values())}`,
    "end_of_record\n",
  ].join("\n");
}
