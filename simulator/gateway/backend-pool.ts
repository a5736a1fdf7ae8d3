import type { PoolMemberModel } from "../model";

interface Entry {
  readonly member: PoolMemberModel;
  readonly weight: number;
  current: number;
}

/**
 * Picks pool members: the group with the lowest priority number that has an available member, and in it a
 * smooth weighted round robin, whose order is the same in every run with the same seed.
 *
 * Source: https://learn.microsoft.com/azure/api-management/backends#load-balanced-pool
 */
export class BackendPool {
  private readonly groups: readonly (readonly Entry[])[];

  /** @param random pseudo-random numbers in [0, 1): which of equal members starts */
  public constructor(members: readonly PoolMemberModel[], random: () => number) {
    const priorities = [...new Set(members.map(({ priority }) => priority))].sort((a, b) => a - b);
    this.groups = priorities.map((priority) => {
      const group = members.filter((member) => member.priority === priority);
      const allZero = group.every(({ weight }) => weight === 0);
      const entries = group.map((member) => ({ member, weight: allZero ? 1 : member.weight, current: 0 }));
      const start = Math.floor(random() * entries.length);
      return [...entries.slice(start), ...entries.slice(0, start)];
    });
  }

  /** Starts the order of members anew. */
  public restart(): void {
    for (const entry of this.groups.flat()) {
      entry.current = 0;
    }
  }

  /** @returns the next member; none when no member is available */
  public next(isAvailable: (backend: string) => boolean): PoolMemberModel | undefined {
    for (const group of this.groups) {
      const available = group.filter(({ member }) => isAvailable(member.backend));
      const chosen = pick(available);
      if (chosen !== undefined) {
        return chosen.member;
      }
    }
    return undefined;
  }
}

/** Every entry gains its weight, the richest is chosen and pays the total. */
function pick(entries: readonly Entry[]): Entry | undefined {
  let best: Entry | undefined;
  let total = 0;
  for (const entry of entries) {
    entry.current += entry.weight;
    total += entry.weight;
    if (best === undefined || entry.current > best.current) {
      best = entry;
    }
  }
  if (best !== undefined) {
    best.current -= total;
  }
  return best;
}
