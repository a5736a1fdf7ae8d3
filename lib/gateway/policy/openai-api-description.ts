import type { AuthBinding, TokenAuthenticator } from "../../auth";
import type { PolicyTier, TokenQuotaPeriod } from "../../policy";
import type { SecurityControl } from "../../validation";
import type { OpenAiOperation, OpenAiUrlShape } from "./openai-operation";

/**
 * Everything that the policy of one Azure OpenAI API is made from. `OpenAiApi` fills it once all clients are
 * known; {@link openAiApiPolicy} turns it into the document. Values are literals unless they say otherwise.
 */
export interface OpenAiApiDescription {
  /** Path of the API's construct: starts every error message. */
  readonly constructPath: string;
  /** Resource name of the API: part of every counter key, so that two APIs never share a counter. */
  readonly apiName: string;
  readonly auth: AuthBinding;
  /** Whether requests may name a revision of the API behind its path. @default false */
  readonly hasRevisions?: boolean;
  readonly operations: readonly OpenAiOperation[];
  /** Deployments that the API serves; a request for any other is refused as if it were forbidden. */
  readonly deployments: readonly DeploymentDescription[];
  /** Backend of operations that name no deployment. @default - such operations are refused at synthesis */
  readonly defaultBackendId?: string;
  /** @default - none */
  readonly clients?: readonly ClientDescription[];
  /**
   * What happens to a caller who is authentic but no registered client, once the API has clients. A key
   * always needs a registered client.
   *
   * @default "refuse"
   */
  readonly unregisteredCallers?: "refuse" | "allow";
  /** Accepted `api-version` values of dated operations. */
  readonly apiVersions: readonly string[];
  /** Accepted `api-version` values of v1 operations, which may also leave it out. @default [] */
  readonly v1ApiVersions?: readonly string[];
  /** Limits of callers that have none of their own. */
  readonly limits: CallerLimits;
  /** Bounds that hold for each request of any caller. @default - the defaults of {@link RequestBounds} */
  readonly bounds?: RequestBounds;
  /** What bodies may say beside what they ask. @default - the defaults of {@link RequestMembers} */
  readonly members?: RequestMembers;
  /** Seconds that the backend may take until its response headers, 1 to 240. */
  readonly timeoutSeconds: number;
  /** Tries after the first one, 0 to 2, each on another member of the deployment's pool. */
  readonly retries: number;
  /**
   * Calls that one caller may have in flight, 1 to 1,000. Only read if the gateway's global policy is not
   * ours.
   */
  readonly concurrentCalls: number;
  /** Client id of the identity that reaches the model accounts. May be a token. */
  readonly managedIdentityClientId: string;
  /** Header in which clients send their key. @default "api-key" */
  readonly subscriptionKeyHeader?: string;
  /** Query parameter that API Management would take a key from; requests that use it are refused. */
  readonly subscriptionKeyQueryParameter: string;
  /**
   * Host names that negotiate client certificates. Requests to any other one are refused if the API accepts
   * certificates. May be tokens. @default - every host name is accepted
   */
  readonly hostNames?: readonly string[];
  readonly tier: GatewayTierFacts;
  /** Whether {@link gatewayPolicy} is the gateway's global policy. If not, the API forwards by itself. */
  readonly ownsGlobalPolicy: boolean;
  /** Name of the resource that holds {@link refusalFragment}. */
  readonly refusalFragmentId: string;
  /** Name of the resource that holds {@link auditFragment}. */
  readonly auditFragmentId: string;
  /** Named value with the callers that are cut off, by display name. @default - nobody can be */
  readonly killSwitchName?: string;
  /** Answers that are given again. @default - none */
  readonly cache?: AnswerCacheDescription;
  /** Where it is asked what callers have spent. @default - nowhere */
  readonly spending?: SpendingDescription;
  /** Requests that may wait. @default - none may */
  readonly queue?: QueueDescription;
  /** Model endpoints that the API routes to. @default - none: it routes to accounts only */
  readonly endpoints?: readonly EndpointCall[];
  /** Controls that were opted out of on the API. */
  readonly optOuts: { has(control: SecurityControl): boolean };
}

