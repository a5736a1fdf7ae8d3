import { givenVariables, guidFrom, stateFrom } from "../../environments/process-environment";
import type { EnvironmentSettings } from "../../stacks/environment-settings";
import { addEnvironmentStacks } from "../../stacks/environment-stacks";
import { AS_OF } from "../support/environments";
import { dev, prod } from "../support/reference-environments";
import { appInFolder, filesBelow, messageOf } from "./refusals";

interface WrongSettings {
  readonly input: string;
  readonly settings: EnvironmentSettings;
  readonly says: readonly string[];
}

const CASES: readonly WrongSettings[] = [
  {
    input: "a subscription by its name",
    settings: { ...dev, subscriptionId: "contoso-dev" },
    says: [
      '[environments/dev] subscriptionId must be a GUID, got "contoso-dev": copy it from \'az account ' +
        "show'",
    ],
  },
  {
    input: "neither a subscription nor a tenant",
    settings: { ...dev, subscriptionId: "", tenantId: "contoso.com" },
    says: [
      "[environments/dev] subscriptionId must be a GUID, got \"\": copy it from 'az account show'",
      "[environments/dev] tenantId must be a GUID, got \"contoso.com\": copy it from 'az account show'",
    ],
  },
  {
    input: "budgets where nothing costs",
    settings: { ...prod, priceList: undefined, clients: [] },
    says: [
      "[environments/prod] budgets need priceList, without which nothing costs: add priceList, for example PRICES of " +
        "environments/prices.ts, or leave budgets out",
    ],
  },
  {
    input: "a budget that cuts off where none is counted",
    settings: {
      ...prod,
      budgets: undefined,
      clients: prod.clients?.filter(({ name }) => name === "northwind"),
    },
    says: [
      "[environments/prod] the budget of client 'northwind' cuts off, which needs budgets in the environment: add " +
        'budgets: {} to the environment, or let the budget tell only, with atLimit "alert"',
    ],
  },
  {
    input: "a budget where nothing costs",
    settings: {
      ...prod,
      budgets: undefined,
      priceList: undefined,
      clients: prod.clients?.filter(({ name }) => name === "fabrikam"),
    },
    says: [
      "[environments/prod] the budget of client 'fabrikam' needs priceList, without which nothing costs: add priceList " +
        "to the environment, or take the budget out of the contract",
    ],
  },
  {
    input: "a name that is not a stage",
    settings: { ...dev, name: "development" },
    says: [
      "[environments/development] environment must be 2 to 8 lower-case letters or digits, got " +
        "\"development\": choose a short stage name, such as 'prod'",
    ],
  },
  {
    input: "a region as the portal shows it",
    settings: { ...dev, location: "Sweden Central" },
    says: [
      "[environments/dev] region must be a region in its short form, such as 'westeurope', got \"Sweden " +
        "Central\": take the name column of 'az account list-locations'",
    ],
  },
  {
    input: "two accounts of one name in one region",
    settings: { ...dev, accounts: [...dev.accounts, ...dev.accounts] },
    says: [
      '[environments/dev] accounts of one region must have different names, got "main in ' +
        'swedencentral": rename one',
    ],
  },
  {
    input: "a tier without an address of its own, and no network",
    settings: { ...dev, gateway: { ...dev.gateway, tier: "BasicV2" } },
    says: [
      "[environments/dev] without a network, accounts tell the gateway by a public address of its own, which its tier " +
        'must have, got "BasicV2": use Developer, Basic, Standard or Premium, or give the environment a network',
    ],
  },
  {
    input: "more units than the tier has",
    settings: { ...dev, gateway: { ...dev.gateway, units: 2 } },
    says: [
      "[environments/dev] units of tier Developer must be 1, got 2: correct the number, or choose " +
        "another tier",
    ],
  },
  {
    input: "a gateway without a network, and no word about it",
    settings: { ...dev, securityOptOuts: { ...dev.securityOptOuts, gateway: [] } },
    says: [
      "[dev/Default/gateway] the gateway must be reachable from a private network only: give it a network, or " +
        "the opt-out 'gateway-private-network'",
    ],
  },
  {
    input: "a subnet outside its network",
    settings: {
      ...prod,
      network: {
        addressSpace: "10.60.0.0/20",
        gatewaySubnet: "10.61.0.0/26",
        privateEndpointSubnet: "10.60.1.0/24",
      },
    },
    says: [
      '[prod/Default/network] subnets must lie in the address space 10.60.0.0/20, got "10.61.0.0/26": move the ' +
        "subnet, or extend the address space",
    ],
  },
  {
    input: "an authority that is not a certificate",
    settings: { ...prod, certificateAuthorities: { devices: { pem: "see the wiki" } } },
    says: [
      '[prod/Default/certificates/devices] pem must contain a CERTIFICATE block, got "12 characters": give the ' +
        "text between and including the BEGIN and END lines",
    ],
  },
  {
    input: "an API with an authority that is not there",
    settings: { ...prod, certificateAuthorities: {} },
    says: [
      "[environments/prod] API 'assistant' must name one of certificateAuthorities: there is none, got " +
        '"devices": add the authority, or correct the name',
    ],
  },
  {
    input: "tokens of a registration that is not there",
    settings: { ...dev, registration: undefined },
    says: [
      "[environments/dev] API 'assistant' takes tokens of the environment's registration, which must be " +
        "there: add registration, or name the tenant and the audiences with kind 'entraId'",
    ],
  },
  {
    input: "two APIs on one path",
    settings: { ...prod, apis: prod.apis.map((api) => ({ ...api, path: "assistant" })) },
    says: [
      '[prod/Default/gateway/api-partners] paths of APIs must be unique on a gateway, got "assistant/openai": ' +
        "choose another path",
    ],
  },
  {
    input: "two APIs of one name",
    settings: { ...dev, apis: [...dev.apis, ...dev.apis] },
    says: ['[environments/dev] APIs must have different names, got "assistant": rename one'],
  },
  {
    input: "a client of an account that is not there",
    settings: {
      ...dev,
      clients: [
        {
          name: "claims",
          api: "assistant",
          identifiedBy: [{ kind: "subscriptionKey" }],
          backends: [{ account: "main" }],
        },
      ],
    },
    says: [
      "[environments/dev] backends of client 'claims' must be of the accounts: main-swedencentral, got " +
        '"main": write it as <name>-<location>',
    ],
  },
  {
    input: "a client of an API that is not there",
    settings: {
      ...dev,
      clients: [{ name: "claims", api: "asistant", identifiedBy: [{ kind: "subscriptionKey" }] }],
    },
    says: [
      "[environments/dev] client 'claims' must name one of the APIs: assistant, got \"asistant\": add the " +
        "API, or correct the name",
    ],
  },
  {
    input: "nobody to tell of a certificate that ends",
    settings: { ...prod, alertEmailAddresses: [] },
    says: [
      "[prod/Default/certificate-watchers] emailAddresses must name at least one receiver: add the mailing list " +
        "of the team on call",
    ],
  },
  {
    input: "an opt-out that is over",
    settings: {
      ...dev,
      securityOptOuts: {
        ...dev.securityOptOuts,
        telemetry: [
          {
            control: "telemetry-public-network",
            reason: "There is no private network in dev.",
            expires: "2026-01-31",
          },
        ],
      },
    },
    says: [
      "[dev/Default/telemetry] opt-out 'telemetry-public-network' has ended, got \"2026-01-31\": restore the " +
        "control, or have the risk accepted again with a new date",
    ],
  },
];

