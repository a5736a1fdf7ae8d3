import { Auth, GatewaySku, PrivateNetwork } from "../../lib";
import { type GatewayStack, PLACE, PUBLIC_WITHOUT_LOGS } from "../lib/gateway/gateway-stack";
import { type BadInput, refusesAtOnce } from "./refusals";

const PUBLIC = PUBLIC_WITHOUT_LOGS[0];

function network(
  { stack }: GatewayStack,
  props: { gatewaySubnetPrefix?: string; location?: string } = {},
): PrivateNetwork {
  return new PrivateNetwork(stack, "network", {
    ...PLACE,
    name: "vnet-ai",
    addressSpace: ["10.20.0.0/16"],
    privateEndpointSubnetPrefix: "10.20.1.0/24",
    ...props,
  });
}

const CASES: readonly BadInput[] = [
  {
    input: "a tier that does not exist",
    when: () => () => GatewaySku.of("Premium3_1"),
    says: [
      '[gateway sku] sku must be <tier>_<units>, got "Premium3_1": write one of Consumption, Developer, ' +
        "Basic, BasicV2, Standard, StandardV2, Premium, PremiumV2 and its units, as in Premium_2",
    ],
  },
  {
    input: "more units than the tier comes in",
    when: () => () => GatewaySku.of("Basic_3"),
    says: [
      "[gateway sku] units of tier Basic must be 1 to 2, got 3: correct the number, or choose another " +
        "tier",
    ],
  },
  {
    input: "more units than azurerm's pattern would let through",
    when: () => () => GatewaySku.of("BasicV2_99"),
    says: [
      "[gateway sku] units of tier BasicV2 must be 1 to 10, got 99: correct the number, or choose " +
        "another tier",
    ],
  },
  {
    input: "no unit",
    when: () => () => GatewaySku.premium(0),
    says: [
      "[gateway sku] units of tier Premium must be 1 to 99, got 0: correct the number, or choose " +
        "another tier",
    ],
  },
  {
    input: "units of Consumption, which scales by itself",
    when: () => () => GatewaySku.of("Consumption_1"),
    says: [
      "[gateway sku] units of tier Consumption must be 0, got 1: correct the number, or choose another " +
        "tier",
    ],
  },
  {
    input: "zones on Standard",
    when: (stage) => () => stage.gateway({ sku: GatewaySku.standard(2), zones: ["1", "2"] }),
    says: [
      '[prod/gateway] tier Standard does not take zones, got ["1","2"]: use Premium, or leave them to ' +
        "Azure",
    ],
  },
  {
    input: "zones on PremiumV2, which places them by itself",
    when: (stage) => () => stage.gateway({ sku: GatewaySku.premiumV2(3), zones: ["1", "2", "3"] }),
    says: [
      '[prod/gateway] tier PremiumV2 does not take zones, got ["1","2","3"]: use Premium, or leave them ' +
        "to Azure",
    ],
  },
  {
    input: "units that do not fill the zones",
    when: (stage) => () => stage.gateway({ sku: GatewaySku.premium(4), zones: ["1", "2", "3"] }),
    says: [
      "[prod/gateway] units must be a multiple of the number of zones, got 4: buy 6, so that every zone " +
        "gets as many",
    ],
  },
  {
    input: "a zone that does not exist, and one twice",
    when: (stage) => () => stage.gateway({ sku: GatewaySku.premium(3), zones: ["1", "1", "4"] }),
    says: [
      '[prod/gateway] zones must be different ones of 1, 2, 3, got ["1","1","4"]: leave them out to let ' +
        "Azure choose",
    ],
  },
  {
    input: "a second region on Standard",
    when: (stage) => () =>
      stage.gateway({ sku: GatewaySku.standard(), additionalLocations: [{ location: "swedencentral" }] }),
    says: [
      '[prod/gateway] tier Standard answers in one region only, got "swedencentral": use Premium, or ' +
        "one gateway in each region",
    ],
  },
  {
    input: "the same region twice",
    when: (stage) => () =>
      stage.gateway({ sku: GatewaySku.premium(), additionalLocations: [{ location: "westeurope" }] }),
    says: [
      '[prod/gateway] a gateway is in a region once, got ["westeurope","westeurope"]: buy more units ' +
        "there instead",
    ],
  },
  {
    input: "two host names on StandardV2",
    when: (stage) => () => {
      const certificate = {
        versionlessSecretId: "https://kv-ai.vault.azure.net/secrets/tls",
        dependables: [],
      };
      return stage.gateway({
        sku: GatewaySku.standardV2(),
        hostNames: [
          { hostName: "ai.contoso.com", certificate },
          { hostName: "ai.fabrikam.com", certificate },
        ],
      });
    },
    says: [
      '[prod/gateway] tier StandardV2 holds one host name, got ["ai.contoso.com","ai.fabrikam.com"]: ' +
        "use Developer or Premium for several",
      '[prod/gateway] hostNames need certificateStore, got ["ai.contoso.com","ai.fabrikam.com"]: give ' +
        "the vault of their certificates: the gateway's identity must be able to read it",
    ],
  },
  {
    input: "a host name that is not one of your own",
    when: (stage) => () =>
      stage.gateway({
        hostNames: [
          {
            hostName: "apim-ai.azure-api.net",
            certificate: {
              versionlessSecretId: "https://kv-ai.vault.azure.net/secrets/tls",
              dependables: [],
            },
          },
        ],
      }),
    says: [
      "[prod/gateway] hostName must be one of your own: the service has its azure-api.net name anyway, " +
        'got "apim-ai.azure-api.net": remove it',
      '[prod/gateway] hostNames need certificateStore, got ["apim-ai.azure-api.net"]: give the vault of ' +
        "their certificates: the gateway's identity must be able to read it",
    ],
  },
  {
    input: "no private network and no word about it",
    when: (stage) => () => stage.gateway({ securityOptOuts: [] }),
    says: [
      "[prod/gateway] the gateway must be reachable from a private network only: give it a network, or " +
        "the opt-out 'gateway-private-network'",
      "[prod/gateway] resource logs of the gateway must go to Log Analytics: give telemetry, or the " +
        "opt-out 'gateway-audit-logs'",
    ],
  },
  {
    input: "resource logs on Consumption",
    when: (stage) => () => stage.gateway({ sku: GatewaySku.consumption(), securityOptOuts: [PUBLIC] }),
    says: [
      "[prod/gateway] resource logs of the gateway must go to Log Analytics: give telemetry, or the " +
        "opt-out 'gateway-audit-logs'",
      "[prod/gateway] tier Consumption has no resource logs: use another tier, or give the opt-out " +
        "'gateway-audit-logs'",
    ],
  },
  {
    input: "Basic in a network",
    when: (stage) => {
      const here = network(stage, { gatewaySubnetPrefix: "10.20.0.0/26" });
      return () =>
        stage.gateway({ sku: GatewaySku.basic(), network: here, securityOptOuts: [PUBLIC_WITHOUT_LOGS[1]] });
    },
    says: [
      '[prod/gateway] tier Basic cannot be placed into a network, got "internal": choose another tier, ' +
        "or make the network without a gateway subnet",
    ],
  },
  {
    input: "BasicV2 behind a private endpoint",
    when: (stage) => {
      const here = network(stage);
      return () =>
        stage.gateway({
          sku: GatewaySku.basicV2(),
          network: here,
          securityOptOuts: [PUBLIC_WITHOUT_LOGS[1]],
        });
    },
    says: [
      "[prod/gateway] tier BasicV2 can be reached through no private endpoint: choose another tier, or " +
        "give no network and the opt-out 'gateway-private-network'",
    ],
  },
  {
    input: "a network in another region",
    when: (stage) => {
      const there = network(stage, { gatewaySubnetPrefix: "10.20.0.0/26", location: "swedencentral" });
      return () => stage.gateway({ network: there, securityOptOuts: [PUBLIC_WITHOUT_LOGS[1]] });
    },
    says: [
      '[prod/gateway] network must be in the gateway\'s region, westeurope, got "swedencentral": make a ' +
        "network there",
    ],
  },
  {
    input: "client certificates on a v2 tier",
    when: (stage) => {
      const gateway = stage.gateway({ sku: GatewaySku.standardV2() });
      const account = stage.account("weu");
      return () =>
        stage.api(gateway, {
          backends: [account],
          auth: Auth.clientCertificate({
            certificateAuthorities: [
              {
                subject: "CN=Contoso Root CA",
                thumbprint: "A".repeat(40),
                isRoot: true,
                encodedCertificate: "eA==",
              },
            ],
            identities: [{ name: "CN=claims" }],
          }),
        });
    },
    says: [
      "[prod/gateway/claims] 'certificate' needs a gateway that validates client certificates against " +
        "uploaded authorities: use a classic tier: Developer, Basic, Standard or Premium",
    ],
  },
  {
    input: "client certificates on a gateway without a host name of its own",
    when: (stage) => {
      const gateway = stage.gateway();
      const account = stage.account("weu");
      return () =>
        stage.api(gateway, {
          backends: [account],
          auth: Auth.clientCertificate({
            certificateAuthorities: [
              {
                subject: "CN=Contoso Root CA",
                thumbprint: "A".repeat(40),
                isRoot: true,
                encodedCertificate: "eA==",
              },
            ],
            identities: [{ name: "CN=claims" }],
          }),
        });
    },
    says: [
      "[prod/gateway/claims] client certificates need a host name of the gateway's own: give the " +
        "gateway hostNames: its azure-api.net name never asks for client certificates",
    ],
  },
  {
    input: "an API on Consumption",
    when: (stage) => {
      const gateway = stage.gateway({ sku: GatewaySku.consumption() });
      const account = stage.account("weu");
      return () => stage.api(gateway, { backends: [account] });
    },
    says: [
      "[prod/gateway/claims] no Azure OpenAI API fits into tier Consumption: it stores policies of 16 KiB " +
        "at most: choose another tier: GatewaySku.developer() to try things out, GatewaySku.basicV2() for " +
        "production",
    ],
  },
];

describe("tiers", () => {
  refusesAtOnce(CASES);
});
