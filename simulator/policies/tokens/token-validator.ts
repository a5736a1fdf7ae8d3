import type { KeyObject } from "node:crypto";
import {
  compactDecrypt,
  type CryptoKey,
  errors,
  type JWTClaimVerificationOptions,
  jwtVerify,
  type ProtectedHeaderParameters,
  UnsecuredJWT,
} from "jose";
import { type Jwt, jwtFromParts } from "../../../expressions";
import type { OpenIdConfiguration, OpenIdMetadata } from "./open-id-configuration";
import { tokenHeader } from "./token-header";
import { TokenRejection } from "./token-rejection";
import { isStillGood, VerifiedTokens } from "./verified-tokens";

/** Signature algorithms that APIM documents for published keys. */
const ASYMMETRIC_ALGORITHMS = ["RS256", "RS512", "PS256", "ES256"];
/** Signature algorithms of a secret that is written in the policy. */
const SYMMETRIC_ALGORITHMS = ["HS256", "HS384", "HS512"];
/** Content encryption of a secret that is written in the policy (RFC 7518, section 5.1). */
const ENCRYPTION_ALGORITHMS = ["A128CBC-HS256", "A192CBC-HS384", "A256CBC-HS512"];

/** A key that is written in the policy. */
export interface InlineKey {
  /** `kid` the key is for; any if there is none. */
  readonly id?: string;
  /** A public key, or a secret. */
  readonly key: KeyObject | Uint8Array;
}

