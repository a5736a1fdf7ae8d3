import { APIConnectionError, APIError, AzureOpenAI } from "openai";
import { ClientCertificate, type CertificateFiles } from "./client-certificate";

const {
  CLIENT_CERTIFICATE,
  CLIENT_KEY,
  CLIENT_PFX,
  CLIENT_PFX_PASSPHRASE,
  GATEWAY_CA,
  AZURE_OPENAI_DEPLOYMENT,
} = process.env;

/** @throws Error if neither kind is set completely */
function filesFromEnvironment(): CertificateFiles {
  if (CLIENT_PFX) return { pfx: CLIENT_PFX, passphrase: CLIENT_PFX_PASSPHRASE };
  if (CLIENT_CERTIFICATE && CLIENT_KEY) return { certificate: CLIENT_CERTIFICATE, key: CLIENT_KEY };
  throw new Error("Set CLIENT_CERTIFICATE and CLIENT_KEY (PEM files), or CLIENT_PFX (a PKCS#12 file)");
}

async function main(prompt = "Say hello in one sentence."): Promise<void> {
  const certificate = new ClientCertificate(filesFromEnvironment(), GATEWAY_CA);
  const client = new AzureOpenAI({
    fetch: certificate.fetch,
    // The certificate is the credential: what the client asks for in its constructor is never sent.
    apiKey: "unused",
    defaultHeaders: { "api-key": null },
  });
  const completion = await client.chat.completions.create({
    model: AZURE_OPENAI_DEPLOYMENT ?? "chat",
    messages: [{ role: "user", content: prompt }],
  });
  console.log(completion.choices[0]?.message.content);
}

main(process.argv[2]).catch((error: unknown) => {
  // What is wrong with a connection, such as a gateway certificate that nobody vouches for, is the cause's cause.
  const reason = error instanceof APIConnectionError && error.cause instanceof Error ? error.cause : error;
  console.error(
    reason instanceof APIError
      ? `${reason.status} ${reason.code}: ${reason.message}`
      : String((reason as Error).cause ?? reason),
  );
  process.exitCode = 1;
});
