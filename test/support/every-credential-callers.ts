import type { CallResponse, Clock, Simulation } from "../../simulator";
import {
  API_CLIENT_ID,
  applicationId,
  certificateName,
  CLIENT_AUTHORITY,
  ENTRA_ISSUER,
  ENTRA_TENANT_ID,
  PARTNER_AUDIENCE,
  PARTNER_ISSUER,
} from "./every-credential";

/** Each has an API of its own in `everyCredentialStack`. */
export const CREDENTIAL_KINDS = ["key", "token", "certificate", "combined"] as const;
export type CredentialKind = (typeof CREDENTIAL_KINDS)[number];

type CallOptions = NonNullable<Parameters<Simulation["call"]>[1]>;

/** What is asked, and by whom. */
export interface Asked {
  /** Number of the client. @default 0 */
  readonly client?: number;
  /** Who signed in, where a token says so. @default "user-1" */
  readonly user?: string;
  /** @default - a chat completion by a dated URL */
  readonly target?: string;
  /** @default - the question of the callers */
  readonly body?: CallOptions["body"];
  readonly headers?: Record<string, string>;
}

/** An answer, with what it says of the cache. */
export type CacheResponse = CallResponse & { readonly cache: unknown };

/** Callers of `everyCredentialStack`, with what they show. Its account is `oai-test-every`. */
export class EveryCredentialCallers {
  /** By the number of the client: they are good for 30 days. */
  private readonly certificates: ReturnType<Simulation["issueCertificate"]>[] = [];

  /** @param question what is asked where a test says nothing else */
  public constructor(
    private readonly simulation: Simulation,
    private readonly clock: Clock,
    private readonly question: (kind: CredentialKind) => Readonly<Record<string, unknown>>,
  ) {}

  public dated(kind: CredentialKind, version = "2024-10-21", operation = "chat/completions"): string {
    const deployment = operation === "embeddings" ? "embeddings" : "chat";
    return `/${kind}/openai/deployments/${deployment}/${operation}?api-version=${version}`;
  }

  /** What the client of a number shows at the API of a kind. */
  public async credentials(
    kind: CredentialKind,
    index: number,
    user: string,
  ): Promise<{
    readonly headers: Record<string, string>;
    readonly certificate?: CallOptions["certificate"];
  }> {
    const { simulation } = this;
    const now = Math.floor(this.clock.now() / 1000);
    const times = { iat: now, nbf: now, exp: now + 600 };
    const key = (): string => simulation.subscriptionKey(`${kind}-client-${kind}-${index}`);
    switch (kind) {
      case "key":
        return { headers: { "api-key": key() } };
      case "token": {
        const claims = {
          ...times,
          iss: ENTRA_ISSUER,
          aud: API_CLIENT_ID,
          tid: ENTRA_TENANT_ID,
          ver: "2.0",
          scp: "x",
        };
        const token = await simulation.issueToken({
          issuer: ENTRA_ISSUER,
          claims: { ...claims, azp: applicationId(index), oid: user },
        });
        return { headers: { authorization: `Bearer ${token}` } };
      }
      case "certificate":
        this.certificates[index] ??= simulation.issueCertificate({
          authority: CLIENT_AUTHORITY,
          commonName: certificateName(index),
        });
        return { headers: {}, certificate: await this.certificates[index] };
      case "combined": {
        const token = await simulation.issueToken({
          issuer: PARTNER_ISSUER,
          claims: {
            ...times,
            iss: PARTNER_ISSUER,
            aud: PARTNER_AUDIENCE,
            cid: applicationId(index),
            sub: user,
          },
        });
        return { headers: { authorization: `Bearer ${token}`, "api-key": key() } };
      }
    }
  }

  public async ask(kind: CredentialKind, asked: Asked = {}): Promise<CacheResponse> {
    const { client = 0, user = "user-1", target = this.dated(kind), headers = {} } = asked;
    const shown = await this.credentials(kind, client, user);
    const response = await this.simulation.call(target, {
      method: "POST",
      certificate: shown.certificate,
      headers: { ...shown.headers, "content-type": "application/json", ...headers },
      body: asked.body ?? this.question(kind),
    });
    return Object.assign(response, { cache: response.headers["x-ai-gateway-cache"] });
  }

  /** Whether the second of two requests reached the model. */
  public async reached(kind: CredentialKind, first: Asked, second: Asked): Promise<boolean> {
    await (await this.ask(kind, first)).text();
    const before = this.answered;
    const response = await this.ask(kind, second);
    await response.text();
    expect(response.status).toBe(200);
    expect(response.cache).not.toBe(this.answered > before ? "hit" : "miss");
    return this.answered > before;
  }

  /** How many requests, but for embeddings of questions, have reached the account. */
  public get answered(): number {
    const { requests } = this.simulation.account("oai-test-every");
    return requests.filter(({ headers }) => headers["x-ai-gateway-request-id"] !== undefined).length;
  }
}
