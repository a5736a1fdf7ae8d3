import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeJwt } from "jose";
import type { AccessResult } from "../../demo/access-case";
import { simulateEnvironment } from "../../demo/demonstration";
import { ReferenceStacks } from "../../demo/reference-stacks";
import { adaIn, SimulatedCredentials } from "../../demo/simulated-credentials";
import { FEDERATION } from "../../demo/simulated-directory";
import { outputsOf } from "../../demo/simulated-outputs";
import { smokeOf } from "../../scripts/smoke";
import type { HttpRequest, Simulation } from "../../simulator";
import { type CommandResult, resultOf } from "../support/command-result";
import * as environments from "../support/reference-environments";
import { copyReferenceStacks } from "../support/reference-stacks";
import { runScript, terraformWith } from "./command";

const { dev, prod } = environments;
const smoke = smokeOf(environments);
const folder = mkdtempSync(join(tmpdir(), "smoke-"));
const stacks = new ReferenceStacks(folder);
const GATEWAY_ID = `/subscriptions/${dev.subscriptionId}/resourceGroups/rg-aigw-dev-swedencentral/providers/Microsoft.ApiManagement/service/apim-aigw-dev-swedencentral-${dev.nameSuffix}`;
const CLAIMS = "66666666-6666-4666-8666-666666666661";

beforeAll(() => copyReferenceStacks(folder));

afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** What a process needs to take the simulation for the internet. */
function internet({ proxyUrl, caPem }: Simulation): NodeJS.ProcessEnv {
  return {
    HTTPS_PROXY: proxyUrl,
    NO_PROXY: "",
    NODE_EXTRA_CA_CERTS: file("ca.pem", caPem),
    TERRAFORM_BINARY_NAME: join(folder, "terraform"),
  };
}

/** The sign-in of an application with a federated credential, as a pipeline has it. */
async function signedInAs(simulation: Simulation, clientId: string): Promise<NodeJS.ProcessEnv> {
  const claims = { sub: FEDERATION.subject, aud: FEDERATION.audience };
  return {
    AZURE_TENANT_ID: dev.tenantId,
    AZURE_CLIENT_ID: clientId,
    AZURE_FEDERATED_TOKEN_FILE: file(
      "federated-token",
      await simulation.issueToken({ issuer: FEDERATION.issuer, claims }),
    ),
  };
}

function parsed(stdout: string): ReadonlyMap<string, AccessResult> {
  const results = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as AccessResult);
  return new Map(results.map((result) => [`${result.target} ${result.who}: ${result.how}`, result]));
}

