import type { RequestListener } from "node:http";
import type { BlobStorage } from "../blob-storage";
import type { ClientCertificateProps, StandInAuthorities } from "../certificates";
import type { Clock } from "../clock";
import type { Gateway, GatewayListener } from "../gateway";
import type { IdentityPlatform, TokenProps } from "../identity";
import type { KeyVault } from "../key-vault";
import type { KustoRow, LogAnalytics } from "../log-analytics";
import type { StackModel } from "../model";
import type { Listener, Network } from "../network";
import type { LogRecord, LogRow, LogTable, MetricRecord, TraceRecord } from "../policies";
import type { ServiceBusNamespace } from "../service-bus";
import type { RequestTrace, Sinks } from "../sinks";
import { type DirectCall, type DirectCallOptions, performCall } from "./direct-call";
import {
  type CallOptions,
  type CallResponse,
  type ClientCertificate,
  GatewayConnection,
} from "./gateway-connection";
import type { SimulatedAccount } from "./simulated-account";
import { SimulatedContainer } from "./simulated-container";
import type { SimulatedModelEndpoint } from "./simulated-model-endpoint";
import { SimulatedQueue } from "./simulated-queue";

/** A gateway and its door. */
export interface ListeningGateway {
  readonly gateway: Gateway;
  readonly listener: GatewayListener;
}

/** The parts of a running simulation. */
export interface SimulationParts {
  readonly model: StackModel;
  readonly clock: Clock;
  readonly network: Network;
  readonly identity: IdentityPlatform;
  readonly sinks: Sinks;
  /** Stand-ins for the CAs that the gateways trust. */
  readonly authorities: StandInAuthorities;
  /** Certificate of the CA behind every TLS server of the simulation, PEM. */
  readonly caPem: string;
  /** Door to all simulated hosts but the gateways' own ports. */
  readonly listener: Listener;
  readonly gateways: readonly ListeningGateway[];
  /** Address on which gateways listen. @default "127.0.0.1" */
  readonly host?: string;
  readonly accounts: readonly SimulatedAccount[];
  readonly endpoints: readonly SimulatedModelEndpoint[];
  readonly vaults: readonly KeyVault[];
  readonly serviceBus: readonly ServiceBusNamespace[];
  readonly storage: readonly BlobStorage[];
  readonly logAnalytics: LogAnalytics;
}

/** A running simulation of one or more stacks: how tests and people use it. */
export class Simulation {
  /** What was read of the stacks. */
  public readonly model: StackModel;
  /** Time of everything in the simulation: `advance` moves it. */
  public readonly clock: Clock;
  /** The simulated internet: register further hosts here, or set certificate faults. */
  public readonly network: Network;
  /** Entra ID, and the OpenID providers that policies name. */
  public readonly identity: IdentityPlatform;
  /** To be trusted by clients: `NODE_EXTRA_CA_CERTS`, `--cacert`. One CA for all simulations of a process. */
  public readonly caPem: string;
  private readonly sinks: Sinks;
  private readonly authorities: StandInAuthorities;
  private readonly listener: Listener;
  private readonly gateways: readonly ListeningGateway[];
  private readonly accounts: readonly SimulatedAccount[];
  private readonly endpoints: readonly SimulatedModelEndpoint[];
  private readonly vaults: readonly KeyVault[];
  private readonly serviceBus: readonly ServiceBusNamespace[];
  private readonly storage: readonly BlobStorage[];
  private readonly logAnalytics: LogAnalytics;
  private readonly clients = new Map<string, GatewayConnection>();

  public constructor(parts: SimulationParts) {
    this.model = parts.model;
    this.clock = parts.clock;
    this.network = parts.network;
    this.identity = parts.identity;
    this.caPem = parts.caPem;
    this.sinks = parts.sinks;
    this.authorities = parts.authorities;
    this.listener = parts.listener;
    this.gateways = parts.gateways;
    this.accounts = parts.accounts;
    this.endpoints = parts.endpoints;
    this.vaults = parts.vaults;
    this.serviceBus = parts.serviceBus;
    this.storage = parts.storage;
    this.logAnalytics = parts.logAnalytics;
    for (const { gateway, listener } of parts.gateways) {
      this.clients.set(
        gateway.model.name,
        new GatewayConnection(parts.caPem, gateway.primaryHostName, listener.port, parts.host),
      );
    }
  }

