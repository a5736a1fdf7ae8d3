import type { CoveredPlace } from "../../simulator";

/** Places that hold code which runs when they are reached, and where in them that code begins. */
const HEADS: Readonly<Record<string, RegExp>> = {
  // A condition is asked whether or not its arm is taken, and so is the label of a case.
  when: /^<when(?:[^>"]|"[^"]*")*>/,
  otherwise: /^<otherwise>/,
  case: /^case\s(?:[^:&]|&[a-z]+;)*?:|^case\s+&quot;.*?&quot;\s*:/,
  default: /^default\s*:/,
};
const GUARDING_BRANCHES = /^(?:if|else|after|right of|loop entered|lambda|catch|case|default)/;

/**
 * The innermost place around a part of a document: only requests that reach it can tell whether the part was changed.
 *
 * @returns its index; none if every request may run the part
 */
export function guardOf(
  places: readonly CoveredPlace[],
  source: string,
  address: string,
  offset: number,
): number | undefined {
  let guard: number | undefined;
  let size = Infinity;
  places.forEach((place, index) => {
    if (place.address !== address || !holds(place, source, offset) || place.end - place.start >= size) {
      return;
    }
    guard = index;
    size = place.end - place.start;
  });
  return guard;
}

function holds({ kind, what, start, end }: CoveredPlace, source: string, offset: number): boolean {
  if ((kind === "branch" && !GUARDING_BRANCHES.test(what)) || what === "no arm") {
    return false;
  }
  const head = HEADS[what]?.exec(source.slice(start, end))?.[0].length ?? 0;
  return offset >= start + head && offset < end;
}
