/**
 * Who may call what, as found by running requests: plain JSON in a stable order, the same on every machine. What
 * readers, comparisons and snapshots stand on.
 */
export interface AccessReport {
  /** Raised when the meaning of a member changes. */
  readonly version: 1;
  /** By gateway and name. */
  readonly apis: readonly ApiReport[];
}

/** What is known of one API of a gateway. */
export interface ApiReport {
  /** Name of the API Management service. */
  readonly gateway: string;
  /** Name of the API. */
  readonly api: string;
  /** Ways in, each with those who come that way. */
  readonly ways: readonly WayReport[];
  /** What comes of calls without any credential. */
  readonly strangers: readonly AccessFact[];
  /** What comes of keys of the gateway that get no answer of a model service. @default - there is none */
  readonly refusedKeys?: readonly AccessFact[];
  /** What could not be tried. */
  readonly unknown: readonly AccessFact[];
}

/** What must be presented together, and by whom it is. */
export interface WayReport {
  /** Such as `token of https://login.microsoftonline.com/…` and `subscription key`. */
  readonly credentials: readonly string[];
  /** Who comes in that way. */
  readonly callers: readonly CallerReport[];
}

/** Callers of whom the same is known. */
export interface CallerReport {
  /** Name by which the policies know the caller; `*` in the place of an id that may be any. */
  readonly client: string;
  /** Whether the name is one that the policies gave, and not taken from the credential. */
  readonly registered: boolean;
  /** How a token stands for the client: for a user, by scopes, or for itself, by roles. @default - no token */
  readonly acting?: TokenUse;
  /** What it may do, and what is refused to it. */
  readonly facts: readonly AccessFact[];
  /** Callers of whom the same holds, each with what it proves itself by. */
  readonly alike: readonly AlikeCaller[];
}

/** A caller of whom the same holds as of another. */
export interface AlikeCaller {
  /** Name by which the policies know it. */
  readonly client: string;
  /** Facts of the topic `proof`. */
  readonly proof: readonly AccessFact[];
}

/** How a token stands for a client. */
export type TokenUse = "for a user" | "for itself" | "for a user, with roles";

/**
 * What a fact is about: members of the credential that works, operations on models, what one request may hold, limits,
 * who counts into the same limit, accounts that answer, credentials with something wrong about them.
 */
export type AccessTopic = "proof" | "call" | "request" | "limit" | "shared" | "account" | "impostor" | "unknown";

/**
 * `allowed`: the gateway lets it in. `refused`: it does not. `unknown`: could not be tried. `stated`: says how much, by what or where.
 */
export type AccessVerdict = "allowed" | "refused" | "unknown" | "stated";

/** One line of the access file. */
export interface AccessFact {
  /** What it is about. */
  readonly topic: AccessTopic;
  /** What is said something about; one fact for each subject of a caller. */
  readonly subject: string;
  /** What is said of the subject. */
  readonly value: string;
  /** Whether it lets somebody in. */
  readonly verdict: AccessVerdict;
}

/** Beginning of the value of a fact that says that something could not be tried. */
export const CANNOT_TELL = "cannot tell";

/** Beginning of what is said of a call that the gateway passed on, and that was answered by an error. */
export const LET_THROUGH = "let through";
