import type { AccountFault } from "../accounts";
import type { ClientCertificateProps, StandInAuthorities } from "../certificates";
import type { CredentialCheck, EndpointRequest, ModelEndpoint } from "../model-endpoints";
import type { Network } from "../network";

/** The certificate that an endpoint presents, good or bad, of an authority that a gateway of the stacks trusts. */
export type ServerCertificateProps = Omit<
  ClientCertificateProps,
  "commonName" | "extendedKeyUsage" | "revoked"
>;

const SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1";

/** One OpenAI-compatible server of a simulation, as tests use it. */
export class SimulatedModelEndpoint {
  public constructor(
    private readonly endpoint: ModelEndpoint,
    private readonly network: Network,
    private readonly authorities: StandInAuthorities,
  ) {}

  /** Host name, with its port unless it is 443. */
  public get host(): string {
    return this.endpoint.props.host;
  }

  /** Requests that reached the server, oldest first. */
  public get requests(): readonly EndpointRequest[] {
    return [...this.endpoint.requests];
  }

  /** Forgets the requests so far. */
  public clearRequests(): void {
    this.endpoint.requests.length = 0;
  }

  /**
   * What the server was started with.
   * @param models names that it knows
   * @param contextTokens prompt and answer together @default - no limit
   */
  public serve(models: readonly string[], contextTokens = Infinity): void {
    this.endpoint.models = models;
    this.endpoint.contextTokens = contextTokens;
  }

  /** Judges credentials from now on, instead of by what the stacks present. */
  public demand(credentials: CredentialCheck): void {
    this.endpoint.credentials = credentials;
  }

  /**
   * Presents a certificate of an authority of the stacks from now on. Without a call, a public authority issued it.
   * @throws Error when no gateway trusts an authority of that name, or several do
   */
  public async present(props: ServerCertificateProps): Promise<void> {
    const [name = ""] = this.host.split(":");
    const { der } = await this.authorities.issue({
      revocationList: "none",
      dnsNames: [name],
      ...props,
      commonName: name,
      extendedKeyUsage: [SERVER_AUTHENTICATION],
    });
    this.network.setCertificate(this.host, der);
  }

  /** Makes requests fail from now on: refused connections, a status, a broken stream. */
  public fail(fault: Omit<AccountFault, "filter" | "deployment">): void {
    this.endpoint.faults.add(fault);
  }

  /**
   * Makes the server slow.
   * @param latencyMs wait before the response's headers, on the simulation's clock
   * @param eventLatencyMs wait before each streamed event @default 0
   */
  public slow(latencyMs: number, eventLatencyMs = 0): void {
    this.endpoint.faults.add({ latencyMs, eventLatencyMs });
  }

  /** Ends everything that `fail` and `slow` began. */
  public recover(): void {
    this.endpoint.faults.clear();
  }
}
