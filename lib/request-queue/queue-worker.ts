import { ContainerAppEnvironment } from "@cdktf/provider-azurerm/lib/container-app-environment";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { AzapiResource } from "../azapi";
import { BuiltInRole, RoleGrant } from "../identity";
import type { WorkerSubnet } from "../network";
import { DiagnosticTarget, type ITelemetry } from "../observability";
import {
  checkPlacement,
  guardAgainstTemplates,
  NAME_RULES,
  type Placement,
  resourceIdPattern,
  type WithDefaults,
  withDefaults,
} from "../private";
import { Problems } from "../validation";
import type { RequestQueue } from "./request-queue";

/** A registry of one's own that the worker's identity may pull from. */
export interface WorkerImageRegistry {
  /** ARM id of the registry. */
  readonly id: string;
  /** Its host name, such as `contoso.azurecr.io`; a literal. */
  readonly loginServer: string;
}

/** A program that empties a queue. */
export interface QueueWorkerProps extends Placement {
  /** Name of the Container App: 2 to 32 lower-case letters, digits or single '-'. */
  readonly name: string;
  /** Name of its environment: 1 to 60 letters, digits or '-'. */
  readonly environmentName: string;
  /** What it empties. Its identity is that of the queue's `worker`. */
  readonly queue: RequestQueue;
  /** URL of the gateway without a slash at its end: `gateway.gatewayUrl`. */
  readonly gatewayUrl: string;
  /**
   * Image by digest, `<registry>/<name>@sha256:<64 hexadecimal digits>`; a literal. A tag could be another program
   * tomorrow, with the right to speak for every caller.
   */
  readonly image: string;
  /** Where the image is, if not everybody may pull it: the worker's identity gets the role AcrPull. @default - public */
  readonly registry?: WorkerImageRegistry;
  /** Subnet of the environment: `network.workerSubnet`. It must reach the gateway and the queue's endpoints. */
  readonly subnet: WorkerSubnet;
  /** Where logs and metrics go. */
  readonly telemetry: ITelemetry;
  /** Replicas that run though nothing waits. @default 0 */
  readonly minReplicas?: number;
  /** Replicas at most, 1 to 30: how many bounds what they ask at once. @default 3 */
  readonly maxReplicas?: number;
  /** Messages that wait for each replica before there is another. @default 20 */
  readonly messagesPerReplica?: number;
  /** Requests that a replica has at the gateway at once, 1 to 64. @default 4 */
  readonly concurrency?: number;
  /**
   * Seconds that a replica has after it is told to stop, 30 to 600: it takes nothing more, and finishes what it has
   * asked, or gives it back.
   *
   * @default 270 - longer than the gateway waits for a model
   */
  readonly graceSeconds?: number;
  /** Whether replicas are spread over the zones of the region; some regions have none. @default true */
  readonly zoneRedundant?: boolean;
}

/** What is used where the props leave it out. */
const DEFAULTS = {
  minReplicas: 0,
  maxReplicas: 3,
  messagesPerReplica: 20,
  concurrency: 4,
  graceSeconds: 270,
  zoneRedundant: true,
} as const satisfies Partial<QueueWorkerProps>;

type CompleteProps = WithDefaults<QueueWorkerProps, typeof DEFAULTS>;

/** GA, and with identities of scale rules, which azurerm 4 does not know. */
const CONTAINER_APP = "Microsoft.App/containerApps@2025-01-01";
const PROFILE = "Consumption";
const IMAGE = /^[a-z0-9.-]+(?::\d{1,5})?(?:\/[a-z0-9._-]+)+@sha256:[0-9a-f]{64}$/;
const LOGIN_SERVER = /^[a-z0-9]{5,50}\.azurecr\.io$/;
/** Between what the worker waits for and its end by force. */
const GRACE_MARGIN_SECONDS = 15;