describe("against dev, with a person who signs in and an operator's rights", () => {
  let simulation: Simulation;
  let environment: NodeJS.ProcessEnv;
  let results: ReadonlyMap<string, AccessResult>;
  let progress = "";
  let exitCode: number | null;

  beforeAll(async () => {
    ({ simulation } = await simulateEnvironment(stacks, dev));
    const operator = simulation.identity.tenant(dev.tenantId).addApplication({
      displayName: "operator",
      federatedCredentials: [
        { issuer: FEDERATION.issuer, subject: FEDERATION.subject, audiences: [FEDERATION.audience] },
      ],
    });
    simulation.network.register("management.azure.com", (request) => listSecrets(request));
    const { gatewayUrl, scope, publicClientId } = outputsOf(simulation.model);
    terraformWith(folder, {
      gateway_id: GATEWAY_ID,
      gateway_url: gatewayUrl,
      scope,
      public_client_id: publicClientId,
    });
    environment = { ...internet(simulation), ...(await signedInAs(simulation, operator.clientId)) };
    // The role of the gateway on the account is still on its way.
    const account = simulation.account(`oai-aigw-dev-swedencentral-main-${dev.nameSuffix}`);
    account.fail({ status: 401 });
    const args = [
      "test/demo/programs/smoke.ts",
      "--env",
      "dev",
      "--stacks",
      folder,
      "--device-code",
      "--wait",
      "0.05",
      "--json",
    ];
    const run = await runScript(args, environment, (line) => {
      const code = /enter the code (\w+)/.exec(line)?.[1];
      if (code !== undefined) {
        simulation.identity.approveEntraDevice(dev.tenantId, code, adaIn(dev));
      }
      if (line.includes("waiting for roles")) {
        account.recover();
      }
    });
    results = parsed(run.stdout);
    progress = run.stderr;
    exitCode = run.exitCode;
  });

  afterAll(() => simulation.close());

  /** Azure Resource Manager, as far as keys of subscriptions go. */
  function listSecrets({ url, headers }: HttpRequest) {
    const [, subscription = ""] =
      new RegExp(`^${GATEWAY_ID}/subscriptions/([^/]+)/listSecrets$`).exec(url.pathname) ?? [];
    const { aud } = decodeJwt(headers["authorization"]?.[0]?.slice("Bearer ".length) ?? "");
    const found = aud === "https://management.azure.com" && subscription !== "";
    const body = found ? { primaryKey: simulation.subscriptionKey(subscription) } : { error: {} };
    return Promise.resolve({
      status: found ? 200 : 404,
      reason: "",
      headers: { "content-type": ["application/json"] },
      body: (async function* () {
        yield await Promise.resolve(Buffer.from(JSON.stringify(body)));
      })(),
    });
  }

  test("nothing is against expectation", () => {
    expect([...results.values()].filter(({ result }) => result === "failed")).toEqual([]);
    expect(exitCode).toBe(0);
  });

  test("the wait for roles is shown", () => {
    expect(progress).toMatch(/^0:00 of 0:03: 502 upstream_error; waiting for roles to take effect$/m);
  });

  test.each([
    ["dev/assistant entra client: token", "200"],
    ["dev/assistant entra client: token, wrong audience", "401 unauthorized"],
    ["dev/assistant entra client: token, ID token", "401 unauthorized"],
    ["dev/assistant entra client: token, unsigned", "401 unauthorized"],
    ["dev/assistant entra client: token, signed by another key", "401 unauthorized"],
    ["dev/assistant claims: key: key", "answer"],
    ["dev/assistant claims: keyless: key", "answer"],
    ["dev/assistant claims: key", "200"],
    ["dev/assistant entra client: no content beside tool calls", "200"],
    ["dev/assistant entra client: x-policy-id of no content filter", "200"],
    ["dev/assistant entra client: remaining tokens", "falling"],
    ["dev/assistant search: a text in tokens", "200"],
    ["dev/assistant claims: key of another client", "403 forbidden"],
    ["dev/assistant anyone: no credential", "401 unauthorized"],
  ])("%s is run and comes to %s", (name, got) => {
    expect(results.get(name)).toMatchObject({ got, result: "ok" });
  });

  test.each([
    ["dev/assistant entra client: token, other tenant", "nobody here can get a token: other tenant"],
    ["dev/assistant claims: key, suspended", "would lock a client out that is in use"],
    ["dev/assistant entra client: token, expired", "needs --expired-token, a file with a token of yesterday"],
  ])("%s is not run, and says why", (name, reason) => {
    expect(results.get(name)).toMatchObject({ result: "not run", reason });
  });
});

/** What runs of different people call, one after the other. */
let simulatedProd: Promise<Simulation> | undefined;

function simulationOfProd(): Promise<Simulation> {
  return (simulatedProd ??= simulateEnvironment(stacks, prod).then(({ simulation }) => simulation));
}

afterAll(async () => (await simulatedProd)?.close());

