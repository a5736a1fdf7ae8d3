/** Fields that a connection keeps to itself: RFC 9110, section 7.6.1, and those in use beside it. */
const HOP_BY_HOP_FIELDS: ReadonlySet<string> = new Set([
  "connection",
  "http2-settings",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

type Field = readonly [name: string, values: readonly string[]];

/** Whether a field of that name, in any case, never leaves its connection. */
export function isHopByHop(name: string): boolean {
  return HOP_BY_HOP_FIELDS.has(name.toLowerCase());
}

/** The names in lower case of the fields that a `Connection` header keeps to the connection. */
export function namedByConnection(values: readonly string[]): readonly string[] {
  // Nearly all name that one, which is never kept.
  return values
    .filter((value) => value !== "keep-alive")
    .flatMap((value) =>
      value
        .toLowerCase()
        .split(",")
        .map((name) => name.trim()),
    );
}

/** The fields of a message that go on to the next hop: neither hop-by-hop ones nor those that `Connection` names. */
export function endToEndFields(fields: Iterable<Field>): readonly Field[] {
  const kept: Field[] = [];
  const named: string[] = [];
  for (const field of fields) {
    const name = field[0].toLowerCase();
    if (name === "connection") {
      named.push(...namedByConnection(field[1]));
    }
    if (!HOP_BY_HOP_FIELDS.has(name)) {
      kept.push(field);
    }
  }
  return named.length === 0 ? kept : kept.filter(([name]) => !named.includes(name.toLowerCase()));
}
