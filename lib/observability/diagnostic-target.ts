/** What a resource is to a diagnostic setting. @internal */
interface Categories {
  readonly logs?: readonly string[];
  readonly logGroups?: readonly string[];
  readonly metrics: readonly string[];
  readonly dedicatedTables?: boolean;
}

/** A resource as far as a target needs it. */
export interface DiagnosticSource {
  /** ARM id, usually a token. */
  readonly id: string;
}

/**
 * A resource with the logs and metrics that it offers.
 *
 * Source: https://learn.microsoft.com/azure/azure-monitor/platform/resource-logs-categories
 */
export class DiagnosticTarget {
  /**
   * Every request at the gateway. What a record holds is decided by the gateway's own `azuremonitor`
   * diagnostic; prompts are in none of these unless that diagnostic asks for them.
   */
  public static apiManagement(service: DiagnosticSource): DiagnosticTarget {
    return new DiagnosticTarget(service.id, {
      logs: ["GatewayLogs", "GatewayLlmLogs", "WebSocketConnectionLogs"],
      metrics: ["AllMetrics"],
      dedicatedTables: true,
    });
  }

  /** Who called the model account, with which result; never prompts or completions. */
  public static openAiAccount(account: DiagnosticSource): DiagnosticTarget {
    return new DiagnosticTarget(account.id, {
      logs: ["Audit", "RequestResponse", "Trace", "AzureOpenAIRequestUsage"],
      metrics: ["AllMetrics"],
    });
  }

  /** Every access to the vault, and notices of objects that expire soon. */
  public static keyVault(vault: DiagnosticSource): DiagnosticTarget {
    return new DiagnosticTarget(vault.id, {
      logs: ["AuditEvent", "AzurePolicyEvaluationDetails"],
      metrics: ["AllMetrics"],
    });
  }

  /** Which categories a namespace has depends on its tier: all that it has. */
  public static eventHubsNamespace(namespace: DiagnosticSource): DiagnosticTarget {
    return new DiagnosticTarget(namespace.id, { logGroups: ["allLogs"], metrics: ["AllMetrics"] });
  }

  /** Which categories a namespace has depends on its tier: all that it has. No message is in them. */
  public static serviceBusNamespace(namespace: DiagnosticSource): DiagnosticTarget {
    return new DiagnosticTarget(namespace.id, { logGroups: ["allLogs"], metrics: ["AllMetrics"] });
  }

  /** What containers write, and what the platform does with them. */
  public static containerAppsEnvironment(environment: DiagnosticSource): DiagnosticTarget {
    return new DiagnosticTarget(environment.id, {
      logs: ["ContainerAppConsoleLogs", "ContainerAppSystemLogs"],
      metrics: ["AllMetrics"],
    });
  }

  /**
   * Every read, write and deletion of a blob. The setting belongs to the blob service, not to the account.
   */
  public static blobStorage(account: DiagnosticSource): DiagnosticTarget {
    return new DiagnosticTarget(`${account.id}/blobServices/default`, {
      logs: ["StorageRead", "StorageWrite", "StorageDelete"],
      metrics: ["Transaction"],
    });
  }

  /**
   * Who connects to a database of Azure Managed Redis, by which credential; no command and no value.
   *
   * @param database the database, not the cluster
   */
  public static managedRedis(database: DiagnosticSource): DiagnosticTarget {
    return new DiagnosticTarget(database.id, { logs: ["ConnectionEvents"], metrics: ["AllMetrics"] });
  }

  private constructor(
    /** ARM id of what emits the logs. */
    public readonly resourceId: string,
    /** @internal */
    public readonly categories: Categories,
  ) {}
}
