import { readFile, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import {
  type AuthenticationRecord,
  deserializeAuthenticationRecord,
  DeviceCodeCredential,
  type DeviceCodeCredentialOptions,
  type IdentityPlugin,
  serializeAuthenticationRecord,
  useIdentityPlugin,
} from "@azure/identity";

/** Who signed in: ids and a user name, nothing secret. Without it the tokens of an earlier run are not found. */
const RECORD = join(homedir(), ".ai-gateway-sign-in.json");

/**
 * Signs a person in, and keeps that between runs where the platform keeps secrets: Keychain, DPAPI, libsecret. Tokens
 * are never written unencrypted: without such a place this fails.
 *
 * @param scope of the gateway
 * @throws Error if the plug-in, which brings native code, is not installed or does not load
 */
export async function keptSignIn(
  options: DeviceCodeCredentialOptions,
  scope: string,
): Promise<DeviceCodeCredential> {
  useIdentityPlugin(await platformCache());
  const credential = new DeviceCodeCredential({
    ...options,
    tokenCachePersistenceOptions: { enabled: true, name: "ai-gateway" },
    authenticationRecord: await recordOfEarlierRun(),
  });
  const record = await credential.authenticate(scope);
  if (record !== undefined) {
    await writeFile(RECORD, serializeAuthenticationRecord(record), { mode: 0o600 });
  }
  return credential;
}

async function platformCache(): Promise<IdentityPlugin> {
  const plugin = "@azure/identity-cache-persistence";
  try {
    return ((await import(plugin)) as { cachePersistencePlugin: IdentityPlugin }).cachePersistencePlugin;
  } catch (error) {
    // Anything else, such as a library of the platform that is missing, says so itself.
    if (!/MODULE_NOT_FOUND$/.test(String((error as NodeJS.ErrnoException).code))) {
      throw error;
    }
    throw new Error(`TOKEN_CACHE=platform needs 'npm install ${plugin}'`, { cause: error });
  }
}

/** With none that can be read, the person is asked. */
async function recordOfEarlierRun(): Promise<AuthenticationRecord | undefined> {
  try {
    return deserializeAuthenticationRecord(await readFile(RECORD, "utf8"));
  } catch {
    return undefined;
  }
}
