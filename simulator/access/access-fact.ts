import { type AccessFact, type AccessTopic, type AccessVerdict, CANNOT_TELL } from "./access-report";

/** Subject of the fact that says until when a caller gets in. */
export const LAST_DAY = "last day";

/** As `YYYY-MM-DD`, in UTC. */
export function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** What a value says of a call or an impostor: whether the gateway lets it in, whatever the account says. */
export function verdictOf(topic: AccessTopic, value: string): AccessVerdict {
  if (topic === "request" && value.includes(CANNOT_TELL)) {
    return "unknown";
  }
  if (["proof", "request", "limit", "shared", "account"].includes(topic)) {
    return "stated";
  }
  if (value.startsWith(CANNOT_TELL)) {
    return "unknown";
  }
  if (/(^|; | or )(allowed|let through)/.test(value)) {
    return "allowed";
  }
  return value.includes(CANNOT_TELL) ? "unknown" : "refused";
}

/** A fact by its words alone. */
export function factOf(topic: AccessTopic, subject: string, value: string): AccessFact {
  return { topic, subject, value, verdict: verdictOf(topic, value) };
}

/** Facts in the order of their subjects. */
export function sortedBySubject(facts: readonly AccessFact[]): readonly AccessFact[] {
  return [...facts].sort((left, right) => compareTexts(left.subject, right.subject));
}

/** Order of characters' codes: the same on every machine. */
export function compareTexts(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