  /** URL of the first gateway, for clients on this machine that trust `caPem`. */
  public get url(): string {
    return this.urlOf();
  }

  /** URL of a gateway. @param name of the service @default - the first gateway @throws Error for an unknown name */
  public urlOf(name?: string): string {
    return `https://localhost:${this.running(name).listener.port}`;
  }

  /**
   * `HTTPS_PROXY` for programs that shall reach every simulated host under its real name: gateways, accounts and
   * issuers. It connects to nothing else.
   */
  public get proxyUrl(): string {
    return `http://127.0.0.1:${this.listener.httpPort}`;
  }

  /**
   * `HTTPS_PROXY` for programs that stand in the stacks' virtual network, such as a worker in a container: private
   * endpoints let them in.
   */
  public get virtualNetworkProxyUrl(): string {
    return this.listener.virtualNetworkProxyUrl;
  }

  /**
   * Serves a path beside the proxy, on loopback and plain HTTP: `http://localhost:<port of proxyUrl><path>`.
   * @param path with a leading slash and without a final one; everything below it is served, too
   */
  public mount(path: string, listener: RequestListener): void {
    this.listener.mount(path, listener);
  }

  /**
   * Calls a gateway over TLS, under its own host name.
   * @param target path and query, sent as they are
   * @throws Error when the connection fails or breaks off
   */
  public call(
    target: string,
    options: CallOptions & { readonly gateway?: string } = {},
  ): Promise<CallResponse> {
    const { name } = this.running(options.gateway).gateway.model;
    const client = this.clients.get(name);
    if (client === undefined) {
      throw new Error(`no client for gateway '${name}'`);
    }
    return client.call(target, options);
  }

  /**
   * Calls a gateway in this process: no connection, else as `call` does it. A client certificate counts where the
   * host name negotiates one.
   * @param target path and query, as they are
   * @throws Error for an unknown gateway, and when the simulator fails
   */
  public perform(target: string, options: DirectCallOptions = {}): Promise<DirectCall> {
    return performCall(this.running(options.gateway).gateway, this.sinks, target, options);
  }

  /**
   * Counters, caches, breakers, capacities, requests of accounts, queues and blobs as at the start; records and faults
   * stay.
   */
  public forgetTraffic(): void {
    this.gateways.forEach(({ gateway }) => gateway.forgetTraffic());
    this.accounts.forEach((account) => account.forgetTraffic());
    this.serviceBus.flatMap(({ queues }) => queues).forEach((queue) => queue.clear());
    this.storage.flatMap(({ containers }) => containers).forEach((container) => container.clear());
  }

  /**
   * Makes a token, good or bad.
   * @param props `issuer`: identifier of an OpenID provider or of an Entra tenant
   */
  public issueToken(props: TokenProps & { readonly issuer: string }): Promise<string> {
    return this.identity.mintToken(props);
  }

  /**
   * Issues a client certificate, good or bad, of a CA that a gateway trusts. Nobody here has the CA's key: a
   * stand-in with its subject, validity and extensions signs, and counts as the CA itself, in policies that name
   * its thumbprint, too. If the stacks cease to trust the CA, its stand-in is gone with it.
   * @throws Error when no gateway trusts an authority of that name, or several do
   */
  public async issueCertificate(props: ClientCertificateProps): Promise<ClientCertificate> {
    const { chainPem, privateKeyPem } = await this.authorities.issue(props);
    return { chainPem, privateKeyPem };
  }

  /** A subscription's primary or secondary key, as it is now. @throws Error for an unknown subscription */
  public subscriptionKey(subscriptionId: string, which: "primary" | "secondary" = "primary"): string {
    return this.subscriptionsWith(subscriptionId).key(subscriptionId, which);
  }

