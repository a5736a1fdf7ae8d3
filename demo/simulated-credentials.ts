import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dev } from "../environments";
import type { Simulation } from "../simulator";
import type { EnvironmentSettings } from "../stacks/environment-settings";
import { API_VERSION } from "./api-version";
import type { ClientProgram } from "./client-program";
import type {
  CertificateDefect,
  ClientIdentity,
  ClientProgramProps,
  CredentialSource,
  TokenDefect,
} from "./credential-source";
import { type CertificateRequirement, entraScope, type TokenRequirement } from "./requirement";
import { FEDERATION } from "./simulated-directory";
import { simulatedToken } from "./simulated-token";

const DAY_MS = 86_400_000;
type IdentityPlatform = Simulation["identity"];

/** The person who signs in: one of those whom an environment lets have tokens. */
export function adaIn({
  registration,
}: EnvironmentSettings): Parameters<IdentityPlatform["approveEntraDevice"]>[2] {
  return {
    objectId: "88888888-8888-4888-8888-888888888888",
    name: "Ada",
    groups: [registration?.usersGroupId ?? []].flat(),
  };
}

/** All credentials there are, good and bad, for one simulation. */
export class SimulatedCredentials implements CredentialSource {
  /** Everything secret that was handed out: it must appear in no output. */
  public readonly secrets = new Set<string>();
  private readonly folder = mkdtempSync(join(tmpdir(), "ai-gateway-demo-"));

  /** @param settings of the environment whose users sign in */
  public constructor(
    private readonly simulation: Simulation,
    private readonly settings: EnvironmentSettings = dev,
  ) {
    this.secrets.add(simulation.identity.managedIdentities.secret);
    process.once("exit", this.removeFiles);
  }

  /** Removes the files that client programs read; the end of the process does so, too. */
  public dispose(): void {
    process.off("exit", this.removeFiles);
    this.removeFiles();
  }

  private readonly removeFiles = (): void => {
    rmSync(this.folder, { recursive: true, force: true });
  };

  public async token(requirement: TokenRequirement, defect?: TokenDefect): Promise<string> {
    const minted = await this.simulation.issueToken(
      simulatedToken(requirement, this.simulation.clock.now(), defect),
    );
    this.secrets.add(minted);
    return minted;
  }

  public async certificate(
    { authority, commonName }: CertificateRequirement,
    defect?: CertificateDefect,
  ): Promise<ClientIdentity> {
    const now = this.simulation.clock.now();
    const issued = await this.simulation.issueCertificate({
      authority,
      commonName: defect === "unknown client" ? `unknown.${commonName}` : commonName,
      revoked: defect === "revoked",
      ...(defect === "other CA" ? { signedBy: "impostor" } : {}),
      ...(defect === "sibling CA" ? { signedBy: "sibling" } : {}),
      ...(defect === "self-signed" ? { signedBy: "self" } : {}),
      ...(defect === "expired"
        ? { notBefore: new Date(now - 30 * DAY_MS), notAfter: new Date(now - DAY_MS) }
        : {}),
      ...(defect === "not yet valid"
        ? { notBefore: new Date(now + DAY_MS), notAfter: new Date(now + 30 * DAY_MS) }
        : {}),
    });
    this.secrets.add(issued.privateKeyPem);
    return issued;
  }

  public key(subscription: string): Promise<string> {
    const key = this.simulation.subscriptionKey(subscription);
    this.secrets.add(key);
    return Promise.resolve(key);
  }

  public async withSuspendedKey(
    subscription: string,
    call: (key: string) => Promise<string>,
  ): Promise<string> {
    this.simulation.setSubscriptionState(subscription, "suspended");
    try {
      return await call(await this.key(subscription));
    } finally {
      this.simulation.setSubscriptionState(subscription, "active");
    }
  }

  public async program(props: ClientProgramProps): Promise<ClientProgram> {
    const own = await this.environmentOf(props);
    return {
      name: props.program,
      environment: {
        PATH: process.env.PATH,
        HTTPS_PROXY: this.simulation.proxyUrl,
        NO_PROXY: "localhost,127.0.0.1",
        NODE_EXTRA_CA_CERTS: this.file("ca.pem", this.simulation.caPem),
        AZURE_OPENAI_ENDPOINT: props.endpoint,
        AZURE_OPENAI_DEPLOYMENT: props.deployment,
        OPENAI_API_VERSION: API_VERSION,
        ...own,
      },
      onMessage: (line) => this.signIn(line, props.token),
    };
  }

  private async environmentOf(props: ClientProgramProps): Promise<NodeJS.ProcessEnv> {
    const { way, token, certificate, subscription = "" } = props;
    switch (way) {
      case "managed identity":
        return {
          ...this.identityEndpoint(),
          MANAGED_IDENTITY_CLIENT_ID: token?.clientIds[0],
          GATEWAY_SCOPE: token && entraScope(token, ".default"),
        };
      case "role on the account":
        return { ...this.identityEndpoint(), AZURE_CLIENT_ID: this.simulation.model.identities[0]?.clientId };
      case "federated credential":
        return {
          AZURE_TENANT_ID: token?.tenantId,
          AZURE_CLIENT_ID: token?.clientIds[0],
          AZURE_FEDERATED_TOKEN_FILE: this.file("federated-token", await this.federatedToken()),
          GATEWAY_SCOPE: token && entraScope(token, ".default"),
        };
      case "device code":
        return {
          AZURE_TENANT_ID: token?.tenantId,
          AZURE_CLIENT_ID: token?.clientIds[0],
          GATEWAY_SCOPE: token && entraScope(token, token.scope ?? ""),
        };
      case "key":
        return { AZURE_OPENAI_API_KEY: await this.key(subscription) };
      case "secondary key, rotated": {
        const old = await this.key(subscription);
        const secondary = this.simulation.subscriptionKey(subscription, "secondary");
        this.secrets.add(secondary);
        this.simulation.regenerateSubscriptionKey(subscription, "primary");
        return { AZURE_OPENAI_API_KEY: old, AZURE_OPENAI_SECONDARY_KEY: secondary };
      }
      case "PEM certificate": {
        if (certificate === undefined) {
          throw new Error("a client with a certificate needs a certificate");
        }
        const { chainPem, privateKeyPem } = await this.certificate(certificate);
        return {
          CLIENT_CERTIFICATE: this.file("client.pem", chainPem),
          CLIENT_KEY: this.file("client.key", privateKeyPem),
        };
      }
    }
  }

  /** As App Service and Container Apps say where tokens of the host's identities are. */
  private identityEndpoint(): NodeJS.ProcessEnv {
    return {
      IDENTITY_ENDPOINT: `${this.simulation.proxyUrl}/msi/token`,
      IDENTITY_HEADER: this.simulation.identity.managedIdentities.secret,
    };
  }

  private async federatedToken(): Promise<string> {
    const token = await this.simulation.issueToken({
      issuer: FEDERATION.issuer,
      claims: { sub: FEDERATION.subject, aud: FEDERATION.audience },
    });
    this.secrets.add(token);
    return token;
  }

  /** The person in front of a program that asks for a sign-in by device code. */
  private signIn(line: string, token: TokenRequirement | undefined): void {
    const code = /enter the code (\w+)/.exec(line)?.[1];
    if (code === undefined || token?.tenantId === undefined) {
      return;
    }
    this.simulation.identity.approveEntraDevice(token.tenantId, code, adaIn(this.settings));
  }

  private file(name: string, content: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  }
}
