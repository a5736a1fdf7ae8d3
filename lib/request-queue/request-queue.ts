import { ServicebusNamespace } from "@cdktf/provider-azurerm/lib/servicebus-namespace";
import { ServicebusQueue } from "@cdktf/provider-azurerm/lib/servicebus-queue";
import { StorageAccount } from "@cdktf/provider-azurerm/lib/storage-account";
import { StorageContainer } from "@cdktf/provider-azurerm/lib/storage-container";
import { StorageManagementPolicy } from "@cdktf/provider-azurerm/lib/storage-management-policy";
import { Construct, type IConstruct } from "constructs";
import { BuiltInRole, type IPrincipal, RoleGrant } from "../identity";
import {
  checkPlacement,
  guardAgainstTemplates,
  KEYLESS_STORAGE,
  NAME_RULES,
  type Placement,
  storageProviderProblems,
  type WithDefaults,
  withDefaults,
} from "../private";
import { Problems, type SecurityControl, type SecurityOptOut, SecurityOptOuts } from "../validation";
import { checkQueueWorkerIdentity, type QueueWorkerIdentity } from "./queue-worker-identity";

/** Capacity of a Premium namespace. */
export type MessagingUnits = 1 | 2 | 4 | 8 | 16;

/** Requests that wait for a model, and what became of them, as an API sees them. */
export interface IRequestQueue extends IConstruct {
  /** URL to which messages are posted; a literal. */
  readonly messagesUrl: string;
  /** URL of the container of results; a literal. */
  readonly resultsUrl: string;
  /** Hours for which a request may wait, and its result can be read. */
  readonly retentionHours: number;
  /** Bytes of a message at most: the request with what the gateway says about it. */
  readonly maxMessageBytes: number;
  /** Who takes requests from it. */
  readonly worker: QueueWorkerIdentity;
  /** Lets `gateway` put requests into the queue, and read and write their results. */
  grantAccept(gateway: IPrincipal): RoleGrant;
}

/** A queue for requests that can wait. */
export interface RequestQueueProps extends Placement {
  /** Name of the Service Bus namespace, a literal: 6 to 50 letters, digits or '-', unique in all of Azure. */
  readonly namespaceName: string;
  /** Name of the storage account, a literal: 3 to 24 lower-case letters or digits, unique in all of Azure. */
  readonly storageAccountName: string;
  /** Name of the queue, a literal: 1 to 260 lower-case letters, digits or ._-. @default "requests" */
  readonly queueName?: string;
  /** Who takes requests from it and asks the gateway in the name of those who sent them. */
  readonly worker: QueueWorkerIdentity;
  /**
   * Hours for which a request may wait, and its result can be read, 1 to 720. Afterwards nothing of it is given to
   * anybody. The queue drops a request that nobody took; a result is deleted within a day more, in which storage works
   * off its rules. What a worker gave up lies in the dead letters, with its prompt, until somebody deletes it: the alert
   * of `GatewayAlerts` tells of each.
   *
   * @default 72
   */
  readonly retentionHours?: number;
  /**
   * Messaging units of the Premium namespace: 1, 2, 4, 8 or 16.
   *
   * @default 1
   */
  readonly messagingUnits?: MessagingUnits;
  /**
   * Megabytes that wait at most; then the gateway answers 503: 1024, 2048, 3072, 4096 or 5120, on Premium also 10240,
   * 20480, 40960 or 81920.
   *
   * @default 1024
   */
  readonly maxSizeInMegabytes?: number;
  /** Seconds after which a message that its worker no longer holds is given to another, 30 to 300. @default 60 */
  readonly lockSeconds?: number;
  /**
   * Times that a message is given to workers before it becomes a dead letter, 1 to 2,000. Dead letters stay until
   * somebody deletes them: Service Bus has no time to live for them.
   *
   * @default 10
   */
  readonly maxDeliveryCount?: number;
  /**
   * `queue-public-network`: a namespace of the Standard tier, which has no private endpoint. Callers still need Entra
   * ID tokens and a role. @default - Premium, reached through a private endpoint only
   */
  readonly securityOptOuts?: readonly SecurityOptOut[];
}

