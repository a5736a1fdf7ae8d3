import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { App, Fn, TerraformStack } from "cdktf";
import { readCertificate } from "../../environments/certificates";
import {
  AiGateway,
  Auth,
  CertificateStore,
  ClientIdentity,
  GatewaySku,
  type ISemanticCache,
  OpenAiAccount,
  type OpenAiApi,
  type OpenAiApiOptions,
  type OpenAiOperationGroup,
  PrivateNetwork,
  type SecurityControl,
  type SecurityOptOut,
  SemanticCache,
  SynthesisDate,
  WorkloadIdentity,
} from "../../lib";
import { AzapiProvider } from "../../lib/azapi";
import { AS_OF } from "./environments";
import {
  API_CLIENT_ID,
  applicationId,
  certificateName,
  ENTRA_TENANT_ID,
  GATEWAY_HOST_NAME,
  PARTNER_AUDIENCE,
  PARTNER_ISSUER,
} from "./every-credential";

export interface EveryCredentialStackProps {
  /** Clients of each API; every one has its own application, certificate name and key. @default 1 */
  readonly clients?: number;
  /** How often the APIs are repeated, for a gateway with more operations. @default 1 */
  readonly copies?: number;
  /** Credentials for which there is an API. @default - all four */
  readonly credentials?: readonly ("key" | "token" | "certificate" | "combined")[];
  /** Operations of each API. @default ["chat", "embeddings", "responses", "models"] */
  readonly operations?: readonly OpenAiOperationGroup[];
  /** Requests and tokens that a caller may spend in a minute, too many to reach. @default - no limits */
  readonly limits?: boolean;
  /** Whether there are deployments `images` and `audio` too. @default false */
  readonly media?: boolean;
  /** Accepted on dated URLs. @default - those of APIs */
  readonly apiVersions?: OpenAiApiOptions["apiVersions"];
  /** What becomes of responses that are not said to be forgotten. @default - that of APIs */
  readonly responseStore?: OpenAiApiOptions["responseStore"];
  /** Answers that an API gives again, by its name. @default - none */
  readonly cache?: (api: string, semanticCache: () => ISemanticCache) => OpenAiApiOptions["cache"];
  /** Folder of the app. @default - a new one */
  readonly outdir?: string;
}

/**
 * Synthesizes a gateway that takes each kind of credential on an API of its own: `key`, `token` (Entra), `certificate` and `combined` (a partner's token and a key),
 * at paths of the same names; copies are called `token-1` and so on.
 * @returns the folder with `cdk.tf.json`
 */
