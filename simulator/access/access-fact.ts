import { type AccessFact, type AccessTopic, type AccessVerdict, CANNOT_TELL } from "./access-report";

/** What a value says of a call. */
export function verdictOf(value: string): AccessVerdict {
  if (value.startsWith(CANNOT_TELL)) {
    return "unknown";
  }
  return /(^|; )(allowed|let through)/.test(value) ? "allowed" : "refused";
}

/** A fact by its words alone. */
export function factOf(topic: AccessTopic, subject: string, value: string): AccessFact {
  const verdict = ["proof", "limit", "account"].includes(topic) ? "stated" : verdictOf(value);
  return { topic, subject, value, verdict };
}

/** Facts in the order of their subjects. */
export function sortedBySubject(facts: readonly AccessFact[]): readonly AccessFact[] {
  return [...facts].sort((left, right) => compareTexts(left.subject, right.subject));
}

/** Order of characters' codes: the same on every machine. */
export function compareTexts(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
