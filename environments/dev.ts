import type { EnvironmentSettings } from "../stacks/environment-settings";
import { contractedClients } from "./contracts";
import { guidFrom, stateFrom } from "./process-environment";

/**
 * The cheapest tier that runs every policy, one region, no private network: for a first call within the hour.
 * Two ways in: people with a token of the stack's own registration (device code), applications with a key of
 * their own.
 */
export const dev: EnvironmentSettings = {
  name: "dev",
  workload: "aigw",
  subscriptionId: guidFrom("DEV_SUBSCRIPTION_ID", "00000000-0000-4000-8000-000000000001"),
  tenantId: guidFrom("DEV_TENANT_ID", "11111111-1111-4111-8111-111111111111"),
  location: "swedencentral",
  nameSuffix: "7f3",
  tags: { environment: "dev", workload: "ai-gateway", owner: "platform-team" },
  deletionProtection: false,
  state: stateFrom("DEV"),
  alertEmailAddresses: ["platform-team@contoso.com"],
  dailyLogQuotaGb: 2,
  gateway: {
    tier: "Developer",
    publisherName: "Contoso Platform",
    publisherEmail: "platform-team@contoso.com",
  },
  registration: {
    displayName: "Contoso AI gateway (dev)",
    scopes: { "Models.Invoke": "Call AI models for you" },
    usersGroupId: guidFrom("DEV_USERS_GROUP_ID", "77777777-7777-4777-8777-777777777777"),
    publicClientDisplayName: "Contoso AI gateway CLI (dev)",
  },
  accounts: [
    {
      name: "main",
      location: "swedencentral",
      deployments: {
        // What the clients and one developer may take in a minute together, in thousands of tokens.
        chat: { model: "gpt-5.4", modelVersion: "2026-03-05", capacity: 30 },
        embeddings: { model: "text-embedding-3-small", modelVersion: "1", capacity: 35 },
      },
    },
  ],
  apis: [
    {
      name: "assistant",
      path: "assistant",
      displayName: "Assistant models",
      auth: { kind: "anyOf", of: [{ kind: "registration" }, { kind: "subscriptionKey" }] },
      operations: ["chat", "embeddings", "models"],
      // People come with tokens of the registration's own client; they are not registered one by one.
      unregisteredCallers: "allow",
      securityOptOuts: [
        {
          control: "api-key-alone-is-not-enough",
          reason: "Notebooks and prototypes in dev use a key of their own; nothing here holds customer data.",
          approvedBy: "platform-team",
          expires: "2027-12-31",
        },
      ],
    },
  ],
  get clients() {
    return contractedClients("dev");
  },
  securityOptOuts: {
    gateway: [
      {
        control: "gateway-private-network",
        reason: "Developers call the dev gateway from laptops; every request is authenticated.",
        approvedBy: "platform-team",
        expires: "2027-12-31",
      },
    ],
    accounts: [
      {
        control: "account-public-network",
        reason: "There is no private network in dev: the account accepts the gateway's address only.",
        approvedBy: "platform-team",
        expires: "2027-12-31",
      },
    ],
    telemetry: [
      {
        control: "telemetry-public-network",
        reason: "There is no private network in dev; ingestion still needs an Entra token.",
        approvedBy: "platform-team",
        expires: "2027-12-31",
      },
    ],
    state: [
      {
        control: "state-public-network",
        reason: "The dev state is written from laptops of the platform team's office network.",
        approvedBy: "platform-team",
        expires: "2027-12-31",
      },
    ],
    allowedAddressRanges: ["203.0.113.0/24"],
  },
};
