import { generateKeyPairSync } from "node:crypto";
import { readFile } from "node:fs/promises";
import { DefaultAzureCredential, type TokenCredential } from "@azure/identity";
import type { AuthenticationResult } from "@azure/msal-node";
import { CompactSign, decodeJwt, decodeProtectedHeader } from "jose";
import { EnvHttpProxyAgent, request } from "undici";
import { NotRun } from "./access-case";
import { API_VERSION } from "./api-version";
import type { ClientProgram } from "./client-program";
import type {
  CertificateDefect,
  ClientIdentity,
  ClientProgramProps,
  CredentialSource,
  TokenDefect,
} from "./credential-source";
import { signInByDeviceCode } from "./device-sign-in";
import type { CertificateRequirement, RegistrationIds, TokenRequirement } from "./requirement";

/** Tokens for the accounts themselves, which a gateway must not take. */
const ACCOUNT_SCOPE = "https://cognitiveservices.azure.com/.default";
const MANAGEMENT = "https://management.azure.com";
const MANAGEMENT_API_VERSION = "2024-05-01";

export interface DeployedCredentialsProps {
  /** @default - `DefaultAzureCredential` */
  readonly credential?: TokenCredential;
  /** ARM id of the API Management service, to read clients' keys. */
  readonly serviceId: string;
  readonly registration?: RegistrationIds;
  /** Signs a person in by device code when a case needs it; gets what to tell them. @default - nobody signs in */
  readonly promptForSignIn?: (message: string) => void;
  /** PEM files of a client certificate that the gateway lets in. @default - none at hand */
  readonly certificateFiles?: { readonly certificate: string; readonly key: string };
  /** File with a token that was good once. @default - none at hand */
  readonly expiredTokenFile?: string;
}

/** What somebody has who is signed in to Azure: few credentials, and none that would change what is deployed. */
export class DeployedCredentials implements CredentialSource {
  private readonly credential: TokenCredential;
  private signIn?: Promise<AuthenticationResult>;

  public constructor(private readonly props: DeployedCredentialsProps) {
    this.credential = props.credential ?? new DefaultAzureCredential();
  }

  public async token(requirement: TokenRequirement, defect?: TokenDefect): Promise<string> {
    if (requirement.tenantId === undefined) {
      throw new NotRun(`needs a sign-in at the identity provider '${requirement.name}'`);
    }
    switch (defect) {
      case undefined:
        return this.goodToken(requirement);
      case "wrong audience":
        return this.tokenFor(ACCOUNT_SCOPE);
      case "other application":
        return this.tokenOfAnotherApplication(requirement);
      case "expired":
        return this.expiredToken();
      case "unsigned":
        return withoutSignature(await this.goodToken(requirement));
      case "signed by another key":
        return signedAnew(await this.goodToken(requirement));
      case "ID token":
        return (await this.signedIn(requirement)).idToken;
      case "other tenant":
      case "not yet valid":
      case "missing scope":
      case "missing role":
      case "ID token for the API":
        throw new NotRun(`nobody here can get a token: ${defect}`);
    }
  }

  public async certificate(
    _requirement: CertificateRequirement,
    defect?: CertificateDefect,
  ): Promise<ClientIdentity> {
    const { certificateFiles } = this.props;
    if (defect !== undefined) throw new NotRun(`only the authority could issue a certificate: ${defect}`);
    if (certificateFiles === undefined) throw new NotRun("needs --certificate and --certificate-key");
    const [chainPem, privateKeyPem] = await Promise.all([
      readFile(certificateFiles.certificate, "utf8"),
      readFile(certificateFiles.key, "utf8"),
    ]);
    return { chainPem, privateKeyPem };
  }