/** Answers that are given again to whoever asked for them. */
export type AnswerCacheDescription = ExactCacheDescription | SemanticCacheDescription;

interface CacheSharing {
  readonly durationSeconds: number;
  /** Whether only requests with `"temperature": 0` are answered from it. */
  readonly onlyAtTemperatureZero: boolean;
  /** Names of clients that are given each other's answers, by group. */
  readonly sharedBy: Readonly<Record<string, readonly string[]>>;
}

/** Answers to the same request. */
export interface ExactCacheDescription extends CacheSharing {
  readonly kind: "exact";
}

/** Answers to questions that mean nearly the same. */
export interface SemanticCacheDescription extends CacheSharing {
  readonly kind: "semantic";
  /** Cosine distance up to which two questions are taken for the same, 0 to 1. */
  readonly maxDistance: number;
  /** Longer questions are not cached. */
  readonly maxQuestionCharacters: number;
  /** Literal id of the backend that makes embeddings. */
  readonly embeddingsBackendId: string;
}

/** A function of a workspace that says what callers have spent. */
export interface SpendingDescription {
  /** GUID of the workspace. May be a token. */
  readonly workspaceGuid: string;
  /** Name of the function. */
  readonly functionName: string;
  /** Clients whose requests are refused once a budget is used up. */
  readonly limitedClients: readonly string[];
  /** Those of them whose users have budgets. */
  readonly clientsWithUserBudgets: readonly string[];
}

/** A queue for requests of an API. */
export interface QueueDescription {
  /** Operation groups whose requests may wait. */
  readonly groups: readonly string[];
  /** Path of the API with a leading slash. */
  readonly path: string;
  /** URL to which messages are posted. */
  readonly messagesUrl: string;
  /** URL of the container of results. */
  readonly resultsUrl: string;
  /** Seconds for which a request may wait, and its result can be read. */
  readonly retentionSeconds: number;
  /** Bytes of a message at most. */
  readonly maxMessageBytes: number;
  /** Tokens that all requests that waited may take in a minute. */
  readonly tokensPerMinute: number;
  /** Takes tokens of whoever may ask for others. */
  readonly worker: TokenAuthenticator;
}

/** What the gateway's tier can do, as far as policies depend on it. */
export interface GatewayTierFacts {
  /** Generation of the tier: each takes its own set of policies. */
  readonly tier: PolicyTier;
  /** Largest document that the service stores, in bytes. */
  readonly policyDocumentBytes: number;
}

export interface DeploymentDescription {
  /** Deployment name. Compared without regard to case, as Azure does. */
  readonly name: string;
  /** Literal id of the backend or pool that serves it. */
  readonly backendId: string;
  /** Accounts behind that backend; a single one is never retried. */
  readonly memberCount: number;
  /** Tokens that its model answers at most. @default - not known: what the largest models give */
  readonly maxOutputTokens?: number;
  /** In which order its hosts are tried, where not all of them are accounts. @default - `backendId` alone */
  readonly plan?: RoutePlan;
  /** Where its requests go in further regions of the gateway, by region. @default - where they go in the first */
  readonly elsewhere?: Readonly<Record<string, Pick<DeploymentDescription, "backendId" | "plan">>>;
}

/**
 * Hosts of a deployment that are not all accounts. A pool would pick one of them after the request is written, for all
 * of them alike; so the policy picks, and writes the request for each try.
 */
export interface RoutePlan {
  /** Most preferred first; each with targets among which weights decide. */
  readonly levels: readonly (readonly PlannedTarget[])[];
}

/** A backend, or a pool of accounts, of a {@link RoutePlan}. */
export interface PlannedTarget {
  /** Literal id of the backend or pool for each URL family that the API publishes. */
  readonly ids: Readonly<Partial<Record<OpenAiUrlShape, string>>>;
  /** Share of requests among targets of the same level. */
  readonly weight: number;
  /** Accounts behind it, each of which is worth a try. */
  readonly members: number;
}

