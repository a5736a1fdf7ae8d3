import { readFileSync } from "node:fs";
import { join } from "node:path";
import { backendModel } from "../support/gateway-models";
import { PolicyGateway } from "../support/policy-gateway";

async function valueOf(expression: string, inbound = ""): Promise<string | undefined> {
  const header = `<set-header name="X-V"><value>@((${expression}).ToString())</value></set-header>`;
  const gateway = await PolicyGateway.start({
    inbound: inbound + header,
    model: { backends: [backendModel("service", { url: "https://backend.example" })] },
  });
  await gateway.call();
  return gateway.forwardedHeaders["x-v"]?.[0];
}

test("context.Backend is the backend resource that is set", async () => {
  const set = `<set-backend-service backend-id="service" />`;
  expect(await valueOf(`context.Backend.Id + context.Backend.Type`, set)).toBe("serviceSingle");
  expect(await valueOf("context.Backend == null")).toBe("True");
});

test("context.Request.Foundry is null without a deployment in the path", async () => {
  expect(await valueOf("context.Request.Foundry == null")).toBe("True");
});

test("a certificate is made of bytes, of DER as of PEM", async () => {
  const pem = readFileSync(join(__dirname, "../../support/certificates/issuing.pem"), "utf8");
  const der = pem.replace(/-----[^-]+-----|\s/g, "");
  const values = [der, Buffer.from(pem).toString("base64")].map((base64) =>
    valueOf(`new X509Certificate2(Convert.FromBase64String("${base64}")).Subject`),
  );
  expect(await Promise.all(values)).toEqual([
    "CN=Contoso Issuing CA, O=Contoso",
    "CN=Contoso Issuing CA, O=Contoso",
  ]);
});

test("bytes that are no certificate are an exception that a policy can catch", async () => {
  const set = `<set-variable name="v" value="@{ try { return new X509Certificate2(new byte[] { 1 }).Subject; } catch (Exception) { return &quot;none&quot;; } }" />`;
  expect(await valueOf(`(string)context.Variables["v"]`, set)).toBe("none");
});
