import type { TerraformStack } from "cdktf";
import { Auth } from "../../../lib/auth/auth";
import { AzapiProvider } from "../../../lib/azapi/azapi-provider";
import { AiGateway } from "../../../lib/gateway/ai-gateway";
import type { IAiGateway } from "../../../lib/gateway/ai-gateway-base";
import type { AiGatewayAttributes, AiGatewayProps } from "../../../lib/gateway/ai-gateway-props";
import { GatewaySku } from "../../../lib/gateway/gateway-sku";
import type { OpenAiApi } from "../../../lib/gateway/openai-api";
import type { OpenAiApiOptions } from "../../../lib/gateway/openai-api-props";
import { WorkloadIdentity } from "../../../lib/identity/workload-identity";
import { type IOpenAiAccount, OpenAiAccount } from "../../../lib/openai/openai-account";
import { SynthesisDate } from "../../../lib/validation/synthesis-date";
import { azureStack, synthesizeStack } from "../../support/azure-stack";
import type { Attributes, SynthesizedStack } from "../../support/synthesized-stack";

export const PLACE = { resourceGroupName: "rg-ai", location: "westeurope" };
export const TENANT = "11111111-1111-4111-8111-111111111111";
/** Application id of the API: the audience of its tokens. */
export const AUDIENCE = "44444444-4444-4444-8444-444444444444";
export const WEB_APP = "22222222-2222-4222-8222-222222222222";
export const BATCH_APP = "33333333-3333-4333-8333-333333333333";
export const REASON = "accepted for this test, which needs no more than this";
export const CHAT = { model: "gpt-5.4", modelVersion: "2026-03-05", capacity: 50 };
export const EMBEDDINGS = { model: "text-embedding-3-large", modelVersion: "1", capacity: 50 };
/** Tokens of one application of one tenant. */
export const ENTRA_ID = Auth.entraId({
  tenantId: TENANT,
  audiences: [AUDIENCE],
  clientApplicationIds: [WEB_APP],
});
export const PUBLIC_WITHOUT_LOGS = [
  { control: "gateway-private-network", reason: REASON },
  { control: "gateway-audit-logs", reason: REASON },
] as const;

const SERVICE_ID =
  "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-hub/providers/Microsoft.ApiManagement/service/apim-hub";

/** A stack with a gateway, for tests of what is in it. */
export class GatewayStack {
  public readonly stack: TerraformStack;
  public readonly identity: WorkloadIdentity;

  /** @param stack with its providers @default - a new one with the default providers */
  public constructor(stack: TerraformStack = azureStack()) {
    this.stack = stack;
    SynthesisDate.set(this.stack, new Date("2026-12-01"));
    new AzapiProvider(this.stack, "azapi");
    this.identity = new WorkloadIdentity(this.stack, "identity", { ...PLACE, name: "id-ai" });
  }

  /** A gateway that needs nothing else: public, without logs. */
  public gateway(props: Partial<AiGatewayProps> = {}): AiGateway {
    return new AiGateway(this.stack, "gateway", {
      ...PLACE,
      name: "apim-ai",
      publisherName: "Contoso",
      publisherEmail: "ai@contoso.com",
      sku: GatewaySku.developer(),
      identity: this.identity,
      securityOptOuts: PUBLIC_WITHOUT_LOGS,
      ...props,
    });
  }

  /** The gateway of another team. */
  public importedGateway(attributes: Partial<AiGatewayAttributes> = {}): IAiGateway {
    return AiGateway.fromAiGatewayAttributes(this.stack, "gateway", {
      id: SERVICE_ID,
      name: "apim-hub",
      resourceGroupName: "rg-hub",
      gatewayUrl: "https://ai.contoso.com",
      sku: GatewaySku.premium(2),
      identity: this.identity,
      namePrefix: "claims",
      ...attributes,
    });
  }

  /** An account with a chat deployment. */
  public account(name: string): OpenAiAccount {
    const account = new OpenAiAccount(this.stack, name, { ...PLACE, name: `oai-${name}` });
    account.addDeployment("chat", CHAT);
    return account;
  }

  public api(gateway: IAiGateway, options: Partial<OpenAiApiOptions> = {}): OpenAiApi {
    return gateway.addOpenAiApi("claims", {
      path: "claims",
      auth: ENTRA_ID,
      backends: options.backends ?? [this.existingAccount()],
      ...options,
    });
  }

  /** The account of the default API. */
  public existingAccount(): IOpenAiAccount {
    return this.account("weu");
  }

  public synthesize(): SynthesizedStack {
    return synthesizeStack(this.stack);
  }

  /** Attributes of all resources of a type. */
  public attributes(type: string): readonly Attributes[] {
    return this.synthesize()
      .ofType(type)
      .map(({ attributes }) => attributes);
  }
}