  /** Replaces one key of a subscription; the other goes on working. @throws Error for an unknown subscription */
  public regenerateSubscriptionKey(subscriptionId: string, which: "primary" | "secondary"): void {
    this.subscriptionsWith(subscriptionId).regenerateKey(subscriptionId, which);
  }

  /** Whether a subscription's keys open anything. @throws Error for an unknown subscription */
  public subscriptionState(subscriptionId: string): string {
    return this.subscriptionsWith(subscriptionId).state(subscriptionId);
  }

  /** Locks a client's keys out, or lets them in again. @throws Error for an unknown subscription */
  public setSubscriptionState(subscriptionId: string, state: "active" | "suspended"): void {
    this.subscriptionsWith(subscriptionId).setState(subscriptionId, state);
  }

  /** An Azure OpenAI account of the stacks, by name. @throws Error for an unknown name */
  public account(name: string): SimulatedAccount {
    const found = this.accounts.find(({ model }) => model.name === name);
    if (found === undefined) {
      const known = this.accounts.map(({ model }) => model.name).join(", ") || "none";
      throw new Error(`no account '${name}' in the stacks; there are: ${known}`);
    }
    return found;
  }

  /** Circuit breakers of a gateway's backends, as they are now. @throws Error for an unknown name */
  public breakers(gateway: string): Gateway["breakers"] {
    return this.running(gateway).gateway.breakers;
  }

  /** The OpenAI-compatible servers of the stacks. */
  public get modelEndpoints(): readonly SimulatedModelEndpoint[] {
    return this.endpoints;
  }

  /**
   * The OpenAI-compatible server behind the backends of a host, with its port unless it is 443.
   * @throws Error for a host at which no backend of the stacks has one
   */
  public modelEndpoint(host: string): SimulatedModelEndpoint {
    const found = this.endpoints.find((endpoint) => endpoint.host === host);
    if (found === undefined) {
      const known = this.endpoints.map((endpoint) => endpoint.host).join(", ") || "none";
      throw new Error(`no OpenAI-compatible server at '${host}' in the stacks; there are: ${known}`);
    }
    return found;
  }

  /** A queue of Service Bus in the stacks, by name. @throws Error for an unknown name */
  public queue(name: string): SimulatedQueue {
    for (const namespace of this.serviceBus) {
      const found = namespace.queues.find(({ model }) => model.name === name);
      if (found !== undefined) {
        return new SimulatedQueue(namespace, found);
      }
    }
    const known = this.serviceBus.flatMap(({ queues }) => queues.map(({ model }) => model.name));
    throw new Error(`no queue '${name}' in the stacks; there are: ${known.join(", ") || "none"}`);
  }

  /**
   * A container of blobs in the stacks.
   * @param account name of the storage account
   * @throws Error for an unknown name
   */
  public container(account: string, name: string): SimulatedContainer {
    const found = this.storage
      .find(({ model }) => model.name === account)
      ?.containers.find((container) => container.name === name);
    if (found === undefined) {
      const known = this.storage.flatMap(({ model, containers }) =>
        containers.map((container) => `${model.name}/${container.name}`),
      );
      throw new Error(
        `no container '${account}/${name}' in the stacks; there are: ${known.join(", ") || "none"}`,
      );
    }
    return new SimulatedContainer(found);
  }

  /**
   * Writes a new version of a secret. A gateway sees it within four hours of the simulation's clock.
   * @param vault name of a vault of the stacks
   * @throws Error for an unknown vault or secret
   */
  public rotateSecret(vault: string, name: string, value: string): void {
    const found = this.vaults.find(({ model }) => new URL(model.uri).host.startsWith(`${vault}.`));
    if (found === undefined) {
      throw new Error(`no vault '${vault}' in the stacks`);
    }
    found.rotate(name, value);
  }

