import type { DataActions } from "../model";

/** A built-in Azure role, as far as data planes ask for it. */
export interface RoleDefinition extends DataActions {
  readonly name: string;
  /** GUID, the same in every tenant. */
  readonly id: string;
}

const OPEN_AI = "Microsoft.CognitiveServices/accounts/OpenAI";
const VAULTS = "Microsoft.KeyVault/vaults";

/**
 * The built-in roles that stacks of a gateway use. Data actions are those of Microsoft's role reference, for the
 * operations that the simulator has; control-plane actions open no data plane.
 */
const ROLES: readonly RoleDefinition[] = [
  {
    name: "Cognitive Services OpenAI User",
    id: "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd",
    dataActions: [
      `${OPEN_AI}/*/read`,
      `${OPEN_AI}/assistants/*`,
      `${OPEN_AI}/deployments/audio/action`,
      `${OPEN_AI}/deployments/chat/completions/action`,
      `${OPEN_AI}/deployments/completions/action`,
      `${OPEN_AI}/deployments/embeddings/action`,
      `${OPEN_AI}/deployments/extensions/chat/completions/action`,
      `${OPEN_AI}/deployments/realtime/action`,
      `${OPEN_AI}/images/generations/action`,
      `${OPEN_AI}/responses/*`,
    ],
    notDataActions: [`${OPEN_AI}/stored-completions/read`],
  },
  // Its rights are those of the control plane, which the query API asks for as well.
  {
    name: "Log Analytics Reader",
    id: "73c42c96-874c-492b-b04d-ab87d138a893",
    dataActions: ["Microsoft.OperationalInsights/workspaces/query/read"],
  },
  // Images are pulled by the management of Container Apps, which is not simulated.
  { name: "AcrPull", id: "7f951dda-4ed3-4680-a7ca-43fe172d538d", dataActions: [] },
  {
    name: "Cognitive Services OpenAI Contributor",
    id: "a001fd3d-188f-4b5d-821b-7da978bf7442",
    dataActions: [`${OPEN_AI}/*`],
  },
  {
    name: "Cognitive Services User",
    id: "a97b65f3-24c7-4388-baec-2e87135dc908",
    dataActions: ["Microsoft.CognitiveServices/*"],
  },
  {
    name: "Azure AI Developer",
    id: "64702f94-c441-49e6-a78b-ef80e0188fee",
    dataActions: [
      `${OPEN_AI}/*`,
      "Microsoft.CognitiveServices/accounts/SpeechServices/*",
      "Microsoft.CognitiveServices/accounts/ContentSafety/*",
      "Microsoft.CognitiveServices/accounts/MaaS/*",
    ],
    notDataActions: [`${OPEN_AI}/fine-tunes-deployments/write`],
  },
  {
    name: "Azure AI User",
    id: "53ca6127-db72-4b80-b1b0-d745d6d5456d",
    dataActions: ["Microsoft.CognitiveServices/*"],
  },
  { name: "Cognitive Services Contributor", id: "25fbc0a9-bd7c-42a3-aa1a-3b75d497ee68", dataActions: [] },
  { name: "Cognitive Services Usages Reader", id: "bba48692-92b0-4667-a9ad-c31c7b334ac2", dataActions: [] },
  {
    name: "Key Vault Secrets User",
    id: "4633458b-17de-408a-b874-0445c86b69e6",
    dataActions: [`${VAULTS}/secrets/getSecret/action`, `${VAULTS}/secrets/readMetadata/action`],
  },
  {
    name: "Key Vault Certificate User",
    id: "db79e9a7-68ee-4b58-9aeb-b90e7c24fcba",
    dataActions: [
      `${VAULTS}/certificates/read`,
      `${VAULTS}/secrets/getSecret/action`,
      `${VAULTS}/secrets/readMetadata/action`,
      `${VAULTS}/keys/read`,
    ],
  },
  {
    name: "Key Vault Certificates Officer",
    id: "a4417e6f-fecd-4de8-b567-7b0420556985",
    dataActions: [`${VAULTS}/certificates/*`, `${VAULTS}/certificatecas/*`],
  },
  {
    name: "Key Vault Secrets Officer",
    id: "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
    dataActions: [`${VAULTS}/secrets/*`],
  },
  {
    name: "Key Vault Crypto Officer",
    id: "14b46e9e-c2b7-41b4-b07b-48a6ebf60603",
    dataActions: [`${VAULTS}/keys/*`],
  },
  {
    name: "Key Vault Crypto Service Encryption User",
    id: "e147488a-f6f5-4113-8e2d-b22465e65bf6",
    dataActions: [`${VAULTS}/keys/read`, `${VAULTS}/keys/wrap/action`, `${VAULTS}/keys/unwrap/action`],
  },
  {
    name: "Key Vault Administrator",
    id: "00482a5a-887f-4fb3-b363-3b7fe8e74483",
    dataActions: [`${VAULTS}/*`],
  },
  {
    name: "Azure Event Hubs Data Sender",
    id: "2b629674-e913-4c01-ae53-ef4638d8f975",
    dataActions: ["Microsoft.EventHub/*/send/action"],
  },
  {
    name: "Azure Event Hubs Data Receiver",
    id: "a638d3c7-ab3a-418d-83e6-5f17a39d4fde",
    dataActions: ["Microsoft.EventHub/*/receive/action"],
  },
  {
    name: "Azure Service Bus Data Sender",
    id: "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39",
    dataActions: ["Microsoft.ServiceBus/*/send/action"],
  },
  {
    name: "Azure Service Bus Data Receiver",
    id: "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0",
    dataActions: ["Microsoft.ServiceBus/*/receive/action"],
  },
  {
    name: "Azure Service Bus Data Owner",
    id: "090c5cfd-751d-490a-894a-3ce6f1109419",
    dataActions: ["Microsoft.ServiceBus/*"],
  },
  {
    name: "Monitoring Metrics Publisher",
    id: "3913510d-42f4-4e42-8a64-420c390055eb",
    dataActions: ["Microsoft.Insights/Metrics/Write", "Microsoft.Insights/Telemetry/Write"],
  },
  {
    name: "Storage Blob Data Contributor",
    id: "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
    dataActions: ["Microsoft.Storage/storageAccounts/blobServices/containers/blobs/*"],
  },
  {
    name: "Storage Blob Data Owner",
    id: "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
    dataActions: ["Microsoft.Storage/storageAccounts/blobServices/containers/blobs/*"],
  },
  {
    name: "Storage Blob Data Reader",
    id: "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
    dataActions: ["Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"],
  },
  { name: "Owner", id: "8e3af657-a8ff-443c-a75c-2fe8c4bcb635", dataActions: [] },
  { name: "Contributor", id: "b24988ac-6180-42a0-ab88-20f7382dd24c", dataActions: [] },
  { name: "Reader", id: "acdd72a7-3385-48ef-bd42-f606fba81ae7", dataActions: [] },
  {
    name: "Role Based Access Control Administrator",
    id: "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
    dataActions: [],
  },
  { name: "User Access Administrator", id: "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9", dataActions: [] },
];

const BY_NAME = new Map(ROLES.map((role) => [role.name.toLowerCase(), role]));
const BY_ID = new Map(ROLES.map((role) => [role.id, role]));

/** A built-in role by display name, whatever its letter case. */
export function roleByName(name: string): RoleDefinition | undefined {
  return BY_NAME.get(name.toLowerCase());
}

/** A built-in role by GUID, or by an ARM id that ends in it. */
export function roleById(id: string): RoleDefinition | undefined {
  return BY_ID.get(id.toLowerCase().split("/").at(-1) ?? "");
}
