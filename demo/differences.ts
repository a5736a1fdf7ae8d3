/** What was seen of something, by name. */
export type Facts = Readonly<Record<string, unknown>>;

export function pick(facts: Facts, names: readonly string[]): Facts {
  return Object.fromEntries(names.map((name) => [name, facts[name]]));
}

/** One line for each fact that is another than expected. */
export function unequal(of: string, facts: Facts, expected: Facts): readonly string[] {
  return [...new Set([...Object.keys(facts), ...Object.keys(expected)])]
    .filter((name) => JSON.stringify(facts[name]) !== JSON.stringify(expected[name]))
    .map((name) => `${of}: ${name} is ${JSON.stringify(facts[name])}, not ${JSON.stringify(expected[name])}`);
}
