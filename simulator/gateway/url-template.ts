/** How closely a template fits: literal before parameter before wildcard, segment by segment. */
const LITERAL_RANK = 0;
const PARAMETER_RANK = 1;
const WILDCARD_RANK = 2;

interface Segment {
  readonly rank: typeof LITERAL_RANK | typeof PARAMETER_RANK | typeof WILDCARD_RANK;
  /** Lower-case literal, or the parameter's name. */
  readonly text: string;
}

/** A parameter of the query, or a literal one with its value. */
interface QueryPart {
  readonly name: string;
  readonly parameter?: string;
  readonly literal?: string;
  readonly isRequired: boolean;
}

/**
 * An operation's URL template: `{name}` takes one segment, a final `*` or `{*name}` the rest. Literals compare
 * without case. A request must have what stands in a query part (`?a={b}&c=d`), beside whatever else it has, but for
 * parameters that are optional.
 *
 * Source: https://learn.microsoft.com/azure/api-management/add-api-manually and
 * https://github.com/hashicorp/terraform-provider-azurerm/issues/33103
 */
export class UrlTemplate {
  private readonly segments: readonly Segment[];
  private readonly query: readonly QueryPart[];

  /** @param text - with its query; @param optional - names of parameters of the query that a request may lack. */
  public constructor(
    private readonly text: string,
    optional: readonly string[] = [],
  ) {
    const [path = "", query = ""] = text.split("?", 2);
    this.segments = segmentsOf(path).map(parseSegment);
    this.query = [...new URLSearchParams(query)].map(([name, value]) => {
      const parameter = /^\{(.+)\}$/.exec(value)?.[1];
      return parameter === undefined
        ? { name, literal: value, isRequired: true }
        : { name, parameter, isRequired: !optional.includes(parameter) };
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
    for (const { name, parameter, literal, isRequired } of this.query) {
      const values = query.get(name);
      if (isRequired && (values === undefined || (literal !== undefined && !values.includes(literal)))) {
        return undefined;
      }
      if (values !== undefined && parameter !== undefined) {
        captures.set(parameter, values.join(","));
      }
    }
    return captures;
  }

  /**
   * Orders templates so that the closest fit comes first, whatever the order in which they are given: of the path, then
   * of the query's fixed values, then of what else it must have. Nothing documents what comes after that.
   */
  public compare(other: UrlTemplate): number {
    const length = Math.max(this.segments.length, other.segments.length);
    for (let index = 0; index < length; index += 1) {
      const mine = this.segments[index]?.rank ?? -1;
      const theirs = other.segments[index]?.rank ?? -1;
      if (mine !== theirs) {
        return mine - theirs;
      }
    }
    return (
      other.literalCount - this.literalCount ||
      other.requiredCount - this.requiredCount ||
      compareTexts(this.text, other.text)
    );
  }

  /** How many values of a request's query are fixed. */
  private get literalCount(): number {
    return this.query.filter(({ literal }) => literal !== undefined).length;
  }

  /** How much a request's query must have. */
  private get requiredCount(): number {
    return this.query.filter(({ isRequired }) => isRequired).length;
  }
}

/** By code units, which no locale changes. */
function compareTexts(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
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
