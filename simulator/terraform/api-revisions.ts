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
  /** What it is a copy of. @default - it is not a copy */
  readonly source?: ApiRevision;
}

type Declared = Omit<ApiRevision, "isCurrent" | "source"> & { readonly sourceId?: string };

/**
 * The revisions of the APIs of a service, those that are not copies first. The current one is what a release is to make
 * so, else what is recorded as current, else what was released, else the one that is not a copy.
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
  const isCurrent = currentRevisions(declared, releaseClaims(service, children));
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
 * Before any release, that was the one that is not a copy.
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

/** What says that a revision is the current one: a release of it, or what is recorded of it. */
interface Claim extends ServiceChild {
  readonly api: string;
  readonly number: string;
}

/** Of a release that names no revision nothing follows: it releases what is current. */
function releaseClaims(service: Resource, children: ServiceChildren): readonly Claim[] {
  return children.releases(service).flatMap((child) => {
    const { api, revision } = namedRevision(child.reader.string("api_id"));
    return revision === undefined ? [] : [{ ...child, api, number: revision }];
  });
}

function currentRevisions(
  declared: readonly Declared[],
  releases: readonly Claim[],
): (each: Declared) => boolean {
  const byApi = new Map<string, Declared[]>();
  for (const each of declared) {
    const api = each.name.toLowerCase();
    byApi.set(api, [...(byApi.get(api) ?? []), each]);
  }
  const chosen = new Map<string, Declared | undefined>();
  for (const [api, revisions] of byApi) {
    const number = currentNumber(
      revisions,
      releases.filter((release) => sameName(release.api, api)),
    );
    chosen.set(
      api,
      revisions.find((each) => number !== undefined && sameName(each.number, number)),
    );
  }
  return (each) => {
    const current = chosen.get(each.name.toLowerCase());
    return current === undefined ? each.sourceId === undefined : current === each;
  };
}

/**
 * What a release is to make current will be so. Else a plan has what Azure said when it was made. A state may be older
 * than a release of it, because Terraform does not read revisions again when it has made one, and may be newer, because
 * others release, too.
 */
function currentNumber(revisions: readonly Declared[], releases: readonly Claim[]): string | undefined {
  const made = releases.filter(({ resource }) => resource.isChanged ?? !resource.isRecorded);
  if (made.length > 0) {
    return agreedNumber(made, "which of them is made last does not follow: keep one");
  }
  const recorded = revisions
    .filter(({ reader }) => reader.boolean("is_current", false))
    .map((each): Claim => ({ ...each, api: each.name }));
  const asked = recorded.filter(({ resource }) => resource.isChanged !== undefined);
  return agreedNumber(
    asked.length > 0 ? asked : [...recorded, ...releases],
    "a state does not say which of them is newer: give a plan, for which Terraform asks Azure anew",
  );
}

/** @param remedy for claims that differ, which are reported */
function agreedNumber([first, ...others]: readonly Claim[], remedy: string): string | undefined {
  for (const { reader, api, number } of others) {
    if (first !== undefined && !sameName(first.number, number)) {
      reader.refuse(
        `by it revision ${number} of API '${api}' is current, and by ${first.resource.address} revision ` +
          `${first.number}; ${remedy}`,
      );
    }
  }
  return first?.number;
}
