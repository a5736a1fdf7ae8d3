import {
  type AuthAlternative,
  type CertificateAuthenticator,
  type CertificateName,
  type CredentialKind,
  credentialKinds,
  TOKEN_VARIABLE,
  type TokenAuthenticator,
  type TokenIssuer,
} from "../../../auth";
import {
  choose,
  type ChooseBranch,
  type CSharp,
  csharp,
  csharpJoin,
  csharpStrings,
  type PolicyElement,
  PolicyExpression,
  setVariable,
  when,
} from "../../../policy";
import { CALLER, nameUser, variable } from "../caller";
import type { OpenAiApiDescription } from "../openai-api-description";
import { refuse, refuseIf, verdict } from "../refusal";
import { SUBSCRIPTION_KEY_PARAMETERS } from "../subscription-key-parameters";
import { authenticateWorker, CLAIMS_BEHALF } from "./on-behalf-of";
import { operationTrait } from "./operation-table";

/** Kinds of credential that the request carries, such as `token+key`. Nothing of it is verified. */
const PRESENTED = "presentedCredentials";

/** `iss` of a token that is not verified: it picks the validation that decides, and nothing else. */
const CLAIMED_ISSUER = "claimedIssuer";

/** Verified ids as `<authenticator>/<id>`, one variable for each kind of credential. */
export const VERIFIED_ID: Readonly<Record<CredentialKind, string>> = {
  token: "callerTokenId",
  certificate: "callerCertificateId",
  key: "callerKeyId",
};

/**
 * One JWS in compact form (RFC 7515 section 7.1), sent once and as bearer: what else there is, is refused.
 */
const BEARER_TOKEN = csharp`"^Bearer\u0020[A-Za-z0-9_-]+[.][A-Za-z0-9_-]+[.][A-Za-z0-9_-]+\\z"`;

/**
 * Authenticates: the kinds of credential that are presented pick the one alternative that must succeed.
 * Afterwards the variables of {@link VERIFIED_ID} and {@link CALLER} hold what was verified.
 */
export function authenticate(api: OpenAiApiDescription): readonly PolicyElement[] {
  const { alternatives } = api.auth;
  const branches = alternatives.map((alternative): ChooseBranch => {
    const kinds = credentialKinds(alternative).join("+");
    return {
      condition: csharp`${variable(PRESENTED)} == ${kinds}`,
      policies: [...authenticateBy(alternative, api), setVariable(CALLER.method, kinds)],
    };
  });
  const [first, ...others] = branches;
  const nothingFits = refuse(api.refusalFragmentId, "unauthorized", "credentials");
  const callers = [
    setVariable(PRESENTED, PolicyExpression.block(presentedCredentials(api))),
    ...(first ? [choose([first, ...others], nothingFits)] : nothingFits),
  ];
  return api.queue
    ? [
        choose(
          [{ condition: CLAIMS_BEHALF, policies: [bearerShape(api), ...authenticateWorker(api, api.queue)] }],
          callers,
        ),
      ]
    : callers;
}

function bearerShape({ refusalFragmentId }: OpenAiApiDescription): PolicyElement {
  return when(
    csharp`!Regex.IsMatch(context.Request.Headers.GetValueOrDefault("Authorization", ""), ${BEARER_TOKEN})`,
    ...refuse(refusalFragmentId, "unauthorized", "token-form"),
  );
}

/**
 * Kinds that the API does not use are ignored here, and deleted before the request goes on. Some SDKs send a key twice,
 * also as a bearer token, which makes it no second credential.
 */
function presentedCredentials({
  auth,
  subscriptionKeyHeader = SUBSCRIPTION_KEY_PARAMETERS.header,
}: OpenAiApiDescription): CSharp {
  const takesKeys = auth.alternatives.some((alternative) => credentialKinds(alternative).includes("key"));
  const bearer = csharp`context.Request.Headers.ContainsKey("Authorization")`;
  const presented: Readonly<Record<CredentialKind, CSharp>> = {
    token: takesKeys
      ? csharp`${bearer} && context.Request.Headers.GetValueOrDefault("Authorization", "")
          != "Bearer\u0020" + context.Request.Headers.GetValueOrDefault(${subscriptionKeyHeader}, "")`
      : bearer,
    certificate: csharp`context.Request.Certificate != null`,
    key: csharp`context.Request.Headers.ContainsKey(${subscriptionKeyHeader})`,
  };
  const used = new Set(auth.alternatives.flatMap(credentialKinds));
  const kinds = (["token", "certificate", "key"] as const).filter((kind) => used.has(kind));
  return csharp`
    var kinds = new List<string>();
    ${csharpJoin(
      kinds.map((kind) => csharp`if (${presented[kind]}) { kinds.Add(${kind}); }`),
      "\n",
    )}
    return string.Join("+", kinds);
  `;
}

