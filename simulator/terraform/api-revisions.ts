import { sameName } from "./arm-resource-id";
import type { ServiceChild, ServiceChildren } from "./conversion";
import { type NamedRevision, namedRevision } from "./named-revision";
import type { Resource } from "./resource";

/** A revision of an API, which a resource makes. */
export interface ApiRevision extends ServiceChild {
  /** Of the API. */
  readonly name: string;
  readonly number: string;
  /** Whether the API's path without `;rev=` leads to it. */
  readonly isCurrent: boolean;
  /** What it is a copy of. @default - it is no copy */
  readonly source?: ApiRevision;
}

type Declared = Omit<ApiRevision, "isCurrent" | "source"> & { readonly sourceId?: string };

/**
 * The revisions of the APIs of a service, those that are no copies first. The current one is what a release names, else
 * what a state has recorded as current, else the one that is no copy.
 *
 * Source: https://learn.microsoft.com/azure/api-management/api-management-revisions
 */
export function apiRevisions(service: Resource, children: ServiceChildren): readonly ApiRevision[] {
  const declared = children.of(service, "azurerm_api_management_api").map((child): Declared => ({
    ...child,
    name: child.reader.string("name"),
    number: child.reader.string("revision"),
    sourceId: child.reader.optionalString("source_api_id"),
  }));
  const originals = declared.filter(({ sourceId }) => sourceId === undefined);
  const copies = declared.filter(({ sourceId }) => sourceId !== undefined);
  const known = new Map<string, Declared>();
  for (const each of [...originals, ...copies]) {
    const first = known.get(keyOf(each));
    if (first === undefined) {
      known.set(keyOf(each), each);
    } else if (each.sourceId !== undefined) {
      each.reader.refuse(
        `it is revision ${each.number} of API '${each.name}', which ${first.resource.address} is already`,
      );
    }
  }
  const isCurrent = currentRevisions(declared, releasedRevisions(service, children));
  const made = new Map<Declared, ApiRevision | undefined>();
  const make = (each: Declared): ApiRevision | undefined => {
    if (made.has(each)) {
      return made.get(each);
    }
    // Whoever comes back to here is copied from itself.
    made.set(each, undefined);
    const { sourceId, ...rest } = each;
    const source = sourceId === undefined ? undefined : sourceOf(each, sourceId, originals, known);
    const ancestor = source === undefined ? undefined : make(source);
    if (sourceId !== undefined && ancestor === undefined) {
      return undefined;
    }
    const revision = { ...rest, isCurrent: isCurrent(each), source: ancestor };
    made.set(each, revision);
    return revision;
  };
  refuseCircles(copies, (each) => sourceOf(each, each.sourceId ?? "", originals, known));
  return [...originals, ...copies.filter((copy) => known.get(keyOf(copy)) === copy)].flatMap(
    (each) => make(each) ?? [],
  );
}

/**
 * Whether what names an API, with or without a revision, is written to a revision of it: without one to the current one.
 * Before any release, that was the one that is no copy.
 */
export function isWrittenTo(revision: ApiRevision, named: NamedRevision): boolean {
  return (
    sameName(named.api, revision.name) &&
    (named.revision === undefined
      ? revision.isCurrent || revision.source === undefined
      : sameName(named.revision, revision.number))
  );
}

function keyOf({ name, number }: Pick<Declared, "name" | "number">): string {
  return `${name};rev=${number}`.toLowerCase();
}

/** What a copy is made of; reports copies of other APIs. A revision that is not there is reported like other targets. */
function sourceOf(
  { name, reader }: Declared,
  sourceId: string,
  originals: readonly Declared[],
  known: ReadonlyMap<string, Declared>,
): Declared | undefined {
  const source = namedRevision(sourceId);
  const original = originals.find((candidate) => sameName(candidate.name, name));
  if (original === undefined || !sameName(source.api, name)) {
    reader.refuse("copies of other APIs are not resolved; declare the operations");
    return undefined;
  }
  return source.revision === undefined ? original : known.get(keyOf({ name, number: source.revision }));
}

function refuseCircles(copies: readonly Declared[], next: (each: Declared) => Declared | undefined): void {
  for (const copy of copies) {
    const seen = new Set<Declared>();
    let current: Declared | undefined = copy;
    while (current?.sourceId !== undefined && !seen.has(current)) {
      seen.add(current);
      current = next(current);
    }
    if (current === copy) {
      copy.reader.refuse(
        `it is copied from itself: 'source_api_id' is '${copy.sourceId ?? ""}'; name a revision that is there before it`,
      );
    }
  }
}

/** Numbers of the revisions that releases make current, by API in lower case. */
function releasedRevisions(service: Resource, children: ServiceChildren): ReadonlyMap<string, string> {
  const released = new Map<string, { readonly address: string; readonly number: string }>();
  for (const { resource, reader } of children.releases(service)) {
    const { api, revision } = namedRevision(reader.string("api_id"));
    const first = released.get(api.toLowerCase());
    if (revision === undefined) {
      // It releases what is current.
      continue;
    }
    if (first === undefined) {
      released.set(api.toLowerCase(), { address: resource.address, number: revision });
    } else if (!sameName(first.number, revision)) {
      reader.refuse(
        `it makes revision ${revision} of API '${api}' current, and ${first.address} revision ${first.number}; ` +
          "which of them is made last does not follow: keep one",
      );
    }
  }
  return new Map([...released].map(([api, { number }]) => [api, number]));
}

function currentRevisions(
  declared: readonly Declared[],
  released: ReadonlyMap<string, string>,
): (each: Declared) => boolean {
  const chosen = new Map<string, Declared>();
  for (const each of declared) {
    const api = each.name.toLowerCase();
    const number = released.get(api);
    const isRecorded = each.reader.boolean("is_current", false);
    if (number === undefined ? isRecorded : sameName(number, each.number)) {
      chosen.set(api, each);
    }
  }
  return (each) => {
    const current = chosen.get(each.name.toLowerCase());
    return current === undefined ? each.sourceId === undefined : current === each;
  };
}
