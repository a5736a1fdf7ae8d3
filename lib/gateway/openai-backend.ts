import type { IOpenAiAccount } from "../openai";

/** An account that an API sends requests to. */
export interface OpenAiBackend {
  /** Account with the deployments; the gateway's identity is granted the right to invoke them. */
  readonly account: IOpenAiAccount;
  /**
   * Order of preference, 0 to 100, lower first. Accounts of a higher number get requests only while the
   * circuit breakers of all preferred ones are open.
   *
   * @default - 1 where the deployment is provisioned throughput, 2 where it is pay-as-you-go: what is paid
   * for already is used up first, and the rest overflows
   */
  readonly priority?: number;
  /** Share of requests among accounts of the same priority, 1 to 100. @default 100 */
  readonly weight?: number;
}

/** @returns the backend in full form, of an account given alone */
export function openAiBackend(backend: IOpenAiAccount | OpenAiBackend): OpenAiBackend {
  return "account" in backend ? backend : { account: backend };
}
