import { AzureOpenAI } from "openai";
import { connectionTo } from "../connection";
import { failureLine } from "../failure";
import { settings } from "../settings";
import { type CertificateFiles, ClientCertificate } from "./client-certificate";

/** @throws Error if neither kind is set completely */
function filesFromEnvironment(): CertificateFiles {
  const { CLIENT_CERTIFICATE, CLIENT_KEY, CLIENT_PFX, CLIENT_PFX_PASSPHRASE } = process.env;
  if (CLIENT_PFX) {
    return { pfx: CLIENT_PFX, passphrase: CLIENT_PFX_PASSPHRASE };
  }
  if (CLIENT_CERTIFICATE && CLIENT_KEY) {
    return { certificate: CLIENT_CERTIFICATE, key: CLIENT_KEY };
  }
  throw new Error("Set CLIENT_CERTIFICATE and CLIENT_KEY (PEM files), or CLIENT_PFX (a PKCS#12 file)");
}

async function main(prompt = "Say hello in one sentence."): Promise<void> {
  const { AZURE_OPENAI_ENDPOINT, AZURE_OPENAI_DEPLOYMENT } = settings(
    "AZURE_OPENAI_ENDPOINT",
    "OPENAI_API_VERSION",
    "AZURE_OPENAI_DEPLOYMENT",
  );
  const certificate = new ClientCertificate(filesFromEnvironment(), process.env.GATEWAY_CA);
  const client = new AzureOpenAI({
    ...connectionTo(AZURE_OPENAI_ENDPOINT),
    fetch: certificate.fetch,
    // The certificate is the credential: what the client asks for in its constructor is never sent.
    apiKey: "unused",
    defaultHeaders: { "api-key": null },
  });
  const completion = await client.chat.completions.create({
    model: AZURE_OPENAI_DEPLOYMENT,
    messages: [{ role: "user", content: prompt }],
  });
  console.log(completion.choices[0]?.message.content);
}

main(process.argv[2]).catch((error: unknown) => {
  console.error(failureLine(error));
  process.exitCode = 1;
});
