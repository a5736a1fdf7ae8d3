import type { EnvironmentSettings } from "../stacks/environment-settings";
import { readCertificate } from "./certificates";
import { contractedClients } from "./contracts";
import { PRICES } from "./prices";
import { guidFrom, release, stateFrom } from "./process-environment";

/**
 * Zone-redundant gateway in a private network; provisioned throughput first, pay-as-you-go in two regions as
 * overflow. Applications come with Entra tokens or, where they are devices, with client certificates; partners
 * need both a token of their identity provider and the key that says which contract they call under.
 */
export const prod: EnvironmentSettings = {
  name: "prod",
  workload: "aigw",
  subscriptionId: guidFrom("PROD_SUBSCRIPTION_ID", "00000000-0000-4000-8000-000000000003"),
  tenantId: guidFrom("PROD_TENANT_ID", "11111111-1111-4111-8111-111111111111"),
  location: "westeurope",
  nameSuffix: "e92",
  tags: { environment: "prod", workload: "ai-gateway", owner: "platform-team" },
  deletionProtection: true,
  state: stateFrom("PROD"),
  alertEmailAddresses: ["platform-team@contoso.com", "soc@contoso.com"],
  alerts: {},
  // Clients at all their limits, all day long, make about 20, at 10 kB per request.
  dailyLogQuotaGb: 30,
  gateway: {
    tier: "Premium",
    units: 3,
    zones: ["1", "2", "3"],
    publisherName: "Contoso Platform",
    publisherEmail: "platform-team@contoso.com",
    release: release(),
    hostName: "ai.contoso.com",
    hostNameCertificateIssuer: "DigiCert",
    killSwitch: true,
  },
  network: {
    addressSpace: "10.60.0.0/20",
    gatewaySubnet: "10.60.0.0/26",
    privateEndpointSubnet: "10.60.1.0/24",
    // Runners of Terraform, and operators, in a network that is connected to this one.
    operatorRanges: ["10.61.0.0/24"],
  },
  certificateAuthorities: {
    devices: {
      pem: readCertificate("contoso-devices-issuing-ca-1") + readCertificate("contoso-devices-root-ca"),
    },
  },
  accounts: [
    {
      name: "ptu",
      location: "westeurope",
      deployments: {
        chat: {
          model: "gpt-5.4",
          modelVersion: "2026-03-05",
          sku: "DataZoneProvisionedManaged",
          capacity: 50,
        },
      },
    },
    {
      name: "payg",
      location: "westeurope",
      deployments: {
        chat: { model: "gpt-5.4", modelVersion: "2026-03-05", capacity: 200 },
        // Of its own for those who need less. A smaller model is not offered in Europe's data zone.
        "chat-mini": { model: "gpt-5.4", modelVersion: "2026-03-05", capacity: 360 },
        // Partners have throughput of their own: whatever they do, nobody else waits for it.
        "chat-partners": { model: "gpt-5.4", modelVersion: "2026-03-05", capacity: 40 },
        embeddings: { model: "text-embedding-3-large", modelVersion: "1", capacity: 200 },
      },
    },
    {
      name: "payg",
      location: "swedencentral",
      deployments: {
        chat: { model: "gpt-5.4", modelVersion: "2026-03-05", capacity: 200 },
        "chat-mini": { model: "gpt-5.4", modelVersion: "2026-03-05", capacity: 360 },
        // Partners have throughput of their own: whatever they do, nobody else waits for it.
        "chat-partners": { model: "gpt-5.4", modelVersion: "2026-03-05", capacity: 40 },
        // Offered in this region only; newer ones would take prompts out of the EU.
        images: { model: "gpt-image-1.5", modelVersion: "2025-12-16", capacity: 3 },
      },
    },
  ],
  semanticCache: { account: "payg-westeurope", deployment: "embeddings" },
  apis: [
    {
      name: "assistant",
      path: "assistant",
      displayName: "Assistant models",
      operations: ["chat", "embeddings", "images", "models"],
      deployments: ["chat", "chat-mini", "embeddings", "images"],
      auth: {
        kind: "anyOf",
        of: [
          {
            kind: "entraId",
            tenantId: guidFrom("PROD_TENANT_ID", "11111111-1111-4111-8111-111111111111"),
            audiences: [guidFrom("PROD_API_CLIENT_ID", "55555555-5555-4555-8555-555555555555")],
            clientApplicationIds: [
              "66666666-6666-4666-8666-666666666661",
              "66666666-6666-4666-8666-666666666662",
            ],
            scopes: ["Models.Invoke"],
            roles: ["Models.Invoke.All"],
            operationScopes: { images: ["Images.Generate", "Images.Generate.All"] },
          },
          { kind: "clientCertificate", certificateAuthority: "devices", clientsNamedBy: "common-name" },
        ],
      },
      tokenQuota: 20_000_000,
      tokenQuotaPeriod: "Monthly",
    },
    {
      name: "partners",
      path: "partners",
      displayName: "Models for partners",
      operations: ["chat"],
      deployments: ["chat-partners"],
      auth: {
        kind: "allOf",
        of: [
          {
            kind: "oidc",
            name: "okta",
            issuer: "https://partners.contoso.com/oauth2/default",
            audiences: ["api://ai-gateway-partners"],
            clientIdClaim: "cid",
            scopesClaim: "scp",
            scopes: ["models.invoke"],
          },
          { kind: "subscriptionKey" },
        ],
      },
      requestsPerMinute: 60,
      tokensPerMinute: 10_000,
      // Their customers ask the same in other words. No partner gets what another one asked for.
      cache: { kind: "semantic", durationSeconds: 3_600 },
    },
  ],
  get clients() {
    return contractedClients("prod");
  },
  priceList: PRICES,
  // Partners pay by the month, and together no more than was agreed.
  budgets: { owners: { "Partner management": 600 } },
  securityOptOuts: {
    state: [
      {
        control: "state-public-network",
        reason: "Terraform runs on self-hosted runners that reach storage through one fixed egress address.",
        approvedBy: "security-office",
        expires: "2027-06-30",
      },
    ],
    allowedAddressRanges: ["198.51.100.17"],
  },
};
