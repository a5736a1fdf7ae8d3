import { Clock } from "../../../simulator/clock";
import { Gateway, type GatewayCall, type GatewayEnvironment } from "../../../simulator/gateway/gateway";
import { seededRandom } from "../../../simulator/gateway/seeded-random";
import type { GatewayModel } from "../../../simulator/model";
import { bytesResponse, type HttpHandler, Network, readText, singleChunk } from "../../../simulator/network";
import type { HttpResponse } from "../../../simulator/network/http-message";
import type { PolicyCoverage } from "../../../simulator/policies";
import { Sinks } from "../../../simulator/sinks";

/** A request to a gateway under test. */
export interface TestCall extends Partial<Omit<GatewayCall, "body" | "headers">> {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** A gateway in this process, with a frozen clock and a network of the test's own hosts. */
export class RunningGateway {
  public readonly clock = new Clock({ at: new Date("2026-01-01T00:00:00Z"), running: false });
  public readonly network = new Network(this.clock);
  public readonly sinks = new Sinks();

  private started: Gateway | undefined;

  private constructor() {}

  /** @throws Error before it is started */
  public get gateway(): Gateway {
    if (this.started === undefined) {
      throw new Error("the gateway is not started");
    }
    return this.started;
  }

  public static async start(
    model: GatewayModel,
    hosts: Readonly<Record<string, HttpHandler>> = {},
    world: Partial<GatewayEnvironment> = {},
    coverage?: PolicyCoverage,
    isStrict = false,
  ): Promise<RunningGateway> {
    const running = new RunningGateway();
    for (const [host, handler] of Object.entries(hosts)) {
      running.network.register(host, handler);
    }
    const environment: GatewayEnvironment = {
      clock: running.clock,
      sinks: running.sinks,
      random: seededRandom(1),
      fetch: (request, validation) => running.network.fetch(request, validation),
      managedIdentityToken: () => Promise.reject(new Error("no identity is attached")),
      verifyClientCertificate: () => Promise.resolve([]),
      ...world,
    };
    running.started = await Gateway.create(model, environment, coverage, isStrict);
    return running;
  }

  /** The answer with its body still to be read. */
  public open(target: string, { headers, body, ...call }: TestCall = {}): Promise<HttpResponse> {
    return this.gateway.handle({
      method: "GET",
      host: "gateway.azure-api.net",
      target,
      ipAddress: "192.0.2.1",
      certificateChain: [],
      signal: new AbortController().signal,
      headers: Object.entries(headers ?? {}).map(([name, value]) => [name, [value]] as const),
      body: body === undefined ? undefined : singleChunk(Buffer.from(body)),
      ...call,
    });
  }

  /** @throws Error when the simulator itself failed */
  public async call(target: string, call: TestCall = {}): Promise<HttpResponse & { readonly text: string }> {
    const answer = await this.open(target, call);
    const text = await readText(answer.body);
    const fault = this.sinks.traces.at(-1)?.fault;
    if (fault !== undefined) {
      throw new Error(`the simulator has a defect: ${fault}`);
    }
    return { ...answer, text };
  }
}

/** A backend that answers every request alike and remembers them. */
export class FixedBackend {
  public readonly requests: {
    readonly method: string;
    readonly url: string;
    readonly headers: object;
    readonly body: string;
  }[] = [];

  public constructor(
    public status = 200,
    public body = "from the backend",
    public headers: Readonly<Record<string, string>> = {},
  ) {}

  public readonly handler: HttpHandler = async ({ method, url, headers, body }) => {
    this.requests.push({ method, url: url.href, headers, body: await readText(body) });
    return bytesResponse(this.status, Buffer.from(this.body), this.headers);
  };
}
