import { X509Certificate } from "node:crypto";
import type { ApiSettings, ClientSettings, EnvironmentSettings } from "../stacks/environment-settings";
import type { CalledOperation, GatewayCallProps, PerformCall } from "./gateway-call";
import type { LocalConnections } from "./local-connections";
import { type RegistrationIds, type Requirement, waysIn } from "./requirement";

/** An environment that runs: what was meant, from its settings, and where it is. */
export interface TargetEnvironment {
  readonly settings: EnvironmentSettings;
  /** URL of the gateway. */
  readonly gatewayUrl: string;
  /** To a gateway on this machine. @default - each call has its own, wherever the gateway is */
  readonly connections?: LocalConnections;
  /** Hands requests to the gateway in this process. @default - they go over the network */
  readonly perform?: PerformCall;
  /** Lets the time pass that a caller is told to wait. */
  readonly wait: (seconds: number) => Promise<void>;
  /** @default - the environment registers nothing */
  readonly registration?: RegistrationIds;
}

/** Somebody who is meant to get in to an API, and by what. */
export interface Caller {
  readonly name: string;
  readonly api: ApiSettings;
  readonly requirements: readonly Requirement[];
  /** Its settings, if the API knows it by name. */
  readonly client?: ClientSettings;
  readonly operations: readonly string[];
  readonly deployments: readonly string[];
  /** What to try it with. */
  readonly operation: "chat" | "embeddings";
  readonly deployment: string;
  /** A deployment that is not this caller's. @default - there is none in the environment */
  readonly foreignDeployment?: string;
  /** An operation that is not this caller's, and whether the API has it at all. @default - all are its own */
  readonly foreignOperation?: { readonly name: CalledOperation; readonly published: boolean };
  /** Subscription with the caller's keys, where one of the requirements is a key. */
  readonly subscription: string;
}

/** How calls reach an API. */
export function wayTo(
  { gatewayUrl, connections, perform }: TargetEnvironment,
  api: ApiSettings,
): Pick<GatewayCallProps, "endpoint" | "connections" | "perform"> {
  return { endpoint: `${gatewayUrl}/${api.path}`, connections, perform };
}

/** The first caller of an API that may chat. @returns undefined if nobody may */
export function chattingCaller(
  environment: Pick<TargetEnvironment, "settings" | "registration">,
  api: ApiSettings,
): Caller | undefined {
  return callersOf(environment, api)
    .flat()
    .find(({ operation }) => operation === "chat");
}

/** The first caller of each way in, and whoever else has a budget that cuts off. */
export function differentCallers(
  environment: Pick<TargetEnvironment, "settings" | "registration">,
  api: ApiSettings,
): readonly Caller[] {
  return callersOf(environment, api).flatMap((callers) =>
    callers.filter(({ client }, at) => at === 0 || client?.contract?.budget?.atLimit === "cutOff"),
  );
}

/** Callers of an API by the way they come: the first of each list stands for the way. */
export function callersOf(
  environment: Pick<TargetEnvironment, "settings" | "registration">,
  api: ApiSettings,
): readonly (readonly Caller[])[] {
  const { settings, registration } = environment;
  const ways = waysIn(api.auth, {
    tenantId: settings.tenantId,
    registration,
    issuingAuthority: (name) => commonName(settings.certificateAuthorities?.[name]?.pem ?? ""),
  });
  const clients = (settings.clients ?? []).filter((client) => client.api === api.name);
  return ways.map((way) => {
    const registered = clients.filter((client) => comesBy(client, way));
    return registered.length > 0
      ? registered.map((client) => caller(settings, api, identified(client, way), client))
      : [caller(settings, api, way)];
  });
}

function comesBy({ identifiedBy }: ClientSettings, way: readonly Requirement[]): boolean {
  const wanted = way.map(
    ({ kind }) => ({ key: "subscriptionKey", token: "application", certificate: "certificate" })[kind],
  );
  return wanted.every((kind) => identifiedBy.some((identity) => identity.kind === kind));
}

/** The way as one client goes it: with its own ids in place of any that are let in. */
function identified({ identifiedBy }: ClientSettings, way: readonly Requirement[]): readonly Requirement[] {
  return way.map((requirement) => {
    const application = identifiedBy.find((identity) => identity.kind === "application");
    const certificate = identifiedBy.find((identity) => identity.kind === "certificate");
    if (requirement.kind === "token" && application) {
      const others = requirement.clientIds.filter((id) => id !== application.clientId);
      return { ...requirement, clientIds: [application.clientId, ...others] };
    }
    if (requirement.kind === "certificate" && certificate) {
      return { ...requirement, commonName: certificate.name };
    }
    return requirement;
  });
}

function caller(
  settings: EnvironmentSettings,
  api: ApiSettings,
  requirements: readonly Requirement[],
  client?: ClientSettings,
): Caller {
  const all = [...new Set(settings.accounts.flatMap(({ deployments }) => Object.keys(deployments)))];
  const served = api.deployments ?? all;
  const own = client?.deployments ?? served;
  const operations = client?.operations ?? api.operations ?? ["chat"];
  const operation = operations.includes("chat") ? "chat" : "embeddings";
  const fitting = own.find((deployment) => deployment.startsWith(operation)) ?? own[0] ?? "";
  return {
    name: client?.name ?? nameOf(requirements),
    api,
    requirements,
    client,
    operations,
    operation,
    deployments: own,
    deployment: fitting,
    foreignDeployment: all.find((deployment) => !own.includes(deployment)),
    foreignOperation: foreignOperation(api.operations ?? ["chat"], operations),
    subscription: `${api.name}-${client?.name}`,
  };
}

/** One that others of the API may call; else one that the API does not publish. */
function foreignOperation(
  published: readonly string[],
  own: readonly string[],
): NonNullable<Caller["foreignOperation"]> | undefined {
  const bothShapes: readonly CalledOperation[] = ["chat", "embeddings", "models"];
  const ofOthers = bothShapes.find((name) => published.includes(name) && !own.includes(name));
  if (ofOthers !== undefined) {
    return { name: ofOthers, published: true };
  }
  const ofNobody = [...bothShapes, "images" as const].find((name) => !published.includes(name));
  return ofNobody && { name: ofNobody, published: false };
}

function nameOf(requirements: readonly Requirement[]): string {
  const [first] = requirements;
  if (first?.kind === "token") {
    return `${first.name} client`;
  }
  return (first?.kind === "certificate" && first.commonName.split(".")[0]) || "client";
}

/** @throws Error if the PEM is not a certificate */
function commonName(pem: string): string {
  return /^CN=(.*)$/m.exec(new X509Certificate(pem).subject)?.[1] ?? "";
}
