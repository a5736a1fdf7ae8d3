import type { CallOptions, ClientCertificateProps } from "../../simulator";
import {
  AUTH0,
  CLAIMS,
  FABRIKAM,
  OKTA,
  PARTNER,
  PAST_CACHES,
  PROD_SCANNER,
  TEST_SCANNER,
} from "../support/callers";
import { R401_TOKEN, R403, type Refusal } from "../support/refusal";
import {
  chat,
  type EnvironmentName,
  type SimulatedEnvironment,
  type TokenCaller,
} from "../support/simulation";

/** One way into an environment: an API, and what lets a caller in there. */
export interface Entrance {
  readonly environment: EnvironmentName;
  /** Who comes this way. */
  readonly who: string;
  readonly api: string;
  /** A deployment that the caller may use. */
  readonly deployment: string;
  /** Whose token it takes. @default - none */
  readonly token?: (environment: SimulatedEnvironment) => TokenCaller;
  /** Claim that names the client, and how a token of another client is refused. */
  readonly client?: { readonly claim: string; readonly refusal: Refusal };
  /** Whose certificate it takes. @default - none */
  readonly certificate?: ClientCertificateProps;
  /** Whose key it takes. @default - none */
  readonly subscription?: string;
  /** Whether its answers are given again: then it asks past that. @default false */
  readonly isCached?: boolean;
}

export const ENTRANCES: readonly Entrance[] = [
  {
    environment: "dev",
    who: "a person with a token",
    api: "assistant",
    deployment: "chat",
    token: personOfDev,
    client: { claim: "azp", refusal: R401_TOKEN },
  },
  {
    environment: "dev",
    who: "an application with a key",
    api: "assistant",
    deployment: "chat",
    subscription: "assistant-claims",
  },
  {
    environment: "test",
    who: "a user of the second provider",
    api: "assistant",
    deployment: "chat",
    token: () => AUTH0,
    client: { claim: "azp", refusal: R401_TOKEN },
  },
  {
    environment: "test",
    who: "an application of the partner's tenant",
    api: "assistant",
    deployment: "chat",
    token: () => PARTNER,
    client: { claim: "azp", refusal: R401_TOKEN },
  },
  {
    environment: "test",
    who: "a user of the first provider",
    api: "assistant",
    deployment: "chat",
    token: () => OKTA,
  },
  {
    environment: "test",
    who: "a device with a certificate",
    api: "devices",
    deployment: "chat",
    certificate: TEST_SCANNER,
  },
  {
    environment: "prod",
    who: "a user with a token",
    api: "assistant",
    deployment: "chat",
    token: () => CLAIMS,
    client: { claim: "azp", refusal: R401_TOKEN },
  },
  {
    environment: "prod",
    who: "a device with a certificate",
    api: "assistant",
    deployment: "chat-mini",
    certificate: PROD_SCANNER,
  },
  {
    environment: "prod",
    who: "a partner with a token and a key",
    api: "partners",
    deployment: "chat-partners",
    token: () => FABRIKAM,
    client: { claim: "cid", refusal: R403 },
    subscription: "partners-fabrikam",
    isCached: true,
  },
];

/** Chat at the entrance. */
export function target({ api, deployment }: Entrance, query?: string): string {
  return chat(api, deployment, query);
}

/**
 * What lets the caller in.
 *
 * @param wrong claims, signature or certificate that are not those of the caller @default - nothing is wrong
 */
export async function credentials(
  { token, certificate, subscription, isCached = false }: Entrance,
  environment: SimulatedEnvironment,
  wrong: {
    readonly claims?: Readonly<Record<string, unknown>>;
    readonly signing?: Parameters<SimulatedEnvironment["bearer"]>[2];
    readonly certificate?: Partial<ClientCertificateProps>;
  } = {},
): Promise<Pick<CallOptions, "certificate"> & { readonly headers: Readonly<Record<string, string>> }> {
  return {
    headers: {
      ...(token && (await environment.bearer(token(environment), wrong.claims, wrong.signing))),
      ...(subscription !== undefined && environment.key(subscription)),
      ...(isCached && PAST_CACHES),
    },
    ...(certificate && {
      certificate: await environment.simulation.issueCertificate({ ...certificate, ...wrong.certificate }),
    }),
  };
}

/** A person who signed in to the public client of dev, whose ids the stack makes. */
export function personOfDev({ simulation }: SimulatedEnvironment): TokenCaller {
  const { applications } = simulation.model;
  const tenant = "11111111-1111-4111-8111-111111111111";
  return {
    issuer: `https://login.microsoftonline.com/${tenant}/v2.0`,
    claims: {
      tid: tenant,
      ver: "2.0",
      scp: "Models.Invoke",
      oid: "person-1",
      aud: applications.find(({ scopes }) => scopes.length > 0)?.clientId,
      azp: applications.find(({ publicClient }) => publicClient)?.clientId,
    },
  };
}
