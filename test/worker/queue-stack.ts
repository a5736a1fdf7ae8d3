import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { App, TerraformStack, Testing } from "cdktf";
import { Auth } from "../../lib/auth/auth";
import { ClientIdentity } from "../../lib/gateway/client-identity";
import type { GatewayClientOptions } from "../../lib/gateway/gateway-client";
import type { OpenAiApiOptions } from "../../lib/gateway/openai-api-props";
import { WorkloadIdentity } from "../../lib/identity/workload-identity";
import { OpenAiAccount } from "../../lib/openai/openai-account";
import { RequestQueue } from "../../lib/request-queue";
import { AUDIENCE, GatewayStack, PLACE, REASON, TENANT } from "../lib/gateway/gateway-stack";

export const ACCOUNT = "oai-queue";
export const STORAGE = "stresults";
export const NAMESPACE = "sbns-test";
export const QUEUE = "requests";
export const WORKER = "id-worker";
export const WORKER_AUDIENCE = "55555555-5555-4555-8555-555555555555";
/** Application ids of the clients. */
export const CLIENTS = {
  web: "22222222-2222-4222-8222-222222222222",
  batch: "33333333-3333-4333-8333-333333333333",
} as const;

/** What is different about a stack. */
export interface QueueStackOptions {
  /** Of the API. @default - limits that nobody reaches */
  readonly api?: Partial<OpenAiApiOptions>;
  /** Tokens that all requests that waited may take in a minute. @default 5_000_000 */
  readonly queuedTokensPerMinute?: number;
  /** Hours for which a request may wait. @default - the queue's own */
  readonly retentionHours?: number;
  /** Version of the worker's tokens. @default 2 */
  readonly tokenVersion?: 1 | 2;
  /** Of clients, by name, and further clients. @default - none */
  readonly clients?: Readonly<
    Record<string, { readonly id: string } & Omit<GatewayClientOptions, "api" | "identifiedBy">>
  >;
}

/**
 * A gateway with a queue, two clients and a worker's identity; no network of its own, so that everything is reached
 * over public endpoints.
 * @returns the folder of the stack
 */
export function synthesizeQueueStack({
  api: ofApi,
  queuedTokensPerMinute = 5_000_000,
  retentionHours,
  tokenVersion,
  clients = {},
}: QueueStackOptions = {}): string {
  const terraform = new TerraformStack(Testing.app(), "prod");
  new AzurermProvider(terraform, "azurerm", {
    features: [{ storage: [{ dataPlaneAvailable: false }] }],
    tenantId: TENANT,
  });
  const stack = new GatewayStack(terraform);
  const gateway = stack.gateway();
  const account = new OpenAiAccount(terraform, "openai", {
    ...PLACE,
    name: ACCOUNT,
    allowedAddressRanges: ["203.0.113.0/24"],
    securityOptOuts: [{ control: "account-public-network", reason: REASON }],
  });
  for (const name of ["chat", "other"]) {
    account.addDeployment(name, { model: "gpt-5.4", modelVersion: "2026-03-05", capacity: 5_000 });
  }
  const queue = new RequestQueue(terraform, "queue", {
    ...PLACE,
    namespaceName: NAMESPACE,
    storageAccountName: STORAGE,
    retentionHours,
    securityOptOuts: [{ control: "queue-public-network", reason: REASON }],
    worker: {
      identity: new WorkloadIdentity(terraform, "worker", { ...PLACE, name: WORKER }),
      tenantId: TENANT,
      audience: WORKER_AUDIENCE,
      tokenVersion,
    },
  });
  queue.storageAccount.addOverride("public_network_access_enabled", true);
  queue.storageAccount.addOverride("network_rules.default_action", "Allow");
  const api = gateway.addOpenAiApi("claims", {
    path: "claims",
    auth: Auth.entraId({ tenantId: TENANT, audiences: [AUDIENCE] }),
    backends: [account],
    operations: ["chat"],
    requestsPerMinute: 100_000,
    tokensPerMinute: 5_000_000,
    ...ofApi,
    queued: { queue, operations: ["chat"], tokensPerMinute: queuedTokensPerMinute },
  });
  const { web, batch } = CLIENTS;
  for (const [name, { id, ...props }] of Object.entries({
    web: { id: web },
    batch: { id: batch },
    ...clients,
  })) {
    gateway.addClient(name, { api, identifiedBy: [ClientIdentity.application(id)], ...props });
  }
  App.of(terraform).synth();
  return App.of(terraform).outdir;
}
