import type { ApiModel, GatewayModel } from "../model";
import type { DirectCallOptions, Simulation } from "../simulation";
import { establishedCaller, type RequestTrace } from "../sinks";
import { errorIn } from "./account-error";
import { type Credential, present, type PresentedCredentials } from "./credential";
import type { SampleRequest } from "./sample-request";
import { describeServerError } from "./server-error";

/** What came of a call. */
export interface TrialAnswer {
  readonly status: number;
  /** Member `error.code` of the body. */
  readonly code?: string;
  /** Name of the client that the policies established. */
  readonly client?: string;
  /** What was called last behind the gateway. @default - nothing was */
  readonly backend?: "account" | "backend";
  readonly trace: RequestTrace;
}

/** What can be different about a call. */
export interface TrialOptions extends Pick<DirectCallOptions, "sourceAddress"> {
  /** Whether the call is likely to pause: time passes for it soon. @default false */
  readonly pauses?: boolean;
}

const LIFETIME_SECONDS = 3_600;
/** How long a call may take before the clock helps it on, in milliseconds of real time. */
const PATIENCE_MS = 2_000;
/** The same for calls that are expected to wait. */
const SHORT_PATIENCE_MS = 5;
/** Step of that help, in milliseconds of the simulation's clock. */
const STEP_MS = 1_000;

/** Calls to one API, each as if it were the first that its gateway and the accounts ever got. */
export class TrialCalls {
  private readonly presented = new Map<string, Promise<PresentedCredentials>>();
  private readonly start: Date;
  private count = 0;

  /** @param simulation with a clock that stands still, used for nothing else meanwhile */
  public constructor(
    private readonly simulation: Simulation,
    private readonly gateway: GatewayModel,
    public readonly api: ApiModel,
  ) {
    this.start = simulation.clock.date();
  }

  /** How many calls were made. */
  public get made(): number {
    return this.count;
  }

  /** Calls with credentials that are made for it. */
  public async call(
    credentials: readonly Credential[],
    request: SampleRequest,
    options: TrialOptions = {},
  ): Promise<TrialAnswer> {
    return this.callWith(await this.present(credentials), request, options);
  }

  /** Calls with what a request carries. */
  public callWith(
    presented: PresentedCredentials,
    request: SampleRequest,
    options: TrialOptions = {},
  ): Promise<TrialAnswer> {
    this.simulation.forgetTraffic();
    return this.again(presented, request, options);
  }

  /** Calls at another time, with credentials that are made for that; afterwards it is as late as before. */
  public async callAt(
    time: Date,
    credentials: readonly Credential[],
    request: SampleRequest,
  ): Promise<TrialAnswer> {
    const { clock } = this.simulation;
    clock.set(time);
    try {
      return await this.callWith(await present(this.simulation, credentials, LIFETIME_SECONDS), request);
    } finally {
      clock.set(this.start);
    }
  }

  /** Calls once more, as a gateway gets it that remembers the call before. */
  public async again(
    { headers, certificate }: PresentedCredentials,
    { method, target, headers: own, body, form }: SampleRequest,
    { pauses = false, ...options }: TrialOptions = {},
  ): Promise<TrialAnswer> {
    this.count += 1;
    const { status, body: text, trace } = await this.patiently(
      this.simulation.perform(target, {
        ...options,
        gateway: this.gateway.name,
        method,
        headers: { ...own, ...headers, ...(form === undefined ? {} : { "content-type": form.type }) },
        certificate,
        body: form?.content ?? body,
      }),
      pauses ? SHORT_PATIENCE_MS : PATIENCE_MS,
    );
    const { code } = errorIn(text);
    return { status, code, client: establishedCaller(trace)?.client, backend: this.calledLast(trace), trace };
  }

  private calledLast({ backendCalls }: RequestTrace): TrialAnswer["backend"] {
    const host = backendCalls.at(-1)?.host;
    const isAccount = this.simulation.model.accounts.some(({ hostNames }) => hostNames.includes(host ?? ""));
    return host === undefined ? undefined : isAccount ? "account" : "backend";
  }

  /** JSON that the last call brought to an account, as it arrived. */
  public receivedBody(): Readonly<Record<string, unknown>> | undefined {
    const received = this.simulation.model.accounts.flatMap(({ name }) => this.simulation.account(name).requests);
    try {
      return JSON.parse(received.at(-1)?.body ?? "") as Readonly<Record<string, unknown>>;
    } catch {
      return undefined;
    }
  }

  /** Made once: time stands still between calls. */
  public present(credentials: readonly Credential[]): Promise<PresentedCredentials> {
    const key = JSON.stringify(credentials);
    let presented = this.presented.get(key);
    if (presented === undefined) {
      presented = present(this.simulation, credentials, LIFETIME_SECONDS);
      this.presented.set(key, presented);
    }
    return presented;
  }

  /** Lets time pass for a call that waits for it: retries pause. Afterwards it is as late as before. */
  private async patiently<T>(call: Promise<T>, patienceMs: number): Promise<T> {
    const { clock } = this.simulation;
    const timer = setInterval(() => clock.advance(STEP_MS), patienceMs);
    try {
      return await call;
    } finally {
      clearInterval(timer);
      clock.set(this.start);
    }
  }
}

/** Whether the caller got what it asked for. */
export function isAdmitted({ status }: Pick<TrialAnswer, "status">): boolean {
  return status >= 200 && status < 300;
}

/** Whether the gateway passed the call on, whatever became of it. */
export function isPassedOn({ trace }: Pick<TrialAnswer, "trace">): boolean {
  return trace.backendCalls.length > 0;
}

/** What a call got that was passed on and is not admitted: `the account answers 404 DeploymentNotFound`. */
export function backendAnswer(answer: TrialAnswer): string {
  return `the ${answer.backend ?? "backend"} answers ${statusText(answer)}`;
}

/** Why a call says nothing about the caller: the simulator could not run it. */
export function faultOf({ trace }: TrialAnswer): string | undefined {
  return trace.fault === undefined ? undefined : describeServerError(trace).replaceAll(/\s+/g, " ");
}

/** Why a call failed, which policies that work would not do for a right caller. */
export function failureOf({ status, trace }: TrialAnswer): string | undefined {
  return status >= 500 ? describeServerError(trace).replaceAll(/\s+/g, " ") : undefined;
}

/** Status and, where there is another one, the code: `403 forbidden`. */
export function statusText({ status, code }: TrialAnswer): string {
  return code === undefined || code === String(status) ? String(status) : `${status} ${code}`;
}
