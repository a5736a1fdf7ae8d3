/** How closely a template fits: literal before parameter before wildcard, segment by segment. */
const LITERAL_RANK = 0;
const PARAMETER_RANK = 1;
const WILDCARD_RANK = 2;

interface Segment {
  readonly rank: typeof LITERAL_RANK | typeof PARAMETER_RANK | typeof WILDCARD_RANK;
  /** Lower-case literal, or the parameter's name. */
  readonly text: string;
}

/**
 * An operation's URL template: `{name}` takes one segment, a final `*` or `{*name}` the rest. Literals compare
 * without case. A query part (`?a={b}`) names parameters and does not decide the match.
 *
 * Source: https://learn.microsoft.com/azure/api-management/add-api-manually
 */
export class UrlTemplate {
  private readonly segments: readonly Segment[];
  private readonly queryParameters: readonly (readonly [parameter: string, name: string])[];

  public constructor(template: string) {
    const [path = "", query = ""] = template.split("?", 2);
    this.segments = segmentsOf(path).map(parseSegment);
    this.queryParameters = [...new URLSearchParams(query)].flatMap(([name, value]) => {
      const parameter = /^\{(.+)\}$/.exec(value)?.[1];
      return parameter === undefined ? [] : [[parameter, name] as const];
    });
  }

  /** Whether a path of so many segments may fit. */
  public mayHave(length: number): boolean {
    const isOpen = this.segments.at(-1)?.rank === WILDCARD_RANK;
    return isOpen || this.segments.length === 0 || this.segments.length === length;
  }

  /**
   * @param segments of the path below the API's, as sent
   * @returns the captures, decoded once; none when the path does not fit or is not decodable
   */
  public match(
    segments: readonly string[],
    query: ReadonlyMap<string, readonly string[]>,
  ): ReadonlyMap<string, string> | undefined {
    const captures = new Map<string, string>();
    for (const [index, segment] of this.segments.entries()) {
      const rest = segments.slice(index);
      // `/foo/*` takes `/foo/`, not `/foo`; `/*` takes all that the API has.
      if (index > 0 && rest.length === 0) {
        return undefined;
      }
      const value = segment.rank === WILDCARD_RANK ? decode(rest.join("/")) : decode(rest[0]);
      if (value === undefined || (segment.rank === PARAMETER_RANK && value === "")) {
        return undefined;
      }
      if (segment.rank === LITERAL_RANK && value.toLowerCase() !== segment.text) {
        return undefined;
      }
      if (segment.rank !== LITERAL_RANK && segment.text !== "") {
        captures.set(segment.text, value);
      }
    }
    const open = this.segments.at(-1)?.rank === WILDCARD_RANK;
    // The URL of an API's root operation has a slash at its end, or not.
    const isRoot = this.segments.length === 0 && segments.join("/") === "";
    if (!open && !isRoot && segments.length !== this.segments.length) {
      return undefined;
    }
    for (const [parameter, name] of this.queryParameters) {
      const values = query.get(name);
      if (values !== undefined) {
        captures.set(parameter, values.join(","));
      }
    }
    return captures;
  }

  /** Orders templates so that the closest fit comes first. */
  public compare(other: UrlTemplate): number {
    const length = Math.max(this.segments.length, other.segments.length);
    for (let index = 0; index < length; index += 1) {
      const mine = this.segments[index]?.rank ?? -1;
      const theirs = other.segments[index]?.rank ?? -1;
      if (mine !== theirs) {
        return mine - theirs;
      }
    }
    return 0;
  }
}

/** Segments of a path without its leading slash; none for the root. */
export function segmentsOf(path: string): readonly string[] {
  const trimmed = path.replace(/^\//, "");
  return trimmed === "" ? [] : trimmed.split("/");
}

function parseSegment(text: string): Segment {
  const parameter = /^\{(\*?)(.+)\}$/.exec(text);
  if (text === "*") {
    return { rank: WILDCARD_RANK, text: "" };
  }
  if (parameter === null) {
    return { rank: LITERAL_RANK, text: text.toLowerCase() };
  }
  return { rank: parameter[1] === "*" ? WILDCARD_RANK : PARAMETER_RANK, text: parameter[2] ?? "" };
}

function decode(segment: string | undefined): string | undefined {
  if (segment === undefined) {
    return undefined;
  }
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
