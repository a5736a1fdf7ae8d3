import type { IConstruct } from "constructs";

/** Type of the records that constructs keep of what ends. */
const RECORD = "cdktf-azure-openai-gateway:end-date";

/** Something that ends on a day that is known now. */
export interface EndDate {
  /** What ends, such as `certificate authority 'CN=…'`. */
  readonly what: string;
  /** Its last day, as YYYY-MM-DD. */
  readonly endsOn: string;
}

/** Records that something of a construct ends, for {@link endDates}. */
export function recordEndDate(construct: IConstruct, { what, endsOn }: EndDate): void {
  construct.node.addMetadata(RECORD, { what, endsOn }, { stackTrace: false });
}

/**
 * Everything below a construct that ends on a known day: certificate authorities, opt-outs, access of clients, models.
 *
 * @returns the first end first, each once
 */
export function endDates(scope: IConstruct): readonly EndDate[] {
  const found = scope.node
    .findAll()
    .flatMap(({ node }) => node.metadata.filter(({ type }) => type === RECORD))
    .map(({ data }) => data as EndDate);
  const distinct = new Map(found.map((each) => [`${each.endsOn} ${each.what}`, each]));
  return [...distinct].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}
