import type { PresentedCredentials } from "../access";
import type { Simulation } from "../simulation";
import type { CredentialFiles } from "./credential-files";
import { type CurlCall, curlCommand, curlForLocation } from "./curl-command";

export interface CallCommandsProps {
  readonly simulation: Simulation;
  readonly files: CredentialFiles;
  /** Address on which gateways listen. */
  readonly host: string;
}

/** A call of a gateway with its credentials. */
export interface CommandedCall extends PresentedCredentials, Pick<CurlCall, "method" | "body"> {
  readonly gateway: string;
  /** Path and query. */
  readonly target: string;
}

/** Shell variable that holds where the answer of a request that waits will be. */
const LOCATION = "location";
/** Addresses that `https://localhost` leads to. */
const REACHED_AS_LOCALHOST = new Set(["127.0.0.1", "localhost", "0.0.0.0", "::", "::1"]);
/** Characters of a header value that stand in the command itself. */
const MAX_INLINE_LENGTH = 64;

/** Calls as commands for a POSIX shell; what is long stands in files. */
export class CallCommands {
  /** Path of the CA's certificate. */
  public readonly caFile: string;
  private readonly simulation: Simulation;
  private readonly files: CredentialFiles;
  private readonly address: string | undefined;
  private calls = 0;

  public constructor({ simulation, files, host }: CallCommandsProps) {
    this.simulation = simulation;
    this.files = files;
    this.address = REACHED_AS_LOCALHOST.has(host) ? undefined : host;
    this.caFile = files.write("ca.pem", simulation.caPem);
  }

  /** @param name what files are named after */
  public command(call: CommandedCall, name: string): string {
    return curlCommand(this.curl(call, name));
  }

  /** A call that is accepted for later, and the one for its answer: to be pasted in this order. */
  public commandsOfLater(
    accepted: CommandedCall,
    waiting: CommandedCall,
    name: string,
  ): { readonly accepted: string; readonly waiting: string } {
    return {
      accepted: curlForLocation(this.curl(accepted, name), LOCATION),
      waiting: curlCommand({ ...this.curl({ ...waiting, target: "" }, name), variable: LOCATION }),
    };
  }

  private curl(
    { gateway, target, method, headers, concealed = [], certificate, body }: CommandedCall,
    name: string,
  ): CurlCall {
    this.calls += 1;
    const file = (kind: string, content: string): string =>
      this.files.write(`${name}-${this.calls}-${kind}`, content);
    return {
      url: `${this.simulation.urlOf(gateway)}${target}`,
      method,
      caFile: this.caFile,
      address: this.address,
      headers: Object.entries(headers).map(([header, value]) =>
        value.length <= MAX_INLINE_LENGTH && !concealed.includes(header)
          ? `${header}: ${value}`
          : `@${file("token.txt", `${header}: ${value}\n`)}`,
      ),
      certificate: certificate && {
        chainFile: file("certificate.pem", certificate.chainPem),
        keyFile: file("key.pem", certificate.privateKeyPem),
      },
      body,
    };
  }
}