/** What policies change of a request on its way to a model endpoint. */
export interface EndpointCall {
  /** Literal id of its backend, whose URL ends in `/v1`. */
  readonly backendId: string;
  /** Model by the name that the endpoint knows; goes into JSON as it is. */
  readonly model: string;
  /** Header with the credential that the backend adds. @default - it adds none */
  readonly keyHeader?: string;
  /** Audience of the token of the gateway's identity that the endpoint takes. @default - it takes none */
  readonly audience?: string;
  /** Certificate of the service that it takes, by id. @default - it takes none */
  readonly certificateId?: string;
  /** Whether it is told who calls. */
  readonly tellsCaller: boolean;
}

/** A registered client of the API. */
export interface ClientDescription {
  /** Name in logs, metrics and counter keys. */
  readonly name: string;
  readonly identities: readonly ClientIdentityDescription[];
  /** @default - everything the API offers, with the API's limits */
  readonly rights?: ClientRights;
  /** A suspended client is known and refused. @default false */
  readonly suspended?: boolean;
  /** Last day on which it is let in, `YYYY-MM-DD`, in UTC. @default - it does not end */
  readonly expires?: string;
}

/** A credential that identifies a client. */
export interface ClientIdentityDescription {
  /** Name of the authenticator that verifies it. */
  readonly authenticator: string;
  /**
   * What the authenticator verifies: value of the token's client id claim, name in the certificate, or id of
   * the subscription (the last part of its ARM id). May be a token.
   */
  readonly id: string;
  /** Certificates only: the one certificate that counts. @default - any that carries the name */
  readonly thumbprint?: string;
}

export interface ClientRights {
  /** Operation groups. @default - all of the API */
  readonly operations?: readonly string[];
  /** Deployment names. @default - all of the API */
  readonly deployments?: readonly string[];
  /** @default - the limits of the API */
  readonly limits?: CallerLimits;
  /**
   * Where its requests go, by deployment; one that is not listed is refused.
   *
   * @default - `deployments` of the API
   */
  readonly routes?: readonly DeploymentDescription[];
}

/** Limits of one caller over all its credentials. */
export interface CallerLimits extends UserLimits {
  /** Requests in any 60 seconds. @default - for a client, that of the API */
  readonly requestsPerMinute?: number;
  /** Prompt and completion tokens in any 60 seconds. @default - for a client, that of the API */
  readonly tokensPerMinute?: number;
  /**
   * Tokens that requests may reserve in any 60 seconds. Azure takes from a deployment, when a request arrives, the
   * prompt and the largest answer that it asks for (`max_tokens` and its like, times `n` or `best_of`), however short
   * the answer is. So does this limit: a request that asks for more output than it is refused (400), requests beyond it
   * get 429. What is reserved and not used does not come back within the minute: raise it for clients that
   * state far more than they use, together with the capacity of their deployments.
   *
   * @default - `tokensPerMinute` of the client, else that of the API
   */
  readonly reservedTokensPerMinute?: number;
  /**
   * Prompt and completion tokens in a period. Goes with `tokenQuotaPeriod`.
   *
   * @default - for a client, quota and period of the API; for an API, no quota
   */
  readonly tokenQuota?: number;
  /** Period after which the quota is full again. @default - see `tokenQuota` */
  readonly tokenQuotaPeriod?: TokenQuotaPeriod;
}

export type { TokenQuotaPeriod };

/**
 * Limits of one user of a caller: of whoever signed in, where a token says so. A user is one of its issuer: what another
 * issuer calls the same is another.
 */
export interface UserLimits {
  /**
   * Requests of one user of the caller in any 60 seconds, so that one user leaves something to the others. Tokens
   * without a user, keys and certificates know the caller's limit only.
   *
   * @default - half of `requestsPerMinute`
   */
  readonly requestsPerMinutePerUser?: number;
  /**
   * Tokens of one user of the caller in any 60 seconds, spent or reserved. A request that asks for more output than
   * it is refused (400), as is a stream with a longer prompt; another prompt passes if any are left.
   *
   * @default - half of `tokensPerMinute`; half of `reservedTokensPerMinute` for what is reserved
   */
  readonly tokensPerMinutePerUser?: number;
}

