import { readFile, stat } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import { type Dispatcher, EnvHttpProxyAgent } from "undici";

/** Where the certificate is: PEM in two files, or both in one PKCS#12 file. */
export type CertificateFiles =
  | { readonly certificate: string; readonly key: string }
  | { readonly pfx: string; readonly passphrase?: string };

/** Calls with a client certificate, and with the renewed one as soon as its files are complete. */
export class ClientCertificate {
  private agent?: EnvHttpProxyAgent;
  private version?: string;
  private outdated = false;

  /** @param ca path to the authority of the gateway's own certificate @default - those that Node.js trusts */
  public constructor(
    private readonly files: CertificateFiles,
    private readonly ca?: string,
  ) {}

  /** For the OpenAI client, in place of its own. */
  public readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const options: RequestInit & { dispatcher: Dispatcher } = {
      ...init,
      dispatcher: await this.currentAgent(),
    };
    return fetch(input, options);
  };

  /** @throws Error if there is no usable certificate and there never was one */
  private async currentAgent(): Promise<EnvHttpProxyAgent> {
    try {
      const version = await this.versionOnDisk();
      if (this.agent === undefined || version !== this.version) {
        const renewed = await this.load();
        // Calls in flight end on the connections that they have.
        void this.agent?.close();
        this.agent = renewed;
        this.version = version;
      }
      this.outdated = false;
    } catch (error) {
      // Certificate and key are two files: between one and the other they do not match.
      if (this.agent === undefined) {
        throw error;
      }
      if (!this.outdated) {
        console.error(`Going on with the old certificate: ${(error as Error).message}`);
      }
      this.outdated = true;
    }
    return this.agent;
  }

  private async versionOnDisk(): Promise<string> {
    const own = "pfx" in this.files ? [this.files.pfx] : [this.files.certificate, this.files.key];
    const changed = await Promise.all(
      [...own, ...(this.ca === undefined ? [] : [this.ca])].map(
        async (path) => (await stat(path, { bigint: true })).mtimeNs,
      ),
    );
    return changed.join();
  }

  private async load(): Promise<EnvHttpProxyAgent> {
    const identity =
      "pfx" in this.files
        ? { pfx: await readFile(this.files.pfx), passphrase: this.files.passphrase }
        : { cert: await readFile(this.files.certificate), key: await readFile(this.files.key) };
    createSecureContext(identity);
    const ca = this.ca === undefined ? undefined : await readFile(this.ca);
    const tls = { ...identity, ca };
    // The handshake is with the gateway itself, through a tunnel where HTTPS_PROXY names a proxy.
    return new EnvHttpProxyAgent({ connect: tls, requestTls: tls });
  }
}
