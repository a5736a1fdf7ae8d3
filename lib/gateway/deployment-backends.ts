import { ApiManagementBackend } from "@cdktf/provider-azurerm/lib/api-management-backend";
import { Construct } from "constructs";
import type { IOpenAiAccount } from "../openai";
import { childName } from "./child-name";
import { type CircuitBreaker, circuitBreakerRule } from "./circuit-breaker";
import { type BackendUse, type DeploymentBackend, type IGatewayService, inService } from "./gateway-service";

/**
 * The backends of a gateway: one for each deployment of each account that an API routes to, and each trust boundary.
 * What callers of one boundary bring about, such as an account that is left alone because it throttles, is not felt in
 * another.
 *
 * A backend has one circuit breaker, and Azure OpenAI throttles each deployment by itself: with one backend
 * for a whole account, a throttled embeddings deployment would close the chat deployment beside it.
 *
 * Source: https://learn.microsoft.com/azure/api-management/backends
 */
export class DeploymentBackends extends Construct {
  private readonly backends = new Map<string, NamedBackend>();
  private readonly names = new Set<string>();

  public constructor(
    scope: Construct,
    id: string,
    private readonly service: IGatewayService,
    private readonly circuitBreaker: CircuitBreaker,
  ) {
    super(scope, id);
  }

  /** The backend of one deployment of one account in a trust boundary; made when first asked for. */
  public of(account: IOpenAiAccount, deployment: string, use: BackendUse): DeploymentBackend {
    const { pooled, shape } = use;
    const key = [
      use.trustBoundary,
      account.node.path,
      deployment.toLowerCase(),
      ...(shape ? [shape] : []),
    ].join(" ");
    const backend = this.backends.get(key) ?? this.create(account, deployment, use);
    this.backends.set(key, backend);
    if (pooled) {
      backend.resource.putCircuitBreakerRule(circuitBreakerRule(this.circuitBreaker, true));
    }
    return { id: backend.resource.id, ...backend };
  }

  private create(
    account: IOpenAiAccount,
    deployment: string,
    { trustBoundary, shape }: BackendUse,
  ): NamedBackend {
    const { service } = this;
    const [subdomain = ""] = new URL(account.openAiBaseUrl).hostname.split(".");
    const name = this.freeName([
      ...(service.namePrefix ? [service.namePrefix] : []),
      trustBoundary,
      subdomain,
      deployment,
      ...(shape ? [shape] : []),
    ]);
    const resource = new ApiManagementBackend(this, name, {
      ...inService(service, this),
      name,
      description: `Deployment ${deployment} at ${subdomain} for ${trustBoundary}`,
      protocol: "http",
      url: `${account.openAiBaseUrl}${shape ? PATHS[shape](deployment) : ""}`,
      tls: { validateCertificateChain: true, validateCertificateName: true },
      circuitBreakerRule: circuitBreakerRule(this.circuitBreaker, false),
    });
    return { name, resource };
  }

  /** `a-b` and `c` read as `a` and `b-c` do: whichever comes second is told apart by a hash of its parts. */
  private freeName(parts: readonly string[]): string {
    const plain = childName(...parts);
    const name = this.names.has(plain) ? childName(parts.join("/")) : plain;
    this.names.add(name);
    return name;
  }
}

/** Where the operations of a URL family lie, below an account's URL. */
const PATHS = {
  dated: (deployment: string) => `/deployments/${deployment}`,
  v1: () => "/v1",
} as const;

interface NamedBackend {
  readonly name: string;
  readonly resource: ApiManagementBackend;
}