export function everyCredentialStack(props: EveryCredentialStackProps = {}): string {
  const { clients = 1, copies = 1, limits = false } = props;
  const operations = props.operations ?? ["chat", "embeddings", "responses", "models"];
  const app = new App({ outdir: props.outdir ?? mkdtempSync(join(tmpdir(), "every-credential-")) });
  const stack = new TerraformStack(app, "every-credential");
  SynthesisDate.set(stack, AS_OF);
  new AzurermProvider(stack, "azurerm", { features: [{}] });
  new AzapiProvider(stack, "azapi");
  const place = { location: "westeurope", resourceGroupName: "rg-test" };
  const store = new CertificateStore(stack, "certificates", {
    ...place,
    name: "kv-test-every",
    tenantId: ENTRA_TENANT_ID,
  });
  const certificateAuthorities = store.addCertificateAuthority("devices", {
    pem: readCertificate("contoso-devices-issuing-ca-1") + readCertificate("contoso-devices-root-ca"),
  });
  const certificate = store.addServerCertificate("gateway-tls", {
    hostNames: [GATEWAY_HOST_NAME],
    issuerName: "DigiCert",
  });
  const gateway = new AiGateway(stack, "gateway", {
    ...place,
    name: "apim-test-every",
    publisherName: "Test",
    publisherEmail: "test@contoso.com",
    sku: GatewaySku.premium(),
    identity: new WorkloadIdentity(stack, "identity", { ...place, name: "id-test-every" }),
    hostNames: [{ hostName: GATEWAY_HOST_NAME, certificate }],
    certificateStore: store,
    concurrentCallsPerCaller: 1_000,
    securityOptOuts: [optOut("gateway-private-network"), optOut("gateway-audit-logs")],
  });
  const account = new OpenAiAccount(stack, "account", {
    ...place,
    name: "oai-test-every",
    allowedAddressRanges: [Fn.element(gateway.resource.publicIpAddresses, 0) as string],
    securityOptOuts: [optOut("account-public-network")],
  });
  // More than any test or benchmark sends.
  const capacity = 10_000_000;
  account.addDeployment("chat", { model: "gpt-5.4", modelVersion: "2026-03-05", capacity });
  account.addDeployment("embeddings", { model: "text-embedding-3-small", modelVersion: "1", capacity });
  if (props.media === true) {
    account.addDeployment("images", { model: "gpt-image-2", modelVersion: "2026-04-21", capacity });
    account.addDeployment("audio", {
      model: "gpt-4o-mini-transcribe",
      modelVersion: "2025-12-15",
      capacity,
    });
  }
  let madeCache: SemanticCache | undefined;
  const semanticCache = (): SemanticCache =>
    (madeCache ??= new SemanticCache(stack, "semantic-cache", {
      ...place,
      gateway,
      name: "amr-test-every",
      network: new PrivateNetwork(stack, "network", {
        ...place,
        name: "vnet-test-every",
        addressSpace: ["10.0.0.0/22"],
        privateEndpointSubnetPrefix: "10.0.1.0/24",
        gatewaySubnetPrefix: "10.0.0.0/24",
      }),
      embeddings: { account, deployment: "embeddings" },
    }));
  const auth = {
    key: Auth.subscriptionKey(),
    token: Auth.entraId({ tenantId: ENTRA_TENANT_ID, audiences: [API_CLIENT_ID] }),
    certificate: Auth.clientCertificate({ certificateAuthorities, clientsNamedBy: "common-name" }),
    combined: Auth.allOf(
      Auth.oidc({
        name: "partner",
        issuer: PARTNER_ISSUER,
        audiences: [PARTNER_AUDIENCE],
        clientIdClaim: "cid",
      }),
      Auth.subscriptionKey(),
    ),
  };
  const identities: Readonly<Record<keyof typeof auth, (index: number) => readonly ClientIdentity[]>> = {
    key: () => [ClientIdentity.subscriptionKey()],
    token: (index) => [ClientIdentity.application(applicationId(index))],
    certificate: (index) => [ClientIdentity.certificate(certificateName(index))],
    combined: (index) => [ClientIdentity.subscriptionKey(), ClientIdentity.application(applicationId(index))],
  };
  const highest = limits ? { requestsPerMinute: 1_000_000, tokensPerMinute: 1_000_000_000 } : {};
  const optOuts = [
    ...(limits ? [] : [optOut("api-request-limits"), optOut("api-token-limits")]),
    ...(operations.some((group) => STATEFUL_GROUPS.includes(group))
      ? [optOut("api-stateful-operations"), optOut("api-batch-models")]
      : []),
  ];
  const credentials = props.credentials ?? (Object.keys(auth) as (keyof typeof auth)[]);
  for (let copy = 0; copy < copies; copy += 1) {
    for (const credential of credentials) {
      const name = copy === 0 ? credential : `${credential}-${copy}`;
      const api: OpenAiApi = gateway.addOpenAiApi(name, {
        path: name,
        backends: [account],
        auth: auth[credential],
        operations,
        apiVersions: props.apiVersions,
        responseStore: props.responseStore,
        cache: props.cache?.(name, semanticCache),
        // Everything here comes from one address.
        failuresPerMinutePerAddress: 10_000_000,
        ...highest,
        securityOptOuts: [
          ...optOuts,
          ...(credential === "key" ? [optOut("api-key-alone-is-not-enough")] : []),
        ],
      });
      for (let index = 0; index < clients; index += 1) {
        gateway.addClient(`client-${name}-${index}`, { api, identifiedBy: identities[credential](index) });
      }
    }
  }
  app.synth();
  return join(app.outdir, "stacks", "every-credential");
}

const STATEFUL_GROUPS: readonly OpenAiOperationGroup[] = [
  "stored-responses",
  "files",
  "batches",
  "vector-stores",
];

function optOut(control: SecurityControl): SecurityOptOut {
  return { control, reason: "Nothing of this stack is ever deployed.", expires: "2099-12-31" };
}
