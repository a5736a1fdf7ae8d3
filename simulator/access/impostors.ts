import { covers, productOf } from "../gateway";
import type { ApiModel, GatewayModel } from "../model";
import type { Simulation } from "../simulation";
import {
  type CertificateCredential,
  type Credential,
  inHeader,
  type KeyCredential,
  type PresentedCredentials,
  type TokenCredential,
} from "./credential";
import { CLIENT_CLAIMS } from "./credential-candidates";
import { isList, likeOther, USER_CLAIMS } from "./token-proof";
import type { TrialCalls } from "./trial-calls";

/** A credential with something wrong about it, beside the others as they work. */
export interface Impostor {
  /** What is wrong: `other audience`. */
  readonly defect: string;
  /** Made for the call. @throws Error why it cannot be made */
  present(): Promise<PresentedCredentials>;
  /** Put in order again what the call needed. @default - nothing */
  restore?(): void;
}

const HOUR_SECONDS = 3_600;
const DAY_MS = 86_400_000;
const OTHER_TENANT = "99999999-9999-4999-8999-999999999999";
/** Of nobody, in the form of most. */
export const OTHER_ID = "99999999-8888-4777-8666-555555555555";
const OTHER_ISSUER = "https://login.fabrikam.example/";
const SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1";

/** Every class of impostor of a caller: derived from what works for it. */
export class Impostors {
  private readonly now: number;

  public constructor(
    private readonly simulation: Simulation,
    private readonly calls: TrialCalls,
    private readonly gateway: GatewayModel,
    private readonly api: ApiModel,
  ) {
    this.now = Math.floor(simulation.clock.now() / 1000);
  }

  /**
   * @param credentials that work together
   * @param others that work alone for other callers: what a second credential could be
   */
  public of(
    credentials: readonly Credential[],
    others: readonly (readonly Credential[])[],
  ): readonly Impostor[] {
    return [
      ...credentials.flatMap((credential) => {
        const rest = credentials.filter((each) => each !== credential);
        switch (credential.kind) {
          case "token":
            return this.tokens(credential, rest);
          case "certificate":
            return this.certificates(credential, rest);
          case "key":
            return this.keys(credential, rest);
          case "header":
            return [
              this.impostor(`other ${credential.headerName}`, () =>
                this.calls.present([...rest, { ...credential, spoiled: true }]),
              ),
            ];
        }
      }),
      ...(credentials.length < 2
        ? []
        : credentials.map((only) => this.impostor(`${KINDS[only.kind]} alone`, () => this.calls.present([only])))),
      ...this.together(credentials, others),
    ];
  }