/** What a token must be. */
export interface TokenRules {
  readonly providers: readonly OpenIdConfiguration[];
  readonly signingKeys: readonly InlineKey[];
  /** Secrets that open an encrypted token. */
  readonly decryptionKeys: readonly Uint8Array[];
  /** Issuers besides those of the providers; any issuer passes when there is neither. */
  readonly issuers: readonly string[];
  /** Any audience passes when there is none. */
  readonly audiences: readonly string[];
  readonly requireSignedTokens: boolean;
  readonly requireExpirationTime: boolean;
  readonly clockSkewSeconds: number;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

const VERIFIED = new VerifiedTokens();

type VerificationKey = CryptoKey | KeyObject | Uint8Array;

/**
 * Validates signature, dates, audience and issuer of a JWT (RFC 7519) in compact form.
 * @throws TokenRejection with the reason
 */
export async function validateToken(token: string, rules: TokenRules): Promise<Jwt> {
  const opened = await decrypt(token, rules);
  const header = tokenHeader(opened);
  if (header.alg === "none") {
    return readUnsigned(opened, header, await claimRules(rules), rules);
  }
  const algorithms = allowedAlgorithms(header, rules);
  for (;;) {
    const keys = await candidateKeys(header, rules);
    if (keys.length > 0) {
      return verifyWithAny({ text: opened, header, algorithms }, keys, await claimRules(rules));
    }
    const refreshed = await Promise.all(rules.providers.map((provider) => provider.refresh()));
    if (!refreshed.includes(true)) {
      throw new TokenRejection(
        "TokenSignatureKeyNotFound",
        `IDX10503: Signature validation failed. No key matches kid '${header.kid ?? ""}'. Access denied.`,
      );
    }
  }
}

async function decrypt(token: string, { decryptionKeys }: TokenRules): Promise<string> {
  if (token.split(".").length !== 5) {
    return token;
  }
  for (const key of decryptionKeys) {
    try {
      const { plaintext } = await compactDecrypt(token, key, {
        keyManagementAlgorithms: ["dir"],
        contentEncryptionAlgorithms: ENCRYPTION_ALGORITHMS,
      });
      return Buffer.from(plaintext).toString("utf8");
    } catch {
      // The next key may be the right one.
    }
  }
  throw new TokenRejection("JwtInvalid", "IDX10609: Decryption failed. No key opens the token.");
}

function allowedAlgorithms({ alg }: ProtectedHeaderParameters, { signingKeys }: TokenRules): string[] {
  const hasSecret = signingKeys.some(({ key }) => key instanceof Uint8Array);
  const allowed = [...ASYMMETRIC_ALGORITHMS, ...(hasSecret ? SYMMETRIC_ALGORITHMS : [])];
  if (alg === undefined || !allowed.includes(alg)) {
    throw new TokenRejection(
      "TokenSignatureInvalid",
      `IDX10511: Signature validation failed. Algorithm '${alg ?? ""}' is not allowed. Access denied.`,
    );
  }
  return allowed;
}

async function claimRules(rules: TokenRules): Promise<JWTClaimVerificationOptions> {
  const metadata = await metadataOf(rules);
  const issuers = [...rules.issuers, ...metadata.flatMap((known) => known?.issuer ?? [])];
  const checksIssuer = rules.issuers.length > 0 || rules.providers.length > 0;
  return {
    issuer: checksIssuer ? issuers : undefined,
    audience: rules.audiences.length > 0 ? [...rules.audiences] : undefined,
    requiredClaims: rules.requireExpirationTime ? ["exp"] : [],
    clockTolerance: rules.clockSkewSeconds,
    currentDate: new Date(rules.now),
  };
}

function readUnsigned(
  token: string,
  header: ProtectedHeaderParameters,
  options: JWTClaimVerificationOptions,
  { requireSignedTokens }: TokenRules,
): Jwt {
  if (requireSignedTokens) {
    throw new TokenRejection(
      "TokenSignatureInvalid",
      "IDX10504: Unable to validate signature, the token has none. Access denied.",
    );
  }
  try {
    return jwtFromParts(header, UnsecuredJWT.decode(token, options).payload);
  } catch (error) {
    throw rejectionOf(error);
  }
}

/** A symmetric algorithm never meets a public key, nor the other way round. */
async function candidateKeys(
  header: ProtectedHeaderParameters,
  rules: TokenRules,
): Promise<readonly VerificationKey[]> {
  const symmetric = SYMMETRIC_ALGORITHMS.includes(header.alg ?? "");
  const inline = rules.signingKeys
    .filter(
      ({ id, key }) => key instanceof Uint8Array === symmetric && (id === undefined || id === header.kid),
    )
    .map(({ key }) => key);
  if (symmetric) {
    return inline;
  }
  const keys: VerificationKey[] = [...inline];
  for (const metadata of await metadataOf(rules)) {
    keys.push(...(await publishedKeys(header, metadata)));
  }
  return keys;
}

/** What the providers publish; most policies have one provider, which has been asked long before. */
async function metadataOf({ providers }: TokenRules): Promise<readonly (OpenIdMetadata | undefined)[]> {
  const [only, ...others] = providers;
  return only !== undefined && others.length === 0
    ? [await only.current()]
    : Promise.all(providers.map((provider) => provider.current()));
}

async function publishedKeys(
  header: ProtectedHeaderParameters,
  metadata: OpenIdMetadata | undefined,
): Promise<readonly VerificationKey[]> {
  if (metadata === undefined) {
    return [];
  }
  try {
    return [await metadata.keys({ alg: header.alg ?? "", kid: header.kid })];
  } catch (error) {
    if (error instanceof errors.JWKSMultipleMatchingKeys) {
      const keys: VerificationKey[] = [];
      for await (const key of error) {
        keys.push(key);
      }
      return keys;
    }
    if (error instanceof errors.JOSEError) {
      return [];
    }
    throw error;
  }
}

interface SignedToken {
  readonly text: string;
  readonly header: ProtectedHeaderParameters;
  readonly algorithms: string[];
}

async function verifyWithAny(
  { text, header, algorithms }: SignedToken,
  keys: readonly VerificationKey[],
  rules: JWTClaimVerificationOptions,
): Promise<Jwt> {
  let failure: unknown;
  for (const key of keys) {
    try {
      const known = VERIFIED.get(text, key);
      if (known === undefined) {
        const { payload } = await jwtVerify(text, key, Object.assign({ algorithms }, rules));
        const jwt = jwtFromParts(header, payload);
        VERIFIED.add(text, key, { jwt, payload, rules });
        return jwt;
      }
      if (!isStillGood(known, rules)) {
        judgeClaims(text, rules);
        known.rules = rules;
      }
      return known.jwt;
    } catch (error) {
      failure = error;
      // A TypeError: the key is of another kind than the algorithm. The next one may be the right one.
      if (!(error instanceof errors.JWSSignatureVerificationFailed || error instanceof TypeError)) {
        break;
      }
    }
  }
  throw rejectionOf(failure);
}

/** Header of a token without signature (RFC 7519, section 6.1). */
const UNSECURED = Buffer.from(JSON.stringify({ alg: "none" })).toString("base64url");

/** Judges what a token says whose signature was verified before. @throws what jose throws */
function judgeClaims(token: string, rules: JWTClaimVerificationOptions): void {
  const [, payload = ""] = token.split(".");
  UnsecuredJWT.decode(`${UNSECURED}.${payload}.`, rules);
}

/** Texts begin with the code of Microsoft.IdentityModel for the fault. */
function rejectionOf(error: unknown): TokenRejection {
  if (error instanceof errors.JWTExpired) {
    return new TokenRejection(
      "TokenExpired",
      "IDX10223: Lifetime validation failed. The token is expired. Access denied.",
    );
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    return claimRejection(error);
  }
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof TypeError) {
    return new TokenRejection(
      "TokenSignatureInvalid",
      "IDX10511: Signature validation failed. No key verifies the signature. Access denied.",
    );
  }
  if (error instanceof errors.JOSEError) {
    return new TokenRejection("JwtInvalid", `IDX12741: ${error.message}`);
  }
  throw error;
}

function claimRejection({ claim, payload, message }: errors.JWTClaimValidationFailed): TokenRejection {
  switch (claim) {
    case "aud":
      return new TokenRejection(
        "TokenAudienceNotAllowed",
        `IDX10214: Audience validation failed. Audiences: '${claimText(payload.aud)}'. Access denied.`,
      );
    case "iss":
      return new TokenRejection(
        "TokenIssuerNotAllowed",
        `IDX10205: Issuer validation failed. Issuer: '${claimText(payload.iss)}'. Access denied.`,
      );
    case "exp":
      return new TokenRejection(
        "JwtInvalid",
        "IDX10225: Lifetime validation failed. The token has no expiration time.",
      );
    case "nbf":
      return new TokenRejection(
        "JwtInvalid",
        "IDX10222: Lifetime validation failed. The token is not yet valid.",
      );
    default:
      return new TokenRejection("JwtInvalid", message);
  }
}

/** A claim for people; what is not a text is told by its kind, because it may be of any size and depth. */
function claimText(claim: unknown): string {
  if (Array.isArray(claim)) {
    return claim.map((item) => (typeof item === "string" ? item : typeof item)).join(",");
  }
  return typeof claim === "string" ? claim : typeof claim;
}
