import type { IModelEndpoint } from "../model-endpoint";
import type { IOpenAiAccount } from "../openai";

/** How much of the requests a backend gets. */
export interface BackendPreference {
  /**
   * Order of preference, 0 to 100, lower first. Backends of a higher number get requests only while all preferred ones
   * are overloaded, out of work or not to be reached.
   *
   * @default - 1 where the deployment is provisioned throughput or of a model endpoint, 2 where it is pay-as-you-go:
   * what is paid for already is used up first, and the rest overflows
   */
  readonly priority?: number;
  /** Share of requests among backends of the same priority, 1 to 100. @default 100 */
  readonly weight?: number;
}

/** An account that an API sends requests to. */
export interface OpenAiBackend extends BackendPreference {
  /** Account with the deployments; the gateway's identity is granted the right to invoke them. */
  readonly account: IOpenAiAccount;
}

/** A model service that is not an account, and that an API sends requests to. */
export interface ModelEndpointBackend extends BackendPreference {
  /** Service with the deployments, to which the gateway proves itself as the endpoint says. */
  readonly endpoint: IModelEndpoint;
}

/** Whatever an API may send requests to. */
export type ApiBackend = IOpenAiAccount | OpenAiBackend | IModelEndpoint | ModelEndpointBackend;

/** Backends of an API or a client, by kind. */
export interface ApiBackends {
  readonly accounts: readonly OpenAiBackend[];
  readonly endpoints: readonly ModelEndpointBackend[];
}

/** @returns the backends in full form, those that were given alone included; none for none */
export function apiBackends(backends: readonly ApiBackend[] = []): ApiBackends {
  const accounts: OpenAiBackend[] = [];
  const endpoints: ModelEndpointBackend[] = [];
  for (const backend of backends) {
    if ("endpoint" in backend) {
      // An account has an endpoint as well: its URL.
      if (typeof backend.endpoint === "string") {
        accounts.push({ account: backend as IOpenAiAccount });
      } else {
        endpoints.push(backend as ModelEndpointBackend);
      }
    } else if ("account" in backend) {
      accounts.push(backend);
    } else {
      endpoints.push({ endpoint: backend });
    }
  }
  return { accounts, endpoints };
}
