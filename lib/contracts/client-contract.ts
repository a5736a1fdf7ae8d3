/** What was agreed with the owner of a client, as `contracts/<client>.json` says it. */
export interface ClientContract {
  /** Name of the client on the gateways: that of the file. */
  readonly client: string;
  /** Who answers for it. */
  readonly owner: ContractOwner;
  /** Who pays. */
  readonly costCentre: string;
  /** What holds where, by name of the environment. */
  readonly environments: Readonly<Record<string, ContractTerms>>;
}

/** Who answers for a client. */
export interface ContractOwner {
  /** Name of the team. */
  readonly team: string;
  /** A mail address that is read. */
  readonly email: string;
}

/** What was agreed for one environment. */
export interface ContractTerms {
  /** Name of the API. */
  readonly api: string;
  /** What identifies the client. */
  readonly credentials: readonly ContractCredential[];
  /** Operation groups. @default - all that the API publishes */
  readonly operations?: readonly ContractOperation[];
  /** Model deployments. @default - all that the API serves */
  readonly models?: readonly string[];
  /** What it may use at most. @default - limits of the API */
  readonly limits?: ContractLimits;
  /** Money for a month. @default - none: what it costs is counted, and nobody is told */
  readonly budget?: ContractBudget;
  /** Last day of access, `YYYY-MM-DD`, in UTC. @default - it does not end */
  readonly expires?: string;
  /** Whether it is locked out. @default false */
  readonly suspended?: boolean;
}

/** Operation groups that contracts may name: those of `OpenAiApi`. */
export const CONTRACT_OPERATIONS = [
  "chat",
  "completions",
  "embeddings",
  "responses",
  "images",
  "audio",
  "models",
  "stored-responses",
  "files",
  "batches",
  "vector-stores",
] as const;

/** An operation group. */
export type ContractOperation = (typeof CONTRACT_OPERATIONS)[number];

/** A credential, without anything secret. */
export type ContractCredential =
  | { readonly kind: "subscriptionKey" }
  | { readonly kind: "application"; readonly clientId: string; readonly authenticator?: string }
  | { readonly kind: "certificate"; readonly name: string; readonly thumbprint?: string };

/** Limits, each as in `CallerLimits`. */
export interface ContractLimits {
  /** Requests in any 60 seconds. @default - that of the API */
  readonly requestsPerMinute?: number;
  /** Prompt and completion tokens in any 60 seconds. @default - that of the API */
  readonly tokensPerMinute?: number;
  /** Tokens that requests may reserve in any 60 seconds. @default - that of the API */
  readonly reservedTokensPerMinute?: number;
  /** Requests of one user in any 60 seconds. @default - that of the API */
  readonly requestsPerMinutePerUser?: number;
  /** Tokens of one user in any 60 seconds. @default - that of the API */
  readonly tokensPerMinutePerUser?: number;
  /** Tokens in a period. @default - that of the API */
  readonly tokenQuota?: number;
  /** Period after which the quota is full again. @default - that of the API */
  readonly tokenQuotaPeriod?: "Hourly" | "Daily" | "Weekly" | "Monthly" | "Yearly";
}

/** Money for a calendar month, in UTC. */
export interface ContractBudget {
  /** In the currency of the price list. */
  readonly monthlyAmount: number;
  /**
   * What happens when it is used up. `alert`: whoever watches costs was told on the way there. `cutOff`: requests for
   * models are refused besides, until the month is over.
   *
   * @default "alert"
   */
  readonly atLimit?: "alert" | "cutOff";
  /** Money of each user that a token names; then that user's requests are refused. @default - none */
  readonly monthlyAmountPerUser?: number;
}

/** One client of one environment. */
export interface EnvironmentContract extends ContractTerms, Omit<ClientContract, "environments"> {}
