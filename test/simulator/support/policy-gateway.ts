import { initializeExpressions } from "../../../expressions";
import type { GatewayEnvironment } from "../../../simulator/gateway/gateway";
import type { ApiModel, GatewayModel } from "../../../simulator/model";
import type { HttpHandler } from "../../../simulator/network";
import { PolicyDocumentError } from "../../../simulator/policies";
import { apiModel, gatewayModel, operationModel, policyXml } from "./gateway-models";
import { FixedBackend, RunningGateway, type TestCall } from "./running-gateway";

/** What surrounds the policies under test. */
export interface PolicySurroundings {
  readonly inbound?: string;
  readonly backend?: string;
  readonly outbound?: string;
  readonly onError?: string;
  readonly model?: Partial<GatewayModel>;
  readonly api?: Partial<ApiModel>;
  readonly hosts?: Readonly<Record<string, HttpHandler>>;
  readonly world?: Partial<GatewayEnvironment>;
  /** What https://backend.example answers. @default - 200 and a text */
  readonly answers?: FixedBackend;
  /** Whether policies are held to Microsoft's pages. @default false */
  readonly strict?: boolean;
}

/** An answer with the names of its headers in lower case. */
export interface PolicyAnswer {
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly text: string;
}

/** A gateway whose API at `/api` has GET and POST `/ping` and forwards to a backend that remembers. */
export class PolicyGateway {
  private constructor(
    public readonly running: RunningGateway,
    public readonly backend: FixedBackend,
  ) {}

  public static async start(surroundings: PolicySurroundings): Promise<PolicyGateway> {
    await initializeExpressions();
    const backend = surroundings.answers ?? new FixedBackend();
    const hosts = { "backend.example": backend.handler, ...surroundings.hosts };
    const running = await RunningGateway.start(
      modelOf(surroundings),
      hosts,
      surroundings.world,
      undefined,
      surroundings.strict,
    );
    return new PolicyGateway(running, backend);
  }

  /** Calls `GET /api/ping`, or what the test says. */
  public async call(call: TestCall = {}, target = "/api/ping"): Promise<PolicyAnswer> {
    const { status, reason, headers, text } = await this.running.call(target, call);
    const fields = Object.entries(headers).map(([name, values]) => [name.toLowerCase(), values] as const);
    return { status, reason, headers: Object.fromEntries(fields), text };
  }

  /** Calls several times, one after the other. @returns the statuses */
  public async statuses(times: number, call: TestCall = {}): Promise<readonly number[]> {
    const statuses: number[] = [];
    for (let index = 0; index < times; index++) {
      statuses.push((await this.call(call)).status);
    }
    return statuses;
  }

  /** Headers of the last request that reached the backend, names in lower case. */
  public get forwardedHeaders(): Readonly<Record<string, readonly string[]>> {
    return (this.backend.requests.at(-1)?.headers ?? {}) as Readonly<Record<string, readonly string[]>>;
  }

  /** Path and query of the last request that reached the backend. */
  public get forwardedTarget(): string {
    const url = new URL(this.backend.requests.at(-1)?.url ?? "https://none.example");
    return url.pathname + url.search;
  }

  /** `context.LastError` of the last request. */
  public get lastError(): unknown {
    return this.running.sinks.traces.at(-1)?.lastError;
  }
}

/** Problems for which a gateway with these policies is refused at load; empty if it loads. */
export async function problemsOf(surroundings: PolicySurroundings): Promise<readonly string[]> {
  await initializeExpressions();
  try {
    await RunningGateway.start(modelOf(surroundings), {}, {}, undefined, surroundings.strict);
    return [];
  } catch (error) {
    if (error instanceof PolicyDocumentError) {
      return error.problems.map(({ problem }) => problem);
    }
    throw error;
  }
}

function modelOf({ inbound, backend, outbound, onError, model, api }: PolicySurroundings): GatewayModel {
  const section = (xml: string | undefined): string => `<base />${xml ?? ""}`;
  return gatewayModel({
    policy: {
      address: "azurerm_api_management_policy.global",
      xml: policyXml({ inbound: "", backend: "<forward-request />", outbound: "", onError: "" }),
    },
    apis: [
      apiModel({
        operations: [operationModel("GET", "/ping"), operationModel("POST", "/ping")],
        policyXml: policyXml({
          inbound: section(inbound),
          backend: backend ?? "<base />",
          outbound: section(outbound),
          onError: section(onError),
        }),
        ...api,
      }),
    ],
    ...model,
  });
}