function authenticateBy(
  { token, certificate, key }: AuthAlternative,
  api: OpenAiApiDescription,
): readonly PolicyElement[] {
  return [
    ...(certificate ? authenticateCertificate(certificate, api) : []),
    ...(key ? authenticateKey(key.name, api) : []),
    ...(token.length > 0 ? authenticateToken(token, api) : []),
  ];
}

function authenticateCertificate(
  authenticator: CertificateAuthenticator,
  { clients = [] }: OpenAiApiDescription,
): readonly PolicyElement[] {
  const { name, clientId } = authenticator;
  return [
    authenticator.validation(certificateNames(name, clients)),
    setVariable(VERIFIED_ID.certificate, PolicyExpression.of(csharp`${`${name}/`} + ${clientId}`)),
  ];
}

/** Names in certificates that identify clients of the API. */
export function certificateNames(
  authenticator: string,
  clients: NonNullable<OpenAiApiDescription["clients"]>,
): readonly CertificateName[] {
  return clients.flatMap(({ identities }) =>
    identities
      .filter((identity) => identity.authenticator === authenticator)
      .map(({ id, thumbprint }) => ({ name: id, thumbprint })),
  );
}

/** API Management has checked the key: without a good one there is no subscription. */
function authenticateKey(
  name: string,
  { refusalFragmentId }: OpenAiApiDescription,
): readonly PolicyElement[] {
  return [
    when(csharp`context.Subscription == null`, ...refuse(refusalFragmentId, "unauthorized", "key")),
    setVariable(VERIFIED_ID.key, PolicyExpression.of(csharp`${`${name}/`} + context.Subscription.Id`)),
  ];
}

function authenticateToken(
  authenticators: readonly TokenAuthenticator[],
  api: OpenAiApiDescription,
): readonly PolicyElement[] {
  const { refusalFragmentId } = api;
  const issuers = authenticators.flatMap((authenticator) =>
    authenticator.issuers.map((issuer) => ({ authenticator, issuer })),
  );
  const shape = bearerShape(api);
  const [only, ...others] = issuers;
  if (only === undefined) {
    return [];
  }
  if (others.length === 0) {
    return [shape, ...validateToken(only.authenticator, only.issuer, api)];
  }
  const branch = ({ authenticator, issuer }: typeof only): ChooseBranch => ({
    condition: csharp`${variable(CLAIMED_ISSUER)} == ${issuer.issuer}`,
    policies: validateToken(authenticator, issuer, api),
  });
  return [
    shape,
    setVariable(
      CLAIMED_ISSUER,
      PolicyExpression.of(
        csharp`context.Request.Headers.GetValueOrDefault("Authorization", "").AsJwt()?.Issuer`,
      ),
    ),
    choose([branch(only), ...others.map(branch)], refuse(refusalFragmentId, "unauthorized", "token-issuer")),
  ];
}

function validateToken(
  authenticator: TokenAuthenticator,
  { validation }: TokenIssuer,
  { refusalFragmentId }: OpenAiApiDescription,
): readonly PolicyElement[] {
  const { name, conditions, operationScopes = {} } = authenticator;
  return [
    validation,
    ...refuseIf(
      refusalFragmentId,
      withToken(csharp`
        ${csharpJoin(
          [
            ...conditions.map(
              ({ holds, refusal, rule }) => csharp`if (!(${holds})) { return ${verdict(refusal, rule)}; }`,
            ),
            ...Object.entries(operationScopes).map(([group, needed]) =>
              operationScope(authenticator, group, needed),
            ),
          ],
          "\n",
        )}
        return "";
      `),
    ),
    fromToken(VERIFIED_ID.token, csharp`${`${name}/`} + ${authenticator.clientId}`),
    fromToken(CALLER.userId, authenticator.userId),
    fromToken(CALLER.issuer, csharp`token.Issuer`),
    nameUser(),
    fromToken(CALLER.scopes, csharp`string.Join("\u0020", ${authenticator.scopes})`),
    fromToken(CALLER.roles, csharp`string.Join("\u0020", ${authenticator.roles})`),
  ];
}

function operationScope(
  { permissions }: TokenAuthenticator,
  group: string,
  needed: readonly string[],
): CSharp {
  return csharp`
    if (${operationTrait("group")} == ${group}
      && !${permissions}.Any(held => ${csharpStrings(needed)}.Contains(held))) {
      return ${verdict("insufficient_scope", "operation-scope")};
    }
  `;
}

function fromToken(name: string, value: CSharp): PolicyElement {
  return setVariable(name, PolicyExpression.block(withToken(csharp`return ${value};`)));
}

function withToken(statements: CSharp): CSharp {
  return csharp`
    var token = (Jwt)context.Variables[${TOKEN_VARIABLE}];
    ${statements}
  `;
}
