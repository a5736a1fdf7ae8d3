import { AzureadProvider } from "@cdktf/provider-azuread/lib/provider";
import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { Aspects, AzurermBackend, Fn, TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import {
  ActionGroup,
  AiGateway,
  AzapiProvider,
  type AzureNames,
  CertificateExpiryAlert,
  CertificateStore,
  ClientIdentity,
  DailyQuotaAlert,
  DiagnosticTarget,
  EntraAppRegistration,
  type ICertificateAuthority,
  OpenAiAccount,
  type OpenAiApi,
  Principal,
  PrivateEndpointTarget,
  PrivateNetwork,
  SynthesisDate,
  Telemetry,
  WorkloadIdentity,
} from "../lib";
import { authFromSettings, type AuthReferences } from "./auth-from-settings";
import { checkedReference } from "./checked-reference";
import { DeletionProtection } from "./deletion-protection";
import type { AuthSettings, ClientIdentitySettings, EnvironmentSettings } from "./environment-settings";
import { acceptProviderVersions } from "./provider-versions";
import { writeSecurityExceptions } from "./security-exceptions-file";
import { Tags } from "./tags";
import { accountKey, azureNames, gatewaySku } from "./values-from-settings";

/** One environment: a gateway with its APIs and clients, the accounts behind it and everything they need. */
export class GatewayStack extends TerraformStack {
  private readonly names: AzureNames;

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
    const { location, tenantId } = settings;
    SynthesisDate.set(this, asOf);
    this.names = azureNames(settings);
    this.addProvidersAndBackend();

    const group = new ResourceGroup(this, "group", { name: this.names.resourceGroup(), location });
    const place = { location, resourceGroupName: group.name };
    const network = this.addNetwork(place);
    const telemetry = this.addTelemetry(place, network);
    const identity = new WorkloadIdentity(this, "identity", {
      ...place,
      name: this.names.userAssignedIdentity(),
    });
    const store = this.addCertificateStore(place, telemetry, network);
    this.addDailyQuotaAlert(place, telemetry);
    const gateway = this.addGateway(place, { identity, network, telemetry, store });
    const accounts = this.addAccounts(place, { gateway, network, telemetry });
    const references: AuthReferences = {
      certificateAuthorities: store ? this.addCertificateAuthorities(store) : new Map(),
      registration: this.addRegistration(tenantId),
    };
    const apis = this.addApis(gateway, accounts, references);
    this.addClients(gateway, apis, accounts);

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
        },
      ],
    });
    new AzureadProvider(this, "azuread", { tenantId });
    new AzapiProvider(this, "azapi", { subscriptionId, tenantId });
    acceptProviderVersions(this, "azurerm", "azuread");
    if (state) {
      new AzurermBackend(this, { ...state, key: `${name}.tfstate`, useAzureadAuth: true, tenantId });
    }
  }

  private addNetwork(place: Place): PrivateNetwork | undefined {
    const { network, gateway, apis } = this.settings;
    if (!network) {
      return undefined;
    }
    return new PrivateNetwork(this, "network", {
      ...place,
      name: this.names.virtualNetwork(),
      addressSpace: [network.addressSpace],
      gatewaySubnetPrefix: network.gatewaySubnet,
      privateEndpointSubnetPrefix: network.privateEndpointSubnet,
      privateEndpointClientRanges: network.operatorRanges,
      gatewayUnits: gateway.units,
      // Keys of OpenID providers other than Entra ID are fetched from addresses that nobody publishes.
      gatewayOutboundToInternet: apis.some(({ auth }) => hasOtherIssuers(auth)),
    });
  }

  private addTelemetry(place: Place, network: PrivateNetwork | undefined): Telemetry {
    const telemetry = new Telemetry(this, "telemetry", {
      ...place,
      workspaceName: this.names.logAnalyticsWorkspace(),
      applicationInsightsName: this.names.applicationInsights(),
      dailyQuotaGb: this.settings.dailyLogQuotaGb,
      securityOptOuts: this.settings.securityOptOuts?.telemetry,
    });
    if (network && telemetry.privateLinkScope) {
      network.addPrivateEndpoint("telemetry-endpoint", {
        target: PrivateEndpointTarget.azureMonitor(telemetry.privateLinkScope),
      });
    }
    return telemetry;
  }

  private addDailyQuotaAlert(place: Place, telemetry: Telemetry): void {
    if (this.settings.dailyLogQuotaGb === undefined) {
      return;
    }
    const watchers = new ActionGroup(this, "log-watchers", {
      resourceGroupName: place.resourceGroupName,
      name: this.names.actionGroup("logs"),
      shortName: "logs",
      emailAddresses: this.settings.alertEmailAddresses,
    });
    new DailyQuotaAlert(this, "daily-log-quota", {
      ...place,
      name: "daily-log-quota",
      telemetry,
      actionGroup: watchers,
    });
  }

  /** Only where something has to be kept: a vault without content is one more thing to watch. */
  private addCertificateStore(
    place: Place,
    telemetry: Telemetry,
    network: PrivateNetwork | undefined,
  ): CertificateStore | undefined {
    const { certificateAuthorities, gateway, tenantId, securityOptOuts, alertEmailAddresses } = this.settings;
    if (!certificateAuthorities && !gateway.hostName) {
      return undefined;
    }
    const store = new CertificateStore(this, "certificates", {
      ...place,
      name: this.names.keyVault(),
      tenantId,
      allowedAddressRanges: network ? undefined : securityOptOuts?.allowedAddressRanges,
      securityOptOuts: securityOptOuts?.vault,
    });
    telemetry.addDiagnosticSetting("certificates-logs", DiagnosticTarget.keyVault(store));
    if (network) {
      const endpoint = network.addPrivateEndpoint("certificates-endpoint", {
        target: PrivateEndpointTarget.keyVault(store),
      });
      store.writeContentAfter(...endpoint.dependables);
    }
    const watchers = new ActionGroup(this, "certificate-watchers", {
      resourceGroupName: place.resourceGroupName,
      name: this.names.actionGroup("certificates"),
      shortName: "certs",
      emailAddresses: alertEmailAddresses,
    });
    new CertificateExpiryAlert(this, "certificate-expiry", {
      ...place,
      name: "certificate-expiry",
      store,
      telemetry,
      actionGroup: watchers,
      logsCollected: true,
    });
    return store;
  }

  private addGateway(
    place: Place,
    parts: {
      identity: WorkloadIdentity;
      network?: PrivateNetwork;
      telemetry: Telemetry;
      store?: CertificateStore;
    },
  ): AiGateway {
    const { gateway, securityOptOuts } = this.settings;
    const { identity, network, telemetry, store } = parts;
    const hostNames =
      gateway.hostName && store
        ? [
            {
              hostName: gateway.hostName,
              certificate: store.addServerCertificate("gateway-tls", {
                hostNames: [gateway.hostName],
                issuerName: gateway.hostNameCertificateIssuer ?? "Self",
              }),
            },
          ]
        : [];
    return new AiGateway(this, "gateway", {
      ...place,
      name: this.names.apiManagement(),
      publisherName: gateway.publisherName,
      publisherEmail: gateway.publisherEmail,
      sku: gatewaySku(gateway),
      zones: gateway.zones,
      identity,
      network,
      telemetry,
      hostNames,
      certificateStore: store,
      securityOptOuts: securityOptOuts?.gateway,
    });
  }

  private addAccounts(
    place: Place,
    { gateway, network, telemetry }: { gateway: AiGateway; network?: PrivateNetwork; telemetry: Telemetry },
  ): readonly OpenAiAccount[] {
    return this.settings.accounts.map((settings) => {
      const { name, location, deployments, foundryAutoUpgrade } = settings;
      const id = `account-${accountKey(settings)}`;
      const account = new OpenAiAccount(this, id, {
        resourceGroupName: place.resourceGroupName,
        location,
        name: this.names.in(location).openAiAccount(name),
        // Without a network the gateway is told by the one public address that it keeps.
        allowedAddressRanges: network
          ? undefined
          : [Fn.element(gateway.resource.publicIpAddresses, 0) as string],
        foundryAutoUpgrade,
        securityOptOuts: this.settings.securityOptOuts?.accounts,
      });
      for (const [deployment, options] of Object.entries(deployments)) {
        account.addDeployment(deployment, options);
      }
      telemetry.addDiagnosticSetting(`${id}-logs`, DiagnosticTarget.openAiAccount(account));
      network?.addPrivateEndpoint(`${id}-endpoint`, { target: PrivateEndpointTarget.openAiAccount(account) });
      return account;
    });
  }

  private addCertificateAuthorities(
    store: CertificateStore,
  ): ReadonlyMap<string, readonly ICertificateAuthority[]> {
    return new Map(
      Object.entries(this.settings.certificateAuthorities ?? {}).map(([name, { pem }]) => [
        name,
        store.addCertificateAuthority(name, { pem }),
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

  private addApis(
    gateway: AiGateway,
    accounts: readonly OpenAiAccount[],
    references: AuthReferences,
  ): ReadonlyMap<string, OpenAiApi> {
    return new Map(
      this.settings.apis.map(({ auth, ...options }) => [
        options.name,
        gateway.addOpenAiApi(`api-${options.name}`, {
          ...options,
          auth: authFromSettings(auth, references),
          backends: accounts,
        }),
      ]),
    );
  }

  private addClients(
    gateway: AiGateway,
    apis: ReadonlyMap<string, OpenAiApi>,
    accounts: readonly OpenAiAccount[],
  ): void {
    const byKey = new Map(this.settings.accounts.map((each, index) => [accountKey(each), accounts[index]]));
    for (const { name, api: apiName, identifiedBy, backends, ...options } of this.settings.clients ?? []) {
      gateway.addClient(name, {
        ...options,
        api: checkedReference(apis.get(apiName), `API '${apiName}'`),
        identifiedBy: identifiedBy.map(clientIdentity),
        backends: backends?.map(({ account, ...preference }) => ({
          ...preference,
          account: checkedReference(byKey.get(account), `account '${account}'`),
        })),
      });
    }
  }
}

interface Place {
  readonly location: string;
  readonly resourceGroupName: string;
}

function hasOtherIssuers(auth: AuthSettings): boolean {
  return auth.kind === "oidc" || ("of" in auth && auth.of.some(hasOtherIssuers));
}

function clientIdentity(settings: ClientIdentitySettings): ClientIdentity {
  switch (settings.kind) {
    case "subscriptionKey":
      return ClientIdentity.subscriptionKey();
    case "application":
      return ClientIdentity.application(settings.clientId, { authenticator: settings.authenticator });
    case "certificate":
      return ClientIdentity.certificate(settings.name, { thumbprint: settings.thumbprint });
  }
}