/**
 * The worker of a queue, on Azure Container Apps: takes a request, asks the gateway in the name of its caller, and
 * writes the answer where the caller reads it. Runs while something waits, from none to `maxReplicas`. It has an
 * identity and no secret, an image that cannot change, and nobody can call it.
 *
 * ```ts
 * new QueueWorker(this, "worker", {
 *   ...place,
 *   name: names.containerApp("worker"),
 *   environmentName: names.containerAppsEnvironment(),
 *   queue,
 *   gatewayUrl: gateway.gatewayUrl,
 *   image: "contoso.azurecr.io/queue-worker@sha256:…",
 *   registry: { id: registryId, loginServer: "contoso.azurecr.io" },
 *   subnet: network.workerSubnet,
 *   telemetry,
 * });
 * ```
 *
 * Source: https://learn.microsoft.com/azure/container-apps/scale-app
 */
export class QueueWorker extends Construct {
  /** The environment in which it runs. */
  public readonly environment: ContainerAppEnvironment;
  /** The Container App itself. */
  public readonly resource: AzapiResource;

  /** @throws ValidationError with everything that is wrong with the props */
  public constructor(scope: Construct, id: string, given: QueueWorkerProps) {
    super(scope, id);
    const props = withDefaults(given, DEFAULTS);
    const problems = new Problems(this);
    checkProps(props, problems);
    problems.throwIfAny();
    guardAgainstTemplates(this);
    this.environment = this.createEnvironment(props);
    props.telemetry.addDiagnosticSetting(
      `${id}-logs`,
      DiagnosticTarget.containerAppsEnvironment(this.environment),
    );
    this.resource = this.createApp(props);
  }

  private createEnvironment(props: CompleteProps): ContainerAppEnvironment {
    return new ContainerAppEnvironment(this, "Environment", {
      name: props.environmentName,
      resourceGroupName: props.resourceGroupName,
      location: props.location,
      infrastructureSubnetId: props.subnet.id,
      internalLoadBalancerEnabled: true,
      publicNetworkAccess: "Disabled",
      zoneRedundancyEnabled: props.zoneRedundant,
      workloadProfile: [{ name: PROFILE, workloadProfileType: PROFILE }],
      // By a diagnostic setting: the other way needs the key of the workspace.
      logsDestination: "azure-monitor",
      dependsOn: [...props.subnet.dependables],
      tags: props.tags,
      provider: props.provider,
    });
  }

  private createApp(props: CompleteProps): AzapiResource {
    const { queue, registry, graceSeconds } = props;
    const { identity } = queue.worker;
    const app = new AzapiResource(this, "Resource", {
      type: CONTAINER_APP,
      name: props.name,
      parentId: resourceGroupId(this.environment.id),
      location: props.location,
      identityIds: [identity.id],
      tags: props.tags,
      body: {
        properties: {
          environmentId: this.environment.id,
          workloadProfileName: PROFILE,
          configuration: {
            activeRevisionsMode: "Single",
            registries: registry && [{ server: registry.loginServer, identity: identity.id }],
          },
          template: {
            terminationGracePeriodSeconds: graceSeconds,
            containers: [
              {
                name: "worker",
                image: props.image,
                resources: { cpu: 0.5, memory: "1Gi" },
                env: Object.entries(environmentVariables(props)).map(([name, value]) => ({ name, value })),
              },
            ],
            scale: {
              minReplicas: props.minReplicas,
              maxReplicas: props.maxReplicas,
              rules: [
                {
                  name: "queue-length",
                  custom: {
                    type: "azure-servicebus",
                    identity: identity.id,
                    metadata: {
                      queueName: queue.queueName,
                      namespace: queue.namespaceHostName.split(".")[0],
                      messageCount: String(props.messagesPerReplica),
                    },
                  },
                },
              ],
            },
          },
        },
      },
    });
    for (const grant of queue.workerGrants) {
      grant.applyBefore(app);
    }
    if (registry) {
      RoleGrant.assign({
        grantee: identity,
        role: BuiltInRole.ACR_PULL,
        resource: new Construct(this, "Registry"),
        resourceId: registry.id,
      }).applyBefore(app);
    }
    return app;
  }
}

