import type { TerraformResource } from "cdktf";

/** A resource as far as a private endpoint needs it. */
export interface PrivateLinkResource {
  /** ARM id, usually a token. */
  readonly id: string;
}

/** A model account: its endpoint must wait until Azure has stopped writing to it. */
export interface PrivateLinkAccount extends PrivateLinkResource {
  /** Creates `resources` only after everything of the account. */
  deployBefore(...resources: TerraformResource[]): void;
}

interface TargetOptions {
  readonly port?: number;
  readonly order?: (endpoint: TerraformResource) => void;
}

/**
 * What a private endpoint leads to: a resource, the part of it that is reached, and the zones in which its
 * public names resolve to the private address.
 *
 * Source: https://learn.microsoft.com/azure/private-link/private-endpoint-dns
 */
export class PrivateEndpointTarget {
  /**
   * A model account of either kind. All have the zones of kind `AIServices`, since Azure turns accounts of kind
   * `OpenAI` into it. Its endpoint is created after all its deployments, those added later included.
   *
   * Source: https://learn.microsoft.com/azure/foundry/how-to/upgrade-azure-openai-auto
   */
  public static openAiAccount(account: PrivateLinkAccount): PrivateEndpointTarget {
    const zones = [
      "privatelink.openai.azure.com",
      "privatelink.cognitiveservices.azure.com",
      "privatelink.services.ai.azure.com",
    ];
    return new PrivateEndpointTarget(account.id, "account", zones, {
      order: (endpoint) => account.deployBefore(endpoint),
    });
  }

  /** A key vault. */
  public static keyVault(vault: PrivateLinkResource): PrivateEndpointTarget {
    return new PrivateEndpointTarget(vault.id, "vault", ["privatelink.vaultcore.azure.net"]);
  }

  /** A gateway that is not injected into a network. It must be created with public access on. */
  public static apiManagement(service: PrivateLinkResource): PrivateEndpointTarget {
    return new PrivateEndpointTarget(service.id, "Gateway", ["privatelink.azure-api.net"]);
  }

  /** The blobs of a storage account. */
  public static blobStorage(account: PrivateLinkResource): PrivateEndpointTarget {
    return new PrivateEndpointTarget(account.id, "blob", ["privatelink.blob.core.windows.net"]);
  }

  /** An Event Hubs namespace. */
  public static eventHubsNamespace(namespace: PrivateLinkResource): PrivateEndpointTarget {
    return new PrivateEndpointTarget(namespace.id, "namespace", ["privatelink.servicebus.windows.net"]);
  }

  /** A Service Bus namespace of the Premium tier. */
  public static serviceBusNamespace(namespace: PrivateLinkResource): PrivateEndpointTarget {
    return new PrivateEndpointTarget(namespace.id, "namespace", ["privatelink.servicebus.windows.net"]);
  }

  /** Azure Managed Redis. */
  public static managedRedis(cache: PrivateLinkResource): PrivateEndpointTarget {
    return new PrivateEndpointTarget(cache.id, "redisEnterprise", ["privatelink.redis.azure.net"], {
      port: 10_000,
    });
  }

  /** Azure Cache for Redis. */
  public static redisCache(cache: PrivateLinkResource): PrivateEndpointTarget {
    return new PrivateEndpointTarget(cache.id, "redisCache", ["privatelink.redis.cache.windows.net"], {
      port: 6_380,
    });
  }

  /**
   * An Azure Monitor private link scope. Its names include one of Blob Storage, where agents fetch their
   * rules.
   */
  public static azureMonitor(scope: PrivateLinkResource): PrivateEndpointTarget {
    return new PrivateEndpointTarget(scope.id, "azuremonitor", [
      "privatelink.monitor.azure.com",
      "privatelink.oms.opinsights.azure.com",
      "privatelink.ods.opinsights.azure.com",
      "privatelink.agentsvc.azure-automation.net",
      "privatelink.blob.core.windows.net",
    ]);
  }

  /** TCP port on which it answers. */
  public readonly port: number;
  /** @internal orders the endpoint after the resource */
  public readonly order: (endpoint: TerraformResource) => void;

  private constructor(
    /** ARM id of the resource. */
    public readonly resourceId: string,
    /** Group id of the private link resource. */
    public readonly subresource: string,
    /** Private DNS zones that its names are looked up in. */
    public readonly zoneNames: readonly string[],
    { port = 443, order = () => undefined }: TargetOptions = {},
  ) {
    this.port = port;
    this.order = order;
  }
}