/** What is used where the props leave it out. */
const DEFAULTS = {
  queueName: "requests",
  retentionHours: 72,
  maxSizeInMegabytes: 1_024,
  lockSeconds: 60,
  maxDeliveryCount: 10,
} as const satisfies Partial<RequestQueueProps>;

type CompleteProps = WithDefaults<RequestQueueProps, typeof DEFAULTS>;

const CONTROLS: readonly SecurityControl[] = ["queue-public-network"];
const MESSAGING_UNITS: readonly number[] = [1, 2, 4, 8, 16];
const SIZES = [1_024, 2_048, 3_072, 4_096, 5_120];
const PREMIUM_SIZES = [...SIZES, 10_240, 20_480, 40_960, 81_920];
const MAX_RETENTION_HOURS = 720;
const RESULTS = "results";
/** Over HTTP, whatever the tier would take over AMQP. Source: service-bus-messaging/service-bus-quotas */
const MAX_MESSAGE_KIB = { Premium: 1_024, Standard: 256 } as const;
/** Header and properties of a message count as well. */
const PROPERTIES_KIB = 16;

/**
 * Requests that can wait: a Service Bus queue that holds them, and blobs that hold what became of them. APIs take it as
 * `queued`; a {@link QueueWorker} empties it. Nobody has a key of either.
 *
 * ```ts
 * const queue = new RequestQueue(this, "queue", {
 *   ...place,
 *   namespaceName: names.serviceBusNamespace(),
 *   storageAccountName: names.storageAccount("results"),
 *   worker: { identity: worker, tenantId, audience: registration.clientId },
 * });
 * network.addPrivateEndpoint("queue", { target: PrivateEndpointTarget.serviceBusNamespace(queue.namespace) });
 * network.addPrivateEndpoint("results", { target: PrivateEndpointTarget.blobStorage(queue.storageAccount) });
 * gateway.addOpenAiApi("claims", { …, queued: { queue, tokensPerMinute: 20_000 } });
 * ```
 *
 * Source: https://learn.microsoft.com/azure/service-bus-messaging/service-bus-premium-messaging
 */
export class RequestQueue extends Construct implements IRequestQueue {
  public readonly messagesUrl: string;
  public readonly resultsUrl: string;
  public readonly retentionHours: number;
  public readonly maxMessageBytes: number;
  public readonly worker: QueueWorkerIdentity;
  /** Host name of the namespace; a literal. */
  public readonly namespaceHostName: string;
  /** Name of the queue. */
  public readonly queueName: string;
  /** Whether it is reached through private endpoints only. */
  public readonly isPrivate: boolean;
  /** The namespace itself, for what this class does not offer. */
  public readonly namespace: ServicebusNamespace;
  /** The queue itself. */
  public readonly queue: ServicebusQueue;
  /** The account of results. */
  public readonly storageAccount: StorageAccount;
  /** Megabytes that it holds at most. */
  public readonly maxSizeInMegabytes: number;
  /** What its worker may do: receive from the queue, put back what has to wait, read and write results. */
  public readonly workerGrants: readonly RoleGrant[];
  /** The container of results. */
  public readonly container: StorageContainer;

