import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { Aspects, AzurermBackend, TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import {
  type AiGateway,
  type AnswerCache,
  ClientIdentity,
  type CostClient,
  CostReport,
  EndpointCredential,
  EntraAppRegistration,
  type ICertificateAuthority,
  type ICertificateStore,
  ModelEndpoint,
  type OpenAiAccount,
  type OpenAiApi,
  OpenAiPlatform,
  Principal,
  type RequestQueue,
  type SemanticCache,
  SynthesisDate,
} from "../lib";
import { AzapiProvider } from "../lib/azapi";
import { AzureadProvider } from "../lib/azuread";
import { authFromSettings, type AuthReferences } from "./auth-from-settings";
import { checkedReference } from "./checked-reference";
import { DeletionProtection } from "./deletion-protection";
import type {
  ApiSettings,
  AuthSettings,
  ClientSettings,
  EnvironmentSettings,
  ModelEndpointSettings,
} from "./environment-settings";
import { acceptProviderVersions } from "./provider-versions";
import { writeSecurityExceptions } from "./security-exceptions-file";
import { Tags } from "./tags";
import { accountKey, azureNames, gatewaySku } from "./values-from-settings";

/** One environment: a gateway with its APIs and clients, the accounts behind it and everything they need. */
export class GatewayStack extends TerraformStack {
  /**
   * @param asOf date against which certificates and opt-outs are judged
   * @throws ValidationError with everything that is wrong with a part of the settings
   */
  public constructor(
    scope: Construct,
    private readonly settings: EnvironmentSettings,
    asOf: Date,
  ) {
    super(scope, settings.name);
    SynthesisDate.set(this, asOf);
    this.addProvidersAndBackend();
    const platform = this.addPlatform();
    const { gateway, accounts } = platform;
    const references: AuthReferences = {
      certificateAuthorities: this.addCertificateAuthorities(platform),
      registration: this.addRegistration(settings.tenantId),
    };
    for (const name of settings.gateway.trustedCertificateAuthorities ?? []) {
      const chain = references.certificateAuthorities.get(name);
      gateway.trustCertificateAuthorities(checkedReference(chain, `certificate authority '${name}'`));
    }
    const endpoints = this.addModelEndpoints(platform, references);
    const { requestQueue } = settings;
    const queue = requestQueue && platform.addRequestQueue("queue", requestQueue);
    const semanticCache = this.addSemanticCache(platform);
    const costReport = this.addCostReport(platform);
    const spending =
      settings.budgets && checkedReference(costReport, "price list, without which nothing costs");
    const apis = this.addApis(platform, { endpoints, references, queue, semanticCache, spending });
    this.addClients(gateway, apis, accounts);
    if (settings.alerts) {
      platform.addGatewayAlerts(settings.alerts);
      platform.addGatewayWorkbook();
    }

    new TerraformOutput(this, "gateway_id", { value: gateway.id });
    new TerraformOutput(this, "gateway_url", { value: gateway.gatewayUrl });
    if (references.registration) {
      const { api, scopes, publicClientId } = references.registration;
      new TerraformOutput(this, "scope", { value: api.scope(scopes[0] ?? "") });
      new TerraformOutput(this, "public_client_id", { value: publicClientId });
    }
    Aspects.of(this).add(new Tags(settings.tags));
    if (settings.deletionProtection) {
      Aspects.of(this).add(new DeletionProtection());
    }
    writeSecurityExceptions(this);
  }

  private addProvidersAndBackend(): void {
    const { subscriptionId, tenantId, deletionProtection, state, name } = this.settings;
    const purge = !deletionProtection;
    new AzurermProvider(this, "azurerm", {
      subscriptionId,
      tenantId,
      storageUseAzuread: true,
      features: [
        {
          apiManagement: [{ purgeSoftDeleteOnDestroy: purge, recoverSoftDeleted: true }],
          cognitiveAccount: [{ purgeSoftDeleteOnDestroy: purge }],
          keyVault: [{ purgeSoftDeleteOnDestroy: purge, recoverSoftDeletedKeyVaults: true }],
          // Results of a queue are in an account that this machine does not reach.
          ...(this.settings.requestQueue ? { storage: [{ dataPlaneAvailable: false }] } : {}),
        },
      ],
    });
    new AzureadProvider(this, "azuread", { tenantId });
    new AzapiProvider(this, "azapi", { subscriptionId, tenantId });
    acceptProviderVersions(this, "azurerm");
    if (state) {
      new AzurermBackend(this, { ...state, key: `${name}.tfstate`, useAzureadAuth: true, tenantId });
    }
  }

  private addPlatform(): OpenAiPlatform {
    const { settings } = this;
    const { network, gateway, securityOptOuts = {}, certificateAuthorities } = settings;
    // Its parts keep the addresses that they have in the stack: the id is not part of them.
    const platform = new OpenAiPlatform(this, "Default", {
      names: azureNames(settings),
      tenantId: settings.tenantId,
      publisherName: gateway.publisherName,
      publisherEmail: gateway.publisherEmail,
      sku: gatewaySku(gateway),
      zones: gateway.zones,
      additionalLocations: gateway.additionalLocations?.map(({ network: elsewhere, ...region }) => ({
        ...region,
        addressSpace: elsewhere?.addressSpace,
        gatewaySubnetPrefix: elsewhere?.gatewaySubnet,
        privateEndpointSubnetPrefix: elsewhere?.privateEndpointSubnet,
      })),
      limitsPerRegion: gateway.limitsPerRegion,
      hostName: gateway.hostName,
      hostNameCertificateIssuer: gateway.hostNameCertificateIssuer,
      hostNameCertificateName: gateway.hostNameCertificateName,
      release: gateway.release,
      releaseChannel: gateway.releaseChannel,
      killSwitch: gateway.killSwitch,
      certificateStore: certificateAuthorities ? "own" : undefined,
      vaultAddressRanges:
        network || !securityOptOuts.vault ? undefined : securityOptOuts.allowedAddressRanges,
      dailyLogQuotaGb: settings.dailyLogQuotaGb,
      alertEmailAddresses: settings.alertEmailAddresses,
      ...(network
        ? {
            addressSpace: network.addressSpace,
            gatewaySubnetPrefix: network.gatewaySubnet,
            privateEndpointSubnetPrefix: network.privateEndpointSubnet,
            workerSubnetPrefix: network.workerSubnet,
            privateEndpointClientRanges: network.operatorRanges,
            // Keys of OpenID providers other than Entra ID are fetched from addresses that nobody publishes.
            gatewayOutboundToInternet: settings.apis.some(({ auth }) => hasOtherIssuers(auth)),
          }
        : { network: "none" }),
      securityOptOuts: [
        ...(securityOptOuts.gateway ?? []),
        ...(securityOptOuts.accounts ?? []),
        ...(securityOptOuts.vault ?? []),
        ...(securityOptOuts.telemetry ?? []),
      ],
    });
    for (const account of settings.accounts) {
      const { name: purpose, location, deployments, foundryAutoUpgrade } = account;
      platform.addAccount(`account-${accountKey(account)}`, {
        purpose,
        location,
        deployments,
        foundryAutoUpgrade,
      });
    }
    return platform;
  }

  private addCertificateAuthorities(
    platform: OpenAiPlatform,
  ): ReadonlyMap<string, readonly ICertificateAuthority[]> {
    return new Map(
      Object.entries(this.settings.certificateAuthorities ?? {}).map(([name, { pem }]) => [
        name,
        platform.addCertificateAuthority(name, { pem }),
      ]),
    );
  }

  private addRegistration(tenantId: string): AuthReferences["registration"] {
    const { registration } = this.settings;
    if (!registration) {
      return undefined;
    }
    const api = new EntraAppRegistration(this, "registration", {
      displayName: registration.displayName,
      scopes: Object.entries(registration.scopes).map(([value, displayName]) => ({ value, displayName })),
    });
    const client = api.addPublicClient("public-client", {
      displayName: registration.publicClientDisplayName,
    });
    api.grantAccess(Principal.group(this, "users", registration.usersGroupId));
    return { tenantId, api, scopes: Object.keys(registration.scopes), publicClientId: client.clientId };
  }

  private addModelEndpoints(
    { certificateStore }: OpenAiPlatform,
    { certificateAuthorities }: AuthReferences,
  ): ReadonlyMap<string, ModelEndpoint> {
    return new Map(
      Object.entries(this.settings.modelEndpoints ?? {}).map(([name, settings]) => {
        const { credential, certificateAuthority, deployments, ...options } = settings;
        const endpoint = new ModelEndpoint(this, name, {
          ...options,
          credential: endpointCredential(credential, certificateStore),
          certificateAuthorities:
            certificateAuthority === undefined
              ? undefined
              : checkedReference(
                  certificateAuthorities.get(certificateAuthority),
                  `certificate authority '${certificateAuthority}'`,
                ),
        });
        for (const [deployment, model] of Object.entries(deployments)) {
          endpoint.addDeployment(deployment, model);
        }
        return [name, endpoint];
      }),
    );
  }

  private addSemanticCache(platform: OpenAiPlatform): SemanticCache | undefined {
    const { settings } = this;
    if (!settings.semanticCache) {
      return undefined;
    }
    const { account, deployment, ...options } = settings.semanticCache;
    return platform.addSemanticCache("semantic-cache", {
      ...options,
      embeddings: {
        account: checkedReference(this.accountsByKey(platform.accounts).get(account), `account '${account}'`),
        deployment,
      },
    });
  }

  private addApis(
    { gateway, accounts }: OpenAiPlatform,
    {
      endpoints,
      references,
      queue,
      semanticCache,
      spending,
    }: {
      endpoints: ReadonlyMap<string, ModelEndpoint>;
      references: AuthReferences;
      queue: RequestQueue | undefined;
      semanticCache: SemanticCache | undefined;
      spending: CostReport | undefined;
    },
  ): ReadonlyMap<string, OpenAiApi> {
    return new Map(
      this.settings.apis.map(({ auth, modelEndpoints = {}, queued, cache, ...options }) => [
        options.name,
        gateway.addOpenAiApi(`api-${options.name}`, {
          ...options,
          auth: authFromSettings(auth, references),
          spending,
          queued: queued && { ...queued, queue: checkedReference(queue, "queue, which requestQueue makes") },
          cache: cache && answerCache(cache, semanticCache),
          backends: [
            ...accounts,
            ...Object.entries(modelEndpoints).map(([name, preference]) => ({
              ...preference,
              endpoint: checkedReference(endpoints.get(name), `model endpoint '${name}'`),
            })),
          ],
        }),
      ]),
    );
  }

  private addCostReport(platform: OpenAiPlatform): CostReport | undefined {
    const { accounts, telemetry, location, resourceGroupName } = platform;
    const { priceList, clients = [], budgets } = this.settings;
    if (priceList === undefined) {
      return undefined;
    }
    return new CostReport(this, "costs", {
      resourceGroupName,
      location,
      telemetry,
      accounts,
      clients: clients.flatMap(costClient),
      priceList,
      ownerBudgets: budgets?.owners,
      actionGroup: platform.watchers,
    });
  }

  private accountsByKey(accounts: readonly OpenAiAccount[]): ReadonlyMap<string, OpenAiAccount | undefined> {
    return new Map(this.settings.accounts.map((each, index) => [accountKey(each), accounts[index]]));
  }

  private addClients(
    gateway: AiGateway,
    apis: ReadonlyMap<string, OpenAiApi>,
    accounts: readonly OpenAiAccount[],
  ): void {
    const byKey = this.accountsByKey(accounts);
    for (const { name, api: apiName, identifiedBy, backends, ...options } of this.settings.clients ?? []) {
      gateway.addClient(name, {
        ...options,
        api: checkedReference(apis.get(apiName), `API '${apiName}'`),
        identifiedBy: identifiedBy.map((each) => ClientIdentity.of(each)),
        backends: backends?.map(({ account, ...preference }) => ({
          ...preference,
          account: checkedReference(byKey.get(account), `account '${account}'`),
        })),
      });
    }
  }
}

/** Who pays for a client; of one without a contract, the report says that nobody does. */
function costClient({ name, contract }: ClientSettings): readonly CostClient[] {
  return contract === undefined
    ? []
    : [
        {
          name,
          owner: contract.owner.team,
          costCentre: contract.costCentre,
          monthlyBudget: contract.budget?.monthlyAmount,
          atBudget: contract.budget?.atLimit,
          monthlyBudgetPerUser: contract.budget?.monthlyAmountPerUser,
        },
      ];
}

function answerCache(
  cache: NonNullable<ApiSettings["cache"]>,
  semanticCache: SemanticCache | undefined,
): AnswerCache {
  return cache.kind === "exact"
    ? cache
    : { ...cache, semanticCache: checkedReference(semanticCache, "semantic cache") };
}

function hasOtherIssuers(auth: AuthSettings): boolean {
  return auth.kind === "oidc" || ("of" in auth && auth.of.some(hasOtherIssuers));
}

function endpointCredential(
  credential: ModelEndpointSettings["credential"],
  vault: ICertificateStore | undefined,
): EndpointCredential {
  if (credential.kind === "managedIdentity") {
    return EndpointCredential.managedIdentity({ audience: credential.audience });
  }
  const store = checkedReference(vault, "vault, which exists with certificateAuthorities or a hostName");
  return credential.kind === "key"
    ? EndpointCredential.key({ store, secretName: credential.secretName, header: credential.header })
    : EndpointCredential.certificate({
        store,
        certificate: store.certificateByName(credential.certificateName),
      });
}
