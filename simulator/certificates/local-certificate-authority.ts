import { createSecureContext, type SecureContext } from "node:tls";
import type { ServerCertificateFault, ServerCertificates } from "../network";
import { CertificateAuthority, type IssuedCertificate, issueSelfSigned } from "./certificate-authority";
import { MadeOnce } from "./made-once";
import { ExtendedKeyUsage } from "./x509";

const DAY_MS = 86_400_000;
/** Host names whose certificates are kept: tests start hundreds of simulations in one process. */
const MAX_KEPT = 500;

/**
 * The CA behind every TLS server of a simulation: one leaf for each host name, made when a client first asks.
 * Clients trust it through `pem` (`NODE_EXTRA_CA_CERTS`, `--cacert`). It lives by the machine's clock, because
 * real TLS clients do.
 */
export class LocalCertificateAuthority implements ServerCertificates {
  private static readonly own = new MadeOnce(() => LocalCertificateAuthority.create());
  private readonly issued = new Map<string, MadeOnce<IssuedCertificate>>();
  private readonly contexts = new Map<string, MadeOnce<SecureContext>>();

  private constructor(private readonly authority: CertificateAuthority) {}

  /** The CA of all simulations of this process: keys and certificates are a large part of a start. */
  public static ofProcess(): Promise<LocalCertificateAuthority> {
    return LocalCertificateAuthority.own.get();
  }

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
  public issue(hostName: string): Promise<IssuedCertificate> {
    return kept(this.issued, hostName, () =>
      this.authority.issue({
        subject: `CN=${hostName}`,
        dnsNames: [hostName],
        extendedKeyUsage: [ExtendedKeyUsage.serverAuth],
      }),
    );
  }

  public async secureContext(hostName: string, fault?: ServerCertificateFault): Promise<SecureContext> {
    return kept(this.contexts, `${hostName}\n${fault ?? ""}`, async () => {
      const { chainPem, privateKeyPem } = await this.certificate(hostName, fault);
      return createSecureContext({ cert: chainPem, key: privateKeyPem });
    });
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

function kept<T>(values: Map<string, MadeOnce<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const known = values.get(key);
  if (known !== undefined) {
    return known.get();
  }
  const [oldest] = values.keys();
  if (values.size >= MAX_KEPT && oldest !== undefined) {
    values.delete(oldest);
  }
  const value = new MadeOnce(make);
  values.set(key, value);
  return value.get();
}