/** All that the program is told: addresses, its own identity, and how it works. Nothing of it is a secret. */
function environmentVariables(props: CompleteProps): Readonly<Record<string, string>> {
  const { queue, gatewayUrl, concurrency, graceSeconds } = props;
  const { identity, audience } = queue.worker;
  return {
    AI_GATEWAY_URL: gatewayUrl,
    AI_GATEWAY_SCOPE: `${audience}/.default`,
    SERVICE_BUS_NAMESPACE: queue.namespaceHostName,
    SERVICE_BUS_QUEUE: queue.queueName,
    RESULTS_CONTAINER_URL: queue.resultsUrl,
    AZURE_CLIENT_ID: identity.clientId,
    CONCURRENCY: String(concurrency),
    GRACE_SECONDS: String(graceSeconds - GRACE_MARGIN_SECONDS),
  };
}

/** @returns ARM id of the resource group of a resource; a token */
function resourceGroupId(resourceId: string): string {
  return Fn.join("/", Fn.slice(Fn.split("/", resourceId), 0, 5) as string[]);
}

function checkProps(props: CompleteProps, problems: Problems): void {
  checkPlacement(problems, props);
  problems.checkPattern(props.name, NAME_RULES.containerApp.pattern, {
    rule: `name must be ${NAME_RULES.containerApp.words}`,
    remedy: "shorten or change it",
  });
  problems.checkPattern(props.environmentName, NAME_RULES.containerAppsEnvironment.pattern, {
    rule: `environmentName must be ${NAME_RULES.containerAppsEnvironment.words}`,
    remedy: "shorten or change it",
  });
  problems.checkPattern(props.gatewayUrl, /^https:\/\/[^/?#]+$/, {
    rule: "gatewayUrl must be an https URL without a path",
    remedy: "use gateway.gatewayUrl",
  });
  problems.checkLiteral(props.image, IMAGE, {
    rule: "image must be a literal '<registry>/<name>@sha256:<64 hexadecimal digits>'",
    remedy: "name the image by its digest, as 'docker buildx imagetools inspect' prints it: a tag can change",
  });
  if (props.registry) {
    checkRegistry(props.registry, props.image, problems);
  }
  const { minReplicas, maxReplicas } = props;
  problems.checkRange(maxReplicas, 1, 30, {
    rule: "maxReplicas must be a whole number from 1 to 30",
    remedy: "use what the accounts have to spare for requests that wait",
  });
  problems.checkRange(minReplicas, 0, maxReplicas, {
    rule: "minReplicas must be a whole number from 0 to maxReplicas",
    remedy: "leave it out: none runs while nothing waits",
  });
  problems.checkRange(props.messagesPerReplica, 1, 10_000, {
    rule: "messagesPerReplica must be a whole number from 1 to 10000",
    remedy: "leave it out for 20",
  });
  problems.checkRange(props.concurrency, 1, 64, {
    rule: "concurrency must be a whole number from 1 to 64",
    remedy: "leave it out for 4",
  });
  problems.checkRange(props.graceSeconds, 30, 600, {
    rule: "graceSeconds must be a whole number from 30 to 600",
    remedy: "leave it out for 270",
  });
}

function checkRegistry({ id, loginServer }: WorkerImageRegistry, image: string, problems: Problems): void {
  problems.checkPattern(id, resourceIdPattern("Microsoft.ContainerRegistry/registries"), {
    rule: "registry.id must be the ARM id of a container registry",
    remedy: "copy it from the registry's properties",
  });
  problems.checkLiteral(loginServer, LOGIN_SERVER, {
    rule: "registry.loginServer must be a literal such as 'contoso.azurecr.io'",
    remedy: "copy it from the registry's overview",
  });
  problems.check(image.startsWith(`${loginServer}/`), {
    rule: "image must be in the registry that is given",
    value: image,
    remedy: `let it begin with '${loginServer}/', or leave registry out`,
  });
}
