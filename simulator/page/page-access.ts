import type { AccessReport, ShownFact } from "../access";
import type { RequestTrace } from "../sinks";
import { type PageRequest, pageRequest } from "./page-json";

/** Finds out who may call what; tells of the requests that showed it. */
export type AccessSearch = (onTrial: (fact: ShownFact, trace: RequestTrace) => void) => Promise<AccessReport>;

interface FoundAccess {
  readonly report: AccessReport;
  /** By fact. */
  readonly requests: ReadonlyMap<string, readonly RequestTrace[]>;
}

/** The access file of the running stacks, found out when somebody asks for it first. */
export class PageAccess {
  private found: Promise<FoundAccess> | undefined;

  public constructor(private readonly search: AccessSearch) {}

  public async report(): Promise<AccessReport> {
    return (await this.once()).report;
  }

  /** Requests that showed a fact; none for one that does not exist or that no single request shows. */
  public async requests(fact: ShownFact): Promise<readonly PageRequest[]> {
    const { requests } = await this.once();
    return (requests.get(keyOf(fact)) ?? []).map(pageRequest);
  }

  private once(): Promise<FoundAccess> {
    this.found ??= this.find();
    return this.found;
  }

  private async find(): Promise<FoundAccess> {
    const requests = new Map<string, RequestTrace[]>();
    try {
      const report = await this.search((fact, trace) => {
        const key = keyOf(fact);
        requests.set(key, [...(requests.get(key) ?? []), trace]);
      });
      return { report, requests };
    } catch (error) {
      // The next one to ask tries again.
      this.found = undefined;
      throw error;
    }
  }
}

function keyOf({ gateway, api, way, client, acting, topic, subject }: ShownFact): string {
  return JSON.stringify([gateway, api, way, client, acting ?? "", topic, subject]);
}
