import {
  type Access,
  type ApiAccess,
  apiAddress,
  describeCredential,
  present,
  type QueuedAccess,
  type Trial,
} from "../access";
import type { Simulation } from "../simulation";
import type { CallCommands, CommandedCall } from "./call-commands";
import { programCommand } from "./program-command";

/** What runs where, and how to call it. */
export interface StartReport {
  readonly gateways: readonly GatewayReport[];
  readonly page: string;
  /** For `HTTPS_PROXY`. */
  readonly proxy: string;
  /** For `--cacert` and `NODE_EXTRA_CA_CERTS`. */
  readonly caFile: string;
  readonly tokenLifetimeHours: number;
  readonly accounts: readonly {
    readonly name: string;
    readonly deployments: readonly { readonly name: string; readonly model: string }[];
  }[];
  readonly apis: readonly ApiReport[];
  /** How the programs of Container Apps are started here. @default - none */
  readonly programs?: readonly { readonly app: string; readonly command: string }[];
  /** What a plan does not say, and what it is taken for. @default - nothing */
  readonly assumptions?: readonly string[];
}

export interface GatewayReport {
  readonly name: string;
  readonly tier: string;
  /** Which of its regions answers. @default - it has one */
  readonly region?: string;
  readonly url: string;
  readonly hostNames: readonly string[];
}

export interface ApiReport {
  readonly gateway: string;
  readonly name: string;
  readonly displayName: string;
  readonly path: string;
  readonly operations: number;
  readonly ways: readonly WayReport[];
  /** A call without any credential; none for an API without operations. */
  readonly anonymous?: CallReport;
  /** The call that is answered from a cache once it was made, and the same request of another caller, which is not. */
  readonly cached?: { readonly again: CallReport; readonly other?: CallReport };
  /** Calls of models that are no account's. @default - none */
  readonly endpointModels?: readonly CallReport[];
  /** A request that waits, and the call for its answer, to be made after it. @default - none waits */
  readonly queued?: { readonly accepted: CallReport; readonly waiting: CallReport };
  /** What no working credential could be made for, and why. */
  readonly unknown: readonly { readonly label: string; readonly reason: string }[];
}

/** One way in: an authenticator, or several that belong together. */
export interface WayReport {
  readonly authenticators: readonly string[];
  /** One call for each client that got in. */
  readonly admitted: readonly CallReport[];
  readonly refused: readonly CallReport[];
}

/** A call that was made in a rehearsal, to be repeated. */
export interface CallReport {
  readonly credentials: readonly string[];
  /** As it was answered. */
  readonly status: number;
  readonly client?: string;
  readonly operation: string;
  readonly deployment?: string;
  /** For a POSIX shell. */
  readonly command: string;
}

export interface StartReportProps {
  readonly simulation: Simulation;
  readonly accesses: readonly ApiAccess[];
  readonly commands: CallCommands;
  readonly page: string;
  /** Starts the program of Container Apps. @default - no line for them */
  readonly program?: string;
}

const TOKEN_LIFETIME_HOURS = 24;

/** Makes the credentials of all calls, in files where they are long, and describes what runs. */
export async function createStartReport(props: StartReportProps): Promise<StartReport> {
  const { simulation, accesses, commands, page, program } = props;
  const { caFile } = commands;
  const { gateways, accounts, containerApps = [] } = simulation.model;
  const apis: ApiReport[] = [];
  for (const access of accesses) {
    apis.push(await new ApiDescription(props, access).report());
  }
  return {
    gateways: gateways.map(({ name, tier, location, additionalLocations = [], hostNames }) => ({
      name,
      tier,
      region: additionalLocations.length > 0 ? location : undefined,
      url: simulation.urlOf(name),
      hostNames: hostNames.map(({ hostName }) => hostName),
    })),
    page,
    proxy: simulation.proxyUrl,
    caFile,
    tokenLifetimeHours: TOKEN_LIFETIME_HOURS,
    accounts: accounts.map(({ name, deployments }) => ({
      name,
      deployments: deployments.map((deployment) => ({ name: deployment.name, model: deployment.modelName })),
    })),
    apis,
    programs:
      program === undefined
        ? []
        : containerApps.map(({ name, environment }) => ({
            app: name,
            command: programCommand({ simulation, environment, program, caFile }),
          })),
    assumptions: simulation.model.assumptions,
  };
}

class ApiDescription {
  private readonly simulation: Simulation;
  private readonly commands: CallCommands;

  public constructor(
    { simulation, commands }: StartReportProps,
    private readonly access: ApiAccess,
  ) {
    this.simulation = simulation;
    this.commands = commands;
  }

  public async report(): Promise<ApiReport> {
    const { gateway, api: name, accesses, anonymous, cached, endpointModels, queued, unknown } = this.access;
    const api = this.simulation.model.gateways
      .find((candidate) => candidate.name === gateway)
      ?.apis.find((candidate) => candidate.name === name);
    const ways: WayReport[] = [];
    for (const access of accesses) {
      ways.push(await this.way(access));
    }
    return {
      gateway,
      name,
      displayName: api?.displayName ?? name,
      path: (api && apiAddress(api).path) || "/",
      operations: api?.operations.length ?? 0,
      ways,
      anonymous: anonymous && (await this.call(anonymous)),
      cached: cached && {
        again: await this.call(cached.again),
        other: cached.other && (await this.call(cached.other)),
      },
      endpointModels: await this.all(endpointModels),
      queued: queued && (await this.queued(queued)),
      unknown,
    };
  }

  private async way({ authenticators, admitted, refused }: Access): Promise<WayReport> {
    return { authenticators, admitted: await this.all(admitted), refused: await this.all(refused) };
  }

  private async all(trials: readonly Trial[]): Promise<readonly CallReport[]> {
    const reports: CallReport[] = [];
    for (const trial of trials) {
      reports.push(await this.call(trial));
    }
    return reports;
  }

  private async queued({ accepted, waiting }: QueuedAccess): Promise<NonNullable<ApiReport["queued"]>> {
    const commands = this.commands.commandsOfLater(
      await this.commanded(accepted),
      await this.commanded(waiting),
      this.access.api,
    );
    return {
      accepted: callReport(accepted, commands.accepted),
      waiting: callReport(waiting, commands.waiting),
    };
  }

  private async call(trial: Trial): Promise<CallReport> {
    return callReport(trial, this.commands.command(await this.commanded(trial), this.access.api));
  }

  private async commanded({ credentials, request }: Trial): Promise<CommandedCall> {
    const presented = await present(this.simulation, credentials, TOKEN_LIFETIME_HOURS * 3600);
    return {
      ...request,
      gateway: this.access.gateway,
      ...presented,
      headers: { ...request.headers, ...presented.headers },
    };
  }
}

function callReport({ credentials, request, status, client }: Trial, command: string): CallReport {
  const { operation, deployment } = request;
  return { credentials: credentials.map(describeCredential), status, client, operation, deployment, command };
}
