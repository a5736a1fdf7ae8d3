import type { ClientProgram } from "./client-program";
import type { CertificateRequirement, TokenRequirement } from "./requirement";

/** What can be wrong with a token. */
export type TokenDefect =
  | "other tenant"
  | "other application"
  | "expired"
  | "not yet valid"
  | "wrong audience"
  | "missing scope"
  | "missing role"
  | "ID token"
  | "ID token for the API"
  | "unsigned"
  | "signed by another key";

/** What can be wrong with a certificate. */
export type CertificateDefect =
  "other CA" | "sibling CA" | "self-signed" | "revoked" | "expired" | "not yet valid" | "unknown client";

/** A certificate with its key, PEM. */
export interface ClientIdentity {
  readonly chainPem: string;
  readonly privateKeyPem: string;
}

/** What a client program takes from its surroundings. */
export interface ClientProgramProps {
  readonly program: ClientProgram["name"];
  /** How it comes by its credential; one program may know several ways. */
  readonly way: ClientWay;
  /** URL of the API. */
  readonly endpoint: string;
  readonly deployment: string;
  readonly token?: TokenRequirement;
  readonly certificate?: CertificateRequirement;
  /** Id of the subscription with the client's keys. */
  readonly subscription?: string;
}

export type ClientWay =
  | "managed identity"
  | "federated credential"
  | "key"
  | "secondary key, rotated"
  | "device code"
  | "PEM certificate"
  | "role on the account";

/**
 * Where the credentials of the cases come from: a simulation has them all, somebody's sign-in has few. Every method
 * throws `NotRun` for what it does not have.
 */
export interface CredentialSource {
  /** @returns a token, good unless a defect is asked for */
  token(requirement: TokenRequirement, defect?: TokenDefect): Promise<string>;
  certificate(requirement: CertificateRequirement, defect?: CertificateDefect): Promise<ClientIdentity>;
  /** @param subscription id of the subscription in API Management */
  key(subscription: string): Promise<string>;
  /** Makes a call with the key of a client that is locked out meanwhile. */
  withSuspendedKey(subscription: string, call: (key: string) => Promise<string>): Promise<string>;
  /** @returns a client program that is ready to run */
  program(props: ClientProgramProps): Promise<ClientProgram>;
}
