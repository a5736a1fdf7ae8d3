import { initializeExpressions } from "../../expressions";
import { OpenAiAccount } from "../accounts";
import { BlobStorage } from "../blob-storage";
import { CertificateVerifier, LocalCertificateAuthority, StandInAuthorities } from "../certificates";
import { Clock } from "../clock";
import {
  type ConnectionTimeouts,
  Gateway,
  type GatewayEnvironment,
  gatewayHost,
  GatewayListener,
  seededRandom,
} from "../gateway";
import { IdentityPlatform, RoleAssignments } from "../identity";
import { KeyVault } from "../key-vault";
import { LogAnalytics, type LogAnalyticsProps } from "../log-analytics";
import type { GatewayModel, StackModel } from "../model";
import { Listener, Network } from "../network";
import {
  describeInDocument,
  type PolicyCoverage,
  PolicyDocumentError,
  type PolicyProblem,
} from "../policies";
import { ServiceBusNamespace } from "../service-bus";
import { Sinks } from "../sinks";
import { readStacks, type StackInputs, StackLoadError } from "../terraform";
import { openModelEndpoints, secretOf } from "./model-endpoints";
import { servedFrom } from "./serving-region";
import { SimulatedAccount } from "./simulated-account";
import { SimulatedModelEndpoint } from "./simulated-model-endpoint";
import { type ListeningGateway, Simulation } from "./simulation";

/** How stacks are run. */
export interface SimulateOptions {
  /** Time of everything in the simulation. @default - a running clock at the machine's time */
  readonly clock?: Clock;
  /** Port of the first gateway; further gateways and then the HTTP proxy get the ports after it. @default - free ports */
  readonly port?: number;
  /** Address on which gateways listen. @default "127.0.0.1" */
  readonly host?: string;
  /**
   * Public IPv4 address that programs on this machine call from, for the address rules of accounts.
   * @default - none that any rule lets in
   */
  readonly sourceAddress?: string;
  /** How long gateways wait for slow clients. @default - those of `ConnectionTimeouts` */
  readonly connectionTimeouts?: ConnectionTimeouts;
  /**
   * Which of a gateway's regions answers, by the name in its `additional_location`: the others are lost, and counters of
   * limits are those of this region alone.
   *
   * @default - that of its `location`
   */
  readonly region?: string;
  /** What load balancing and jitter start from: the same seed gives the same choices. @default 1 */
  readonly seed?: number;
  /** What the stacks take from outside. @default - nothing */
  readonly inputs?: StackInputs;
  /** Counts what of the policies requests reach. @default - nobody does */
  readonly coverage?: PolicyCoverage;
  /**
   * Whether policies are held to Microsoft's pages where deployed ones contradict them and work: attributes and elements
   * that a page asks for, sections, the number of dimensions. @default false
   */
  readonly strict?: boolean;
  /**
   * Gets what was read of the stacks, before a port is asked for.
   * @internal
   */
  readonly onLoaded?: (model: StackModel) => void;
}

/**
 * Runs synthesized stacks, or what Terraform shows of any other, on this machine: gateways, Azure OpenAI accounts, issuers and Key Vaults. For
 * development and tests; nothing it does leaves the machine.
 * @param stackDirs each one with a `cdk.tf.json`, or a `cdktf.out` with several stacks, or a file that
 * `terraform show -json` wrote of a plan or a state
 * @throws StackLoadError with everything in the stacks that cannot be simulated
 * @throws Error where no gateway answers in `region`
 * @throws PolicyDocumentError with everything in the policies that cannot be run as written
 */