  /**
   * Changes a named value of a gateway, as `az apim nv update` does: requests that begin afterwards find it.
   * @param displayName as policies refer to it
   * @param gateway name of the service @default - the first gateway
   * @throws Error for an unknown gateway or named value, and for a value that Azure does not take
   * @throws PolicyDocumentError when the policies cannot be run with it; then nothing has changed
   */
  public setNamedValue(displayName: string, value: string, gateway?: string): void {
    this.running(gateway).gateway.setNamedValue(displayName, value);
  }

  /**
   * Changes a policy document or a fragment of a gateway, as the editor of the portal does: requests that begin
   * afterwards find it.
   * @param address that Terraform has for it, such as `azurerm_api_management_api_policy.chat`
   * @param gateway name of the service @default - the first gateway
   * @throws Error for an unknown gateway or address
   * @throws PolicyDocumentError when it cannot be run; then nothing has changed
   */
  public setPolicy(address: string, xml: string, gateway?: string): void {
    this.running(gateway).gateway.setPolicy(address, xml);
  }

  /** What happened to each request, policy by policy; oldest first. */
  public get traces(): readonly RequestTrace[] {
    return this.sinks.traces;
  }

  /** Tells of each request as it ends. @returns stops telling */
  public onRequest(listener: (trace: RequestTrace) => void): () => void {
    return this.sinks.onRequest(listener);
  }

  /** Metrics that policies and diagnostics have emitted. */
  public get metrics(): readonly MetricRecord[] {
    return this.sinks.metrics;
  }

  /** Events and diagnostic records that loggers got. */
  public get logs(): readonly LogRecord[] {
    return this.sinks.logs;
  }

  /** Messages of the `trace` policy. */
  public get messages(): readonly TraceRecord[] {
    return this.sinks.messages;
  }

  /** Rows that diagnostics have written to a table of the Log Analytics workspace, oldest first. */
  public rows(table: LogTable): readonly LogRow[] {
    return this.sinks.rows(table);
  }

  /**
   * What a query finds in a Log Analytics workspace of the stacks, which has the rows of {@link rows}: Kusto, as far as it
   * is simulated.
   *
   * @param address Terraform address of the workspace @default - the only one
   * @throws Error without such a workspace, and for a query that cannot be run
   */
  public query(query: string, address?: string): readonly KustoRow[] {
    const workspaces = this.model.logWorkspaces ?? [];
    const found = workspaces.filter((each) => address === undefined || each.address === address);
    const [workspace] = found;
    if (workspace === undefined || found.length > 1) {
      const known = workspaces.map((each) => each.address).join(", ") || "none";
      throw new Error(`name one workspace of the stacks; there are: ${known}`);
    }
    return this.logAnalytics.query(workspace, query).rows;
  }

  /** Forgets traces, metrics, logs, messages and rows. */
  public clearRecords(): void {
    this.sinks.clear();
  }

  /** Closes every listener and connection. */
  public async close(): Promise<void> {
    this.serviceBus.forEach((namespace) => namespace.close());
    await Promise.all([...this.clients.values()].map((client) => client.close()));
    await Promise.all([this.listener.close(), ...this.gateways.map(({ listener }) => listener.close())]);
  }

  private subscriptionsWith(subscriptionId: string): Gateway["subscriptions"] {
    const found = this.gateways.find(({ gateway }) => gateway.subscriptions.has(subscriptionId));
    if (found === undefined) {
      const all = this.model.gateways.flatMap(({ subscriptions }) => subscriptions);
      const known = all.map((subscription) => subscription.subscriptionId).join(", ") || "none";
      throw new Error(`no subscription '${subscriptionId}' in the stacks; there are: ${known}`);
    }
    return found.gateway.subscriptions;
  }

  private running(name: string | undefined): ListeningGateway {
    const found = this.gateways.find(({ gateway }) => name === undefined || gateway.model.name === name);
    if (found === undefined) {
      const known = this.gateways.map(({ gateway }) => gateway.model.name).join(", ") || "none";
      throw new Error(
        `no gateway ${name === undefined ? "" : `'${name}' `}in the stacks; there are: ${known}`,
      );
    }
    return found;
  }
}
