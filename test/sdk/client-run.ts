import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OpenAiApiOptions } from "../../lib";
import { simulate, type Simulation } from "../../simulator";
import {
  API_CLIENT_ID,
  applicationId,
  certificateName,
  CLIENT_AUTHORITY,
  ENTRA_ISSUER,
  GATEWAY_HOST_NAME,
} from "../support/every-credential";
import { everyCredentialStack } from "../support/every-credential-stack";

/** What came of a case of a client. */
export interface CaseResult {
  readonly case: string;
  readonly credential: string;
  /** What the client understood of the answer. */
  readonly answer?: string;
  /** What the client threw. */
  readonly error?: string;
}

/** A request as a client made it. */
export interface RecordedRequest {
  readonly case: string;
  readonly method: string;
  /** Below the API's path, with the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A character for each byte, unless it is JSON. */
  readonly body: string;
}

/** What a client's program prints. */
export interface ClientRun {
  readonly results: readonly CaseResult[];
  readonly requests: readonly RecordedRequest[];
}

/** A run that hangs is ended. */
const MAX_RUN_MS = 100_000;

/** A moment of silence, as a WAV file. */
export function silence(): Buffer {
  const samples = Buffer.alloc(32);
  const header = Buffer.alloc(44);
  header.write("RIFF", 0);
  header.writeUInt32LE(36 + samples.length, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(8_000, 24);
  header.writeUInt32LE(16_000, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36);
  header.writeUInt32LE(samples.length, 40);
  return Buffer.concat([header, samples]);
}

/**
 * A gateway that takes a key, a token or a certificate, each at a path of that name, with a model of every kind.
 *
 * @param responseStore what becomes of responses. @default - the default of APIs
 */
export function clientGateway(responseStore?: OpenAiApiOptions["responseStore"]): Promise<Simulation> {
  return simulate(
    everyCredentialStack({
      credentials: ["key", "token", "certificate"],
      operations: ["chat", "embeddings", "responses", "models", "images", "audio"],
      media: true,
      // The second one has responses at dated URLs.
      apiVersions: ["2024-10-21", "2025-04-01-preview"],
      responseStore,
    }),
  );
}

/** Environment variables of a program that calls the gateway through the simulator's proxy. */
export async function clientEnvironment(simulation: Simulation): Promise<Readonly<Record<string, string>>> {
  const folder = mkdtempSync(join(tmpdir(), "sdk-clients-"));
  const file = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const { chainPem, privateKeyPem } = await simulation.issueCertificate({
    authority: CLIENT_AUTHORITY,
    commonName: certificateName(0),
  });
  const now = Math.floor(simulation.clock.now() / 1000);
  const ca = file("ca.pem", simulation.caPem);
  return {
    PATH: process.env.PATH ?? "",
    HTTPS_PROXY: simulation.proxyUrl,
    NODE_EXTRA_CA_CERTS: ca,
    SSL_CERT_FILE: ca,
    PORT: new URL(simulation.url).port,
    GATEWAY: `https://${GATEWAY_HOST_NAME}`,
    AUDIO: file("silence.wav", silence()),
    CREDENTIALS: JSON.stringify({
      key: simulation.subscriptionKey("key-client-key-0"),
      token: await simulation.issueToken({
        issuer: ENTRA_ISSUER,
        claims: {
          iss: ENTRA_ISSUER,
          aud: API_CLIENT_ID,
          azp: applicationId(0),
          oid: "object",
          sub: "subject",
          scp: "Models.Invoke",
          iat: now,
          nbf: now,
          exp: now + 3_600,
        },
      }),
      certificate: file("chain.pem", chainPem),
      privateKey: file("key.pem", privateKeyPem),
    }),
  };
}

/**
 * Runs the cases of a client in a process of its own.
 *
 * @param program `<client>.mjs`, in a folder where the client is installed
 * @throws Error with what it wrote when it failed
 */
export async function runClient(simulation: Simulation, program: string): Promise<ClientRun> {
  const output = await outputOf(process.execPath, [program], await clientEnvironment(simulation));
  return JSON.parse(output.trim().split("\n").at(-1) ?? "") as ClientRun;
}

/** What a program writes. @throws Error with all of it when the program failed */
export function outputOf(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const child = spawn(program, args, { env, timeout: MAX_RUN_MS, stdio: ["ignore", "pipe", "pipe"] });
  const output: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      const text = Buffer.concat(output).toString();
      if (code === 0) {
        resolve(text);
      } else {
        reject(new Error(`${program} ended with ${code}:\n${Buffer.concat(errors).toString()}${text}`));
      }
    });
  });
}
