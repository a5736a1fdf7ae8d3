import { createSecureContext, type SecureContext } from "node:tls";
import type { ServerCertificateFault, ServerCertificates } from "../network";
import { CertificateAuthority, type IssuedCertificate, issueSelfSigned } from "./certificate-authority";
import { ExtendedKeyUsage } from "./x509";

const DAY_MS = 86_400_000;

/**
 * The CA behind every TLS server of a simulation: one leaf for each host name, made when a client first asks.
 * Clients trust it through `pem` (`NODE_EXTRA_CA_CERTS`, `--cacert`). It lives by the machine's clock, because
 * real TLS clients do.
 */
export class LocalCertificateAuthority implements ServerCertificates {
  private readonly contexts = new Map<string, Promise<SecureContext>>();

  private constructor(private readonly authority: CertificateAuthority) {}

  /** Creates the CA with a new key. */
  public static async create(): Promise<LocalCertificateAuthority> {
    return new LocalCertificateAuthority(
      await CertificateAuthority.createRoot({ subject: "CN=Azure OpenAI gateway simulator" }),
    );
  }

  /** The CA's certificate, to be trusted by clients. */
  public get pem(): string {
    return this.authority.pem;
  }

  /** A key and certificate for a host name, for TLS servers of other parts. */
  public async issue(hostName: string): Promise<IssuedCertificate> {
    return this.authority.issue({
      subject: `CN=${hostName}`,
      dnsNames: [hostName],
      extendedKeyUsage: [ExtendedKeyUsage.serverAuth],
    });
  }

  public secureContext(hostName: string, fault?: ServerCertificateFault): Promise<SecureContext> {
    const key = `${hostName}\n${fault ?? ""}`;
    let context = this.contexts.get(key);
    if (context === undefined) {
      context = this.certificate(hostName, fault).then(({ chainPem, privateKeyPem }) =>
        createSecureContext({ cert: chainPem, key: privateKeyPem }),
      );
      this.contexts.set(key, context);
    }
    return context;
  }

  private certificate(
    hostName: string,
    fault: ServerCertificateFault | undefined,
  ): Promise<IssuedCertificate> {
    const server = {
      subject: `CN=${hostName}`,
      dnsNames: [hostName],
      extendedKeyUsage: [ExtendedKeyUsage.serverAuth],
    };
    switch (fault) {
      case "selfSigned":
        return issueSelfSigned(server);
      case "wrongName":
        return this.authority.issue({ ...server, subject: "CN=wrong.invalid", dnsNames: ["wrong.invalid"] });
      case "expired":
        return this.authority.issue({
          ...server,
          notBefore: new Date(Date.now() - 2 * DAY_MS),
          notAfter: new Date(Date.now() - DAY_MS),
        });
      case undefined:
        return this.issue(hostName);
    }
  }
}