  /** @throws ValidationError with everything that is wrong with the props */
  public constructor(scope: Construct, id: string, given: RequestQueueProps) {
    super(scope, id);
    const props = withDefaults(given, DEFAULTS);
    const { queueName, retentionHours, maxSizeInMegabytes, provider } = props;
    const problems = new Problems(this);
    const optOuts = new SecurityOptOuts(this, CONTROLS, props.securityOptOuts, problems);
    this.isPrivate = !optOuts.has("queue-public-network");
    checkProps(props, this.isPrivate, problems);
    problems.throwIfAny();
    guardAgainstTemplates(this);
    this.node.addValidation({ validate: () => storageProviderProblems(this, false, provider) });

    this.worker = props.worker;
    this.queueName = queueName;
    this.retentionHours = retentionHours;
    this.maxSizeInMegabytes = maxSizeInMegabytes;
    this.namespaceHostName = `${props.namespaceName}.servicebus.windows.net`;
    this.messagesUrl = `https://${this.namespaceHostName}/${queueName}/messages`;
    this.resultsUrl = `https://${props.storageAccountName}.blob.core.windows.net/${RESULTS}`;
    const tier = this.isPrivate ? "Premium" : "Standard";
    this.maxMessageBytes = (MAX_MESSAGE_KIB[tier] - PROPERTIES_KIB) * 1_024;
    this.namespace = this.createNamespace(props, optOuts.tagged(props.tags));
    this.queue = this.createQueue(props);
    this.storageAccount = this.createStorageAccount(props);
    this.container = new StorageContainer(this, "Results", {
      name: RESULTS,
      storageAccountId: this.storageAccount.id,
      containerAccessType: "private",
      provider,
    });
    this.createLifecycle(retentionHours, provider);
    const grantee = props.worker.identity;
    this.workerGrants = [
      RoleGrant.assign({ ...this.onQueue("AZURE_SERVICE_BUS_DATA_RECEIVER"), grantee }),
      // Whoever may ask in any caller's name gains nothing by a message that says so.
      RoleGrant.assign({ ...this.onQueue("AZURE_SERVICE_BUS_DATA_SENDER"), grantee }),
      RoleGrant.assign({ ...this.onResults(), grantee }),
    ];
  }

  public grantAccept(gateway: IPrincipal): RoleGrant {
    return RoleGrant.of(
      ...RoleGrant.assign({ ...this.onQueue("AZURE_SERVICE_BUS_DATA_SENDER"), grantee: gateway }).assignments,
      ...RoleGrant.assign({ ...this.onResults(), grantee: gateway }).assignments,
    );
  }

  private onQueue(role: "AZURE_SERVICE_BUS_DATA_SENDER" | "AZURE_SERVICE_BUS_DATA_RECEIVER") {
    return {
      role: BuiltInRole[role],
      resource: this.queue,
      resourceId: this.queue.id,
      provider: this.queue.provider,
    };
  }

  private onResults() {
    return {
      role: BuiltInRole.STORAGE_BLOB_DATA_CONTRIBUTOR,
      resource: this.container,
      resourceId: this.container.id,
      provider: this.container.provider,
    };
  }

  private createNamespace(props: RequestQueueProps, tags: Placement["tags"]): ServicebusNamespace {
    return new ServicebusNamespace(this, "Namespace", {
      name: props.namespaceName,
      resourceGroupName: props.resourceGroupName,
      location: props.location,
      // Premium is spread over the zones of its region by itself, wherever the region has any.
      sku: this.isPrivate ? "Premium" : "Standard",
      capacity: this.isPrivate ? (props.messagingUnits ?? 1) : undefined,
      premiumMessagingPartitions: this.isPrivate ? 1 : undefined,
      localAuthEnabled: false,
      minimumTlsVersion: "1.2",
      publicNetworkAccessEnabled: !this.isPrivate,
      tags,
      provider: props.provider,
    });
  }

  private createQueue(props: CompleteProps): ServicebusQueue {
    const { maxSizeInMegabytes, lockSeconds, maxDeliveryCount } = props;
    return new ServicebusQueue(this, "Queue", {
      name: this.queueName,
      namespaceId: this.namespace.id,
      defaultMessageTtl: duration(this.retentionHours * 3_600),
      // A dead letter has no time to live, and this one would have a prompt in it.
      deadLetteringOnMessageExpiration: false,
      requiresDuplicateDetection: true,
      duplicateDetectionHistoryTimeWindow: "PT10M",
      lockDuration: duration(lockSeconds),
      maxDeliveryCount,
      maxSizeInMegabytes,
      maxMessageSizeInKilobytes: this.isPrivate ? MAX_MESSAGE_KIB.Premium : undefined,
      provider: props.provider,
    });
  }

