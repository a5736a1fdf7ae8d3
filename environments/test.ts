import type { EnvironmentSettings } from "../stacks/environment-settings";
import { readCertificate } from "./certificates";
import { contractedClients } from "./contracts";
import { guidFrom, release, stateFrom } from "./process-environment";

/**
 * Like prod in shape (private network, two regions, several issuers), in the smallest size. Its callers come from
 * outside: two external identity providers and a partner's Entra tenant, each held to its own rules, and devices
 * with client certificates. One small model runs in the house, behind the same API, which also takes requests that can
 * wait.
 */
export const test: EnvironmentSettings = {
  name: "test",
  workload: "aigw",
  subscriptionId: guidFrom("TEST_SUBSCRIPTION_ID", "00000000-0000-4000-8000-000000000002"),
  tenantId: guidFrom("TEST_TENANT_ID", "11111111-1111-4111-8111-111111111111"),
  location: "westeurope",
  nameSuffix: "c41",
  tags: { environment: "test", workload: "ai-gateway", owner: "platform-team" },
  deletionProtection: false,
  state: stateFrom("TEST"),
  alertEmailAddresses: ["platform-team@contoso.com"],
  alerts: {},
  dailyLogQuotaGb: 5,
  gateway: {
    tier: "Developer",
    publisherName: "Contoso Platform",
    publisherEmail: "platform-team@contoso.com",
    release: release(),
    hostName: "ai-test.contoso.com",
    hostNameCertificateIssuer: "DigiCert",
  },
  network: {
    addressSpace: "10.40.0.0/20",
    gatewaySubnet: "10.40.0.0/26",
    privateEndpointSubnet: "10.40.1.0/24",
    workerSubnet: "10.40.2.0/27",
    // Runners of Terraform, and operators, in a network that is connected to this one.
    operatorRanges: ["10.41.0.0/24"],
  },
  certificateAuthorities: {
    devices: {
      pem: readCertificate("contoso-devices-issuing-ca-1") + readCertificate("contoso-devices-root-ca"),
    },
    corporate: { pem: readCertificate("contoso-corporate-root-ca") },
  },
  accounts: [
    {
      name: "main",
      location: "westeurope",
      deployments: {
        chat: { model: "gpt-5.4", modelVersion: "2026-03-05", capacity: 30 },
        embeddings: { model: "text-embedding-3-small", modelVersion: "1", capacity: 30 },
      },
    },
    {
      name: "overflow",
      location: "swedencentral",
      deployments: { chat: { model: "gpt-5.4", modelVersion: "2026-03-05", capacity: 30 } },
    },
  ],
  modelEndpoints: {
    // vLLM in the data centre, behind a proxy that checks tokens; ExpressRoute leads there.
    "on-premises": {
      url: "https://models.corp.contoso.com",
      credential: { kind: "managedIdentity", audience: "api://on-premises-models" },
      certificateAuthority: "corporate",
      deployments: {
        "chat-small": {
          model: "meta-llama/Llama-3.1-8B-Instruct",
          contextTokens: 32_768,
          maxOutputTokens: 4_096,
        },
      },
    },
  },
  // Documents that are summarised over night, by a worker that asks in the name of whoever sent them.
  requestQueue: {
    audience: "88888888-8888-4888-8888-888888888888",
    retentionHours: 72,
    worker: {
      // As the pipeline that built the worker printed it.
      image:
        "contosoai.azurecr.io/ai-gateway/queue-worker@sha256:6f1d9c0e4b7a28533c5d8e9fa0b1c2d37e8f9a0b1c2d3e4f5061728394a5b6c7",
      registry: {
        id: "/subscriptions/00000000-0000-4000-8000-000000000002/resourceGroups/rg-images/providers/Microsoft.ContainerRegistry/registries/contosoai",
        loginServer: "contosoai.azurecr.io",
      },
    },
  },
  apis: [
    {
      name: "assistant",
      path: "assistant",
      displayName: "Assistant models",
      operations: ["chat", "embeddings", "models"],
      modelEndpoints: { "on-premises": {} },
      auth: {
        kind: "anyOf",
        of: [
          {
            kind: "oidc",
            name: "okta",
            issuer: "https://contoso.okta.com/oauth2/default",
            audiences: ["api://ai-gateway"],
            clientIdClaim: "cid",
            userIdClaim: "uid",
            scopesClaim: "scp",
            scopes: ["models.invoke"],
            operationScopes: { embeddings: ["models.embed"] },
          },
          {
            kind: "oidc",
            name: "auth0",
            issuer: "https://contoso.eu.auth0.com/",
            audiences: ["https://ai.contoso.com"],
            clientIds: ["sPa7YbQ3vKzN1mXc5RtW9uHe2LdJ8gFo"],
            scopes: ["models:invoke"],
          },
          {
            kind: "entraId",
            name: "partner",
            tenantId: "22222222-2222-4222-8222-222222222222",
            audiences: ["33333333-3333-4333-8333-333333333333"],
            clientApplicationIds: ["44444444-4444-4444-8444-444444444444"],
            roles: ["Models.Invoke.All"],
          },
        ],
      },
      requestsPerMinute: 60,
      tokensPerMinute: 10_000,
      // A sixth of what both accounts give; whoever waits for an answer has the rest.
      queued: { operations: ["chat"], tokensPerMinute: 10_000 },
    },
    {
      name: "devices",
      path: "devices",
      displayName: "Models for devices",
      operations: ["chat"],
      auth: {
        kind: "clientCertificate",
        certificateAuthority: "devices",
        clientsNamedBy: "common-name",
        identities: [
          { name: "scanner-test.devices.contoso.com" },
          { name: "printer-test.devices.contoso.com" },
        ],
      },
      requestsPerMinute: 30,
      tokensPerMinute: 5_000,
      // A scanner that reads the same label asks the same question. No other device gets its answer.
      cache: { kind: "exact", durationSeconds: 600 },
    },
  ],
  get clients() {
    return contractedClients("test");
  },
  securityOptOuts: {
    state: [
      {
        control: "state-public-network",
        reason:
          "Terraform runs on a runner in a peered network, which reaches storage through one fixed egress address.",
        approvedBy: "platform-team",
        expires: "2027-12-31",
      },
    ],
    allowedAddressRanges: ["203.0.113.17"],
  },
};
