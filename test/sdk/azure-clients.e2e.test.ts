import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RequestTrace, simulate, type Simulation } from "../../simulator";
import { referenceEnvironmentsFolder } from "../support/environments";
import {
  API_CLIENT_ID,
  applicationId,
  certificateName,
  CLIENT_AUTHORITY,
  ENTRA_TENANT_ID,
  GATEWAY_HOST_NAME,
} from "../support/every-credential";
import { everyCredentialFolder } from "../support/every-credential-folder";
import { dev } from "../support/reference-environments";
import { runProgram } from "./client-program";

const answer = expect.stringMatching(/^Simulated answer \w+ to: hello$/) as unknown;

/** Requests that ended, as method, status and what made them end. */
function statuses(traces: readonly RequestTrace[]): readonly (number | undefined)[] {
  return traces.map(({ status }) => status);
}

describe("SDKs against the simulated dev environment, from another process", () => {
  let simulation: Simulation;
  let endpoint: string;
  let signIn: Readonly<Record<string, string>>;

  beforeAll(async () => {
    simulation = await simulate(join(referenceEnvironmentsFolder(), "stacks/dev"));
    const [gateway] = simulation.model.gateways;
    endpoint = `https://${gateway?.hostNames[0]?.hostName}/assistant`;
    const applications = simulation.model.applications;
    const registration = applications.find(({ publicClient }) => !publicClient);
    const publicClient = applications.find((application) => application.publicClient);
    signIn = {
      AZURE_TENANT_ID: dev.tenantId,
      AZURE_CLIENT_ID: publicClient?.clientId ?? "",
      AZURE_OPENAI_ENDPOINT: endpoint,
      GATEWAY_SCOPE: `${registration?.identifierUris[0]}/Models.Invoke`,
    };
  });

  afterEach(() => {
    simulation.account("oai-aigw-dev-swedencentral-main-7f3").recover();
    simulation.clearRecords();
  });

  afterAll(() => simulation.close());

  function key(client: string): Readonly<Record<string, string>> {
    return {
      AZURE_OPENAI_ENDPOINT: endpoint,
      AZURE_OPENAI_API_KEY: simulation.subscriptionKey(`assistant-${client}`),
    };
  }

  function approve(userCode: string): void {
    const groups = [dev.registration?.usersGroupId ?? []].flat();
    const user = { objectId: "88888888-8888-4888-8888-888888888888", name: "Ada", groups };
    simulation.identity.approveEntraDevice(dev.tenantId, userCode, user);
  }

  it("AzureOpenAI chats, streams and lists models with a key", async () => {
    const result = await runProgram(simulation, "key-client", key("claims"));
    expect(result).toMatchObject({
      whole: answer,
      streamed: answer,
      usage: expect.any(Number) as unknown,
      models: ["chat"],
    });
    expect((result as { chunks: number }).chunks).toBeGreaterThan(1);
  });

  it("AzureOpenAI embeds with a key", async () => {
    expect(await runProgram(simulation, "embeddings-client", key("search"))).toEqual({
      vectors: [1536, 1536],
      tokens: 2,
    });
  });

  it("a key of another client's rights is a permission error of the SDK", async () => {
    expect(await runProgram(simulation, "refused-client", key("search"))).toMatchObject({
      type: "PermissionDeniedError",
      status: 403,
    });
  });

  it("a wrong key is an authentication error of the SDK, which does not try again", async () => {
    const wrong = { ...key("claims"), AZURE_OPENAI_API_KEY: "0123456789abcdef0123456789abcdef" };
    expect(await runProgram(simulation, "refused-client", wrong)).toMatchObject({
      type: "AuthenticationError",
      status: 401,
      code: "unauthorized",
    });
    expect(statuses(simulation.traces)).toEqual([401]);
  });

  it("an account that is out of capacity is a rate limit error of the SDK, tried again as Retry-After says", async () => {
    simulation.account("oai-aigw-dev-swedencentral-main-7f3").fail({ status: 429, retryAfterSeconds: 1 });
    expect(await runProgram(simulation, "refused-client", key("claims"))).toMatchObject({
      type: "RateLimitError",
      status: 429,
      retryAfter: "1",
    });
    expect(statuses(simulation.traces)).toEqual([429, 429, 429]);
  });

  it("DeviceCodeCredential of @azure/identity signs a person in to AzureOpenAI", async () => {
    expect(await runProgram(simulation, "device-code-identity", signIn, approve)).toEqual({ chat: answer });
  });

  it("MSAL signs a person in by device code and refreshes, for the OpenAI client on the v1 URL", async () => {
    expect(await runProgram(simulation, "device-code-msal", signIn, approve)).toEqual({
      chat: answer,
      refreshed: true,
      scopes: expect.arrayContaining([signIn.GATEWAY_SCOPE]) as unknown,
    });
  });
});

describe("SDKs against a gateway with every kind of credential, from another process", () => {
  let simulation: Simulation;

  beforeAll(async () => {
    simulation = await simulate(everyCredentialFolder());
  });

  afterAll(() => simulation.close());

  it("ClientSecretCredential of @azure/identity opens chat and responses, streaming included", async () => {
    const tenant = simulation.identity.tenant(ENTRA_TENANT_ID);
    tenant.addApplication({
      displayName: "gateway",
      clientId: API_CLIENT_ID,
      identifierUris: [`api://${API_CLIENT_ID}`],
      // The client holds no role: without this claim nothing would tell its token from an ID token.
      tokenTypeClaim: "applicationTokens",
    });
    tenant.addApplication({
      displayName: "client",
      clientId: applicationId(0),
      secrets: [{ value: "s3cret" }],
    });
    const result = await runProgram(simulation, "client-secret", {
      AZURE_TENANT_ID: ENTRA_TENANT_ID,
      AZURE_CLIENT_ID: applicationId(0),
      AZURE_CLIENT_SECRET: "s3cret",
      AZURE_OPENAI_ENDPOINT: `https://${GATEWAY_HOST_NAME}/token`,
      GATEWAY_SCOPE: `api://${API_CLIENT_ID}/.default`,
    });
    expect(result).toMatchObject({
      chat: answer,
      response: answer,
      events: expect.arrayContaining([
        "response.created",
        "response.output_text.delta",
        "response.completed",
      ]) as unknown,
    });
  });

  it("AzureOpenAI presents a client certificate, through the proxy", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sdk-certificate-"));
    const { chainPem, privateKeyPem } = await simulation.issueCertificate({
      authority: CLIENT_AUTHORITY,
      commonName: certificateName(0),
    });
    writeFileSync(join(folder, "chain.pem"), chainPem);
    writeFileSync(join(folder, "key.pem"), privateKeyPem);
    const result = await runProgram(simulation, "certificate-client", {
      AZURE_OPENAI_ENDPOINT: `https://${GATEWAY_HOST_NAME}/certificate`,
      CLIENT_CERTIFICATE: join(folder, "chain.pem"),
      CLIENT_KEY: join(folder, "key.pem"),
    });
    expect(result).toEqual({ chat: answer });
  });
});
