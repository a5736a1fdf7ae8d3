import { BackendPool } from "../../../simulator/gateway/backend-pool";
import { seededRandom } from "../../../simulator/gateway/seeded-random";

const MEMBERS = [
  { backend: "a", priority: 1, weight: 1 },
  { backend: "b", priority: 2, weight: 3 },
  { backend: "c", priority: 2, weight: 1 },
];

function take(
  pool: BackendPool,
  count: number,
  open: readonly string[] = [],
): readonly (string | undefined)[] {
  return Array.from({ length: count }, () => pool.next((backend) => !open.includes(backend))?.backend);
}

describe("BackendPool", () => {
  it("uses the preferred group while it has an available member", () => {
    expect(take(new BackendPool(MEMBERS, () => 0), 4)).toEqual(["a", "a", "a", "a"]);
  });

  it("moves to the next group only when the whole preferred group is open", () => {
    const pair = [...MEMBERS, { backend: "a2", priority: 1, weight: 1 }];
    expect(new Set(take(new BackendPool(pair, () => 0), 4, ["a"]))).toEqual(new Set(["a2"]));
    expect(new Set(take(new BackendPool(pair, () => 0), 4, ["a", "a2"]))).toEqual(new Set(["b", "c"]));
  });

  it("shares a group by weight, spread evenly", () => {
    expect(take(new BackendPool(MEMBERS, () => 0), 8, ["a"])).toEqual([
      "b",
      "b",
      "c",
      "b",
      "b",
      "b",
      "c",
      "b",
    ]);
  });

  it("treats a group without any weight as equals", () => {
    const equal = ["x", "y"].map((backend) => ({ backend, priority: 0, weight: 0 }));
    expect(take(new BackendPool(equal, () => 0), 4)).toEqual(["x", "y", "x", "y"]);
  });

  it("gives nobody when every member is open", () => {
    expect(take(new BackendPool(MEMBERS, () => 0), 1, ["a", "b", "c"])).toEqual([undefined]);
  });

  it("picks alike with the same seed", () => {
    const equal = ["w", "x", "y", "z"].map((backend) => ({ backend, priority: 0, weight: 1 }));
    const picks = [1, 1].map((seed) => take(new BackendPool(equal, seededRandom(seed)), 8));
    expect(picks[0]).toEqual(picks[1]);
  });
});