  /** Reads the key as an operator does: with the right to read secrets of the service. */
  public async key(subscription: string): Promise<string> {
    const token = await this.tokenFor(`${MANAGEMENT}/.default`);
    const path = `${this.props.serviceId}/subscriptions/${subscription}/listSecrets`;
    const { statusCode, body } = await request(`${MANAGEMENT}${path}?api-version=${MANAGEMENT_API_VERSION}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      dispatcher: new EnvHttpProxyAgent(),
    }).catch((error: Error) => {
      throw new NotRun(`${MANAGEMENT} cannot be reached: ${error.message}`, { cause: error });
    });
    if (statusCode !== 200) {
      await body.dump();
      throw new NotRun(`the keys of '${subscription}' cannot be read: ${statusCode}`);
    }
    return ((await body.json()) as { primaryKey: string }).primaryKey;
  }

  public withSuspendedKey(): Promise<string> {
    return Promise.reject(new NotRun("would lock a client out that is in use"));
  }

  public async program(props: ClientProgramProps): Promise<ClientProgram> {
    const own = await this.environmentOf(props);
    return {
      name: props.program,
      environment: {
        ...process.env,
        AZURE_OPENAI_ENDPOINT: props.endpoint,
        AZURE_OPENAI_DEPLOYMENT: props.deployment,
        OPENAI_API_VERSION: API_VERSION,
        ...own,
      },
    };
  }

  private async environmentOf({
    way,
    token,
    subscription = "",
  }: ClientProgramProps): Promise<NodeJS.ProcessEnv> {
    switch (way) {
      case "key":
        return { AZURE_OPENAI_API_KEY: await this.key(subscription) };
      case "PEM certificate": {
        const { certificateFiles } = this.props;
        if (certificateFiles === undefined) throw new NotRun("needs --certificate and --certificate-key");
        return { CLIENT_CERTIFICATE: certificateFiles.certificate, CLIENT_KEY: certificateFiles.key };
      }
      case "managed identity":
      case "federated credential":
        if (token === undefined) throw new NotRun("the API takes no tokens of Entra ID");
        if ((way === "managed identity") !== (process.env.IDENTITY_ENDPOINT !== undefined)) {
          throw new NotRun(`this host signs in in another way than by ${way}`);
        }
        // The program signs in by itself; here it shows whether it will be the right application.
        await this.goodToken(token);
        return { GATEWAY_SCOPE: defaultScope(token) };
      case "device code":
        throw new NotRun("asks a person again; the cases below use this run's sign-in by device code");
      case "secondary key, rotated":
        throw new NotRun("would replace a key that is in use");
      case "role on the account":
        throw new NotRun("is a deployment of its own");
    }
  }

  /** A token of an application that is let in. */
  private async goodToken(requirement: TokenRequirement): Promise<string> {
    const { clientIds } = requirement;
    if (clientIds.includes(this.props.registration?.publicClientId ?? "")) {
      return (await this.signedIn(requirement)).accessToken;
    }
    const token = await this.tokenFor(defaultScope(requirement));
    const [wanted] = clientIds;
    if (wanted !== undefined && clientOf(token) !== wanted) {
      throw new NotRun(`signed in as application ${clientOf(token)}, not as ${wanted}`);
    }
    return token;
  }

  private async tokenOfAnotherApplication(requirement: TokenRequirement): Promise<string> {
    const token = await this.tokenFor(defaultScope(requirement));
    const client = clientOf(token);
    if (requirement.clientIds.includes(client)) {
      throw new NotRun(`signed in as application ${client}, which is let in`);
    }
    return token;
  }

  private async expiredToken(): Promise<string> {
    const { expiredTokenFile } = this.props;
    if (expiredTokenFile === undefined)
      throw new NotRun("needs --expired-token, a file with a token of yesterday");
    const token = (await readFile(expiredTokenFile, "utf8")).trim();
    const { exp = Infinity } = decodeJwt(token);
    if (exp * 1_000 > Date.now()) throw new NotRun("the token of --expired-token is still valid");
    return token;
  }

  private signedIn({
    tenantId,
    clientIds,
    audience,
    scope,
  }: TokenRequirement): Promise<AuthenticationResult> {
    const { promptForSignIn, registration } = this.props;
    const clientId = registration?.publicClientId;
    if (promptForSignIn === undefined || clientId === undefined || !clientIds.includes(clientId)) {
      throw new NotRun("needs a person: --device-code");
    }
    this.signIn ??= signInByDeviceCode({
      tenantId: tenantId ?? "organizations",
      ...{ clientId, scope: `api://${audience}/${scope}`, prompt: promptForSignIn },
    });
    return this.signIn;
  }

  /** @throws NotRun with the credential's own words if it gives no token */
  private async tokenFor(scope: string): Promise<string> {
    try {
      const token = await this.credential.getToken(scope);
      if (token !== null) return token.token;
    } catch (error) {
      const [line = ""] = String((error as Error).message).split("\n");
      throw new NotRun(`no token for ${scope}: ${line}`, { cause: error });
    }
    throw new NotRun(`no token for ${scope}`);
  }
}

function defaultScope({ audience }: TokenRequirement): string {
  return `${/^(api|https):\/\//.test(audience) ? audience : `api://${audience}`}/.default`;
}

function clientOf(token: string): string {
  const { azp, appid } = decodeJwt<{ azp?: string; appid?: string }>(token);
  return azp ?? appid ?? "unknown";
}

function withoutSignature(token: string): string {
  const header = { ...decodeProtectedHeader(token), alg: "none", kid: undefined };
  const [, payload = ""] = token.split(".");
  return `${Buffer.from(JSON.stringify(header)).toString("base64url")}.${payload}.`;
}

/** The same token, signed by a key that its issuer never had, under the issuer's key id. */
function signedAnew(token: string): Promise<string> {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const [, payload = ""] = token.split(".");
  return new CompactSign(Buffer.from(payload, "base64url"))
    .setProtectedHeader({ ...decodeProtectedHeader(token), alg: "RS256" })
    .sign(privateKey);
}
