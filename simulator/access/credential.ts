import type { ClientCertificate, Simulation } from "../simulation";

/** What a caller proves who it is with: how to make it, in any simulation of the stacks. */
export type Credential = KeyCredential | TokenCredential | CertificateCredential | HeaderCredential;

export interface KeyCredential {
  readonly kind: "key";
  readonly headerName: string;
  readonly subscription: string;
  /** Whether it is not a key of the gateway. @default false */
  readonly spoiled?: boolean;
}

export interface TokenCredential {
  readonly kind: "token";
  readonly headerName: string;
  /** What stands before the token in the header. @default "Bearer"; none for an empty text */
  readonly scheme?: string;
  /** Whose keys sign: identifier, or URL of the discovery document. */
  readonly issuer: string;
  /** Beside the issuer's standard claims. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** Whether it is signed with a key that the issuer never published. @default false */
  readonly spoiled?: boolean;
}

export interface CertificateCredential {
  readonly kind: "certificate";
  /** Subject of a CA that the gateway trusts. */
  readonly authority: string;
  readonly commonName: string;
  readonly subject?: string;
  readonly dnsNames?: readonly string[];
  /** Whether nobody but its own key vouches for it. @default false */
  readonly spoiled?: boolean;
}

/** A header with a value that policies list. */
export interface HeaderCredential {
  readonly kind: "header";
  readonly headerName: string;
  readonly value: string;
  /** Whether it has another value. @default false */
  readonly spoiled?: boolean;
}

/** Credentials as a request carries them. */
export interface PresentedCredentials {
  readonly headers: Readonly<Record<string, string>>;
  /** Names of headers whose values open the deployed gateway, too: not to be printed. @default - none */
  readonly concealed?: readonly string[];
  readonly certificate?: ClientCertificate;
}

/**
 * Makes credentials in a running simulation.
 * @param lifetimeSeconds for tokens, from the simulation's time on
 * @throws Error when the simulation lacks the subscription or the authority
 */
export async function present(
  simulation: Simulation,
  credentials: readonly Credential[],
  lifetimeSeconds: number,
): Promise<PresentedCredentials> {
  const headers: Record<string, string> = {};
  let certificate: ClientCertificate | undefined;
  for (const credential of credentials) {
    switch (credential.kind) {
      case "key":
        headers[credential.headerName] = keyOf(simulation, credential);
        break;
      case "token":
        headers[credential.headerName] = inHeader(
          credential,
          await tokenOf(simulation, credential, lifetimeSeconds),
        );
        break;
      case "certificate":
        certificate = await certificateOf(simulation, credential);
        break;
      case "header":
        headers[credential.headerName] = credential.value + (credential.spoiled === true ? "-other" : "");
        break;
    }
  }
  const concealed = credentials.flatMap((each) => (each.kind === "header" ? [each.headerName] : []));
  return { headers, certificate, ...(concealed.length === 0 ? {} : { concealed }) };
}

/** A token as its header holds it. */
export function inHeader({ scheme = "Bearer" }: TokenCredential, token: string): string {
  return `${scheme} ${token}`.trimStart();
}

function keyOf(simulation: Simulation, { subscription, spoiled }: KeyCredential): string {
  const key = simulation.subscriptionKey(subscription);
  return spoiled === true ? key.replace(/.$/, (last) => (last === "0" ? "1" : "0")) : key;
}

function tokenOf(
  simulation: Simulation,
  { issuer, claims, spoiled }: TokenCredential,
  lifetimeSeconds: number,
): Promise<string> {
  const now = Math.floor(simulation.clock.now() / 1000);
  return simulation.issueToken({
    issuer,
    claims: { iat: now, nbf: now, exp: now + lifetimeSeconds, ...claims },
    key: spoiled === true ? "unpublished" : "published",
  });
}

function certificateOf(
  simulation: Simulation,
  { authority, commonName, subject, dnsNames, spoiled }: CertificateCredential,
): Promise<ClientCertificate> {
  return simulation.issueCertificate({
    authority,
    commonName,
    subject,
    dnsNames,
    signedBy: spoiled === true ? "self" : "authority",
  });
}

function issuerOf({ claims: { iss }, issuer }: TokenCredential): string {
  return typeof iss === "string" ? iss : issuer;
}

/** How people name a credential. */
export function describeCredential(credential: Credential): string {
  switch (credential.kind) {
    case "key":
      return credential.spoiled === true
        ? "a key that the gateway never gave out"
        : `key of subscription ${credential.subscription}`;
    case "token":
      return credential.spoiled === true
        ? "the same token, signed by a key that its issuer never published"
        : `token of ${issuerOf(credential)}`;
    case "certificate":
      return credential.spoiled === true
        ? "the same certificate, signed by nobody but itself"
        : `certificate ${credential.subject ?? credential.commonName}`;
    case "header":
      return `${credential.spoiled === true ? "another value of " : ""}header ${credential.headerName}`;
  }
}