  private tokens(token: TokenCredential, rest: readonly Credential[]): readonly Impostor[] {
    const { claims } = token;
    const of = (defect: string, props: TokenChange): Impostor =>
      this.impostor(defect, () => this.withToken(token, rest, props));
    const said = (defect: string, changed: Readonly<Record<string, unknown>>): Impostor =>
      of(defect, { claims: changed });
    const isEntra = "tid" in claims || /login\.microsoftonline\.com|sts\.windows\.net/.test(token.issuer);
    const foreign = isEntra ? `https://login.microsoftonline.com/${OTHER_TENANT}/v2.0` : OTHER_ISSUER;
    const client = CLIENT_CLAIMS.find((claim) => claim in claims);
    return [
      of("other issuer", {
        issuer: foreign,
        claims: { iss: foreign, ...(isEntra ? { tid: OTHER_TENANT } : {}) },
      }),
      // Entra signs for all tenants with the same keys.
      ...(isEntra ? [] : [of("other issuer's keys", { issuer: foreign })]),
      ...(isEntra ? [said("other tid of the same issuer", { tid: OTHER_TENANT })] : []),
      said("other audience", { aud: OTHER_ID }),
      said("no audience", { aud: undefined }),
      ...(client === undefined
        ? []
        : [said("other application", { [client]: OTHER_ID }), said("no application", { [client]: undefined })]),
      ...Object.keys(claims)
        .filter((claim) => isList(claim))
        .flatMap((claim) => [
          said(`other ${NOUNS[claim] ?? claim}`, { [claim]: likeOther(claims[claim]) }),
          said(`no ${NOUNS[claim] ?? claim}`, { [claim]: undefined }),
        ]),
      ...Object.keys(claims)
        .filter((claim) => !HANDLED.has(claim) && !USER_CLAIMS.includes(claim) && !isList(claim))
        .map((claim) => said(`other ${claim}`, { [claim]: likeOther(claims[claim]) })),
      said("expired", {
        iat: this.now - 2 * HOUR_SECONDS,
        nbf: this.now - 2 * HOUR_SECONDS,
        exp: this.now - HOUR_SECONDS,
      }),
      said("expired a minute ago", { exp: this.now - 60 }),
      said("without expiry", { exp: undefined }),
      said("not yet valid", { nbf: this.now + HOUR_SECONDS, exp: this.now + 2 * HOUR_SECONDS }),
      of("unsigned", { header: { alg: "none", kid: undefined }, key: "none" }),
      of("no signature", { key: "none" }),
      of("other key", { key: "unpublished" }),
      of("issuer's public key as a secret", { header: { alg: "HS256" }, key: "public-as-secret" }),
      said("ID token", { ...NO_LISTS, aud: client === undefined ? OTHER_ID : claims[client], nonce: "n-0S6_WzA2Mj" }),
      said("ID token for the API", { nonce: "n-0S6_WzA2Mj", at_hash: "MTIzNDU2Nzg5MDEyMzQ1Ng" }),
      ...(token.scheme === ""
        ? []
        : [
            this.impostor("token without its scheme", async () =>
              this.calls.present([...rest, { ...token, scheme: "" }]),
            ),
          ]),
    ];
  }

  private certificates(
    certificate: CertificateCredential,
    rest: readonly Credential[],
  ): readonly Impostor[] {
    const now = this.now * 1000;
    const of = (defect: string, props: Partial<Parameters<Simulation["issueCertificate"]>[0]>): Impostor =>
      this.impostor(defect, async () => ({
        ...(await this.calls.present(rest)),
        certificate: await this.simulation.issueCertificate({
          authority: certificate.authority,
          commonName: certificate.commonName,
          subject: certificate.subject,
          dnsNames: certificate.dnsNames,
          ...props,
        }),
      }));
    return [
      of("other CA of the same name", { signedBy: "impostor" }),
      of("sibling CA", { signedBy: "sibling" }),
      of("self-signed", { signedBy: "self" }),
      of("revoked", { revoked: true }),
      of("revocation list out of reach", { revocationList: "unreachable" }),
      of("no revocation list", { revocationList: "none" }),
      of("expired", { notBefore: new Date(now - 30 * DAY_MS), notAfter: new Date(now - DAY_MS) }),
      of("not yet valid", { notBefore: new Date(now + DAY_MS), notAfter: new Date(now + 30 * DAY_MS) }),
      of("certificate of a server", { extendedKeyUsage: [SERVER_AUTHENTICATION] }),
      of("other subject", { commonName: `other.${certificate.commonName}`, subject: undefined, dnsNames: undefined }),
      this.impostor("certificate in a header", async () => {
        const { certificate: own } = await this.calls.present([certificate]);
        const { headers } = await this.calls.present(rest);
        const pem = encodeURIComponent(own?.chainPem ?? "");
        return { headers: { ...headers, "x-arr-clientcert": pem, "x-client-cert": pem } };
      }),
    ];
  }