export async function simulate(
  stackDirs: string | readonly string[],
  options: SimulateOptions = {},
): Promise<Simulation> {
  const { clock = new Clock(), inputs, host, port = 0, sourceAddress, seed = 1 } = options;
  const { connectionTimeouts } = options;
  const [, read, localAuthority] = await Promise.all([
    initializeExpressions(),
    readStacks(stackDirs, inputs),
    LocalCertificateAuthority.ofProcess(),
  ]);
  refuseProblems(read, options);
  const loaded = read.model;
  options.onLoaded?.(loaded);
  const network = new Network(clock);
  const authorities = new StandInAuthorities(loaded, clock, network);
  const model = servedFrom(authorities.addTo(loaded), options.region);
  const identity = new IdentityPlatform({ model, network, clock });
  const accounts = openAccounts(model, identity, network, clock);
  const vaults = openVaults(model, identity, network);
  const serviceBus = openServiceBus(model, identity, network, clock);
  const storage = openStorage(model, identity, network, clock);
  const endpoints = openModelEndpoints({ model, identity, network, vaults, clock });
  const sinks = new Sinks();
  const logAnalytics = openLogAnalytics(model, identity, network, () => ({
    now: clock.now(),
    tables: sinks.logTables,
  }));
  const random = seededRandom(seed);
  const world = (gateway: GatewayModel): GatewayEnvironment => {
    const verifier = verifierOf(gateway, clock, network);
    const judgeCertificate = async (der: Uint8Array): Promise<string | undefined> => {
      const { findings } = await verifier.verify(der, { checkRevocation: false, purpose: "serverAuth" });
      return findings[0] && `${findings[0].status}: ${findings[0].detail}`;
    };
    return {
      clock,
      sinks,
      random,
      fetch: (request, validation) =>
        network.fetch(request, {
          validateCertificateChain: validation?.validateCertificateChain,
          validateCertificateName: validation?.validateCertificateName,
          origin: gateway.virtualNetwork ? "virtualNetwork" : "internet",
          sourceAddress: gateway.publicIpAddresses[0],
          judgeCertificate,
        }),
      readSecret: (url) => secretOf(vaults, url),
      authorization: (place) => inputs?.authorizations?.[place],
      managedIdentityToken: (resource, clientId) =>
        identity.managedIdentityToken(gateway, resource, clientId),
      verifyClientCertificate: async ([leaf, ...presentedChain], checkRevocation) =>
        leaf === undefined
          ? [{ status: "PartialChain", subject: "", detail: "no certificate was presented" }]
          : (await verifier.verify(leaf, { presentedChain, checkRevocation, purpose: "clientAuth" }))
              .findings,
    };
  };
  const gateways = await createAll(model.gateways, world, options);
  for (const gateway of gateways) {
    for (const { hostName } of gateway.model.hostNames) {
      network.register(hostName, gatewayHost(gateway));
    }
  }
  const listener = new Listener(network, localAuthority, sourceAddress);
  for (const namespace of serviceBus) {
    listener.upgradeTo(namespace.hostName, (request, socket, head, origin) =>
      namespace.upgrade(request, socket, head, origin),
    );
  }
  const listening: ListeningGateway[] = [];
  try {
    const portAfter = (count: number): number => (port === 0 ? 0 : port + count);
    for (const [index, gateway] of gateways.entries()) {
      listening.push({
        gateway,
        listener: await GatewayListener.listen({
          gateway,
          identity: (name) => localAuthority.issue(name),
          port: portAfter(index),
          host,
          ...connectionTimeouts,
        }),
      });
    }
    // Last, so that of two taken ports the one is named that was asked for.
    await listener.listen({ http: portAfter(gateways.length) });
    for (const { gateway, listener: door } of listening) {
      gateway.model.hostNames.forEach(({ hostName }) => listener.tunnelTo(hostName, door.port));
    }
  } catch (error) {
    await Promise.all([listener.close(), ...listening.map((running) => running.listener.close())]);
    throw error;
  }
  return new Simulation({
    model,
    clock,
    network,
    identity,
    sinks,
    authorities,
    caPem: localAuthority.pem,
    listener,
    gateways: listening,
    host,
    accounts: accounts.map((account) => new SimulatedAccount(account)),
    endpoints: endpoints.map((endpoint) => new SimulatedModelEndpoint(endpoint, network, authorities)),
    vaults,
    serviceBus,
    storage,
    logAnalytics,
  });
}

/** Puts the Key Vaults of the stacks at their host names; they take tokens of the stacks' tenant. */
function openVaults(model: StackModel, identity: IdentityPlatform, network: Network): readonly KeyVault[] {
  const roleAssignments = new RoleAssignments(model.roleAssignments);
  return model.vaults.map((vault) => {
    const open = new KeyVault({ model: vault, tenant: identity.tenant(vault.tenantId), roleAssignments });
    network.register(new URL(vault.uri).host, (request) => open.handle(request));
    return open;
  });
}

