import { ApiManagementBackend } from "@cdktf/provider-azurerm/lib/api-management-backend";
import { ApiManagementRedisCache } from "@cdktf/provider-azurerm/lib/api-management-redis-cache";
import { ManagedRedis } from "@cdktf/provider-azurerm/lib/managed-redis";
import { type ITerraformDependable, type TerraformProvider, TerraformStack } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { type IPrivateNetwork, PrivateEndpointTarget } from "../network";
import { DiagnosticTarget, type ITelemetry } from "../observability";
import type { IOpenAiAccount } from "../openai";
import { checkPlacement, guardAgainstTemplates, NAME_RULES, stackPath } from "../private";
import { Problems } from "../validation";
import { ownName } from "./child-name";
import { circuitBreakerRule } from "./circuit-breaker";
import { hostedDeployment } from "./deployment-route";
import { type IGatewayService, inService } from "./gateway-service";

/** Where a gateway keeps answers and finds those to similar questions. */
export interface ISemanticCache extends IConstruct {
  /** Service that it is the cache of. */
  readonly gateway: IGatewayService;
  /** Literal id of the backend that makes embeddings of questions. */
  readonly embeddingsBackendId: string;
  /** What policies that look into it are saved after. */
  readonly dependables: readonly ITerraformDependable[];
}

/**
 * Sizes of Azure Managed Redis, by the memory that they have. All of them have search.
 *
 * Source: https://learn.microsoft.com/azure/redis/overview#choosing-the-right-tier
 */
export type ManagedRedisSku =
  | "Balanced_B0"
  | "Balanced_B1"
  | "Balanced_B3"
  | "Balanced_B5"
  | "Balanced_B10"
  | "Balanced_B20"
  | "Balanced_B50"
  | "Balanced_B100"
  | "MemoryOptimized_M10"
  | "MemoryOptimized_M20"
  | "MemoryOptimized_M50"
  | "MemoryOptimized_M100";

/** A cache of answers beside a gateway. */
export interface SemanticCacheProps {
  /** Gateway whose APIs use it. A gateway has one. */
  readonly gateway: IGatewayService;
  /** Name in Azure: 3 to 60 letters, digits or single '-'; the host name begins with it. */
  readonly name: string;
  /** Name, not id, of an existing resource group. */
  readonly resourceGroupName: string;
  /** Azure region in its short form, such as `westeurope`: that of the gateway, or lookups take long. */
  readonly location: string;
  /** Network through which the gateway reaches it: there is no other way in. */
  readonly network: IPrivateNetwork;
  /**
   * What makes embeddings of questions. The service's system-assigned identity, since API Management takes no other
   * here, is let into this account, and so to all its models.
   */
  readonly embeddings: {
    readonly account: IOpenAiAccount;
    /** Name of a deployment of a model for embeddings. */
    readonly deployment: string;
  };
  /** Size: an answer takes about 20 kB. What does not fit any more is not kept. @default "Balanced_B0" */
  readonly sku?: ManagedRedisSku;
  /** Whether there are two nodes, in different zones where the region has them. @default true */
  readonly highAvailability?: boolean;
  /** Where connections are recorded. @default - nowhere */
  readonly telemetry?: ITelemetry;
  /** Tags of what it makes. @default - no tags but those of the stack */
  readonly tags?: Readonly<Record<string, string>>;
  /** Provider of Redis. @default - the default azurerm provider of the stack */
  readonly provider?: TerraformProvider;
}

/** Port of the one endpoint that a database has with the policy `EnterpriseCluster`. */
const PORT = 10_000;
/** API Management uses the cache of this name wherever it has none for a region. */
const EVERY_REGION = "default";

/**
 * Azure Managed Redis with search, as the external cache of a gateway: what answers of kind `semantic` need. Reached
 * through a private endpoint and TLS alone. API Management connects with an access key, the only credential that it
 * takes for it. The key, and the connection string with it, stand in the Terraform state, and prompts and answers in
 * Redis as plain text: whoever may read either may read both.
 *
 * ```ts
 * const semanticCache = new SemanticCache(this, "semantic-cache", {
 *   ...place, gateway, network, name: "amr-ai-prod", embeddings: { account: openai, deployment: "embeddings" },
 * });
 * gateway.addOpenAiApi("help", {
 *   path: "help", backends: [openai], auth, cache: { kind: "semantic", semanticCache, durationSeconds: 3_600 },
 * });
 * ```
 *
 * Source: https://learn.microsoft.com/azure/api-management/azure-openai-enable-semantic-caching
 */
export class SemanticCache extends Construct implements ISemanticCache {
  public readonly gateway: IGatewayService;
  public readonly embeddingsBackendId: string;
  public readonly dependables: readonly ITerraformDependable[];
  /** Redis itself, for what this class does not offer. */
  public readonly resource: ManagedRedis;

