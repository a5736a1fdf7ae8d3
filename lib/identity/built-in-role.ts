/**
 * The built-in roles that this library grants, and on what. There is no way to add one: Owner, Contributor
 * and User Access Administrator can therefore not be granted, and any other role takes a
 * `RoleException`.
 *
 * Source: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
 */
export class BuiltInRole {
  /** Inference on a model account: completions, embeddings, images. Neither keys nor deployments. */
  public static readonly COGNITIVE_SERVICES_OPENAI_USER = new BuiltInRole(
    "Cognitive Services OpenAI User",
    "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd",
    "Microsoft.CognitiveServices/accounts",
  );

  /** Read secret values, which includes certificates with their private key as API Management reads them. */
  public static readonly KEY_VAULT_SECRETS_USER = new BuiltInRole(
    "Key Vault Secrets User",
    "4633458b-17de-408a-b874-0445c86b69e6",
    "Microsoft.KeyVault/vaults",
  );

  /** Read certificates, with their secret part. */
  public static readonly KEY_VAULT_CERTIFICATE_USER = new BuiltInRole(
    "Key Vault Certificate User",
    "db79e9a7-68ee-4b58-9aeb-b90e7c24fcba",
    "Microsoft.KeyVault/vaults",
  );

  /** Send events: the API Management logger. */
  public static readonly AZURE_EVENT_HUBS_DATA_SENDER = new BuiltInRole(
    "Azure Event Hubs Data Sender",
    "2b629674-e913-4c01-ae53-ef4638d8f975",
    "Microsoft.EventHub/namespaces",
  );

  /** Send telemetry to Application Insights without its key. */
  public static readonly MONITORING_METRICS_PUBLISHER = new BuiltInRole(
    "Monitoring Metrics Publisher",
    "3913510d-42f4-4e42-8a64-420c390055eb",
    "Microsoft.Insights/components",
  );

  /** Query a workspace: the gateway, for what its callers have spent. Reads all tables, and changes nothing. */
  public static readonly LOG_ANALYTICS_READER = new BuiltInRole(
    "Log Analytics Reader",
    "73c42c96-874c-492b-b04d-ab87d138a893",
    "Microsoft.OperationalInsights/workspaces",
  );

  /** Send messages to a queue: the gateway, for requests that can wait. */
  public static readonly AZURE_SERVICE_BUS_DATA_SENDER = new BuiltInRole(
    "Azure Service Bus Data Sender",
    "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39",
    "Microsoft.ServiceBus/namespaces",
  );

  /** Take messages from a queue: the worker. */
  public static readonly AZURE_SERVICE_BUS_DATA_RECEIVER = new BuiltInRole(
    "Azure Service Bus Data Receiver",
    "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0",
    "Microsoft.ServiceBus/namespaces",
  );

  /** Pull images: where the worker's image is kept in a registry of one's own. */
  public static readonly ACR_PULL = new BuiltInRole(
    "AcrPull",
    "7f951dda-4ed3-4680-a7ca-43fe172d538d",
    "Microsoft.ContainerRegistry/registries",
  );

  /** Read and write blobs: the Terraform state, and results of requests that waited. */
  public static readonly STORAGE_BLOB_DATA_CONTRIBUTOR = new BuiltInRole(
    "Storage Blob Data Contributor",
    "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
    "Microsoft.Storage/storageAccounts",
  );

  private constructor(
    /** Display name in Azure. */
    public readonly roleName: string,
    /** GUID of the role definition: the same in every tenant and, unlike the name, never changed by Azure. */
    public readonly roleId: string,
    /** Resource type on which it is granted; its children included. */
    public readonly resourceType: string,
  ) {}
}