/** Bounds on a single request, whoever sends it. */
export interface RequestBounds {
  /**
   * Largest JSON body, in bytes; at most 2 MiB on v2 tiers, which buffer no more.
   *
   * @default - 4194304 (4 MiB), and 2097152 on v2 tiers
   */
  readonly maxBodyBytes?: number;
  /**
   * Largest multipart body, such as audio, in bytes; at most 2 MiB on v2 tiers. In the v1 shape, where a form names its
   * model itself and is read whole, `maxBodyBytes` holds.
   *
   * @default - 27262976 (26 MiB), and 2097152 on v2 tiers
   */
  readonly maxMultipartBytes?: number;
  /** Largest `n` and `best_of` of a JSON body; the service makes at most 10 images of a form. @default 4 */
  readonly maxChoices?: number;
  /**
   * Largest `max_tokens`, `max_completion_tokens` and `max_output_tokens`, 1 to 999,999,999. Whoever states none of
   * them gets what the model gives, unless `outputTokensRequired` is set.
   *
   * @default - what the model of the deployment gives: 32768 for gpt-4.1, 128000 for gpt-5 and for unknown models
   */
  readonly maxOutputTokens?: number;
  /**
   * Whether chat, completions and responses requests must state how many tokens they want at most: only then
   * `maxOutputTokens` bounds every answer, and only then the gateway knows what each request reserves at an account.
   *
   * @default false
   */
  readonly outputTokensRequired?: boolean;
  /** Largest number of inputs of an embeddings request. @default 1024 */
  readonly maxEmbeddingInputs?: number;
  /** Largest number of images in the messages of a request. @default 20 */
  readonly maxImages?: number;
  /**
   * Requests per minute from one network address that fail to authenticate: slows down guessing. Good ones do not count.
   * At least what the caller with the largest limit may send. Behind a proxy or an application gateway every caller has
   * its address, since the gateway believes no `X-Forwarded-For`: set as many as all of them may send.
   *
   * @default - 1200, or the sum of the clients' `requestsPerMinute` if that is more
   */
  readonly failuresPerMinutePerAddress?: number;
}

/** Members of JSON bodies that cost more or speak for others: refused unless they are allowed by name. */
export interface RequestMembers {
  /**
   * Values of `service_tier` beside `auto` and `default`, such as `priority`, which is billed at a premium, or `flex`.
   * What does not name a tier is served as the deployment is set up.
   *
   * @default - none
   */
  readonly serviceTiers?: readonly string[];
  /**
   * Whether requests may carry `user_security_context`: who the user is, at which address and in which application, as
   * Defender for Cloud records it. The gateway cannot check what a client says there.
   *
   * @default "refuse"
   */
  readonly userSecurityContext?: "refuse" | "allow";
  /**
   * Types of tools that requests may carry beside those that clients run themselves (`function`, `custom`, `namespace`,
   * `local_shell`, `shell`, `apply_patch`, `computer` …): ones that are newer than this library. What the model service
   * runs needs the opt-out of its kind: `api-remote-content` (`mcp`, `web_search`), `api-stateful-operations`
   * (`file_search`, `code_interpreter`, a `shell` in a container), `api-hosted-tools` (`image_generation`).
   *
   * @default - none
   */
  readonly toolTypes?: readonly string[];
  /**
   * What becomes of a responses request that does not say `"store": false`; the service would keep the answer for all
   * clients. `omitted-is-false`: where `store` is left out or null, the gateway says `false`; `true` is refused.
   * `always-false`: `true` is overruled as well, for clients that cannot be told otherwise. `must-be-false`: both are
   * refused. Without effect under the opt-out `api-stateful-operations`.
   *
   * @default "omitted-is-false"
   */
  readonly responseStore?: "omitted-is-false" | "always-false" | "must-be-false";
}

/** What the gateway's global policy is made from. */
export interface GatewayDescription {
  readonly constructPath: string;
  /** Every backend and pool that an API of this gateway routes to. */
  readonly backendIds: readonly string[];
  /** Those of model endpoints. @default - none */
  readonly endpoints?: readonly EndpointCall[];
  /** Calls that one caller may have in flight, 1 to 1,000. */
  readonly concurrentCalls: number;
  readonly tier: GatewayTierFacts;
  readonly refusalFragmentId: string;
}