  private createStorageAccount(props: RequestQueueProps): StorageAccount {
    return new StorageAccount(this, "Storage", {
      name: props.storageAccountName,
      resourceGroupName: props.resourceGroupName,
      location: props.location,
      ...KEYLESS_STORAGE,
      accountReplicationType: "ZRS",
      publicNetworkAccessEnabled: false,
      // Written even while public access is off, so that switching it on by hand opens nothing.
      networkRules: { defaultAction: "Deny", bypass: ["None"] },
      tags: props.tags,
      provider: props.provider,
    });
  }

  /** The gateway gives nothing that is past its time; this is what removes it. */
  private createLifecycle(retentionHours: number, provider: Placement["provider"]): void {
    new StorageManagementPolicy(this, "Lifecycle", {
      storageAccountId: this.storageAccount.id,
      rule: [
        {
          name: "expired-results",
          enabled: true,
          filters: { blobTypes: ["blockBlob"], prefixMatch: [`${RESULTS}/`] },
          actions: {
            baseBlob: { deleteAfterDaysSinceModificationGreaterThan: Math.ceil(retentionHours / 24) },
          },
        },
      ],
      provider,
    });
  }
}

/** ISO 8601 as Azure writes it, or each plan would show a difference: `P3D`, not `PT72H`. */
function duration(seconds: number): string {
  const part = (count: number, unit: string): string => (count > 0 ? `${count}${unit}` : "");
  const days = part(Math.floor(seconds / 86_400), "D");
  const time =
    part(Math.floor(seconds / 3_600) % 24, "H") +
    part(Math.floor(seconds / 60) % 60, "M") +
    part(seconds % 60, "S");
  return `P${days}${time ? `T${time}` : ""}`;
}

function checkProps(props: CompleteProps, isPremium: boolean, problems: Problems): void {
  const { queueName, retentionHours, maxSizeInMegabytes } = props;
  problems.checkLiteral(props.namespaceName, NAME_RULES.serviceBusNamespace.pattern, {
    rule: `namespaceName must be a literal of ${NAME_RULES.serviceBusNamespace.words}`,
    remedy: "shorten or change it",
  });
  problems.checkLiteral(props.storageAccountName, NAME_RULES.storageAccount.pattern, {
    rule: `storageAccountName must be a literal of ${NAME_RULES.storageAccount.words}`,
    remedy: "shorten or change it",
  });
  problems.checkLiteral(queueName, NAME_RULES.serviceBusQueue.pattern, {
    rule: `queueName must be a literal of ${NAME_RULES.serviceBusQueue.words}`,
    remedy: "shorten or change it",
  });
  checkPlacement(problems, props);
  checkQueueWorkerIdentity(props.worker, problems);
  problems.checkRange(retentionHours, 1, MAX_RETENTION_HOURS, {
    rule: `retentionHours must be a whole number from 1 to ${MAX_RETENTION_HOURS}`,
    remedy: "use the time in which callers come for their results",
  });
  problems.check(isPremium || props.messagingUnits === undefined, {
    rule: "messagingUnits are of the Premium tier only",
    value: props.messagingUnits,
    remedy: "leave it out, or remove the opt-out 'queue-public-network'",
  });
  problems.check(props.messagingUnits === undefined || MESSAGING_UNITS.includes(props.messagingUnits), {
    rule: `messagingUnits must be one of ${MESSAGING_UNITS.join(", ")}`,
    value: props.messagingUnits,
    remedy: "start with 1: a worker waits for models, not for the queue",
  });
  const sizes = isPremium ? PREMIUM_SIZES : SIZES;
  problems.check(sizes.includes(maxSizeInMegabytes), {
    rule: `maxSizeInMegabytes must be one of ${sizes.join(", ")}`,
    value: maxSizeInMegabytes,
    remedy: "use the size of what may wait at the worst time",
  });
  problems.checkRange(props.lockSeconds, 30, 300, {
    rule: "lockSeconds must be a whole number from 30 to 300",
    remedy: "leave it out: a worker renews what it holds",
  });
  problems.checkRange(props.maxDeliveryCount, 1, 2_000, {
    rule: "maxDeliveryCount must be a whole number from 1 to 2000",
    remedy: "leave it out for 10",
  });
}