/** Puts the Service Bus namespaces of the stacks at their host names. */
function openServiceBus(
  model: StackModel,
  identity: IdentityPlatform,
  network: Network,
  clock: Clock,
): readonly ServiceBusNamespace[] {
  const roleAssignments = new RoleAssignments(model.roleAssignments);
  return (model.serviceBusNamespaces ?? []).map((namespace) => {
    const tenant = identity.tenant(namespace.tenantId);
    const open = new ServiceBusNamespace({ model: namespace, tenant, roleAssignments, clock });
    network.register(open.hostName, (request) => open.handle(request));
    return open;
  });
}

/** Puts the storage accounts of the stacks at the host names of their blobs. */
function openStorage(
  model: StackModel,
  identity: IdentityPlatform,
  network: Network,
  clock: Clock,
): readonly BlobStorage[] {
  const roleAssignments = new RoleAssignments(model.roleAssignments);
  return (model.storageAccounts ?? []).map((account) => {
    const tenant = identity.tenant(account.tenantId);
    const open = new BlobStorage({ model: account, tenant, roleAssignments, clock });
    network.register(open.hostName, (request) => open.handle(request));
    return open;
  });
}

/** Puts the query API in front of what the sinks hold. */
function openLogAnalytics(
  model: StackModel,
  identity: IdentityPlatform,
  network: Network,
  records: LogAnalyticsProps["records"],
): LogAnalytics {
  const open = new LogAnalytics({
    workspaces: model.logWorkspaces ?? [],
    tenant: (tenantId) => identity.tenant(tenantId),
    roleAssignments: new RoleAssignments(model.roleAssignments),
    records,
  });
  for (const hostName of open.hostNames) {
    network.register(hostName, (request) => open.handle(request));
  }
  return open;
}

/** Puts the accounts of the stacks at their host names. */
function openAccounts(
  model: StackModel,
  identity: IdentityPlatform,
  network: Network,
  clock: Clock,
): readonly OpenAiAccount[] {
  const roleAssignments = new RoleAssignments(model.roleAssignments);
  return model.accounts.map((account) => {
    const tenant = identity.tenant(account.tenantId);
    const open = new OpenAiAccount({ model: account, tenant, roleAssignments, clock });
    for (const hostName of account.hostNames) {
      network.register(hostName, (request) => open.handle(request));
    }
    return open;
  });
}

/**
 * Refuses stacks with problems, and says what is wrong with their policies at once, unless that may be because of them.
 * @throws StackLoadError
 */
function refuseProblems(
  { model, problems, unsettled }: Awaited<ReturnType<typeof readStacks>>,
  { strict }: SimulateOptions,
): void {
  if (problems.length === 0) {
    return;
  }
  const known = new Set(problems.map(({ address }) => address));
  const ofPolicies =
    unsettled.length > 0 ? [] : model.gateways.flatMap((gateway) => Gateway.problemsOf(gateway, strict));
  throw new StackLoadError(
    [
      ...problems,
      ...ofPolicies
        // A document that could not be read is empty.
        .filter(({ address }) => !known.has(address))
        .map((problem) => ({ address: problem.address, message: describeInDocument(problem) })),
    ],
    unsettled,
  );
}

/** Compiles all gateways; the problems of all of them are reported together. */
async function createAll(
  models: readonly GatewayModel[],
  world: (model: GatewayModel) => GatewayEnvironment,
  { coverage, strict }: SimulateOptions,
): Promise<readonly Gateway[]> {
  const gateways: Gateway[] = [];
  const problems: PolicyProblem[] = [];
  for (const model of models) {
    try {
      gateways.push(await Gateway.create(model, world(model), coverage, strict));
    } catch (error) {
      if (!(error instanceof PolicyDocumentError)) {
        throw error;
      }
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) {
    throw new PolicyDocumentError(problems);
  }
  return gateways;
}

/** Judges client certificates by the stores of one gateway. */
function verifierOf(
  { trustedCertificates }: GatewayModel,
  clock: Clock,
  network: Network,
): CertificateVerifier {
  const inStore = (wanted: "Root" | "CertificateAuthority"): readonly Uint8Array[] =>
    trustedCertificates
      .filter(({ store }) => store === wanted)
      .flatMap(({ der, standIn }) => (standIn === undefined ? [der] : [der, standIn]));
  return new CertificateVerifier({
    // Stand-ins join them when they are made.
    get trustedRoots() {
      return inStore("Root");
    },
    get intermediates() {
      return inStore("CertificateAuthority");
    },
    clock,
    fetch: (request) => network.fetch(request),
  });
}