  /** @throws ValidationError with everything that is wrong with `props` */
  public constructor(scope: Construct, id: string, props: SemanticCacheProps) {
    super(scope, id);
    this.gateway = props.gateway;
    const problems = new Problems(this);
    this.check(props, problems);
    problems.throwIfAny();
    guardAgainstTemplates(this);

    this.resource = this.createRedis(props);
    const endpoint = props.network.addPrivateEndpoint(stackPath(this).join("-"), {
      target: PrivateEndpointTarget.managedRedis(this.resource),
    });
    props.telemetry?.addDiagnosticSetting(
      `${stackPath(this).join("-")}-logs`,
      DiagnosticTarget.managedRedis({ id: this.resource.defaultDatabase.id }),
    );
    const connection = this.createConnection(endpoint.dependables);
    const backend = this.createEmbeddingsBackend(props.embeddings);
    this.embeddingsBackendId = backend.name;
    this.dependables = [connection, backend.resource];
  }

  private check(props: SemanticCacheProps, problems: Problems): void {
    const { gateway, network, embeddings } = props;
    const { tier, rules } = gateway.sku;
    checkPlacement(problems, props);
    problems.checkPattern(props.name, NAME_RULES.managedRedis.pattern, {
      rule: `name must be ${NAME_RULES.managedRedis.words}`,
      remedy: "shorten or change it",
    });
    problems.check(rules.generation !== "consumption", {
      rule: `tier ${tier} reaches no private endpoint`,
      remedy: "choose another tier",
    });
    problems.check(network.gatewaySubnet !== undefined, {
      rule: "the gateway reaches its cache through a subnet of its own in the network",
      remedy: "make the network with a gateway subnet, and give it to the gateway",
    });
    const deployment = hostedDeployment(embeddings.account, embeddings.deployment);
    problems.check(deployment !== undefined && /embedding/i.test(deployment.model), {
      rule: "embeddings.deployment must be a deployment of a model for embeddings on the account",
      value: embeddings.deployment,
      remedy: "add one to the account, such as text-embedding-3-small",
    });
    const others = TerraformStack.of(this)
      .node.findAll()
      .filter((each) => each instanceof SemanticCache && each !== this && each.gateway === gateway);
    problems.check(others.length === 0, {
      rule: "a gateway has one semantic cache",
      value: others.map(({ node }) => node.path),
      remedy: "let its APIs share it: answers stay with their callers",
    });
  }

  private createRedis(props: SemanticCacheProps): ManagedRedis {
    return new ManagedRedis(this, "Resource", {
      name: props.name,
      resourceGroupName: props.resourceGroupName,
      location: props.location,
      skuName: props.sku ?? "Balanced_B0",
      highAvailabilityEnabled: props.highAvailability ?? true,
      publicNetworkAccess: "Disabled",
      defaultDatabase: {
        // API Management takes no token for its cache.
        accessKeysAuthenticationEnabled: true,
        clientProtocol: "Encrypted",
        // Search works with these two only.
        clusteringPolicy: "EnterpriseCluster",
        evictionPolicy: "NoEviction",
        module: [{ name: "RediSearch" }],
      },
      tags: props.tags,
      provider: props.provider,
    });
  }

  private createConnection(endpoint: readonly ITerraformDependable[]): ApiManagementRedisCache {
    const { gateway, resource } = this;
    const { provider, lifecycle } = inService(gateway, this);
    return new ApiManagementRedisCache(this, "Connection", {
      name: EVERY_REGION,
      apiManagementId: gateway.id,
      cacheLocation: EVERY_REGION,
      connectionString:
        `${resource.hostname}:${PORT},password=${resource.defaultDatabase.primaryAccessKey},` +
        "ssl=True,abortConnect=False",
      redisCacheId: resource.id,
      provider,
      lifecycle,
      dependsOn: [...endpoint],
    });
  }

  private createEmbeddingsBackend({ account, deployment }: SemanticCacheProps["embeddings"]): {
    readonly name: string;
    readonly resource: ApiManagementBackend;
  } {
    const { gateway } = this;
    const name = ownName(gateway, "semantic-cache", deployment);
    const resource = new ApiManagementBackend(this, "Embeddings", {
      ...inService(gateway, this),
      name,
      description: `Embeddings of questions by ${deployment} at ${account.name}`,
      protocol: "http",
      url: `${account.openAiBaseUrl}/deployments/${deployment}/embeddings`,
      tls: { validateCertificateChain: true, validateCertificateName: true },
      circuitBreakerRule: circuitBreakerRule({}, false),
    });
    account.grantInvoke(gateway.systemAssignedIdentity()).applyBefore(resource);
    return { name, resource };
  }
}
