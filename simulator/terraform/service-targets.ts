import { allRevisions, type GatewayModel } from "../model";
import { sameName } from "./arm-resource-id";
import type { Conversion } from "./conversion";
import { namedRevision, writtenName } from "./named-revision";
import { normalizedOperationId } from "./operation-id";
import type { Resource } from "./resource";
import { armPath, filledPath, serviceNameOf, type ServicePlace, textOf } from "./service-path";
import { BUILT_IN_TARGETS, COLLECTIONS, SERVICE_TARGETS } from "./service-references";

const REMEDY = "name one that it has, or load the stack, plan or state that creates it too";

/** How many names a message lists. */
const MAX_NAMES = 10;

/** Something that resources may hang on. */
interface Target {
  readonly name: string;
  /** The stacks do not declare it, or nobody can read it: what it has is not known. */
  readonly isOpaque: boolean;
  /** The service has it without anybody's doing; often it has been removed. */
  readonly isBuiltIn: boolean;
}

/** What the services of the loaded stacks have, whoever declares it. */
export class ServiceTargets {
  private readonly targets = new Map<string, Target>();
  /** Collections of which some names are known after apply only. */
  private readonly openCollections = new Set<string>();
  /** Services that the stacks run, by name. */
  private readonly run = new Set<string>();
  /** Services that others run, and that the stacks look up. */
  private readonly lookedUp = new Set<string>();
  private readonly assumed = new Set<string>();

  /** @param assumedStacks - names of the stacks that doubles of services stand in. */
  public constructor(
    { stacks }: Conversion,
    gateways: readonly GatewayModel[],
    assumedStacks: ReadonlySet<string>,
  ) {
    for (const service of stacks.ofTypeOrData("azurerm_api_management")) {
      const names = service.mode === "data" ? this.lookedUp : this.run;
      const name = serviceNameOf(service)?.toLowerCase() ?? "";
      names.add(name);
      if (assumedStacks.has(service.stack)) {
        this.assumed.add(name);
      }
    }
    const unread = unreadApis(gateways);
    for (const resource of stacks.resources) {
      this.addResource(resource, resource.mode === "data" || unread.has(resource.address));
    }
    for (const gateway of gateways) {
      const { name } = gateway;
      for (const { name: api, revision, isCurrent = true, operations } of allRevisions(gateway)) {
        const names = [writtenName({ api, revision }), ...(isCurrent ? [api] : [])];
        for (const { operationId } of operations) {
          names.forEach((each) =>
            this.add({ service: name, path: ["apis", each, "operations", operationId] }, false),
          );
        }
      }
      for (const path of BUILT_IN_TARGETS) {
        this.add({ service: name, path: path.split("/") }, true, true);
      }
    }
  }

  public hasService(name: string): boolean {
    return this.run.has(name.toLowerCase()) || this.lookedUp.has(name.toLowerCase());
  }

  /** Whether only an assumption says that something is there. */
  public isAssumed(place: ServicePlace): boolean {
    return this.isOfAssumed(place) && !this.has(place);
  }

  /**
   * Why nothing stands at a place, and what to do.
   *
   * @returns undefined if something does, as far as can be known, or if what it would stand in is missing already
   */
  public problem(place: ServicePlace): string | undefined {
    const { service, path } = place;
    const isRun = this.run.has(service.toLowerCase());
    const parent = { service, path: path.slice(0, -2) };
    if (!isRun || this.isOfAssumed(place) || this.has(place) || !this.has(parent)) {
      return undefined;
    }
    const [collection = "", name = ""] = path.slice(-2);
    const [ownerCollection = "", ownerName = service] = parent.path.slice(-2);
    const owner = `${COLLECTIONS.get(ownerCollection) ?? "service"} '${ownerName}'`;
    const { api, revision } = namedRevision(name);
    if (collection === "apis" && revision !== undefined && this.has({ service, path: [collection, api] })) {
      const revisions = this.names({ service, path: [collection] })
        .map(namedRevision)
        .flatMap((known) => (sameName(known.api, api) ? (known.revision ?? []) : []));
      return `API '${api}' has no such revision, but ${listed(revisions)}; ${REMEDY}`;
    }
    const names = this.names({ service, path: path.slice(0, -1) }).filter(
      (known) => namedRevision(known).revision === undefined,
    );
    const normalized = normalizedOperationId(name);
    const remedy =
      collection === "operations" && names.includes(normalized)
        ? `an import stores an operation under its id in lower case and with dashes: name '${normalized}'`
        : REMEDY;
    return `${owner} has no such ${COLLECTIONS.get(collection) ?? collection}, but ${listed(names)}; ${remedy}`;
  }

