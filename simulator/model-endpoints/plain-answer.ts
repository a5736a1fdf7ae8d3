/** Members that Azure adds to answers of OpenAI's API. */
const OF_AZURE = new Set(["content_filter_results", "prompt_filter_results", "prompt_filter_result"]);

/** An answer without what only Azure says. */
export function plainAnswer(answer: object): object {
  return without(answer) as object;
}

/** Events of a stream without what only Azure says: members, and the first event, which has nothing else. */
export function plainEvents(events: readonly string[]): readonly string[] {
  return events.flatMap((event) => {
    const data = /^data: (\{.*)$/s.exec(event)?.[1];
    if (data === undefined) {
      return [event];
    }
    const parsed = JSON.parse(data) as Readonly<Record<string, unknown>>;
    return "prompt_filter_results" in parsed ? [] : [`data: ${JSON.stringify(without(parsed))}`];
  });
}

function without(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(without);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !OF_AZURE.has(name))
      .map(([name, member]) => [name, without(member)]),
  );
}
