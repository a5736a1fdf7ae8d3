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
import {
  type CertificateRequirement,
  entraScope,
  type RegistrationIds,
  type TokenRequirement,
} from "./requirement";

/** Tokens for the accounts themselves, which a gateway must not take. */
const ACCOUNT_SCOPE = "https://cognitiveservices.azure.com/.default";
const MANAGEMENT = "https://management.azure.com";
const MANAGEMENT_API_VERSION = "2024-05-01";
/** Errors of @azure/identity without a sign-in to ask with; those with a code of Entra ID (AADSTS…) are its refusal. */
const UNAVAILABLE = new Set([
  "CredentialUnavailableError",
  "AggregateAuthenticationError",
  "AuthenticationRequiredError",
]);
/** Variables that the clients of `examples/clients` and the SDK read for themselves. */
const OF_CLIENTS =
  /^(AZURE_OPENAI_.*|OPENAI_.*|CLIENT_(CERTIFICATE|KEY|PFX.*)|GATEWAY_SCOPE|MANAGED_IDENTITY_CLIENT_ID|TOKEN_CACHE)$/i;

export interface DeployedCredentialsProps {
  /** @default - `DefaultAzureCredential` */
  readonly credential?: TokenCredential;
  /** ARM id of the API Management service, to read clients' keys. @default - keys are not at hand */
  readonly gatewayId?: string;
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
    if (defect !== undefined) {
      throw new NotRun(`only the authority could issue a certificate: ${defect}`);
    }
    if (certificateFiles === undefined) {
      throw new NotRun("needs --certificate and --certificate-key");
    }
    const [chainPem, privateKeyPem] = await Promise.all([
      readFile(certificateFiles.certificate, "utf8"),
      readFile(certificateFiles.key, "utf8"),
    ]);
    return { chainPem, privateKeyPem };
  }

  /**
   * Reads the key as an operator does: with the right to read secrets of the service.
   *
   * @throws NotRun without that right; Error if the service or the subscription is not there
   */
  public async key(subscription: string): Promise<string> {
    const { gatewayId } = this.props;
    if (gatewayId === undefined) {
      throw new NotRun("needs --gateway-id to read keys");
    }
    const token = await this.tokenFor(`${MANAGEMENT}/.default`);
    const path = `${gatewayId}/subscriptions/${subscription}/listSecrets`;
    const { statusCode, body } = await request(`${MANAGEMENT}${path}?api-version=${MANAGEMENT_API_VERSION}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      dispatcher: new EnvHttpProxyAgent(),
    }).catch((error: Error) => {
      throw new Error(`${MANAGEMENT} cannot be reached: ${error.message}`, { cause: error });
    });
    if (statusCode !== 200) {
      await body.dump();
      const reason = `the keys of '${subscription}' cannot be read: ${statusCode}`;
      throw statusCode === 403 ? new NotRun(reason) : new Error(reason);
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
        ...surroundings(),
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
        if (certificateFiles === undefined) {
          throw new NotRun("needs --certificate and --certificate-key");
        }
        return { CLIENT_CERTIFICATE: certificateFiles.certificate, CLIENT_KEY: certificateFiles.key };
      }
      case "managed identity":
      case "federated credential": {
        if (token === undefined) {
          throw new NotRun("the API takes no tokens of Entra ID");
        }
        if ((way === "managed identity") !== (process.env.IDENTITY_ENDPOINT !== undefined)) {
          throw new NotRun(`this host signs in in another way than by ${way}`);
        }
        // The program signs in by itself; here it shows whether it will be the right application.
        const client = clientOf(await this.goodToken(token));
        return {
          GATEWAY_SCOPE: defaultScope(token),
          ...(way === "managed identity" ? { MANAGED_IDENTITY_CLIENT_ID: client } : {}),
        };
      }
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
    const token = await this.tokenFor(defaultScope(requirement)).catch((error: Error) => {
      throw new NotRun(error.message, { cause: error });
    });
    const client = clientOf(token);
    if (requirement.clientIds.includes(client)) {
      throw new NotRun(`signed in as application ${client}, which is let in`);
    }
    return token;
  }

  private async expiredToken(): Promise<string> {
    const { expiredTokenFile } = this.props;
    if (expiredTokenFile === undefined) {
      throw new NotRun("needs --expired-token, a file with a token of yesterday");
    }
    const token = (await readFile(expiredTokenFile, "utf8")).trim();
    const { exp = Infinity } = decodeJwt(token);
    if (exp * 1_000 > Date.now()) {
      throw new NotRun("the token of --expired-token is still valid");
    }
    return token;
  }

  private signedIn(requirement: TokenRequirement): Promise<AuthenticationResult> {
    const { tenantId, scope = "" } = requirement;
    const { promptForSignIn, registration } = this.props;
    const clientId = registration?.publicClientId;
    const registered = clientId !== undefined && requirement.clientIds.includes(clientId);
    if (promptForSignIn === undefined || tenantId === undefined || !registered) {
      throw new NotRun("needs a person: --device-code");
    }
    this.signIn ??= signInByDeviceCode({
      tenantId,
      clientId,
      scope: entraScope(requirement, scope),
      prompt: promptForSignIn,
    });
    return this.signIn;
  }

  /**
   * @throws NotRun with the credential's own words if nobody is signed in; Error likewise if Entra ID refuses who is
   */
  private async tokenFor(scope: string): Promise<string> {
    try {
      const token = await this.credential.getToken(scope);
      if (token !== null) {
        return token.token;
      }
    } catch (error) {
      const { name, message } = error as Error;
      const lines = message.split("\n");
      const refusal = lines.find((line) => /\bAADSTS\d+/.test(line));
      const reason = `no token for ${scope}: ${refusal ?? lines[0]}`;
      throw UNAVAILABLE.has(name) && refusal === undefined
        ? new NotRun(reason, { cause: error })
        : new Error(reason, { cause: error });
    }
    throw new NotRun(`no token for ${scope}`);
  }
}

function defaultScope(requirement: TokenRequirement): string {
  return entraScope(requirement, ".default");
}

/** This process's environment, which signs programs in, without what they could take for a credential of a case. */
function surroundings(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !OF_CLIENTS.test(name)));
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
