import type { AuthStrategy } from "../auth";
import type { SecurityOptOut } from "../validation";
import type { AnswerCache } from "./answer-cache";
import type { OpenAiApiRevision } from "./api-revision";
import type { ApiBackend } from "./openai-backend";
import { DATED_API_VERSIONS, V1_API_VERSIONS } from "./policy/api-version";
import type { CallerLimits, RequestBounds, RequestMembers } from "./policy/openai-api-description";
import type { OpenAiOperationGroup, OpenAiUrlShape } from "./policy/openai-operation";
import type { QueuedOperations } from "./queued-operations";
import type { SpendingSource } from "./spending-source";

/**
 * An Azure OpenAI API of a gateway: `gateway.addOpenAiApi(id, options)`.
 *
 * Limits are those of callers that have none of their own, counted for each caller over all its credentials.
 */
export interface OpenAiApiOptions extends CallerLimits, RequestBounds, RequestMembers {
  /**
   * First part of the URL: clients use `https://<gateway>/<path>` as the endpoint of `AzureOpenAI`, and
   * `https://<gateway>/<path>/openai/v1` as the base URL of `OpenAI`. Segments of letters, digits, '-' or
   * '_', separated by '/'. Unique in the gateway.
   */
  readonly path: string;
  /** How callers prove who they are: `Auth.entraId(…)`, `Auth.anyOf(…)` … */
  readonly auth: AuthStrategy;
  /**
   * Accounts and model endpoints that answer, at least one and at most 30. The gateway's identity is granted the right
   * to invoke models of accounts. A deployment is routed only to what hosts it: add deployments before the API. Where a
   * model endpoint is among its hosts, each has one try at least, whatever `retries` says.
   */
  readonly backends: readonly ApiBackend[];
  /**
   * APIs of a gateway with the same trust boundary share backends, and so their circuit breakers: an account that
   * throttles or fails for one is left alone by all of them. Without one, an API shares with nobody: what its callers
   * bring about reaches no other API. Give the name of another API to share with it, or a name of your own to both,
   * where their callers trust each other: each boundary takes a backend for each deployment of each account, of which
   * v2 tiers once held 100. 3 to 40 lower-case letters, digits or '-'.
   *
   * @default - the API's name
   */
  readonly trustBoundary?: string;
  /**
   * Resource name of the API in API Management: lower-case letters, digits and '-'. Part of counter keys and
   * subscription names. @default - the construct id
   */
  readonly name?: string;
  /** Name for people. @default - `name` */
  readonly displayName?: string;
  /**
   * What is published. Groups whose objects all clients share (`files`, `batches` …) need the opt-out
   * `api-stateful-operations` and a single account; `batches` needs `api-batch-models` too. `responses` keeps
   * nothing at the service: unless that opt-out is given, requests go on with `"store": false` (see `responseStore`),
   * and cannot run in the background or refer to an earlier response. `models` lists the deployments that a caller may
   * use, by the names that requests give; it asks no account.
   *
   * @default ["chat", "embeddings"]
   */
  readonly operations?: readonly OpenAiOperationGroup[];
  /** URL families that are published. @default ["dated", "v1"] */
  readonly urlShapes?: readonly OpenAiUrlShape[];
  /**
   * Accepted `api-version` values of the dated shape; any other is refused. `["2024-10-21"]` takes the last release alone.
   *
   * @default - the releases and previews from 2024-02-01 to 2025-04-01-preview, after which the v1 shape came
   */
  readonly apiVersions?: readonly string[];
  /**
   * Accepted `api-version` values of the v1 shape, where clients may leave it out. `preview` and `latest` take features
   * that are not released; what bodies may ask for is checked all the same.
   *
   * @default ["v1", "preview", "latest"]
   */
  readonly v1ApiVersions?: readonly string[];
  /**
   * Deployments that the API serves; any other is refused as if it did not exist.
   * @default - every deployment that the accounts host when the API is made
   */
  readonly deployments?: readonly string[];
  /**
   * Requests of one caller in any 60 seconds. No limit at all takes the opt-out `api-request-limits`.
   * @default 120
   */
  readonly requestsPerMinute?: number;
  /**
   * Prompt and completion tokens of one caller in any 60 seconds. No limit at all takes the opt-out
   * `api-token-limits`. @default 20000
   */
  readonly tokensPerMinute?: number;
  /**
   * Answers that are given again to the caller that asked for them, for the same request (`exact`) or one that means
   * nearly the same (`semantic`).
   *
   * @default - none: every request reaches a model
   */
  readonly cache?: AnswerCache;
  /**
   * Operations whose requests may wait: they are published once more below `/queued`, where a request is answered with
   * 202 and an id.
   *
   * @default - none: every request is answered at once
   */
  readonly queued?: QueuedOperations;
  /**
   * Where the policy asks what a caller has spent this month: usually a `CostReport`. Clients with budgets that cut off
   * are refused once they have used them up, and every caller can ask for its own use: `GET <path>/openai/usage`.
   *
   * @default - nowhere: budgets are told to those who watch costs, and refuse nobody
   */
  readonly spending?: SpendingSource;
  /**
   * Lets a change of the policy go out as a revision: tried beside the policy that callers have, made current, and taken
   * back at once if need be. Whatever else a deployment changes, such as backends and operations, it changes at once.
   *
   * @default - none: a deployment changes the policy in place
   */
  readonly revision?: OpenAiApiRevision;
  /**
   * Seconds that an account may take until its response headers, 1 to 240: API Management waits no longer.
   *
   * @default 120
   */
  readonly timeoutSeconds?: number;
  /** Tries after the first one, 0 to 2, each on another account of the deployment. @default 2 */
  readonly retries?: number;
  /**
   * What happens, once the API has clients, to a caller who is authentic but none of them. A key always needs
   * a client. @default "refuse"
   */
  readonly unregisteredCallers?: "refuse" | "allow";
  /**
   * Weakens controls of this API, each with a reason: `api-key-alone-is-not-enough`,
   * `api-any-client-of-the-issuer`, `api-multi-tenant`, `api-stateful-operations`, `api-batch-models`,
   * `api-token-limits`, `api-request-limits`, `api-remote-content`, `api-hosted-tools`, `certificate-revocation`,
   * `certificate-lenient-validation`, `api-distant-answers`.
   * @default - every control holds
   */
  readonly securityOptOuts?: readonly SecurityOptOut[];
}

/** Values of options that are left out. */
export const OPENAI_API_DEFAULTS = {
  operations: ["chat", "embeddings"],
  urlShapes: ["dated", "v1"],
  apiVersions: DATED_API_VERSIONS,
  v1ApiVersions: V1_API_VERSIONS,
  requestsPerMinute: 120,
  tokensPerMinute: 20_000,
  timeoutSeconds: 120,
  retries: 2,
  unregisteredCallers: "refuse",
} as const satisfies Partial<OpenAiApiOptions>;
