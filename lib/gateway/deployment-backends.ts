import { ApiManagementBackend } from "@cdktf/provider-azurerm/lib/api-management-backend";
import { Construct } from "constructs";
import type { IOpenAiAccount } from "../openai/openai-account";
import { childName } from "./child-name";
import { type CircuitBreaker, circuitBreakerRule } from "./circuit-breaker";
import { type BackendUse, type DeploymentBackend, type IGatewayService, inService } from "./gateway-service";

/**
 * The backends of a gateway: one for each deployment of each account that an API routes to, shared by all its
 * APIs.
 *
 * A backend has one circuit breaker, and Azure OpenAI throttles each deployment by itself: with one backend
 * for a whole account, a throttled embeddings deployment would close the chat deployment beside it.
 *
 * Source: https://learn.microsoft.com/azure/api-management/backends
 */
export class DeploymentBackends extends Construct {
  private readonly backends = new Map<string, NamedBackend>();

  public constructor(
    scope: Construct,
    id: string,
    private readonly service: IGatewayService,
    private readonly circuitBreaker: CircuitBreaker,
  ) {
    super(scope, id);
  }

  /** The backend of one deployment of one account; made when first asked for. */
  public of(account: IOpenAiAccount, deployment: string, { pooled }: BackendUse): DeploymentBackend {
    const key = `${account.node.path} ${deployment.toLowerCase()}`;
    const backend = this.backends.get(key) ?? this.create(account, deployment);
    this.backends.set(key, backend);
    if (pooled) {
      backend.resource.putCircuitBreakerRule(circuitBreakerRule(this.circuitBreaker, true));
    }
    return { id: backend.resource.id, ...backend };
  }

  private create(account: IOpenAiAccount, deployment: string): NamedBackend {
    const { service } = this;
    const [subdomain = ""] = new URL(account.openAiBaseUrl).hostname.split(".");
    const name = childName(...(service.namePrefix ? [service.namePrefix] : []), subdomain, deployment);
    const resource = new ApiManagementBackend(this, name, {
      ...inService(service, this),
      name,
      description: `Deployment ${deployment} at ${subdomain}`,
      protocol: "http",
      url: account.openAiBaseUrl,
      tls: { validateCertificateChain: true, validateCertificateName: true },
      circuitBreakerRule: circuitBreakerRule(this.circuitBreaker, false),
    });
    return { name, resource };
  }
}

interface NamedBackend {
  readonly name: string;
  readonly resource: ApiManagementBackend;
}
