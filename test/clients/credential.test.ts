import { DefaultAzureCredential, ManagedIdentityCredential } from "@azure/identity";
import { credentialFrom } from "../../examples/clients/keyless/credential";

const SCOPE = "api://gateway/.default";

/** Which credential is asked for a token. */
async function asked(environment: NodeJS.ProcessEnv): Promise<readonly string[]> {
  const names: string[] = [];
  for (const type of [ManagedIdentityCredential, DefaultAzureCredential]) {
    jest.spyOn(type.prototype, "getToken").mockImplementation((...[scope]: readonly unknown[]) => {
      names.push(`${type.name} for ${String(scope)}`);
      return Promise.resolve({ token: "token", expiresOnTimestamp: Date.now() + 3_600_000 });
    });
  }
  const credential = credentialFrom(environment);
  if ("azureADTokenProvider" in credential) {
    await credential.azureADTokenProvider();
  }
  return names;
}

afterEach(() => jest.restoreAllMocks());

test("a key comes first, whatever else is set", () => {
  const all = { AZURE_OPENAI_API_KEY: "key", MANAGED_IDENTITY_CLIENT_ID: "id", GATEWAY_SCOPE: SCOPE };
  expect(credentialFrom(all)).toEqual({ apiKey: "key" });
});

test("a named user-assigned identity comes second", async () => {
  expect(await asked({ MANAGED_IDENTITY_CLIENT_ID: "id", GATEWAY_SCOPE: SCOPE })).toEqual([
    `ManagedIdentityCredential for ${SCOPE}`,
  ]);
});

test("else DefaultAzureCredential finds what there is", async () => {
  expect(await asked({ GATEWAY_SCOPE: SCOPE })).toEqual([`DefaultAzureCredential for ${SCOPE}`]);
});

test("tokens without a scope would be for nobody", () => {
  expect(() => credentialFrom({})).toThrow("Set GATEWAY_SCOPE");
});