  private keys(key: KeyCredential, rest: readonly Credential[]): readonly Impostor[] {
    const present = (value: string): Promise<PresentedCredentials> =>
      this.calls
        .present(rest)
        .then(({ headers, certificate }) => ({ certificate, headers: { ...headers, [key.headerName]: value } }));
    const keyOf = (subscription: string): string => this.simulation.subscriptionKey(subscription);
    const { subscriptions, products } = this.gateway;
    const others = subscriptions.filter(({ subscriptionId }) => subscriptionId !== key.subscription);
    const opens = (subscription: (typeof others)[number]): boolean =>
      covers(subscription, productOf(subscription, products), this.api);
    const sameApi = others.find((each) => each.state === "active" && opens(each));
    const otherApi = others.find((each) => each.state === "active" && !opens(each));
    const { subscription } = key;
    return [
      this.impostor("key that nobody has", () => present("0123456789abcdef0123456789abcdef")),
      this.impostor("empty key", () => present("")),
      {
        ...this.impostor("key of a suspended subscription", () => {
          this.simulation.setSubscriptionState(subscription, "suspended");
          return present(keyOf(subscription));
        }),
        restore: () => this.simulation.setSubscriptionState(subscription, "active"),
      },
      // Whoever comes with nothing but a key is the client of that key.
      ...(sameApi === undefined || rest.length === 0
        ? []
        : [this.impostor("key of another client", () => present(keyOf(sameApi.subscriptionId)))]),
      ...(otherApi === undefined
        ? []
        : [this.impostor("key of another API", () => present(keyOf(otherApi.subscriptionId)))]),
    ];
  }

  /** A second credential beside those that are enough: one that works for somebody, and one that is not genuine. */
  private together(
    credentials: readonly Credential[],
    others: readonly (readonly Credential[])[],
  ): readonly Impostor[] {
    const kinds = new Set(credentials.map(({ kind }) => kind));
    const seen = new Set<string>();
    return others.flatMap((other) => {
      const added = other.filter(({ kind }) => !kinds.has(kind) && !seen.has(kind));
      added.forEach(({ kind }) => seen.add(kind));
      return added.flatMap((second) => [
        this.impostor(`a ${KINDS[second.kind]} beside it`, () => this.calls.present([...credentials, second])),
        this.impostor(`a forged ${KINDS[second.kind]} beside it`, () =>
          this.calls.present([...credentials, { ...second, spoiled: true }]),
        ),
      ]);
    });
  }

  private async withToken(
    token: TokenCredential,
    rest: readonly Credential[],
    { issuer = token.issuer, claims, header, key }: TokenChange,
  ): Promise<PresentedCredentials> {
    // As a text, so that the issuer adds nothing to it.
    const genuine = await this.payloadOf(token);
    const minted = await this.simulation.issueToken({
      issuer,
      claims: JSON.stringify({ ...genuine, ...claims }),
      header,
      key,
    });
    const { headers, certificate } = await this.calls.present(rest);
    return { certificate, headers: { ...headers, [token.headerName]: inHeader(token, minted) } };
  }

  /** What the token says that works, with everything that its issuer added. */
  private async payloadOf(token: TokenCredential): Promise<Readonly<Record<string, unknown>>> {
    const { headers } = await this.calls.present([token]);
    const [, payload = ""] = (headers[token.headerName] ?? "").split(".");
    return JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as Record<string, unknown>;
  }

  private impostor(defect: string, presented: () => Promise<PresentedCredentials>): Impostor {
    return { defect, present: presented };
  }
}

type TokenChange = Partial<Pick<Parameters<Simulation["issueToken"]>[0], "issuer" | "header" | "key">> & {
  readonly claims?: Readonly<Record<string, unknown>>;
};

const KINDS = { token: "token", certificate: "certificate", key: "key", header: "header" } as const;
const NOUNS: Readonly<Record<string, string>> = {
  scp: "scope",
  scope: "scope",
  scopes: "scope",
  roles: "role",
  groups: "group",
  wids: "directory role",
  permissions: "permission",
};
const HANDLED = new Set(["iss", "aud", "tid", "iat", "nbf", "exp", ...CLIENT_CLAIMS]);
const NO_LISTS = { scp: undefined, scope: undefined, scopes: undefined };