describe("environment settings", () => {
  it.each(CASES)("$input", ({ settings, says }) => {
    const app = appInFolder();
    const message = messageOf(() => {
      addEnvironmentStacks(app, settings, AS_OF);
      app.synth();
    });
    expect(message).toBe(says.join("\n"));
    expect(filesBelow(app.outdir)).toEqual([]);
  });
});

describe("process variables", () => {
  const { env } = process;
  afterEach(() => (process.env = env));

  it("a GUID with a digit missing", () => {
    process.env = { ...env, DEV_TENANT_ID: "11111111-1111-4111-8111-11111111111" };
    expect(messageOf(() => guidFrom("DEV_TENANT_ID", "11111111-1111-4111-8111-111111111111"))).toBe(
      "DEV_TENANT_ID must be a GUID such as 11111111-1111-4111-8111-111111111111, got " +
        '"11111111-1111-4111-8111-11111111111": correct or unset it',
    );
  });

  it("are known once they were read, as far as they are set", () => {
    process.env = { ...env, OTHER_TENANT_ID: "11111111-1111-4111-8111-11111111111A" };
    guidFrom("OTHER_TENANT_ID", "11111111-1111-4111-8111-111111111111");
    guidFrom("OTHER_SUBSCRIPTION_ID", "11111111-1111-4111-8111-111111111111");
    expect(givenVariables()).toContain("OTHER_TENANT_ID");
    expect(givenVariables()).not.toContain("OTHER_SUBSCRIPTION_ID");
  });

  it("half of a remote state", () => {
    process.env = { ...env, PROD_STATE_STORAGE_ACCOUNT: "stai" };
    expect(messageOf(() => stateFrom("PROD"))).toBe(
      "remote state needs PROD_STATE_RESOURCE_GROUP, PROD_STATE_STORAGE_ACCOUNT, PROD_STATE_CONTAINER; " +
        "missing: PROD_STATE_RESOURCE_GROUP, PROD_STATE_CONTAINER. Set all of them or none",
    );
  });
});
