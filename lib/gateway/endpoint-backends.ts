import { ApiManagementBackend } from "@cdktf/provider-azurerm/lib/api-management-backend";
import { ApiManagementCertificateA } from "@cdktf/provider-azurerm/lib/api-management-certificate";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { EndpointCredential, EndpointKey, IModelEndpoint } from "../model-endpoint";
import { ownName } from "./child-name";
import { type CircuitBreaker, circuitBreakerRule } from "./circuit-breaker";
import { servedDeployment } from "./deployment-route";
import { type BackendUse, type EndpointBackend, type IGatewayService, inService } from "./gateway-service";

/** What endpoints need of the gateway beside a place. */
export interface EndpointBackendsProps {
  readonly service: IGatewayService;
  readonly circuitBreaker: CircuitBreaker;
  /** Makes a secret available to backends by name. */
  readonly addNamedValue: (
    name: string,
    key: Pick<EndpointKey, "store" | "secretName">,
  ) => ITerraformDependable;
}

/** A backend that adds its credential by itself, which therefore goes to its URL and to no other. */
interface BackendCredential {
  readonly credentials?: ApiManagementBackend["credentialsInput"];
  /** Certificate of the service that policies present. */
  readonly certificateId?: string;
  readonly dependables: readonly ITerraformDependable[];
}

/**
 * Backends of model endpoints: one for each deployment and trust boundary, as for accounts.
 *
 * Source: https://learn.microsoft.com/azure/api-management/backends
 */
export class EndpointBackends extends Construct {
  private readonly backends = new Map<
    string,
    EndpointBackend & { readonly resource: ApiManagementBackend }
  >();
  private readonly credentials = new Map<string, BackendCredential>();

  public constructor(
    scope: Construct,
    id: string,
    private readonly props: EndpointBackendsProps,
  ) {
    super(scope, id);
  }

  /** The backend of one deployment of one endpoint in a trust boundary; made when first asked for. */
  public of(endpoint: IModelEndpoint, deployment: string, use: BackendUse): EndpointBackend {
    const key = `${use.trustBoundary} ${endpoint.node.path} ${deployment.toLowerCase()}`;
    const backend = this.backends.get(key) ?? this.create(endpoint, deployment, use.trustBoundary);
    this.backends.set(key, backend);
    if (use.pooled) {
      backend.resource.putCircuitBreakerRule(circuitBreakerRule(this.props.circuitBreaker, true));
    }
    return backend;
  }

  private create(
    endpoint: IModelEndpoint,
    deployment: string,
    trustBoundary: string,
  ): EndpointBackend & { readonly resource: ApiManagementBackend } {
    const { service, circuitBreaker } = this.props;
    const name = ownName(service, trustBoundary, "endpoint", endpoint.node.id, deployment);
    const { credentials, certificateId, dependables } = this.credentialOf(endpoint);
    const resource = new ApiManagementBackend(this, name, {
      ...inService(service, this),
      name,
      title: "OpenAI-compatible",
      description: `Deployment ${deployment} at ${endpoint.node.id} for ${trustBoundary}`,
      protocol: "http",
      url: `${endpoint.url}/v1`,
      tls: { validateCertificateChain: true, validateCertificateName: true },
      credentials,
      circuitBreakerRule: circuitBreakerRule(circuitBreaker, false),
      dependsOn: dependables.length > 0 ? [...dependables] : undefined,
    });
    const { credential, isPrivate } = endpoint;
    return {
      name,
      resource,
      endpoint: {
        backendId: name,
        model: servedDeployment(endpoint, deployment)?.model ?? deployment,
        keyHeader: credential.key ? credential.header : undefined,
        audience: credential.identity?.audience,
        certificateId,
        tellsCaller: isPrivate,
      },
    };
  }

  /** Made once for an endpoint, whatever the number of its deployments. */
  private credentialOf(endpoint: IModelEndpoint): BackendCredential {
    const known = this.credentials.get(endpoint.node.path);
    const credential = known ?? this.createCredential(endpoint.node.id, endpoint.credential);
    this.credentials.set(endpoint.node.path, credential);
    return credential;
  }

  private createCredential(id: string, credential: EndpointCredential): BackendCredential {
    if (credential.key) {
      const { store, secretName } = credential.key;
      const name = `${id}-key`;
      const value = `{{${name}}}`;
      return {
        credentials: credential.isBearer
          ? { authorization: { scheme: "Bearer", parameter: value } }
          : { header: { [String(credential.header)]: value } },
        dependables: [this.props.addNamedValue(name, { store, secretName })],
      };
    }
    return credential.certificate ? this.createCertificate(id, credential) : { dependables: [] };
  }

  private createCertificate(id: string, { certificate }: EndpointCredential): BackendCredential {
    if (!certificate) {
      throw new Error("a certificate that is not there cannot be made");
    }
    const { service } = this.props;
    const certificateId = ownName(service, id, "client-certificate");
    const resource = new ApiManagementCertificateA(this, certificateId, {
      ...inService(service, this),
      name: certificateId,
      // Without a client id, the service reads with its system-assigned identity.
      keyVaultSecretId: certificate.certificate.versionlessSecretId,
      dependsOn: [...certificate.certificate.dependables],
    });
    certificate.store.grantReadSecretsPastFirewall(service.systemAssignedIdentity()).applyBefore(resource);
    return { certificateId, dependables: [resource] };
  }
}