  private isOfAssumed({ service, path: [collection] }: ServicePlace): boolean {
    return this.assumed.has(service.toLowerCase()) && collection !== "apis";
  }

  private has({ service, path }: ServicePlace): boolean {
    for (let length = 2; length <= path.length; length += 2) {
      const target = this.target({ service, path: path.slice(0, length) });
      if (target === undefined) {
        return this.openCollections.has(keyOf({ service, path: path.slice(0, length - 1) }));
      }
      if (target.isOpaque) {
        return true;
      }
    }
    return true;
  }

  /** Of an API of which nothing else is known, any revision may be there. */
  private target(place: ServicePlace): Target | undefined {
    const found = this.targets.get(keyOf(place));
    const whole = found === undefined ? this.targets.get(keyOf(withoutRevision(place))) : undefined;
    return found ?? (whole?.isOpaque === true ? whole : undefined);
  }

  /** What the stacks tell of a collection. */
  private names(collection: ServicePlace): readonly string[] {
    const prefix = `${keyOf(collection)}/`;
    return [...this.targets]
      .filter(([key]) => key.startsWith(prefix) && !key.includes("/", prefix.length))
      .filter(([, { isBuiltIn }]) => !isBuiltIn)
      .map(([, { name }]) => name);
  }

  private addResource(resource: Resource, isOpaque: boolean): void {
    if (resource.type === "azapi_resource") {
      const place = armPath(textOf(resource, "id") ?? "");
      if (place !== undefined) {
        this.add(place, true);
      }
      return;
    }
    const template = SERVICE_TARGETS.get(resource.type);
    const service = serviceNameOf(resource);
    if (template === undefined || service === undefined) {
      return;
    }
    const path = filledPath(template, resource);
    if (path === undefined) {
      this.openCollections.add(keyOf({ service, path: template.split("/").slice(0, 1) }));
    } else if (resource.type === "azurerm_api_management_api") {
      const [collection = "", api = ""] = path;
      const revision = textOf(resource, "revision");
      this.add({ service, path: [collection, writtenName({ api, revision })] }, isOpaque);
    } else {
      this.add({ service, path }, isOpaque);
    }
  }

  /** What the stacks declare counts, though they look it up as well. With a revision, its API is there. */
  private add(place: ServicePlace, isOpaque: boolean, isBuiltIn = false): void {
    const places = place.path.length === 2 ? [place, withoutRevision(place)] : [place];
    for (const each of places) {
      const key = keyOf(each);
      if (!isOpaque || !this.targets.has(key)) {
        this.targets.set(key, { name: each.path.at(-1) ?? "", isOpaque, isBuiltIn });
      }
    }
  }
}

function withoutRevision({
  service,
  path: [collection = "", name = "", ...rest],
}: ServicePlace): ServicePlace {
  return { service, path: [collection, collection === "apis" ? namedRevision(name).api : name, ...rest] };
}

/** A service's name is unique in the world. Letter case does not count. */
function keyOf({ service, path }: ServicePlace): string {
  return [service, ...path].join("/").toLowerCase();
}

/** Addresses of APIs whose description could not be read, which is told where it is tried. */
function unreadApis(gateways: readonly GatewayModel[]): ReadonlySet<string> {
  const apis = gateways.flatMap((gateway) => [...gateway.apis, ...(gateway.revisions ?? [])]);
  return new Set(
    apis.flatMap(({ address, hasUnreadDescription = false }) => (hasUnreadDescription ? [address] : [])),
  );
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).map((name) => `'${name}'`);
  const more = names.length - shown.length;
  return shown.length === 0 ? "none at all" : `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