describe("against prod, as the application claims", () => {
  let source: SimulatedCredentials;
  let results: ReadonlyMap<string, AccessResult>;
  let exitCode: number | null;
  let stderr: string;

  beforeAll(async () => {
    const simulation = await simulationOfProd();
    source = new SimulatedCredentials(simulation);
    const scanner = await simulation.issueCertificate({
      authority: "Contoso Devices Issuing CA 1",
      commonName: "scanner-line-1.devices.contoso.com",
    });
    const old = await simulation.issueToken({
      issuer: `https://login.microsoftonline.com/${prod.tenantId}/v2.0`,
      claims: { exp: Math.floor(Date.now() / 1_000) - 60 },
    });
    const certificate = ["--certificate", file("scanner.pem", scanner.chainPem)];
    const key = ["--certificate-key", file("scanner.key", scanner.privateKeyPem)];
    const expired = ["--expired-token", file("old-token", old)];
    const url = ["--url", "https://ai.contoso.com"];
    const run = await runScript(
      [
        "test/demo/programs/smoke.ts",
        "--env",
        "prod",
        "--stacks",
        folder,
        ...url,
        ...certificate,
        ...key,
        ...expired,
        "--json",
      ],
      {
        ...internet(simulation),
        ...(await signedInAs(simulation, CLAIMS)),
        // Of somebody's shell, and no credential of any case: neither may reach a client program.
        OPENAI_BASE_URL: "https://elsewhere.example",
        AZURE_OPENAI_API_KEY: "0".repeat(32),
        CLIENT_PFX: "/nowhere.pfx",
      },
    );
    results = parsed(run.stdout);
    ({ exitCode, stderr } = run);
  });

  afterAll(() => source.dispose());

  test("nothing is against expectation", () => {
    expect([...results.values()].filter(({ result }) => result === "failed")).toEqual([]);
  });

  test("an API that let nobody in is named, and not taken for good", () => {
    const named = stderr.split("\n").filter((line) => line.includes("nobody who is let in could be tried"));
    expect(named).toEqual([
      "prod/partners: nobody who is let in could be tried. Sign in as one, or leave it out with --api",
    ]);
    expect(exitCode).toBe(2);
  });

  test.each([
    ["prod/assistant claims: keyless: federated credential", "answer"],
    ["prod/assistant claims: token", "200"],
    ["prod/assistant claims: token, expired", "401 unauthorized"],
    ["prod/assistant claims: token, model not granted", "403 forbidden"],
    ["prod/assistant scanner-line-1: certificate: PEM certificate", "answer"],
    ["prod/assistant scanner-line-1: certificate", "200"],
    ["prod/partners anyone: no credential", "401 unauthorized"],
  ])("%s is run and comes to %s", (name, got) => {
    expect(results.get(name)).toMatchObject({ got, result: "ok" });
  });

  test.each([
    ["prod/assistant marketing: token", /^signed in as application .*661, not as .*662$/],
    ["prod/partners fabrikam: key alone", /^needs --gateway-id to read keys$/],
    ["prod/partners fabrikam: token and key", /^needs a sign-in at the identity provider 'okta'$/],
    ["prod/assistant scanner-line-1: certificate, revoked", /^only the authority could issue/],
  ])("%s is not run, and says why", (name, reason) => {
    expect(results.get(name)).toMatchObject({
      result: "not run",
      reason: expect.stringMatching(reason) as unknown,
    });
  });
});

describe("with a sign-in that lets nobody in", () => {
  let simulation: Simulation;

  beforeAll(async () => {
    simulation = await simulationOfProd();
  });

  async function smokeWith(environment: NodeJS.ProcessEnv): Promise<CommandResult> {
    const url = ["--url", "https://ai.contoso.com"];
    const args = [
      "test/demo/programs/smoke.ts",
      "--env",
      "prod",
      "--api",
      "assistant",
      "--stacks",
      folder,
      ...url,
      "--json",
    ];
    return runScript(args, { ...internet(simulation), ...environment });
  }

  test("refusals alone are not a success: without any sign-in it ends with 2", async () => {
    const { exitCode, stdout } = await smokeWith({ AZURE_TOKEN_CREDENTIALS: "EnvironmentCredential" });
    expect(parsed(stdout).get("prod/assistant anyone: no credential")?.result).toBe("ok");
    expect(exitCode).toBe(2);
  });

  test("Entra ID that refuses who is signed in is a failure", async () => {
    const { exitCode, stdout, stderr } = await smokeWith(await signedInAs(simulation, "no-such-application"));
    expect(parsed(stdout).get("prod/assistant claims: token")).toMatchObject({
      result: "failed",
      reason: expect.stringMatching(/^no token for api:.*AADSTS\d+/) as unknown,
    });
    // No role cures it, so nobody waits for one.
    expect(stderr).not.toContain("waiting for roles");
    expect(exitCode).toBe(1);
  });
});

test.each([
  [["--env", "nowhere"], "--env must be one of dev, prod, test, got nowhere"],
  [["--env", "dev", "--wait", "soon"], "--wait must be a number of minutes, got soon"],
  [["--env", "dev", "--url", "https://gateway"], "stack 'dev' registers its API: give --scope"],
  [
    ["--env", "prod", "--url", "http://gateway"],
    "must be https, since credentials are sent there, got http://gateway",
  ],
  [["--env", "prod", "--url", "https://gateway", "--certificate", "a.pem"], "must be given together"],
  [
    ["--env", "prod", "--certificate", "/nowhere.pem", "--certificate-key", "/nowhere.key"],
    "--certificate: ENOENT",
  ],
  [["--env", "prod", "--expired-token", "/nowhere"], "--expired-token: ENOENT"],
  [["--env", "prod", "--api", "nothing"], "--api must be one of assistant, partners, got nothing"],
])("%p ends with 2 and says what to give", async (args, message) => {
  const { exitCode, stderr } = await resultOf(() => smoke(args));
  expect([exitCode, stderr.includes(message)]).toEqual([2, true]);
});
